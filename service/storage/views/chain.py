"""How the record stands on its way to the chain, in figures: for metrics and for the dashboard."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Numeric, cast, exists, func, select, union_all

from service.storage import batches
from service.storage.db import Tx
from service.storage.tables import batch_entry, journal
from service.storage.trail import BATCHES, TASKS, Trail


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchoringFigures:
    """Documents in no batch yet, pieces of work by state, and what the chain took so far.

    ``oldest_unanchored_at`` is None when all is on the chain; ``fees_wei`` counts each transaction
    once, also those that failed.
    """

    oldest_unanchored_at: datetime | None
    waiting: int
    batches: dict[str, int]
    tasks: dict[str, int]
    fees_wei: int


def anchoring_figures(tx: Tx) -> AnchoringFigures:
    """The figures as of now."""
    in_a_batch = exists().where(batch_entry.c.journal_id == journal.c.journal_id)
    waiting = select(func.count()).select_from(journal).where(~in_a_batch)
    return AnchoringFigures(
        oldest_unanchored_at=batches.oldest_unanchored_at(tx),
        waiting=int(tx.execute(waiting).scalar_one()),
        batches=_by_state(tx, BATCHES),
        tasks=_by_state(tx, TASKS),
        fees_wei=_fees_wei(tx),
    )


def _by_state(tx: Tx, trail: Trail) -> dict[str, int]:
    newest = trail.newest()
    counted = select(newest.c.state, func.count()).group_by(newest.c.state)
    return {row[0]: row[1] for row in tx.execute(counted)}


def _fees_wei(tx: Tx) -> int:
    """A transaction that a reorganisation moved is paid for once."""
    paid = union_all(
        *(
            select(
                trail.steps.c.detail["tx"].astext.label("tx"),
                cast(trail.steps.c.detail["fee_wei"].astext, Numeric).label("wei"),
            ).where(trail.steps.c.detail.has_key("fee_wei"))
            for trail in (BATCHES, TASKS)
        )
    ).subquery()
    once = select(func.max(paid.c.wei).label("wei")).group_by(paid.c.tx).subquery()
    return int(tx.execute(select(func.coalesce(func.sum(once.c.wei), 0))).scalar_one())
