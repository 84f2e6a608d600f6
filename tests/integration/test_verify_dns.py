"""``ferrotrace verify --dns``: no trust file, but the issuer's domain and the chain."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import dns.rcode
import pytest
from click.testing import CliRunner

from service.commands import verify_dns
from service.commands.verify import command
from service.exchange.dns_txt import txt_records
from service.proof.registry import dns_record
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases.anchorage import Anchorage
from service.usecases.bundle import bundle, trust_content
from service.usecases.dns_snapshot import keep_dns_answer
from service.usecases.key_keeping import keep_keys
from tests.support.anchored_company import anchor_all
from tests.support.anvil import rolled_back
from tests.support.company import TEMPLATE, YEARS_S, Company, Truck, company_on
from tests.support.dns_server import Zone, dns_server
from tests.support.registry_on_chain import RegistryOnChain

DOMAIN = "base.example"
OTHER = f"openatts net=ethereum netId=1337 addr=0x{'11' * 20}"
NAMELESS = "v=spf1 -all"


@dataclass(frozen=True, kw_only=True)
class Issued:
    """A ticket's bundle in a file, and what its domain should say."""

    company: Company
    registry: RegistryOnChain
    truck: Truck
    path: Path
    trust: Path
    record: str

    def verified(self, zone: Zone, *options: str) -> tuple[int, dict[str, Any]]:
        """Exit code and status by family of ``verify --dns`` where DNS says ``zone``."""
        with dns_server(zone) as resolver:
            arguments = [str(self.path), "--dns", "--resolver", resolver, "--json", *options]
            done = CliRunner().invoke(command, arguments)
        answer = json.loads(done.stdout)
        checks = {check["type"]: (check["status"], check["reason"]) for check in answer["checks"]}
        return done.exit_code, checks

    @property
    def rpc(self) -> tuple[str, str]:
        return "--rpc", self.registry.rpc_url


@pytest.fixture(scope="module")
def issued(
    moved_in: EmbeddedPostgres,
    registry_chain: RegistryOnChain,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Issued]:
    name, folder = f"issued_{uuid4().hex}", tmp_path_factory.mktemp("issued")
    moved_in.create_database(name, template=TEMPLATE)
    client = registry_chain.client
    with rolled_back(client.rpc):
        company = company_on(moved_in.url(APP_ROLE, name), registry=client.address)
        company.deps = replace(company.deps, merge_delay_s=YEARS_S)
        anchorage = Anchorage(registry=client, signer=registry_chain.anchorer)
        keep_keys(company.deps, anchorage)
        truck = company.receive()
        anchor_all(company, anchorage)
        path, trust = folder / "ticket.ferrotrace.json", folder / "trust.json"
        path.write_bytes(bundle(truck.ticket.target_hash.hex(), company.deps))
        content = trust_content(
            company.deps, chain_id=1337, code_hash=client.code_hash(client.address)
        )
        trust.write_text(json.dumps(content))
        yield Issued(
            company=company,
            registry=registry_chain,
            truck=truck,
            path=path,
            trust=trust,
            record=dns_record(1337, bytes.fromhex(client.address[2:])),
        )
    company.deps.db.close()
    moved_in.drop_database(name)


def test_the_domain_and_the_chain_are_enough(issued: Issued) -> None:
    code, checks = issued.verified({DOMAIN: (NAMELESS, OTHER, issued.record)}, *issued.rpc)
    assert code == 0, checks
    assert checks["ISSUER_IDENTITY"][0] == "VALID"
    assert checks["LOG_INCLUSION"][0] == "VALID"


@pytest.mark.parametrize("said", [(), (NAMELESS,), dns.rcode.NXDOMAIN, (OTHER,)])
def test_a_domain_that_does_not_name_the_registry_makes_it_invalid(
    issued: Issued, said: tuple[str, ...] | dns.rcode.Rcode
) -> None:
    code, checks = issued.verified({DOMAIN: said}, *issued.rpc)
    assert code == 1
    status, reason = checks["ISSUER_IDENTITY"]
    assert (status, reason["code"]) == ("INVALID", 4)


@pytest.mark.parametrize("said", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
@pytest.mark.parametrize("has_trust", [True, False])
def test_a_dns_that_fails_is_never_invalid(
    issued: Issued, said: dns.rcode.Rcode, *, has_trust: bool
) -> None:
    options = ("--trust", str(issued.trust)) if has_trust else issued.rpc
    code, checks = issued.verified({DOMAIN: said}, *options)
    assert code == 2
    assert checks["ISSUER_IDENTITY"][0] == "ERROR"


def test_without_a_chain_the_domain_alone_decides_nothing(issued: Issued) -> None:
    code, _ = issued.verified({DOMAIN: (issued.record,)})
    assert code == 2


def test_a_trust_file_and_the_domain_agree_or_not(issued: Issued) -> None:
    trusted = ("--trust", str(issued.trust))
    assert issued.verified({DOMAIN: (issued.record,)}, *trusted)[0] == 0
    assert issued.verified({DOMAIN: (OTHER,)}, *trusted)[0] == 1


def test_a_resolver_that_is_none_and_a_promise_without_a_domain_are_refused(
    issued: Issued,
) -> None:
    done = CliRunner().invoke(command, [str(issued.path), "--dns", "--resolver", "nowhere"])
    assert done.exit_code == 2
    assert "nowhere is no resolver" in done.output
    text = json.loads(issued.path.read_text())
    assert text["promise"]
    done = CliRunner().invoke(command, ["--promise", "FT1.AAAA", "--dns"])
    assert done.exit_code == 2


def test_a_bundle_carries_what_dns_said_when_it_answered(issued: Issued) -> None:
    deps = issued.company.deps

    def asked(zone: Zone) -> None:
        with dns_server(zone) as resolver:
            keep_dns_answer(deps, lambda domain: txt_records(domain, resolver=resolver))

    def identity() -> dict[str, object]:
        content = json.loads(bundle(issued.truck.ticket.target_hash.hex(), deps))
        found: dict[str, object] = content["identity"]
        return found

    asked({DOMAIN: dns.rcode.SERVFAIL})
    assert "records" not in identity()
    asked({DOMAIN: (NAMELESS, issued.record)})
    assert identity()["records"] == [issued.record]
    assert identity()["location"] == DOMAIN
    asked({DOMAIN: (OTHER,)})
    assert identity()["records"] == [issued.record]  # asked once a day
    issued.path.write_bytes(bundle(issued.truck.ticket.target_hash.hex(), deps))
    assert issued.verified({DOMAIN: (issued.record,)}, *issued.rpc)[0] == 0


def test_each_domain_is_asked_once(issued: Issued, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counting(location: str, *, resolver: str | None = None) -> object:
        asked.append(location)
        return txt_records(location, resolver=resolver)

    monkeypatch.setattr(verify_dns, "txt_records", counting)
    folder = issued.path.parent / "two"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.ferrotrace.json").write_bytes(issued.path.read_bytes())
    with dns_server({DOMAIN: (issued.record,)}) as resolver:
        CliRunner().invoke(command, [str(folder), "--dns", "--resolver", resolver, *issued.rpc])
    assert asked == [DOMAIN]
