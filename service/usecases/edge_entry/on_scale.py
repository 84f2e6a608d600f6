"""Entries about weighings: captured, typed, voided, taken from a stored tare, held and decided."""

import base64
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from service.devices.edge.document import CaptureDamagedError, capture_of
from service.devices.edge.entry_bodies import (
    ControlVerdict,
    HoldDecided,
    StoredTareUsed,
    WeighingLeft,
    WeighingRecorded,
    WeighingTyped,
    WeighingVoided,
)
from service.domain.control.hold import HoldDecision
from service.domain.control.verdict import Outcome, Verdict
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.weighing import Capture, WeighingPass, curve_sha256, curve_text
from service.storage.db import Tx
from service.storage.weighing import WeighingLeftRow, add_weighing_left, weighing_by_id
from service.usecases.control_hold import DecideHold, decide_hold
from service.usecases.edge_entry.act import Act, person, pictures
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.ports import Deps
from service.usecases.stored_tare import UseStoredTare, use_stored_tare
from service.usecases.weighing import RecordWeighing, VoidWeighing, record_weighing, void_weighing
from service.usecases.weighing_typed import TypeWeighing, type_weighing

POINT_MEMBERS = 2


class CaptureNotOwnError(RuleBrokenError):
    """A capture that is damaged, or was made by another unit or for another pass."""

    message = gettext_noop("The capture of the entry does not hold: %(value)s is not %(limit)s.")


def _recorded(tx: Tx, act: Act, deps: Deps) -> None:
    body: WeighingRecorded = act.body
    command = RecordWeighing(
        visit_id=body.visit_id,
        weighing_pass=WeighingPass(body.weighing_pass),
        weighing_id=body.weighing_id,
        capture=_capture(tx, act, body),
        controls=verdicts(body.controls),
        attested=body.attested,
        card_no=body.card_no,
    )
    record_weighing(command, act.actor, deps)


def _left(tx: Tx, act: Act, deps: Deps) -> None:
    body: WeighingLeft = act.body
    weighing = weighing_by_id(tx, body.weighing_id)
    if weighing is None or weighing.visit_id != body.visit_id:
        raise NotFoundError(field="weighing_id", what="weighing", key=body.weighing_id)
    curve = tuple(_point(each) for each in body.curve)
    computed = curve_sha256(curve)
    if computed != body.curve_sha256:
        raise CaptureNotOwnError(field="curve_sha256", value=body.curve_sha256, limit=computed)
    row = WeighingLeftRow(
        weighing_id=body.weighing_id,
        empty_after_ms=body.empty_after_ms,
        rise_kg=body.rise_kg,
        curve=curve_text(curve).encode("ascii"),
        left_at=whole_second(act.at),
        recorded_at=whole_second(deps.now()),
    )
    add_weighing_left(tx, row)


def _point(point: Sequence[int | None]) -> tuple[int, int | None]:
    """(ms, kg or None) of a point in an entry."""
    if len(point) != POINT_MEMBERS or point[0] is None:
        raise CaptureNotOwnError(field="curve", value=str(point)[:40], limit="[ms, kg]")
    return point[0], point[1]


def _typed(tx: Tx, act: Act, deps: Deps) -> None:
    body: WeighingTyped = act.body
    seen_by = body.witness
    command = TypeWeighing(
        visit_id=body.visit_id,
        weighing_pass=WeighingPass(body.weighing_pass),
        kg=body.kg,
        reason_code=body.reason_code,
        reason=body.reason,
        witness=person(tx, seen_by.user_id, seen_by.role, act.site_id),
        photographs=tuple(content for content, _ in pictures(tx, body.photographs)),
        weighing_id=body.weighing_id,
        controls=verdicts(body.controls),
        at=act.at,
    )
    type_weighing(command, act.actor, deps)


def _stored_tare(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: StoredTareUsed = act.body
    command = UseStoredTare(
        visit_id=body.visit_id, tare_id=body.tare_id, weighing_id=body.weighing_id, at=act.at
    )
    use_stored_tare(command, act.actor, deps)


def _voided(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: WeighingVoided = act.body
    command = VoidWeighing(weighing_id=body.weighing_id, reason=body.reason, at=act.at)
    void_weighing(command, act.actor, deps)


def _hold_decided(tx: Tx, act: Act, deps: Deps) -> None:
    body: HoldDecided = act.body
    weighing = weighing_by_id(tx, body.weighing_id)
    if weighing is None:
        raise NotFoundError(field="weighing_id", what="weighing", key=body.weighing_id)
    command = DecideHold(
        weighing_id=body.weighing_id,
        decision=HoldDecision(body.decision),
        reason_code=body.reason_code,
        reason=body.reason,
        photograph_ids=evidence(tx, act, weighing.visit_id, body.photographs, deps),
        at=act.at,
    )
    decide_hold(command, act.actor, deps)


def evidence(
    tx: Tx, act: Act, visit_id: str, digests: Sequence[str], deps: Deps
) -> tuple[str, ...]:
    """The pictures named as photographs of the visit; their ids."""
    return tuple(
        upload_photograph(
            UploadPhotograph(visit_id=visit_id, content=content, media_type=media_type, at=act.at),
            act.actor,
            deps,
        ).photograph_id
        for content, media_type in pictures(tx, list(digests))
    )


def verdicts(controls: Sequence[ControlVerdict]) -> tuple[Verdict, ...]:
    """What the controls said at the scale."""
    return tuple(
        Verdict(
            control=each.control,
            outcome=Outcome(each.outcome),
            value=each.value,
            limit=each.limit,
            field=each.field,
        )
        for each in controls
    )


def _capture(tx: Tx, act: Act, body: WeighingRecorded) -> Capture:
    """The capture with its pictures, which came ahead; raises ``CaptureNotOwnError``."""
    try:
        capture = capture_of(_with_pictures(tx, body.capture))
    except CaptureDamagedError as error:
        values = error.values
        raise CaptureNotOwnError(
            field="capture", value=values["value"], limit=values["limit"]
        ) from error
    for found, expected in (
        (capture.edge_id, act.edge_id),
        (capture.site_id, act.site_id),
        (capture.weighing_pass.value, body.weighing_pass),
    ):
        if found != expected:
            raise CaptureNotOwnError(field="capture", value=found, limit=expected)
    return capture


def _with_pictures(tx: Tx, document: Mapping[str, Any]) -> dict[str, Any]:
    named = document.get("photographs")
    if not isinstance(named, list) or not all(isinstance(each, dict) for each in named):
        raise CaptureNotOwnError(field="capture", value="photographs", limit="a list")
    found = pictures(tx, [str(each.get("sha256", "")) for each in named])
    return {
        **document,
        "photographs": [
            {**each, "data_b64": base64.b64encode(content).decode("ascii")}
            for each, (content, _) in zip(named, found, strict=True)
        ],
    }


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType(
    {
        "weighing.recorded": _recorded,
        "weighing.left": _left,
        "weighing.typed": _typed,
        "weighing.voided": _voided,
        "stored_tare.used": _stored_tare,
        "hold.decided": _hold_decided,
    }
)
