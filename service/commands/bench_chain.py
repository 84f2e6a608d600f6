"""One batch anchored on the local chain for ``ferrotrace bench evidence``: its gas, its bundle."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from service.bootstrap.evidence import trust_content
from service.commands.bench_deliveries import deliveries
from service.commands.bench_house import House
from service.proof.trust import Trust, read_trust
from service.storage import batches
from service.storage.journal import append_entries
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.bundle import bundle
from service.usecases.evidence import journal_row

_PATIENCE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """Gas of the transaction that anchored a batch, and the bundle of a document in it."""

    gas: int
    bundle: bytes
    trust: Trust


def anchored_batch(house: House, anchorage: Anchorage, *, documents: int) -> Anchored:
    """Anchor a first batch of one, then one of ``documents``: its call proves consistency."""
    evidence = deliveries(range(1 + documents), house.deps)
    target_hash = b""
    for size in (1, documents):
        rows = [journal_row(delivery, house.deps) for delivery in islice(evidence, size)]
        target_hash = rows[-1].target_hash
        with house.deps.db.transaction() as tx:
            append_entries(tx, rows)
        _until(lambda: _is_final(house, anchorage))
    with house.deps.db.transaction() as tx:
        last = batches.last_batch(tx)
        assert last is not None  # noqa: S101 # it was sealed a moment ago
        final = batches.state_of(tx, last.batch_no)
    assert final is not None  # noqa: S101 # the same
    receipt = anchorage.registry.receipt(bytes.fromhex(final.detail["tx"]))
    assert receipt is not None  # noqa: S101 # its block is final
    trust = json.dumps(trust_content(house.settings, house.deps)).encode()
    return Anchored(
        gas=receipt.gas_used,
        bundle=bundle(target_hash.hex(), house.deps),
        trust=read_trust(trust),
    )


def _is_final(house: House, anchorage: Anchorage) -> bool:
    """Tick once; whether nothing is left to do."""
    tick(house.deps, anchorage)
    with house.deps.db.transaction() as tx:
        states = {step.state for step in batches.states(tx)}
        return states == {"final"} and not batches.pending_entries(tx, limit=1)


def _until(done: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + _PATIENCE_S
    while not done():
        if time.monotonic() > deadline_s:
            raise TimeoutError("the batch did not become final")
        time.sleep(0.05)
