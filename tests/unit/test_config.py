import json
import subprocess
import sys
from pathlib import Path

import pytest

from service.bootstrap.evidence import account_address, account_signer
from service.chain.keystore import new_keystore
from service.chain.remote_signer import RemoteSigner
from service.chain.signer import LocalSigner
from service.config import (
    ACCOUNT_SETTINGS,
    KEPT_SETTINGS,
    ChainAccount,
    EdgeAddress,
    SettingInvalidError,
    SettingMissingError,
    database_address,
    read_settings,
    without_account,
)

NEEDED = {
    "FERROTRACE_DATABASE_URL": "postgresql://ferrotrace_app:pw@db/ferrotrace",
    "FERROTRACE_SECRET_KEY": "key-of-sessions",
}


@pytest.mark.parametrize("name", NEEDED)
@pytest.mark.parametrize("value", [None, ""])
def test_a_secret_has_no_default(name: str, value: str | None) -> None:
    environment = {**NEEDED, name: value or ""}
    if value is None:
        del environment[name]
    with pytest.raises(SettingMissingError, match=name):
        read_settings(environment)


def test_the_key_that_anchors_is_asked_for_only_where_it_is_used() -> None:
    settings = read_settings(NEEDED)
    assert settings.account == ChainAccount()
    with pytest.raises(SettingMissingError, match="FERROTRACE_ANCHOR_KEYSTORE"):
        account_signer(settings.account)
    given = read_settings({**NEEDED, "FERROTRACE_ANCHOR_KEY": "0x" + "a2" * 32})
    assert account_signer(given.account).address == account_address(given.account)


def test_a_keystore_is_opened_with_the_password_in_a_file(tmp_path: Path) -> None:
    keystore, password_file = tmp_path / "anchor.json", tmp_path / "password"
    keystore.write_text(new_keystore("correct horse", key="0x" + "a2" * 32))
    environment = {**NEEDED, "FERROTRACE_ANCHOR_KEYSTORE": str(keystore)}
    account = read_settings(environment).account
    with pytest.raises(SettingMissingError, match="FERROTRACE_ANCHOR_PASSWORD_FILE"):
        account_signer(account)
    password_file.write_text("correct horse\n")
    environment["FERROTRACE_ANCHOR_PASSWORD_FILE"] = str(password_file)
    signer = account_signer(read_settings(environment).account)
    assert signer.address == LocalSigner("0x" + "a2" * 32).address == account_address(account)


def test_a_signing_service_goes_before_any_key() -> None:
    environment = {**NEEDED, "FERROTRACE_SIGNER_URL": "http://127.0.0.1:9"}
    environment["FERROTRACE_ANCHOR_ADDRESS"] = address = LocalSigner("0x" + "a2" * 32).address
    account = read_settings({**environment, "FERROTRACE_ANCHOR_KEY": "0x" + "a3" * 32}).account
    assert isinstance(account_signer(account), RemoteSigner)
    assert account_address(account) == address


def test_what_leads_to_a_key_can_be_taken_out_of_an_environment() -> None:
    environment = {**NEEDED, **dict.fromkeys(ACCOUNT_SETTINGS, "x")}
    without_account(environment)
    assert environment == NEEDED


def test_no_secret_shows_in_the_text_of_the_settings() -> None:
    shown = repr(read_settings({**NEEDED, "FERROTRACE_ANCHOR_KEY": "anchor-key"}))
    for secret in ("pw", "key-of-sessions", "anchor-key"):
        assert secret not in shown


def test_defaults_are_those_of_the_manual() -> None:
    settings = read_settings(NEEDED)
    assert settings.var_dir == Path("var")
    assert settings.trust_file == Path("var/trust.json")
    assert settings.public_url == "http://127.0.0.1:8000"
    assert (settings.unit, settings.finality) == ("S1", "finalized")
    assert (settings.rpc_urls, settings.registry_address, settings.head_file) == ((), "", None)
    assert settings.lien_registry_address == ""


