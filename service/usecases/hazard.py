"""Stops of unloading: by what the engine saw or by a person; released by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from service.domain import hazard
from service.domain.access import Action
from service.domain.errors import NotFoundError
from service.domain.hazard import HazardStop, NotStoppedError, Signature, StopCause
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.visit import VisitEndedError
from service.storage import hazard as stops
from service.storage import visit as visits
from service.storage.db import Tx
from service.storage.grade import GradeProposalRow, proposal_of
from service.storage.photograph import PhotographRow, photographs_of
from service.usecases.evidence import Evidence, record_document
from service.usecases.photograph import image_entries
from service.usecases.ports import Deps
from service.usecases.visit import known_visit, require_visit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLoad:
    """``reason``: what was seen."""

    visit_id: str
    reason: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignRelease:
    """``reason``: what was found or done; the photograph, of this visit, shows it."""

    visit_id: str
    reason: str
    photograph_id: str


def stop_load(command: StopLoad, actor: Actor, deps: Deps) -> HazardStop:
    """Stop the load; one that is stopped stays stopped as it is."""
    reason = hazard.stated_reason(command.reason)
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.HAZARD_STOP)
        if stops.open_stop_of(tx, visit.visit_id) is None:
            row = stops.HazardStopRow(
                stop_id=deps.new_id(),
                visit_id=visit.visit_id,
                reason=reason,
                proposal_id=None,
                stopped_at=whole_second(command.at or deps.now()),
                stopped_by=actor.user_id,
            )
            stops.add_stop(tx, row)
            log.warning("load stopped", visit_id=visit.visit_id, by=actor.user_id)
        return open_stop(tx, visit.visit_id)


def stop_for_proposal(
    tx: Tx, proposal: GradeProposalRow, reasons: Sequence[str], deps: Deps
) -> None:
    """Stop the load in which the engine saw what may be a hazard, where nobody has yet."""
    row = stops.HazardStopRow(
        stop_id=deps.new_id(),
        visit_id=proposal.visit_id,
        reason=" ".join(code for code in reasons if code.startswith("HAZARD")) or "HAZARD",
        proposal_id=proposal.proposal_id,
        stopped_at=proposal.proposed_at,
        stopped_by=None,
    )
    if stops.open_stop_of(tx, proposal.visit_id) is None:
        stops.add_stop(tx, row)
        log.warning("load stopped", visit_id=proposal.visit_id, by="image engine")


def sign_release(command: SignRelease, actor: Actor, deps: Deps) -> HazardStop:
    """Sign that the load may go on; the second person's signature releases it.

    Raises ``NotStoppedError`` and what ``domain.hazard.signed`` raises.
    """
    with deps.db.transaction() as tx:
        visit = known_visit(tx, command.visit_id, actor, Action.HAZARD_RELEASE)
        if visits.is_ended(tx, visit.visit_id):
            raise VisitEndedError(field="visit_id", value=visit.visit_id)
        stop = open_stop(tx, visit.visit_id)
        picture = _picture(tx, visit.visit_id, command.photograph_id)
        signature = Signature(
            signed_by=actor.user_id,
            role=actor.role.value,
            reason=command.reason,
            photograph_id=picture.photograph_id,
            pictured_at=picture.taken_at,
            signed_at=whole_second(deps.now()),
        )
        after = hazard.signed(stop, signature)
        _keep_signature(tx, after)
        if after.released_at is not None:
            _release(tx, after, after.released_at, deps)
        return after


def open_stop(tx: Tx, visit_id: str) -> HazardStop:
    """The stop that keeps the load now; raises ``NotStoppedError``."""
    row = stops.open_stop_of(tx, visit_id)
    if row is None:
        raise NotStoppedError(field="visit_id", value=visit_id)
    return stop_of(tx, row)


def stop_of(tx: Tx, row: stops.HazardStopRow) -> HazardStop:
    """The stop with its signatures."""
    pictured = {p.photograph_id: p.taken_at for p in photographs_of(tx, row.visit_id)}
    return HazardStop(
        stop_id=row.stop_id,
        visit_id=row.visit_id,
        cause=StopCause.PERSON if row.proposal_id is None else StopCause.PROPOSAL,
        reason=row.reason,
        stopped_at=row.stopped_at,
        stopped_by=row.stopped_by,
        signatures=tuple(
            Signature(
                signed_by=each.signed_by,
                role=each.role,
                reason=each.reason,
                photograph_id=each.photograph_id,
                pictured_at=pictured[each.photograph_id],
                signed_at=each.signed_at,
            )
            for each in stops.signatures_of(tx, row.stop_id)
        ),
    )


def _picture(tx: Tx, visit_id: str, photograph_id: str) -> PhotographRow:
    for picture in photographs_of(tx, visit_id):
        if picture.photograph_id == photograph_id:
            return picture
    raise NotFoundError(field="photograph_id", what="photograph", key=photograph_id[:64])


def _keep_signature(tx: Tx, stop: HazardStop) -> None:
    newest = stop.signatures[-1]
    row = stops.HazardSignatureRow(
        stop_id=stop.stop_id,
        place=len(stop.signatures),
        signed_by=newest.signed_by,
        role=newest.role,
        reason=newest.reason,
        photograph_id=newest.photograph_id,
        signed_at=newest.signed_at,
    )
    stops.add_signature(tx, row)


def _release(tx: Tx, stop: HazardStop, at: datetime, deps: Deps) -> None:
    """Put on record that two people let the load go on."""
    release_id = deps.new_id()
    shown = {signature.photograph_id for signature in stop.signatures}
    pictures = [p for p in photographs_of(tx, stop.visit_id) if p.photograph_id in shown]
    evidence = Evidence(
        kind="hazard-release",
        document_id=release_id,
        subject_id=stop.visit_id,
        recorded_at=at,
        record={
            "release_id": release_id,
            "stop_id": stop.stop_id,
            "visit_id": stop.visit_id,
            "cause": stop.cause.value,
            "reason": stop.reason,
            "stopped_at": utc_text(stop.stopped_at),
            "stopped_by": stop.stopped_by,
            "signatures": {
                str(place): {
                    "signed_by": signature.signed_by,
                    "role": signature.role,
                    "reason": signature.reason,
                    "photograph_id": signature.photograph_id,
                    "signed_at": utc_text(signature.signed_at),
                }
                for place, signature in enumerate(stop.signatures, start=1)
            },
            "released_at": utc_text(at),
        },
        parents=_seen_in(tx, stop),
        images=image_entries([p for p in pictures if p.weighing_id is None]),
    )
    row = stops.HazardReleaseRow(
        release_id=release_id,
        stop_id=stop.stop_id,
        visit_id=stop.visit_id,
        released_at=at,
        target_hash=record_document(tx, evidence, deps),
    )
    stops.add_release(tx, row)


def _seen_in(tx: Tx, stop: HazardStop) -> dict[str, bytes]:
    """The proposal that stopped the load, None of a stop by a person."""

    proposal = proposal_of(tx, stop.visit_id) if stop.cause is StopCause.PROPOSAL else None
    return {} if proposal is None else {"proposal": proposal.target_hash}
