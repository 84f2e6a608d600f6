"""What the anchoring worker does when the chain reorganises, drops, refuses, or falls silent."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from service.chain.rpc import ChainUnavailableError
from service.proof.batch import BatchTree
from service.proof.log import LogTree, leaf_hash
from service.storage import batches
from service.usecases.anchorage import Anchorage, FinalityPolicy
from service.usecases.anchoring import tick
from service.usecases.sealing import LogBrokenError, seal
from tests.support.company import Company, company_on
from tests.support.database import TestDatabase
from tests.support.registry_on_chain import RegistryOnChain


@pytest.fixture
def company(company_database: TestDatabase, registry: RegistryOnChain) -> Iterator[Company]:
    made = company_on(company_database.app_url, registry=registry.client.address)
    yield made
    made.deps.db.close()


@pytest.fixture
def anchorage(registry: RegistryOnChain) -> Anchorage:
    return Anchorage(registry=registry.client, signer=registry.anchorer)


def _states(company: Company, batch_no: int = 1) -> list[str]:
    with company.deps.db.transaction() as tx:
        return [step.state for step in batches.transitions_of(tx, batch_no)]


def _until(company: Company, anchorage: Anchorage, done: Callable[[], bool]) -> None:
    for _ in range(60):
        if done():
            return
        tick(company.deps, anchorage)
    raise AssertionError(_states(company))


def _final(company: Company, batch_no: int = 1) -> Callable[[], bool]:
    return lambda: _states(company, batch_no)[-1:] == ["final"]


def test_a_batch_goes_through_every_state_once(company: Company, anchorage: Anchorage) -> None:
    assert tick(company.deps, anchorage) == ""
    company.receive()
    _until(company, anchorage, _final(company))
    assert _states(company) == ["sealed", "submitted", "mined", "confirmed", "final"]
    assert tick(company.deps, anchorage) == ""


def test_a_head_that_the_stored_entries_do_not_lead_to_is_never_published(
    company: Company, anchorage: Anchorage, company_database: TestDatabase
) -> None:
    company.receive()
    _until(company, anchorage, _final(company))
    owner = company_on(company_database.owner_url).deps.db
    with owner.transaction() as tx:
        tx.exec_driver_sql("UPDATE batch_entry SET entry = entry || ' ' WHERE leaf_index = 2")
    owner.close()
    company.receive()
    with pytest.raises(LogBrokenError):
        tick(company.deps, anchorage)
    assert _states(company, 2) == []


def test_a_chain_that_lost_the_anchor_gets_the_same_batch_again(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    before = registry.client.rpc.call("evm_snapshot")
    company.receive()
    _until(company, anchorage, _final(company))
    registry.client.rpc.call("evm_revert", before)
    assert registry.client.log_head().size == 0
    tick(company.deps, anchorage)
    _until(company, anchorage, _final(company))
    states = _states(company)
    assert states[:6] == ["sealed", "submitted", "mined", "confirmed", "final", "reorged"]
    assert states[-1] == "final"
    assert registry.client.log_head().size == 5
    with company.deps.db.transaction() as tx:
        assert len(batches.anchor_proofs(tx)) == 2


def test_a_block_that_is_no_longer_canonical_sends_the_batch_back(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    never_final = replace(anchorage, finality=FinalityPolicy(kind="k-blocks", k_blocks=10**6))
    company.receive()
    _until(company, never_final, lambda: "confirmed" in _states(company))
    number = registry.client.log_head().block_number
    depth = 1
    while registry.client.log_head().size:
        registry.client.rpc.call("anvil_rollback", depth)
        assert registry.client.log_head().block_number < number
    _until(company, anchorage, _final(company))
    assert "reorged" in _states(company)


def test_a_dropped_transaction_is_sent_again_with_the_same_bytes(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    rpc = registry.client.rpc
    rpc.call("evm_setAutomine", False)  # noqa: FBT003 - an argument of the node
    try:
        company.receive()
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            (attempt,) = batches.attempts_of(tx, 1)
        rpc.call("anvil_dropTransaction", "0x" + attempt.tx_hash.hex())
        impatient = replace(anchorage, rebroadcast_after=timedelta(0))
        for _ in range(3):
            tick(company.deps, impatient)
        with company.deps.db.transaction() as tx:
            assert [row.tx_hash for row in batches.attempts_of(tx, 1)] == [attempt.tx_hash]
    finally:
        rpc.call("evm_setAutomine", True)  # noqa: FBT003
    rpc.call("anvil_mine", "0x1")
    _until(company, anchorage, _final(company))


def test_a_transaction_that_waits_too_long_is_replaced_at_a_higher_fee_under_its_nonce(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    rpc = registry.client.rpc
    rpc.call("evm_setAutomine", False)  # noqa: FBT003
    try:
        company.receive()
        tick(company.deps, anchorage)
        tick(company.deps, replace(anchorage, bump_after=timedelta(0)))
        with company.deps.db.transaction() as tx:
            first, second = batches.attempts_of(tx, 1)
        assert second.nonce == first.nonce
        assert second.max_fee_wei * 8 >= first.max_fee_wei * 9
        poor = replace(anchorage, bump_after=timedelta(0), max_cost_wei=1)
        tick(company.deps, poor)
        with company.deps.db.transaction() as tx:
            assert len(batches.attempts_of(tx, 1)) == 2
    finally:
        rpc.call("evm_setAutomine", True)  # noqa: FBT003
    rpc.call("anvil_mine", "0x1")
    _until(company, anchorage, _final(company))


def test_above_the_budget_the_batch_waits_unsent(company: Company, anchorage: Anchorage) -> None:
    company.receive()
    assert tick(company.deps, replace(anchorage, max_cost_wei=1)) == "sealed"
    assert _states(company) == ["sealed"]
    company.receive()
    _until(company, anchorage, _final(company, 2))


def test_a_second_writer_is_an_alarm_and_stops_the_sealing(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    foreign = LogTree([leaf_hash(b"not ours")])
    registry.anchor(
        batch_root=BatchTree([b"\x01" * 32]).root, new_size=1, new_head=foreign.root(), proof=[]
    )
    company.receive()
    assert tick(company.deps, anchorage) == "failed"
    company.receive()
    assert tick(company.deps, anchorage) == "failed"
    assert _states(company, 2) == []


def test_an_account_without_the_role_needs_a_person(
    company: Company, registry: RegistryOnChain
) -> None:
    company.receive()
    stranger = Anchorage(registry=registry.client, signer=registry.stranger)
    assert tick(company.deps, stranger) == "failed"


def test_success_is_decided_by_the_contract_not_by_a_receipt(
    company: Company, anchorage: Anchorage, registry: RegistryOnChain
) -> None:
    company.receive()
    sealed = seal(company.deps)
    assert sealed is not None
    registry.anchor(
        batch_root=sealed.batch_root, new_size=sealed.new_size, new_head=sealed.head, proof=[]
    )
    _until(company, anchorage, _final(company))
    assert "submitted" not in _states(company)


def test_a_silent_chain_is_unknown_and_loses_nothing(company: Company) -> None:
    from service.chain.registry import RegistryClient
    from service.chain.signer import LocalSigner

    nowhere = RegistryClient(["http://127.0.0.1:9"], "0x" + "11" * 20, timeout_s=0.5)
    with nowhere, pytest.raises(ChainUnavailableError):
        tick(company.deps, Anchorage(registry=nowhere, signer=LocalSigner("0x" + "a2" * 32)))
    company.receive()
    with company.deps.db.transaction() as tx:
        assert len(batches.pending_entries(tx, limit=100)) == 5
