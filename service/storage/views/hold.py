"""Held weighings with their evidence: what the controls said, curves, photographs, tare history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.domain.control.facts import Curve, TareFact
from service.domain.control.hold import HoldState
from service.domain.control.policy import ControlPolicy
from service.domain.control.tare import TareBand, band_of
from service.domain.control.verdict import Verdict
from service.domain.weighing import curve_points
from service.storage import control as stored
from service.storage.control_history import Overrides, curves_of, overrides_since, tares_of
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.photograph import PhotographRow, photographs_of
from service.storage.views.hold_sight import HoldSights, hold_sights
from service.storage.views.reader import Reader
from service.storage.visit import visit_by_id
from service.storage.weighing import (
    WeighingRow,
    every_weighing_of,
    left_of,
    weighing_by_id,
    weighings_of,
)

USUAL_CURVES = 3
"""Earlier passes of the same truck that stand beside a held one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftView:
    """How the truck left the deck; ``rise_kg`` was added on the way and stayed for longer than a
    swing."""

    curve: Curve
    empty_after_ms: int
    rise_kg: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PassView:
    """A pass of the visit with its curve; points are (ms, kg or None).

    ``left`` is what the deck did from the captured frame until it was empty; None: not known.
    """

    weighing_id: str
    weighing_pass: str
    kg: int
    source: str
    taken_at: datetime
    curve: Curve
    left: LeftView | None
    photographs: Sequence[PhotographRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A weighing with what decides about it.

    ``passes`` are all of the visit, the held one first; ``usual`` the curves of earlier passes of
    the same truck; ``tares`` its history with the ``band`` it gives, None where it is too short.
    ``sights`` is what the cameras saw of the vehicle, None where they saw nothing.
    """

    weighing: PassView
    visit_id: str
    site_id: str
    plate: str
    operator_id: str
    witness_id: str | None
    state: HoldState
    verdicts: tuple[Verdict, ...]
    decision: stored.HoldDecisionRow | None
    others: tuple[PassView, ...]
    uploads: tuple[PhotographRow, ...]
    usual: tuple[Curve, ...]
    tares: tuple[TareFact, ...]
    band: TareBand | None
    sights: HoldSights | None
    photographs_needed: int


def holds(tx: Tx, reader: Reader, *, limit: int = 200) -> list[stored.HoldRow]:
    """Weighings that wait for a decision, oldest first."""
    return stored.waiting_holds(tx, site_ids=_sites(reader), limit=limit)


def decided_holds(
    tx: Tx, reader: Reader, *, limit: int = 50
) -> list[tuple[stored.HoldRow, stored.HoldDecisionRow]]:
    """Weighings that were decided on last, newest first, with the decisions."""
    return stored.decided_holds(tx, site_ids=_sites(reader), limit=limit)


def hold(tx: Tx, reader: Reader, weighing_id: str) -> HoldView | None:
    """A judged weighing with its evidence; None where there is none for this reader."""
    row, judgement = weighing_by_id(tx, weighing_id), stored.judgement_of(tx, weighing_id)
    if row is None or judgement is None or not _may_see(reader, row.site_id):
        return None
    policy = policy_in_force(tx, row.site_id)[1]
    tares = _tares(tx, row, judgement.combo, policy)
    return HoldView(
        weighing=_pass(tx, row),
        visit_id=row.visit_id,
        site_id=row.site_id,
        plate=_plate(tx, row.visit_id),
        operator_id=row.operator_id,
        witness_id=row.witness_id,
        state=stored.hold_state(tx, weighing_id),
        verdicts=stored.verdicts_of(tx, weighing_id),
        decision=stored.hold_decision_of(tx, weighing_id),
        others=tuple(
            _pass(tx, other)
            for other in every_weighing_of(tx, row.visit_id)
            if other.weighing_id != weighing_id
        ),
        uploads=tuple(p for p in photographs_of(tx, row.visit_id) if p.weighing_id is None),
        usual=_usual(tx, row, judgement.combo),
        tares=tares,
        band=band_of(tares, judgement.combo, policy),
        sights=hold_sights(tx, weighing_id, _earlier(tx, row), judgement.combo, policy),
        photographs_needed=policy.limit("C12", "release_photographs"),
    )


def overrides(
    tx: Tx, reader: Reader, now: datetime, *, site_id: str | None = None
) -> list[Overrides]:
    """Overrides of each person in the shift that ends now, at one site or wherever one may see."""
    hours = policy_in_force(tx, site_id or "")[1].limit("C12", "shift_h")
    seen = _sites(reader) if site_id is None else [site_id] if _may_see(reader, site_id) else []
    return overrides_since(tx, now - timedelta(hours=hours), site_ids=seen)


def _sites(reader: Reader) -> list[str] | None:
    return None if reader.all else sorted(reader.site_ids)


def _may_see(reader: Reader, site_id: str) -> bool:
    return reader.all or site_id in reader.site_ids


def _plate(tx: Tx, visit_id: str) -> str:
    row = visit_by_id(tx, visit_id)
    assert row is not None  # noqa: S101 # a foreign key holds it
    return row.plate


def _pass(tx: Tx, row: WeighingRow) -> PassView:
    return PassView(
        weighing_id=row.weighing_id,
        weighing_pass=row.weighing_pass,
        kg=row.kg,
        source=row.source,
        taken_at=row.taken_at,
        curve=_curve(row.curve),
        left=_left(tx, row.weighing_id),
        photographs=[
            p for p in photographs_of(tx, row.visit_id) if p.weighing_id == row.weighing_id
        ],
    )


def _left(tx: Tx, weighing_id: str) -> LeftView | None:
    row = left_of(tx, weighing_id)
    if row is None:
        return None
    return LeftView(curve=_curve(row.curve), empty_after_ms=row.empty_after_ms, rise_kg=row.rise_kg)


def _earlier(tx: Tx, row: WeighingRow) -> str | None:
    """The last weighing of the other kind that counts before this one."""
    before = [w for w in weighings_of(tx, row.visit_id) if w.weighing_pass != row.weighing_pass]
    found = [w.weighing_id for w in before if w.taken_at <= row.taken_at]
    return found[-1] if found else None


def _usual(tx: Tx, row: WeighingRow, combo: str) -> tuple[Curve, ...]:
    curves = curves_of(tx, combo, row.weighing_pass, other_than=row.weighing_id, count=USUAL_CURVES)
    return tuple(_curve(curve) for curve in curves)


def _curve(stored_curve: bytes | None) -> Curve:
    return curve_points((stored_curve or b"").decode())


def _tares(tx: Tx, row: WeighingRow, combo: str, policy: ControlPolicy) -> tuple[TareFact, ...]:
    return tares_of(
        tx, combo, other_than_visit=row.visit_id, count=policy.limit("C7", "last_tares")
    )
