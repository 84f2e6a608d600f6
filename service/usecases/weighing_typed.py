"""A weight that people read off the display and type: two of them, a reason, and photographs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.devices.pictures import picture_header
from service.domain.access import Action, require
from service.domain.control.verdict import Verdict
from service.domain.errors import ForbiddenError, NotFoundError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.weighing import Instrument, Photograph, Source, WeighingPass
from service.proof.hashing import sha256
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.party import instruments_of
from service.usecases.control_facts import JudgedWeighing, Witness, registered_instrument
from service.usecases.control_judging import judged
from service.usecases.photograph import photographs_of_pass
from service.usecases.ports import Deps
from service.usecases.visit import require_visit, resource_of
from service.usecases.weighing import require_next, weighing_reason
from service.usecases.weighing_record import Draft, Weighing, instrument_record, put_on_record


class WitnessUnfitError(ForbiddenError):
    """The second person is the first one, or does the same work."""

    message = gettext_noop(
        "%(value)s cannot witness this weight; needed is a person with another role than %(limit)s."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeWeighing:
    """``witness`` has signed in beside the operator; ``photographs`` show display and truck.

    ``weighing_id``, ``controls`` and ``at`` are those of an edge unit that took the weight already.
    """

    visit_id: str
    weighing_pass: WeighingPass
    kg: int
    reason_code: str
    reason: str
    witness: Actor
    photographs: tuple[bytes, ...]
    instrument_id: str | None = None
    weighing_id: str | None = None
    controls: Sequence[Verdict] | None = None
    at: datetime | None = None


def type_weighing(command: TypeWeighing, actor: Actor, deps: Deps) -> Weighing:
    """Put a typed weight on record, marked MANUAL wherever it is shown (controls C12 and C16).

    Raises ``WitnessUnfitError``, ``WeighingReasonMissingError``, the refusals of ``require_next``
    and ``ControlBlockedError``.
    """
    reason = weighing_reason(command.reason)
    at = whole_second(command.at or deps.now())
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.WEIGHING_RECORD)
        _require_second(visit, command.witness, actor)
        require_next(tx, visit, command.weighing_pass, at)
        weighing_id = command.weighing_id or deps.new_id()
        pictures = _pictures(command.photographs, at)
        instrument = _instrument(tx, visit.site_id, command.instrument_id)
        weighing = JudgedWeighing(
            weighing_pass=command.weighing_pass,
            kg=command.kg,
            source=Source.MANUAL,
            taken_at=at,
            instrument=instrument,
            photographs=pictures,
            witness=Witness(user_id=command.witness.user_id, role=command.witness.role),
            reason_code=command.reason_code,
            texts=(reason,),
        )
        judgement = judged(tx, visit, weighing, actor, deps, verdicts_of_edge=command.controls)
        draft = Draft(
            weighing_id=weighing_id,
            weighing_pass=command.weighing_pass,
            kg=command.kg,
            source=Source.MANUAL.value,
            instrument=instrument_record(instrument),
            taken_at=at,
            judgement=judgement,
            pictures=photographs_of_pass(
                pictures, visit.visit_id, weighing_id, "UPLOADED", actor.user_id, deps
            ),
            stated={
                "typed": {
                    "reason_code": command.reason_code,
                    "reason": reason,
                    "operator_role": actor.role.value,
                    "witness_id": command.witness.user_id,
                    "witness_role": command.witness.role.value,
                }
            },
            columns={"witness_id": command.witness.user_id},
            personal={"witness": command.witness.name},
        )
        return put_on_record(tx, visit, draft, actor, deps)


def _require_second(visit: visits.VisitRow, witness: Actor, actor: Actor) -> None:
    require(witness, Action.VISIT_VIEW, resource_of(visit))
    if witness.user_id == actor.user_id or witness.role is actor.role:
        raise WitnessUnfitError(field="witness", value=witness.name, limit=actor.role.value)


def _pictures(contents: tuple[bytes, ...], at: datetime) -> list[Photograph]:
    return [
        Photograph(
            camera_id="upload",
            taken_at=at,
            media_type=picture_header(content).media_type,
            sha256=sha256(content).hex(),
            data=content,
        )
        for content in contents
    ]


def _instrument(tx: Tx, site_id: str, instrument_id: str | None) -> Instrument:
    """The scale whose display was read: the one named, else the first of the site."""
    known = instrument_id or next(iter(instruments_of(tx, site_id)), "")
    found = registered_instrument(tx, known, site_id)
    if found is None:
        raise NotFoundError(field="instrument_id", what="instrument", key=known[:64])
    return found
