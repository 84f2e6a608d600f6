"""A weighing on record: its row, its document, its photographs, and what the controls said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.control.verdict import gravest
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.weighing import (
    Capture,
    Instrument,
    WeighingPass,
    curve_text,
    frames_text,
)
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.control import HOLDING
from service.storage.db import Tx
from service.storage.photograph import PhotographRow, add_photograph
from service.storage.sight import SightRow, add_sight
from service.usecases.control_judging import Judgement, keep_judgement
from service.usecases.evidence import Evidence, record_document
from service.usecases.photograph import image_entries
from service.usecases.photograph_reuse import LOAD_CAMERAS, remember_photograph
from service.usecases.ports import Deps
from service.usecases.promise import promise_once_stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighing:
    """A weighing on record; ``held``: controls keep it without effect until it is decided on."""

    weighing_id: str
    visit_id: str
    weighing_pass: WeighingPass
    kg: int
    source: str
    taken_at: datetime
    photograph_ids: tuple[str, ...]
    controls: Mapping[str, Mapping[str, str]]
    held: bool
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A weighing before its document is hashed.

    ``instrument`` is its record; ``stated`` are the members of the document that only this way of
    weighing has, ``columns`` those of its row, ``sight`` what the cameras saw.
    """

    weighing_id: str
    weighing_pass: WeighingPass
    kg: int
    source: str
    instrument: Mapping[str, Any]
    taken_at: datetime
    judgement: Judgement
    pictures: Sequence[PhotographRow] = ()
    stated: Mapping[str, Any] = field(default_factory=dict)
    columns: Mapping[str, Any] = field(default_factory=dict)
    sight: SightRow | None = None
    personal: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, bytes] = field(default_factory=dict)


def put_on_record(
    tx: Tx, visit: visits.VisitRow, draft: Draft, actor: Actor, deps: Deps
) -> Weighing:
    """Journal the document and keep row, photographs and verdicts."""
    now = whole_second(deps.now())
    target_hash = record_document(tx, _evidence(visit, draft, actor, now), deps)
    weighings.add_weighing(
        tx,
        weighings.WeighingRow(
            weighing_id=draft.weighing_id,
            visit_id=visit.visit_id,
            site_id=visit.site_id,
            weighing_pass=draft.weighing_pass.value,
            kg=draft.kg,
            source=draft.source,
            instrument_id=str(draft.instrument["instrument_id"]),
            taken_at=whole_second(draft.taken_at),
            recorded_at=now,
            operator_id=actor.user_id,
            target_hash=target_hash,
            **(_NO_CAPTURE | dict(draft.columns)),
        ),
    )
    for picture in draft.pictures:
        add_photograph(tx, picture)
        if picture.camera_id in LOAD_CAMERAS:
            remember_photograph(tx, picture, deps)
    if draft.sight is not None:
        add_sight(tx, draft.sight)
    keep_judgement(tx, draft.judgement, draft.weighing_id, draft.pictures, actor, deps)
    promise_once_stored(target_hash, deps)
    return Weighing(
        weighing_id=draft.weighing_id,
        visit_id=visit.visit_id,
        weighing_pass=draft.weighing_pass,
        kg=draft.kg,
        source=draft.source,
        taken_at=whole_second(draft.taken_at),
        photograph_ids=tuple(picture.photograph_id for picture in draft.pictures),
        controls=draft.judgement.record(),
        held=gravest(draft.judgement.verdicts) in HOLDING,
        target_hash=target_hash,
    )


_NO_CAPTURE: dict[str, Any] = dict.fromkeys(
    ("edge_id", "edge_seq", "capture_id", "frames", "curve")
)


def capture_columns(capture: Capture) -> dict[str, Any]:
    """What the row keeps of a capture alone."""
    return {
        "edge_id": capture.edge_id,
        "edge_seq": capture.edge_seq,
        "capture_id": capture.capture_id,
        "frames": frames_text(capture.frames).encode(),
        "curve": curve_text(capture.curve).encode(),
    }


def capture_sight(capture: Capture, weighing_id: str, card_no: str | None) -> SightRow | None:
    """What is kept of what the cameras saw; None where nothing is known."""
    seen = {p.camera_id: p.nonce_ok for p in capture.photographs if p.nonce_ok is not None}
    if capture.sight is None and capture.nonce is None and card_no is None:
        return None
    stated = capture.sight.record() if capture.sight else {}
    return SightRow(
        weighing_id=weighing_id,
        plates=stated.get("plates"),
        look=stated.get("look"),
        card_no=card_no,
        nonce=capture.nonce,
        nonce_ok=seen,
    )


def capture_record(capture: Capture) -> dict[str, Any]:
    """What the document states of a capture alone."""
    return {
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
    }


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


def _evidence(visit: visits.VisitRow, draft: Draft, actor: Actor, now: datetime) -> Evidence:
    return Evidence(
        kind="weighing",
        document_id=draft.weighing_id,
        subject_id=visit.visit_id,
        recorded_at=now,
        record={
            "weighing_id": draft.weighing_id,
            "visit_id": visit.visit_id,
            "site_id": visit.site_id,
            "pass": draft.weighing_pass.value,
            "kg": draft.kg,
            "instrument": draft.instrument,
            "source": draft.source,
            **draft.stated,
            "controls": draft.judgement.record(),
            "taken_at": utc_text(draft.taken_at),
            "recorded_at": utc_text(now),
            "operator_id": actor.user_id,
        },
        personal={"plate": visit.plate, "operator": actor.name, **draft.personal},
        parents=draft.parents,
        images=image_entries(draft.pictures),
    )
