"""Documents of the journal, and how far on their way to the chain they are."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from service.proof.document import document_data
from service.storage.db import Tx
from service.storage.tables import (
    batch_entry,
    batch_transition,
    journal,
    processing_run,
    settlement,
    stock_take,
    visit,
)
from service.storage.versions import delivery_now as delivery
from service.storage.views.reader import Reader

CONTROL_KINDS = ("key-epoch", "policy", "factor-set")
"""Kinds that state the rules by which evidence is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRow:
    """``state`` is ``recorded`` until a batch holds the document, then the batch's own state."""

    kind: str
    document_id: str
    subject_id: str
    target_hash: str
    recorded_at: datetime
    state: str
    state_at: datetime
    batch_no: int | None


_latest = (
    select(batch_transition.c.batch_no, batch_transition.c.state, batch_transition.c.at)
    .ext(distinct_on(batch_transition.c.batch_no))
    .order_by(batch_transition.c.batch_no, batch_transition.c.step.desc())
    .subquery()
)

_ROW = (
    select(
        journal.c.kind,
        journal.c.document_id,
        journal.c.subject_id,
        journal.c.target_hash,
        journal.c.recorded_at,
        _latest.c.state,
        _latest.c.at,
        batch_entry.c.batch_no,
    )
    .outerjoin(batch_entry, batch_entry.c.journal_id == journal.c.journal_id)
    .outerjoin(_latest, _latest.c.batch_no == batch_entry.c.batch_no)
)


def documents(tx: Tx, reader: Reader, subject_id: str) -> list[DocumentRow]:
    """The documents of a visit or of a delivery, oldest first."""
    return _rows(tx, _ROW.where(journal.c.subject_id == subject_id, _readable(reader)))


def documents_of_visit(tx: Tx, reader: Reader, visit_id: str) -> list[DocumentRow]:
    return documents(tx, reader, visit_id)


def document(tx: Tx, reader: Reader, target_hash: str) -> DocumentRow | None:
    found = _rows(tx, _ROW.where(journal.c.target_hash == _bytes(target_hash), _readable(reader)))
    return found[0] if found else None


def document_content(tx: Tx, reader: Reader, target_hash: str) -> dict[str, Any] | None:
    """The data of the document, without salts."""
    query = select(journal.c.document).where(
        journal.c.target_hash == _bytes(target_hash), _readable(reader)
    )
    found = tx.execute(query).scalar_one_or_none()
    return None if found is None else document_data(json.loads(found))


def _readable(reader: Reader) -> ColumnElement[bool]:
    """A document is read by those who may read the visit, delivery or site it belongs to; a control
    document, which is about nobody, by everyone who may read any."""
    of_visit = exists().where(
        visit.c.visit_id == journal.c.subject_id,
        reader.sees(visit.c.site_id, visit.c.supplier_id, visit.c.carrier_id, visit.c.plant_id),
    )
    of_delivery = exists().where(
        delivery.c.delivery_id == journal.c.subject_id,
        reader.sees(delivery.c.site_id, delivery.c.plant_id, delivery.c.carrier_id),
    )
    of_settlement = exists().where(
        settlement.c.delivery_id == journal.c.subject_id,
        reader.sees(settlement.c.bank_id, settlement.c.bank_id),
    )
    of_stock = or_(
        *(
            exists().where(number == journal.c.subject_id, reader.sees(site_id))
            for number, site_id in (
                (processing_run.c.run_no, processing_run.c.site_id),
                (stock_take.c.take_no, stock_take.c.site_id),
            )
        )
    )
    return or_(of_visit, of_delivery, of_settlement, of_stock, journal.c.kind.in_(CONTROL_KINDS))


def _rows(tx: Tx, query: Select[Any]) -> list[DocumentRow]:
    return [_row(row) for row in tx.execute(query.order_by(journal.c.journal_id))]


def _row(row: Row[Any]) -> DocumentRow:
    return DocumentRow(
        kind=row.kind,
        document_id=row.document_id,
        subject_id=row.subject_id,
        target_hash=row.target_hash.hex(),
        recorded_at=row.recorded_at,
        state=row.state or "recorded",
        state_at=row.at or row.recorded_at,
        batch_no=row.batch_no,
    )


def _bytes(target_hash: str) -> bytes:
    """The hash as bytes; a text that is none matches nothing."""
    try:
        return bytes.fromhex(target_hash)
    except ValueError:
        return b""
