"""Weighing: a stable weight of an edge unit becomes a record; one that is wrong is voided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from service.devices.edge_client import EdgeState
from service.domain.access import Action, Resource, require
from service.domain.control.verdict import Verdict
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.weighing import Capture, Instrument, WeighingPass
from service.domain.yard_guard import require_weighing
from service.storage import party as parties
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.db import Tx
from service.storage.visit_facts import facts_of
from service.storage.yard_rules import site_rules
from service.usecases.control_facts import JudgedWeighing
from service.usecases.control_judging import judged
from service.usecases.evidence import Evidence, admit_source, record_document
from service.usecases.photograph import photographs_of_capture
from service.usecases.ports import Deps
from service.usecases.visit import require_visit, weighbridge_of
from service.usecases.weighing_record import (
    Draft,
    Weighing,
    capture_columns,
    capture_record,
    capture_sight,
    instrument_record,
    put_on_record,
)

__all__ = [
    "CaptureUsedError",
    "InstrumentMismatchError",
    "RecordWeighing",
    "VoidWeighing",
    "VoidedWeighing",
    "Weighing",
    "WeighingReasonMissingError",
    "WeighingVoidError",
    "instrument_record",
    "record_weighing",
    "require_next",
    "scale_state",
    "void_weighing",
    "weighing_reason",
]


class InstrumentMismatchError(ConflictError):
    """The edge unit weighs on another instrument than the one on record (control C13)."""

    message = gettext_noop(
        "The scale says %(value)s, on record is %(limit)s. Have the instrument checked."
    )


class CaptureUsedError(ConflictError):
    """The capture belongs to another weighing already."""

    message = gettext_noop("Capture %(value)s was used for visit %(limit)s already.")


class WeighingVoidError(ConflictError):
    """The weighing cannot be voided, or not any more."""

    message = gettext_noop("Weighing %(value)s cannot be voided: %(limit)s.")


class WeighingReasonMissingError(RuleBrokenError):
    """A weighing is voided or typed without saying why."""

    message = gettext_noop("%(value)s needs a reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWeighing:
    """``capture_id`` makes a repetition harmless: the edge unit answers it the same again.

    An edge unit that weighed by itself gives ``weighing_id``, ``capture`` and the ``controls``
    under which it did; ``attested``: the operator saw the truck stand whole on the deck.
    ``card_no`` is the card that came with the truck.
    """

    visit_id: str
    weighing_pass: WeighingPass
    capture_id: str = ""
    wait_ms: int = 0
    weighing_id: str | None = None
    capture: Capture | None = None
    controls: Sequence[Verdict] | None = None
    attested: bool | None = None
    card_no: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidWeighing:
    """``at`` is when it was voided, None for now."""

    weighing_id: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidedWeighing:
    """A weighing that counts no more, and the document that says so."""

    void_id: str
    weighing_id: str
    visit_id: str
    reason: str
    voided_at: datetime
    target_hash: bytes


def scale_state(site_id: str, actor: Actor, deps: Deps) -> EdgeState:
    """What the scale of the site shows now, and why it may not be captured."""
    require(actor, Action.VISIT_VIEW, Resource(site_id=site_id))
    return weighbridge_of(site_id, deps).state()


def record_weighing(command: RecordWeighing, actor: Actor, deps: Deps) -> Weighing:
    """Take the stable weight and its photographs, and put them on record.

    Raises the refusals of ``require_next``, ``ControlBlockedError`` and those of the edge unit.
    """
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.WEIGHING_RECORD)
        given = command.capture
        require_next(tx, visit, command.weighing_pass, given.taken_at if given else deps.now())
        _require_unused(tx, given.capture_id if given else command.capture_id)
        capture = given or weighbridge_of(visit.site_id, deps).capture(
            command.capture_id, command.weighing_pass, wait_ms=command.wait_ms
        )
        admit_source(capture.source, deps)
        _require_known_instrument(tx, visit.site_id, capture.instrument)
        return put_on_record(
            tx, visit, _draft(tx, visit, capture, command, actor, deps), actor, deps
        )


def require_next(tx: Tx, visit: visits.VisitRow, wanted: WeighingPass, at: datetime) -> None:
    """Return where the truck may be weighed as ``wanted`` at that time.

    Raises the refusals of ``domain.yard_guard``.
    """
    (facts,) = facts_of(tx, [visit], at)
    require_weighing(facts, wanted, site_rules(tx, visit.site_id).yard)


def _require_unused(tx: Tx, capture_id: str) -> None:
    used = weighings.weighing_by_capture(tx, capture_id)
    if used is not None:
        raise CaptureUsedError(field="capture_id", value=used.capture_id, limit=used.visit_id)


def _require_known_instrument(tx: Tx, site_id: str, instrument: Instrument) -> None:
    record = instrument_record(instrument)
    known = parties.instrument_record(tx, instrument.instrument_id, site_id)
    if known is None:
        raise NotFoundError(field="instrument_id", what="instrument", key=instrument.instrument_id)
    for name, value in record.items():
        if known.get(name) != value:
            raise InstrumentMismatchError(
                field=f"instrument.{name}",
                value=f"{name} {value}",
                limit=f"{name} {known.get(name)}",
            )


def _draft(
    tx: Tx,
    visit: visits.VisitRow,
    capture: Capture,
    command: RecordWeighing,
    actor: Actor,
    deps: Deps,
) -> Draft:
    weighing_id = command.weighing_id or deps.new_id()
    judgement = judged(
        tx,
        visit,
        JudgedWeighing.of_capture(capture, attested=command.attested, card_no=command.card_no),
        actor,
        deps,
        verdicts_of_edge=command.controls,
    )
    return Draft(
        weighing_id=weighing_id,
        weighing_pass=command.weighing_pass,
        kg=capture.kg,
        source=capture.source.value,
        instrument=instrument_record(capture.instrument),
        taken_at=capture.taken_at,
        judgement=judgement,
        pictures=photographs_of_capture(capture, visit.visit_id, weighing_id, deps),
        stated=capture_record(capture),
        columns=capture_columns(capture),
        sight=capture_sight(capture, weighing_id, command.card_no),
    )


def void_weighing(command: VoidWeighing, actor: Actor, deps: Deps) -> VoidedWeighing:
    """State by a document of its own that the weighing does not count; it stays on record.

    Raises ``WeighingVoidError`` where it was voided before, or another drop rests on it.
    """
    reason = weighing_reason(command.reason)
    with deps.db.transaction() as tx:
        weighing = _required(tx, command.weighing_id)
        visit = require_visit(tx, weighing.visit_id, actor, Action.WEIGHING_VOID)
        _require_voidable(tx, weighing)
        now = whole_second(deps.now())
        row = weighings.WeighingVoidRow(
            void_id=deps.new_id(),
            weighing_id=weighing.weighing_id,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            reason=reason,
            voided_at=whole_second(command.at or now),
            recorded_at=now,
            operator_id=actor.user_id,
            target_hash=b"",
        )
        target_hash = record_document(tx, _void_evidence(row, weighing, actor), deps)
        weighings.add_weighing_void(tx, replace(row, target_hash=target_hash))
    return VoidedWeighing(
        void_id=row.void_id,
        weighing_id=row.weighing_id,
        visit_id=row.visit_id,
        reason=reason,
        voided_at=row.voided_at,
        target_hash=target_hash,
    )


def weighing_reason(text: str) -> str:
    """``text`` without surrounding space; raises ``WeighingReasonMissingError`` where empty."""
    if not text.strip():
        raise WeighingReasonMissingError(field="reason", value=gettext_noop("The weighing"))
    return text.strip()


def _required(tx: Tx, weighing_id: str) -> weighings.WeighingRow:
    found = weighings.weighing_by_id(tx, weighing_id)
    if found is None:
        raise NotFoundError(field="weighing_id", what="weighing", key=weighing_id[:64])
    return found


def _require_voidable(tx: Tx, weighing: weighings.WeighingRow) -> None:
    def refused(why: str) -> WeighingVoidError:
        return WeighingVoidError(field="weighing_id", value=weighing.weighing_id, limit=why)

    if weighings.void_of(tx, weighing.weighing_id) is not None:
        raise refused(gettext_noop("it is void already"))
    if visits.visit_after(tx, weighing.visit_id) is not None:
        raise refused(gettext_noop("the next drop of the truck begins with it"))


def _void_evidence(
    row: weighings.WeighingVoidRow, weighing: weighings.WeighingRow, actor: Actor
) -> Evidence:
    return Evidence(
        kind="weighing-void",
        document_id=row.void_id,
        subject_id=row.visit_id,
        recorded_at=row.recorded_at,
        record={
            "void_id": row.void_id,
            "weighing_id": row.weighing_id,
            "visit_id": row.visit_id,
            "site_id": row.site_id,
            "pass": weighing.weighing_pass,
            "kg": weighing.kg,
            "reason": row.reason,
            "voided_at": utc_text(row.voided_at),
            "recorded_at": utc_text(row.recorded_at),
            "operator_id": row.operator_id,
        },
        personal={"operator": actor.name},
        supersedes=weighing.target_hash,
    )
