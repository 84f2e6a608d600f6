"""A worker of a demo company on a real node: driven step by step, and looked at when all is done.

``worker`` is what tests of faults want. It must end ``whole``: every document that was answered
final exactly once, nothing left on the way, and an audit that finds nothing.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from service.domain.errors import UnavailableError
from service.proof.trust import Trust, read_trust
from service.storage import batches, chain_task
from service.storage.trail import BATCHES, TASKS
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.bundle import bundle, trust_content
from service.usecases.correction import CorrectTicket, correct_ticket
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, Truck, company_on
from tests.support.database import TestDatabase
from tests.support.ledgers import assert_in_batches
from tests.support.registry_on_chain import RegistryOnChain

ROUNDS = 80


@dataclass
class Worker:
    """The company, and how its worker reaches the chain; both may be replaced in a test."""

    company: Company
    anchorage: Anchorage
    registry: RegistryOnChain

    def tick(self, **changed: Any) -> str:
        """One run of the worker, with another patience or purse where the test wants one."""
        return tick(self.company.deps, replace(self.anchorage, **changed))

    def until(self, done: Callable[[], bool]) -> None:
        """Run until ``done``; what cannot be told in a round is left for the next."""
        for _ in range(ROUNDS):
            if done():
                return
            try:
                self.tick()
            except UnavailableError:
                continue
        raise AssertionError((self.states(), self.task_states()))

    def states(self, batch_no: int | None = None) -> list[str]:
        """The steps of a batch, or the newest step of each."""
        with self.company.deps.db.transaction() as tx:
            steps = batches.states(tx) if batch_no is None else batches.transitions_of(tx, batch_no)
        return [step.state for step in steps]

    def task_states(self, task_id: str | None = None) -> list[str]:
        """The steps of a task, or the newest step of each."""
        with self.company.deps.db.transaction() as tx:
            steps = TASKS.states(tx) if task_id is None else TASKS.of(tx, task_id)
        return [step.state for step in steps]

    def task_ids(self) -> list[str]:
        with self.company.deps.db.transaction() as tx:
            return [str(step.owner) for step in TASKS.states(tx)]

    def attempts(self, owner: int | str) -> list[Any]:
        """The transactions signed for a batch (by number) or a task (by id), by nonce and fee."""
        trail = BATCHES if isinstance(owner, int) else TASKS
        with self.company.deps.db.transaction() as tx:
            return trail.attempts_of(tx, owner)

    def everything_is_final(self) -> bool:
        with self.company.deps.db.transaction() as tx:
            return (
                not batches.pending_entries(tx, limit=1)
                and not chain_task.corrections_on_chain(tx)
                and {step.state for step in batches.states(tx) + TASKS.states(tx)} <= {"final"}
            )

    def correct(self, truck: Truck) -> bytes:
        """Correct the truck's ticket; the target hash of the correction."""
        command = CorrectTicket(ticket_no=truck.ticket.ticket_no, reason="entered too high")
        actor = self.company.people["supervisor"]
        return correct_ticket(command, actor, self.company.deps).target_hash

    def trust(self) -> Trust:
        """The trust file as the worker would write it now."""
        client = self.registry.client
        code_hash = client.code_hash(client.address)
        content = trust_content(self.company.deps, chain_id=client.chain_id(), code_hash=code_hash)
        return read_trust(_as_bytes(content))

    def bundle(self, target_hash: bytes) -> bytes:
        return bundle(target_hash.hex(), self.company.deps)

    def assert_whole(self) -> None:
        """Run to the end, and fail unless everything answered is final once and audited clean."""
        self.until(self.everything_is_final)
        client, db = self.registry.client, self.company.deps.db
        assert_in_batches(db, client.log_head())
        roots = Counter(event.batch_root for event in client.head_advanced(from_block=0))
        with db.transaction() as tx:
            sealed = {row.batch_root for row in batches.batches(tx)}
        assert roots == Counter(sealed)
        assert_audit_clean(self.company, client)

    def mines(self, *, automatically: bool) -> None:
        """Whether the node mines what it is sent at once."""
        self.registry.client.rpc.call("evm_setAutomine", automatically)

    def mine(self, blocks: int = 1) -> None:
        self.registry.client.rpc.call("anvil_mine", hex(blocks))


IMPATIENT = {"rebroadcast_after": timedelta(0)}
"""Sends again at every look."""
BUMPING = {"bump_after": timedelta(0)}
"""Raises the fee at every look."""


def _as_bytes(content: dict[str, Any]) -> bytes:
    return json.dumps(content).encode()


@pytest.fixture
def worker(company_database: TestDatabase, registry: RegistryOnChain) -> Iterator[Worker]:
    """A worker whose account may anchor and revoke; the node mines at once."""
    registry.let_anchorer_revoke()
    base_fee_wei = registry.client.fee_market().base_fee_wei_per_gas
    company = company_on(company_database.app_url, registry=registry.client.address)
    anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
    made = Worker(company=company, anchorage=anchorage, registry=registry)
    yield made
    made.mines(automatically=True)
    registry.client.rpc.call("anvil_dropAllTransactions")
    registry.client.rpc.call("anvil_setNextBlockBaseFeePerGas", hex(base_fee_wei))
    made.company.deps.db.close()