def test_several_addresses_of_the_chain_are_taken_apart_at_commas() -> None:
    settings = read_settings({**NEEDED, "FERROTRACE_RPC_URL": "http://a:1, http://b:2,"})
    assert settings.rpc_urls == ("http://a:1", "http://b:2")


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_every_common_form_of_a_database_address_is_understood(given: str, used: str) -> None:
    assert database_address(given) == used


@pytest.mark.parametrize("finality", ["finalized", "k-blocks:0", "k-blocks:12"])
def test_rules_of_finality_are_taken(finality: str) -> None:
    assert read_settings({**NEEDED, "FERROTRACE_FINALITY": finality}).finality == finality


def test_an_unknown_rule_of_finality_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(SettingInvalidError, match="soon; allowed is finalized, qbft or k-blocks"):
        read_settings({**NEEDED, "FERROTRACE_FINALITY": "soon"})


def test_edge_units_are_read_from_their_file(tmp_path: Path) -> None:
    file = tmp_path / "edges.json"
    file.write_text(json.dumps({"BASE01": {"url": "http://e", "token": "t0ken"}}))
    settings = read_settings({**NEEDED, "FERROTRACE_EDGES": str(file)})
    assert settings.edges == {"BASE01": EdgeAddress(url="http://e", token="t0ken")}
    assert "t0ken" not in repr(settings)


@pytest.mark.parametrize("text", ["{", "[]", '{"BASE01": {"url": "http://e"}}', None])
def test_a_list_of_edge_units_that_cannot_be_read_is_refused(
    tmp_path: Path, text: str | None
) -> None:
    file = tmp_path / "edges.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(SettingInvalidError, match="FERROTRACE_EDGES"):
        read_settings({**NEEDED, "FERROTRACE_EDGES": str(file)})


def test_the_registry_is_found_where_install_recorded_it(tmp_path: Path) -> None:
    (tmp_path / "deployments").mkdir()
    (tmp_path / "deployments" / "1337.json").write_text('{"address": "0xAB"}')
    environment = {**NEEDED, "FERROTRACE_VAR": str(tmp_path)}
    assert read_settings(environment).registry_address == "0xAB"
    named = {**environment, "FERROTRACE_REGISTRY": "0xCD"}
    assert read_settings(named).registry_address == "0xCD"


def test_the_lien_registry_is_found_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "deployments" / "liens").mkdir(parents=True)
    (tmp_path / "deployments" / "liens" / "1337.json").write_text('{"address": "0xAB"}')
    environment = {**NEEDED, "FERROTRACE_VAR": str(tmp_path)}
    assert read_settings(environment).registry_address == ""
    assert read_settings(environment).lien_registry_address == "0xAB"
    named = {**environment, "FERROTRACE_LIEN_REGISTRY": "0xCD"}
    assert read_settings(named).lien_registry_address == "0xCD"


def test_the_settings_of_the_demo_company_count_where_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / KEPT_SETTINGS).write_text(json.dumps({**NEEDED, "FERROTRACE_UNIT": "D1"}))
    beside = {"FERROTRACE_VAR": str(tmp_path)}
    assert read_settings(beside).unit == "D1"
    assert read_settings({**beside, "FERROTRACE_UNIT": "D2"}).unit == "D2"
    assert read_settings({**NEEDED, **beside}).unit == "S1"


def test_log_lines_are_json_objects_with_time_level_and_name(tmp_path: Path) -> None:
    program = (
        "import logging, structlog; from service.config import configure_logging;"
        "configure_logging();"
        "structlog.get_logger('ours').info('said', kg=20);"
        "logging.getLogger('theirs').warning('heard %s', 'it')"
    )
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    ours, theirs = map(json.loads, shown.stderr.splitlines())
    assert (ours["event"], ours["kg"], ours["level"], ours["logger"]) == (
        "said",
        20,
        "info",
        "ours",
    )
    assert (theirs["event"], theirs["level"]) == ("heard it", "warning")
    assert ours["timestamp"].endswith("Z")
