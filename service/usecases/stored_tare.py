"""Stored tares: found on a scale, kept with a date of expiry, used in place of a weighing."""

from dataclasses import dataclass
from datetime import date, datetime

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, gettext_noop
from service.domain.instants import business_date, utc_text, whole_second
from service.domain.party import Actor
from service.domain.register import (
    MOST_STORED_TARES,
    TaresFullError,
    TareUnfitError,
    combo_of,
    expiry_of,
    require_tare_figure,
    require_usable_tare,
)
from service.domain.weighing import Source, WeighingPass
from service.storage import stored_tare as tares
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.db import Tx
from service.storage.journal import entry_by_hash
from service.storage.register import vehicle_now
from service.storage.yard_rules import site_rules
from service.usecases.control_facts import JudgedWeighing, registered_instrument
from service.usecases.control_judging import judged
from service.usecases.evidence import admit_source
from service.usecases.ports import Deps
from service.usecases.reading import document_record
from service.usecases.visit import require_visit
from service.usecases.weighing import require_next, weighing_reason
from service.usecases.weighing_record import Draft, Weighing, put_on_record


class TareEndedError(ConflictError):
    """The stored tare was taken out of use."""

    message = gettext_noop("The stored tare of %(value)s kg was taken out of use.")


class TareKeptError(ConflictError):
    """The weighing is a stored tare already."""

    message = gettext_noop("The tare of %(value)s kg is stored already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepTare:
    """``expires_on`` None: as long as the site's rules let a tare be good."""

    weighing_id: str
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UseStoredTare:
    """``attended``: a person weighs and sees that the tare has expired, which is then flagged."""

    visit_id: str
    tare_id: str
    attended: bool = True
    weighing_id: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTare:
    tare_id: str
    plate: str
    combo: str
    weighing_id: str
    kg: int
    found_at: datetime
    expires_on: date


def keep_tare(command: KeepTare, actor: Actor, deps: Deps) -> StoredTare:
    """Keep a tare that was found on a scale. Raises ``TaresFullError``, ``TareUnfitError``."""
    require(actor, Action.REGISTER_EDIT, Resource())
    now = whole_second(deps.now())
    with deps.db.transaction() as tx:
        weighing = _found_tare(tx, command.weighing_id)
        visit = visits.visit_by_id(tx, weighing.visit_id)
        assert visit is not None  # noqa: S101 # a foreign key holds it
        vehicle = vehicle_now(tx, visit.plate, lock=True)
        if tares.stored_tare_of(tx, weighing.weighing_id) is not None:
            raise TareKeptError(field="weighing_id", value=weighing.kg)
        kept = tares.stored_tares(tx, visit.plate)
        if len(kept) >= MOST_STORED_TARES:
            raise TaresFullError(field="weighing_id", value=visit.plate, limit=MOST_STORED_TARES)
        days = site_rules(tx, weighing.site_id).tare_days
        row = tares.StoredTareRow(
            tare_id=deps.new_id(),
            plate=visit.plate,
            combo=combo_of(visit.plate, vehicle.trailer_plate if vehicle else None),
            weighing_id=weighing.weighing_id,
            kg=weighing.kg,
            found_at=weighing.taken_at,
            expires_on=command.expires_on or expiry_of(business_date(weighing.taken_at), days),
            stored_at=now,
            stored_by=actor.user_id,
        )
        _require_within(row, days)
        tares.add_stored_tare(tx, row)
    return _stored(row)


def end_tare(tare_id: str, reason: str, actor: Actor, deps: Deps) -> None:
    """Take a stored tare out of use; it stays on record."""
    require(actor, Action.REGISTER_EDIT, Resource())
    why = weighing_reason(reason)
    with deps.db.transaction() as tx:
        _kept(tx, tare_id)
        tares.end_stored_tare(
            tx,
            tares.StoredTareEndRow(
                tare_id=tare_id,
                reason=why,
                ended_at=whole_second(deps.now()),
                ended_by=actor.user_id,
            ),
        )


def use_stored_tare(command: UseStoredTare, actor: Actor, deps: Deps) -> Weighing:
    """Let a stored tare stand for the weighing of the empty truck, and say so on record.

    Raises ``TareUnfitError``: of another truck, no multiple of d, not below gross, or expired where
    nobody attends; the refusals of ``require_next`` and ``ControlBlockedError``.
    """
    at = whole_second(command.at or deps.now())
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.WEIGHING_RECORD)
        require_next(tx, visit, WeighingPass.TARE, at)
        row = _kept(tx, command.tare_id)
        gross = weighings.weighing_of(tx, visit.visit_id, "gross")
        found = weighings.weighing_by_id(tx, row.weighing_id)
        if row.plate != visit.plate or gross is None or found is None:
            raise TareUnfitError(field="tare_id", value=row.plate, limit=visit.plate)
        is_expired = _require_usable(tx, row, gross, command, at)
        admit_source(found.source, deps)
        draft = _draft(tx, visit, row, found, command, actor, deps, at, is_expired=is_expired)
        return put_on_record(tx, visit, draft, actor, deps)


