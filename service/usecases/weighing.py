"""Weighing: the edge unit's stable weight becomes a record and a document."""

from dataclasses import dataclass
from datetime import datetime

from service.devices.edge_client import EdgeState
from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.visit import VisitKind, require_pass_in_order
from service.domain.weighing import (
    Capture,
    Instrument,
    WeighingPass,
    curve_text,
    frames_text,
)
from service.storage import party as parties
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.db import Tx
from service.storage.photograph import PhotographRow, add_photograph
from service.usecases.evidence import Evidence, admit_source, record_document
from service.usecases.photograph import image_entries, photographs_of_capture
from service.usecases.ports import Deps
from service.usecases.promise import promise_once_stored
from service.usecases.visit import require_visit, weighbridge_of


class InstrumentMismatchError(ConflictError):
    """The edge unit weighs on another instrument than the one on record (control C13)."""

    message = gettext_noop(
        "The scale says %(value)s, on record is %(limit)s. Have the instrument checked."
    )


class CaptureUsedError(ConflictError):
    """The capture belongs to another weighing already."""

    message = gettext_noop("Capture %(value)s was used for visit %(limit)s already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordWeighing:
    """``capture_id`` makes a repetition harmless: the edge unit answers it the same again."""

    visit_id: str
    weighing_pass: WeighingPass
    capture_id: str
    wait_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    weighing_id: str
    visit_id: str
    weighing_pass: WeighingPass
    kg: int
    source: str
    taken_at: datetime
    photograph_ids: tuple[str, ...]
    target_hash: bytes


def scale_state(site_id: str, actor: Actor, deps: Deps) -> EdgeState:
    """What the scale of the site shows now, and why it may not be captured."""
    require(actor, Action.VISIT_VIEW, Resource(site_id=site_id))
    return weighbridge_of(site_id, deps).state()


def record_weighing(command: RecordWeighing, actor: Actor, deps: Deps) -> Weighing:
    """Take the stable weight and its photographs, and put them on record."""
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.WEIGHING_RECORD)
        _require_next(tx, visit, command)
        capture = weighbridge_of(visit.site_id, deps).capture(
            command.capture_id, command.weighing_pass, wait_ms=command.wait_ms
        )
        admit_source(capture.source, deps)
        _require_known_instrument(tx, visit.site_id, capture.instrument)
        return _store(tx, visit, capture, actor, deps)


def _require_next(tx: Tx, visit: visits.VisitRow, command: RecordWeighing) -> None:
    recorded = {
        WeighingPass(row.weighing_pass): row.kg
        for row in weighings.weighings_of(tx, visit.visit_id)
    }
    require_pass_in_order(VisitKind(visit.kind), command.weighing_pass, recorded)
    used = weighings.weighing_by_capture(tx, command.capture_id)
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


def instrument_record(instrument: Instrument) -> dict[str, str | int | bool]:
    """The instrument as documents and the register state it."""
    return {
        "instrument_id": instrument.instrument_id,
        "make": instrument.make,
        "model": instrument.model,
        "serial_no": instrument.serial_no,
        "dialect": instrument.dialect,
        "d_kg": instrument.d_kg,
        "e_kg": instrument.e_kg,
        "max_kg": instrument.max_kg,
        "min_kg": instrument.min_kg,
        "accuracy_class": instrument.accuracy_class,
        "certificate_no": instrument.certificate_no,
        "verified_on": instrument.verified_on.isoformat(),
        "valid_to": instrument.valid_to.isoformat(),
        "simulated": instrument.simulated,
    }


def _store(tx: Tx, visit: visits.VisitRow, capture: Capture, actor: Actor, deps: Deps) -> Weighing:
    now = whole_second(deps.now())
    weighing_id = deps.new_id()
    pictures = photographs_of_capture(capture, visit.visit_id, weighing_id, deps)
    target_hash = record_document(
        tx, _evidence(visit, capture, weighing_id, pictures, actor, now), deps
    )
    weighings.add_weighing(
        tx,
        weighings.WeighingRow(
            weighing_id=weighing_id,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            weighing_pass=capture.weighing_pass.value,
            kg=capture.kg,
            source=capture.source.value,
            instrument_id=capture.instrument.instrument_id,
            edge_id=capture.edge_id,
            edge_seq=capture.edge_seq,
            capture_id=capture.capture_id,
            taken_at=whole_second(capture.taken_at),
            recorded_at=now,
            operator_id=actor.user_id,
            frames=frames_text(capture.frames).encode(),
            curve=curve_text(capture.curve).encode(),
            target_hash=target_hash,
        ),
    )
    for picture in pictures:
        add_photograph(tx, picture)
    promise_once_stored(target_hash, deps)
    return Weighing(
        weighing_id=weighing_id,
        visit_id=visit.visit_id,
        weighing_pass=capture.weighing_pass,
        kg=capture.kg,
        source=capture.source.value,
        taken_at=whole_second(capture.taken_at),
        photograph_ids=tuple(picture.photograph_id for picture in pictures),
        target_hash=target_hash,
    )


def _evidence(
    visit: visits.VisitRow,
    capture: Capture,
    weighing_id: str,
    pictures: list[PhotographRow],
    actor: Actor,
    now: datetime,
) -> Evidence:
    return Evidence(
        kind="weighing",
        document_id=weighing_id,
        subject_id=visit.visit_id,
        recorded_at=now,
        record={
            "weighing_id": weighing_id,
            "visit_id": visit.visit_id,
            "site_id": visit.site_id,
            "pass": capture.weighing_pass.value,
            "kg": capture.kg,
            "instrument": instrument_record(capture.instrument),
            "source": capture.source.value,
            "stable_source": capture.stable_source.value,
            "window_ms": capture.window_ms,
            "spread_kg": capture.spread_kg,
            "frame_count": capture.frame_count,
            "zero_before_kg": capture.zero_before_kg,
            "first_frame_hex": capture.first_frame_hex,
            "last_frame_hex": capture.last_frame_hex,
            "frames_sha256": capture.frames_sha256,
            "curve_sha256": capture.curve_sha256,
            "edge_id": capture.edge_id,
            "edge_seq": capture.edge_seq,
            "capture_id": capture.capture_id,
            "taken_at": utc_text(capture.taken_at),
            "recorded_at": utc_text(now),
            "operator_id": actor.user_id,
        },
        personal={"plate": visit.plate, "operator": actor.name},
        images=image_entries(pictures),
    )
