import json
import socket
from datetime import date
from pathlib import Path

import pytest

from service.bootstrap.evidence import account_address, account_signer
from service.chain.loopback import HOST
from service.chain.signer import LocalSigner
from service.commands.demo_children import service_children
from service.commands.demo_files import (
    PortTakenError,
    demo_account,
    demo_secrets,
    kept_ports,
    require_free,
)
from service.commands.demo_sites import SCALES, port_names, site_devices
from service.commands.demo_welcome import welcome
from service.config import (
    ACCOUNT_SETTINGS,
    ChainAccount,
    read_account,
    read_settings,
)
from service.devices.private_file import write_private
from service.devices.site import parse_site_devices
from service.domain.access import Role
from service.usecases.demo_company import PEOPLE


def test_secrets_are_made_once_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secrets.json"
    first = demo_secrets(path)
    assert demo_secrets(path) == first
    assert path.stat().st_mode & 0o077 == 0


def test_two_companies_have_different_secrets_and_none_shows_in_a_text(tmp_path: Path) -> None:
    one, other = demo_secrets(tmp_path / "1.json"), demo_secrets(tmp_path / "2.json")
    assert one != other
    assert one.admin_key not in repr(one)
    assert one.demo_password not in repr(one)


def test_the_key_that_anchors_lies_encrypted_and_only_the_worker_is_told_where(
    tmp_path: Path,
) -> None:
    secrets_file = tmp_path / "secrets.json"
    secrets = demo_secrets(secrets_file)
    account = demo_account(tmp_path / "keys", secrets_file)
    assert demo_account(tmp_path / "keys", secrets_file) == account
    for path in account.values():
        assert Path(path).stat().st_mode & 0o077 == 0
    signer = account_signer(read_account(account))
    assert json.loads(Path(account["FERROTRACE_ANCHOR_KEYSTORE"]).read_text())["version"] == 3
    settings = {"FERROTRACE_DATABASE_URL": "postgresql://x", "FERROTRACE_SECRET_KEY": "s"}
    web, worker = service_children(settings, account, port=1, metrics_port=2)
    told = read_settings({"FERROTRACE_VAR": str(tmp_path), **(web.environment or {})})
    assert told.account == ChainAccount()
    assert not set(ACCOUNT_SETTINGS) & set(web.environment or {})
    told = read_settings({"FERROTRACE_VAR": str(tmp_path), **(worker.environment or {})})
    assert account_address(told.account) == signer.address
    assert "anchor" not in secrets_file.read_text()
    assert secrets == demo_secrets(secrets_file)


def test_a_key_that_an_earlier_version_left_in_the_open_moves_into_the_keystore(
    tmp_path: Path,
) -> None:
    secrets_file = tmp_path / "secrets.json"
    demo_secrets(secrets_file)
    key = "0x" + "a2" * 32
    secrets_file.write_text(json.dumps({**json.loads(secrets_file.read_text()), "anchor_key": key}))
    account = demo_account(tmp_path / "keys", secrets_file)
    assert account_address(read_account(account)) == LocalSigner(key).address
    assert key not in secrets_file.read_text()
    demo_secrets(secrets_file)


def test_ports_stay_the_same(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first = kept_ports(path, ["a", "b", "c"])
    assert len(set(first.values())) == 3
    assert kept_ports(path, ["a", "b", "c"]) == first


def test_a_port_that_another_program_took_is_chosen_anew(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first = kept_ports(path, ["a", "b"])
    with socket.socket() as other:
        other.bind((HOST, first["a"]))
        other.listen()
        again = kept_ports(path, ["a", "b"])
    assert again["a"] != first["a"]
    assert again["b"] == first["b"]


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("old")
    (tmp_path / "file.draft").write_text("left by a killed process")
    write_private(path, "new")
    assert path.read_text() == "new\n"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_the_hardware_records_hold_and_say_that_they_are_simulated(tmp_path: Path) -> None:
    ports = kept_ports(tmp_path / "ports.json", port_names())
    text = json.dumps(
        site_devices(ports, verified_on=date(2026, 3, 1), upstream="http://127.0.0.1:8000")
    )
    sites = parse_site_devices(text)
    assert [site.site_id for site in sites] == [scale.site_id for scale in SCALES]
    assert {site.instrument.dialect for site in sites} == {"toledo_cont", "yaohua_tf0"}
    assert all(site.instrument.simulated for site in sites)
    assert all(site.instrument.valid_to == date(2027, 2, 28) for site in sites)


def test_the_welcome_names_the_address_and_a_login_for_every_role() -> None:
    tablets = {"BASE01": "http://127.0.0.1:9000/yard/"}
    text = welcome("http://127.0.0.1:8000", tablets, PEOPLE, "pass-word")
    assert "Tablet of BASE01 / 料场平板:  http://127.0.0.1:9000/yard/" in text
    lines = text.splitlines()
    assert "http://127.0.0.1:8000" in text
    for role in Role:
        assert any(line.split()[:1] == [role.value] and "pass-word" in line for line in lines)


def test_a_port_that_another_program_serves_is_named() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTakenError, match=str(port)):
            require_free(port)
    require_free(port)
