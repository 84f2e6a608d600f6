"""Receipts and keys in bundles: what outsiders find of them without asking the operator."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pytest

from service.proof.trust import Trust
from service.proof.verdict import Status
from service.proof.verify import verify
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.usecases.anchorage import Anchorage
from service.usecases.bundle import bundle
from service.usecases.key_epoch import rotate_site_key
from service.usecases.key_keeping import OtherChainError, keep_keys
from tests.support.anchored_company import anchor_all, trust_of
from tests.support.anvil import rolled_back
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE, YEARS_S, Company, Truck, company_on
from tests.support.registry_on_chain import RegistryOnChain


@dataclass(frozen=True, kw_only=True)
class Rotated:
    """A truck before the base's key was rotated and one after it, all final."""

    company: Company
    registry: RegistryOnChain
    before: Truck
    after: Truck
    trust: Trust

    def bundle(self, target_hash: bytes) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(bundle(target_hash.hex(), self.company.deps))
        return content


@pytest.fixture(scope="module")
def rotated(moved_in: EmbeddedPostgres, registry_chain: RegistryOnChain) -> Iterator[Rotated]:
    name = f"rotated_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    with rolled_back(registry_chain.client.rpc):
        company = company_on(moved_in.url(APP_ROLE, name), registry=registry_chain.client.address)
        company.deps = replace(company.deps, merge_delay_s=YEARS_S)
        keep_keys(company.deps, anchorage_of(registry_chain))
        before = company.receive()
        anchor_all(company, anchorage_of(registry_chain))
        rotate_site_key("BASE01", "rotated", company.deps)
        after = company.receive()
        anchor_all(company, anchorage_of(registry_chain))
        yield Rotated(
            company=company,
            registry=registry_chain,
            before=before,
            after=after,
            trust=trust_of(company, registry_chain),
        )
    company.deps.db.close()
    moved_in.drop_database(name)


def anchorage_of(registry: RegistryOnChain) -> Anchorage:
    return Anchorage(registry=registry.client, signer=registry.anchorer)


def without_keys(trust: Trust) -> Trust:
    return replace(trust, issuers=tuple(replace(issuer, keys=()) for issuer in trust.issuers))


def check_of(content: Mapping[str, Any], trust: Trust, family: str) -> Any:
    verdict = verify(json.dumps(content).encode(), trust=trust)
    return next(check for check in verdict.checks if check.type == family)


@pytest.mark.parametrize("which", ["before", "after"])
@pytest.mark.parametrize("knows_keys", [True, False], ids=["keys trusted", "keys from the log"])
def test_a_receipt_was_kept_before_and_after_a_rotation(
    rotated: Rotated, which: str, *, knows_keys: bool
) -> None:
    truck: Truck = getattr(rotated, which)
    trust = rotated.trust if knows_keys else without_keys(rotated.trust)
    for target_hash in (truck.gross.target_hash, truck.tare.target_hash, truck.ticket.target_hash):
        content = rotated.bundle(target_hash)
        assert content["promise"]["signature"].startswith("0x")
        verdict = verify(json.dumps(content).encode(), trust=trust)
        assert verdict.verdict is Status.VALID, verdict.as_json()
        check = check_of(content, trust, "LOG_INCLUSION")
        assert check.data["promise"] == "kept"


def test_a_promise_of_another_time_is_nobodys(rotated: Rotated) -> None:
    content = rotated.bundle(rotated.before.gross.target_hash)
    content["promise"]["includeBy"] += 1
    check = check_of(content, rotated.trust, "LOG_INCLUSION")
    assert (check.status, check.reason.code) == (Status.INVALID, 6)


def test_the_trust_file_names_every_key_with_its_time(rotated: Rotated) -> None:
    (issuer,) = rotated.trust.issuers
    base = [key for key in issuer.keys if key.site_id == "BASE01"]
    assert [key.valid_to is None for key in base] == [False, True]
    assert base[0].valid_to == base[1].valid_from
    assert {key.purpose.value for key in issuer.keys} == {"promise", "anchor"}


def test_a_document_without_a_receipt_names_the_key_that_anchored(rotated: Rotated) -> None:
    with rotated.company.deps.db.transaction() as tx:
        query = "SELECT target_hash FROM journal WHERE kind = 'grade-decision' ORDER BY journal_id"
        first = tx.exec_driver_sql(query).scalars().first()
    assert first is not None
    content = rotated.bundle(first)
    assert "promise" not in content
    assert content["identity"]["keyEpoch"]["log"]["entry"]["type"] == "key-epoch"
    assert verify(json.dumps(content).encode(), trust=rotated.trust).verdict is Status.VALID


def test_a_key_epoch_is_itself_a_document_with_a_bundle(rotated: Rotated) -> None:
    with rotated.company.deps.db.transaction() as tx:
        query = "SELECT target_hash FROM key_epoch"
        stated = list(tx.exec_driver_sql(query).scalars())
    assert len(stated) == 6
    for target_hash in stated:
        content = rotated.bundle(target_hash)
        verdict = verify(json.dumps(content).encode(), trust=rotated.trust)
        assert verdict.verdict is Status.VALID, verdict.as_json()


def test_a_document_that_waits_shows_its_promise_already(rotated: Rotated) -> None:
    truck = rotated.company.receive()
    content = rotated.bundle(truck.gross.target_hash)
    assert sorted(content) == ["document", "promise", "v"]
    anchor_all(rotated.company, anchorage_of(rotated.registry))
    assert_audit_clean(rotated.company, rotated.registry.client)


def test_receipts_for_another_chain_are_not_begun(company: Company, registry: Any) -> None:
    issuer = replace(company.deps.issuer, chain_id=1)
    with pytest.raises(OtherChainError):
        keep_keys(replace(company.deps, issuer=issuer), anchorage_of(registry))
