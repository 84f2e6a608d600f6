"""``ferrotrace keys`` and ``ferrotrace identity`` as an operator calls them."""

import json
from pathlib import Path

import dns.rcode
import pytest
from click.testing import CliRunner

from service.commands import keys
from service.commands.identity import command as identity
from service.commands.keys import command
from service.proof.registry import dns_record
from service.usecases.dns_snapshot import is_in_the_world
from service.usecases.key_epoch import state_site_keys
from tests.support.company import Company
from tests.support.dns_server import Zone, dns_server

ADDRESS = "0x5FbDB2315678afecb367f032d93F642f64180aa3"
RECORD = dns_record(1337, bytes.fromhex(ADDRESS[2:]))
DOMAIN = "base.test"


def test_a_key_is_made_once_and_its_address_told(tmp_path: Path) -> None:
    arguments = ["create", "--keys", str(tmp_path / "keys")]
    arguments += ["--keys-password", str(tmp_path / "password")]
    first, second = (CliRunner().invoke(command, arguments) for _ in range(2))
    assert first.exit_code == 0
    assert first.output == second.output
    assert first.output.startswith("0x")
    (tmp_path / "password").write_text("wrong")
    refused = CliRunner().invoke(command, arguments)
    assert refused.exit_code == 1
    assert "cannot be opened" in refused.output


def test_keys_are_listed_and_rotated(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "_deps", lambda: company.deps)
    state_site_keys(company.deps)
    rotated = CliRunner().invoke(command, ["rotate", "--site", "BASE01", "--reason", "compromised"])
    assert rotated.exit_code == 0, rotated.output
    assert "signs for BASE01 from" in rotated.output
    listed = json.loads(CliRunner().invoke(command, ["list", "--json"]).output)
    assert [row["reason"] for row in listed] == ["compromised", *3 * ["installed"]]
    lines = CliRunner().invoke(command, ["list"]).output.splitlines()
    assert len(lines) == 4
    assert "(compromised)" in lines[0]
    assert lines[3].endswith("to now")
    unknown = CliRunner().invoke(command, ["rotate", "--site", "BASE09"])
    assert unknown.exit_code == 1


def asked(zone: Zone, *options: str, chain_id: str = "1337") -> tuple[int, str]:
    environment = {
        "FERROTRACE_DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing",
        "FERROTRACE_SECRET_KEY": "not used by this command",
        "FERROTRACE_REGISTRY": ADDRESS,
        "FERROTRACE_CHAIN_ID": chain_id,
        "FERROTRACE_ISSUER_LOCATION": DOMAIN,
    }
    with dns_server(zone) as resolver:
        done = CliRunner(env=environment).invoke(identity, ["--resolver", resolver, *options])
    return done.exit_code, done.output


def test_the_record_is_printed_and_found() -> None:
    code, said = asked({DOMAIN: (RECORD,)})
    assert code == 0
    assert f"{DOMAIN} TXT\n  {RECORD}\n" in said
    assert "The domain names the registry." in said
    assert "DNSSEC" in said


def test_what_is_to_be_fixed_is_said() -> None:
    code, said = asked({DOMAIN: ("v=spf1 -all",)})
    assert code == 1
    assert "DNS has no such record" in said
    code, said = asked({DOMAIN: (RECORD.replace(" net", "  net"),)})
    assert code == 1
    assert "not in this form" in said
    other = RECORD.replace("aa3", "aa4")
    code, said = asked({DOMAIN: (RECORD, other)})
    assert code == 0
    assert other in said


def test_a_chain_that_stock_verifiers_do_not_read_is_said() -> None:
    record = RECORD.replace("1337", "20262")
    code, said = asked({DOMAIN: (record,)}, chain_id="20262")
    assert code == 0
    assert "other makers" in said


def test_a_silent_dns_is_not_a_missing_record() -> None:
    code, said = asked({DOMAIN: dns.rcode.SERVFAIL})
    assert code == 2
    assert "could not be asked" in said
    code, said = asked({DOMAIN: dns.rcode.SERVFAIL}, "--json")
    assert json.loads(said)["finding"] == "unknown"


def test_settings_that_name_no_registry_are_refused(tmp_path: Path) -> None:
    environment = {
        "FERROTRACE_DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing",
        "FERROTRACE_SECRET_KEY": "not used by this command",
        "FERROTRACE_VAR": str(tmp_path),
    }
    done = CliRunner(env=environment).invoke(identity, [])
    assert done.exit_code == 1
    assert "FERROTRACE_REGISTRY" in done.output


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("base.example", False),
        ("localhost", False),
        ("scrap.test", False),
        ("scrap.TEST", False),
        ("weigh.beihe-steel.cn", True),
    ],
)
def test_only_domains_that_somebody_can_have_are_asked_for(
    location: str, *, expected: bool
) -> None:
    assert is_in_the_world(location) is expected