def _require_usable(
    tx: Tx,
    row: tares.StoredTareRow,
    gross: weighings.WeighingRow,
    command: UseStoredTare,
    at: datetime,
) -> bool:
    """Return whether the tare has expired, which a person may overlook and a machine may not."""
    instrument = registered_instrument(tx, gross.instrument_id, gross.site_id)
    d_kg = 1 if instrument is None else instrument.d_kg
    on = business_date(at)
    if not command.attended:
        require_usable_tare(
            expires_on=row.expires_on, on=on, kg=row.kg, gross_kg=gross.kg, d_kg=d_kg
        )
    require_tare_figure(kg=row.kg, gross_kg=gross.kg, d_kg=d_kg)
    return row.expires_on < on


def _draft(
    tx: Tx,
    visit: visits.VisitRow,
    row: tares.StoredTareRow,
    found: weighings.WeighingRow,
    command: UseStoredTare,
    actor: Actor,
    deps: Deps,
    at: datetime,
    *,
    is_expired: bool,
) -> Draft:
    instrument = registered_instrument(tx, found.instrument_id, found.site_id)
    assert instrument is not None  # noqa: S101 # a foreign key holds it
    weighing = JudgedWeighing(
        weighing_pass=WeighingPass.TARE,
        kg=row.kg,
        source=Source(found.source),
        taken_at=at,
        instrument=instrument,
    )
    of_edge = None if command.weighing_id is None else ()
    return Draft(
        weighing_id=command.weighing_id or deps.new_id(),
        weighing_pass=WeighingPass.TARE,
        kg=row.kg,
        source=found.source,
        instrument=document_record(entry_by_hash(tx, found.target_hash))["instrument"],
        taken_at=at,
        judgement=judged(tx, visit, weighing, actor, deps, verdicts_of_edge=of_edge),
        stated={
            "stored_tare": {
                "tare_id": row.tare_id,
                "weighing_id": found.weighing_id,
                "found_at": utc_text(row.found_at),
                "expires_on": row.expires_on.isoformat(),
                "expired": is_expired,
            }
        },
        columns={"found_weighing_id": found.weighing_id},
        parents={"found": found.target_hash},
    )


def _found_tare(tx: Tx, weighing_id: str) -> weighings.WeighingRow:
    """The weighing, which must be a tare that was found on a scale and counts."""
    weighing = weighings.weighing_by_id(tx, weighing_id)
    if weighing is None:
        raise NotFoundError(field="weighing_id", what="weighing", key=weighing_id[:64])
    void = weighings.void_of(tx, weighing_id) is not None
    found = weighing.capture_id is not None and weighing.weighing_pass == WeighingPass.TARE
    if void or not found:
        raise TareUnfitError(field="weighing_id", value=weighing.weighing_pass, limit="tare, LIVE")
    return weighing


def _require_within(row: tares.StoredTareRow, days: int) -> None:
    latest = expiry_of(business_date(row.found_at), days)
    if not business_date(row.found_at) <= row.expires_on <= latest:
        raise TareUnfitError(field="expires_on", value=row.expires_on, limit=f"≤ {latest}")


def _kept(tx: Tx, tare_id: str) -> tares.StoredTareRow:
    row = tares.stored_tare_by_id(tx, tare_id)
    if row is None:
        raise NotFoundError(field="tare_id", what="stored tare", key=tare_id[:64])
    if tares.is_ended(tx, tare_id):
        raise TareEndedError(field="tare_id", value=row.kg)
    return row


def _stored(row: tares.StoredTareRow) -> StoredTare:
    return StoredTare(
        tare_id=row.tare_id,
        plate=row.plate,
        combo=row.combo,
        weighing_id=row.weighing_id,
        kg=row.kg,
        found_at=row.found_at,
        expires_on=row.expires_on,
    )
