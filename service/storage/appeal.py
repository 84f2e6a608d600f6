"""Appeals of suppliers, and what was answered."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, one, select_as
from service.storage.tables import appeal, appeal_decision


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRow:
    """``document`` is the document appealed against, of the kind ``appeals``."""

    appeal_no: str
    appeals: str
    document: bytes
    visit_id: str
    ground: str
    statement: str
    raised_at: datetime
    raised_by: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealDecisionRow:
    """How an appeal ended. Of a reviewed grade ``reason_code`` says why, and ``difference_fen``
    what the load is worth more than was decided, None where nobody can say."""

    appeal_no: str
    state: str
    answer: str
    reason_code: str | None = None
    difference_fen: int | None = None
    decided_at: datetime
    decided_by: str
    target_hash: bytes


def add_appeal(tx: Tx, row: AppealRow) -> None:
    add(tx, appeal, row)


def add_decision(tx: Tx, row: AppealDecisionRow) -> None:
    add(tx, appeal_decision, row)


def appeal_by_no(tx: Tx, appeal_no: str, *, lock: bool = False) -> AppealRow | None:
    if lock:
        hold(tx, f"appeal {appeal_no}")
    return one(tx, AppealRow, select_as(AppealRow, appeal).where(appeal.c.appeal_no == appeal_no))


def appeal_against(tx: Tx, document: bytes, ground: str) -> AppealRow | None:
    query = select_as(AppealRow, appeal).where(
        appeal.c.document == document, appeal.c.ground == ground
    )
    return one(tx, AppealRow, query)


def decision_of_appeal(tx: Tx, appeal_no: str) -> AppealDecisionRow | None:
    query = select_as(AppealDecisionRow, appeal_decision)
    return one(tx, AppealDecisionRow, query.where(appeal_decision.c.appeal_no == appeal_no))
