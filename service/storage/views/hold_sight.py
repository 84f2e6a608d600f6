"""What the cameras saw of the vehicle at a held weighing, beside the one before it."""

from dataclasses import dataclass

from service.domain.control.facts import Mark
from service.domain.control.marks import look_distance, marks_between
from service.domain.control.policy import ControlPolicy
from service.domain.sight import PassMarks, Sight, motor_plates, trailer_plates, vehicles_seen
from service.storage.db import Tx
from service.storage.sight import SightRow, sights_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PassSight:
    """One weighing: plates of tractors and trailers, how many vehicles they are (None unknown).

    ``nonce`` stood on the display, ``nonce_ok`` says by camera whether the picture shows it.
    """

    plates: tuple[str, ...]
    trailers: tuple[str, ...]
    vehicles: int | None
    card_no: str | None
    nonce: str | None
    nonce_ok: dict[str, bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldSights:
    """Both weighings and the marks between them; ``before`` is None at the first one.

    ``look_apart`` is the difference of the looks, which agree up to ``look_limit``.
    """

    here: PassSight
    before: PassSight | None
    marks: dict[str, Mark]
    look_apart: int | None
    look_limit: int


def hold_sights(
    tx: Tx, weighing_id: str, earlier_id: str | None, combo: str, policy: ControlPolicy
) -> HoldSights | None:
    """What was seen at a weighing and at the one before it; None where nothing is known of it.

    ``combo`` names truck and trailer as ``plate+trailer``.
    """
    rows = sights_of(tx, [weighing_id, *([earlier_id] if earlier_id else [])])
    row, earlier = rows.get(weighing_id), rows.get(earlier_id or "")
    if row is None:
        return None
    trailer, limit = combo.partition("+")[2] or None, policy.limit("C10", "look_distance")
    now, before = row.marks, earlier.marks if earlier else PassMarks()
    marks = marks_between(now, before, trailer_plate=trailer, look_limit=limit)
    return HoldSights(
        here=_pass_sight(row, trailer),
        before=None if earlier is None else _pass_sight(earlier, trailer),
        marks={mark.name: mark for mark in marks},
        look_apart=look_distance(_look(now), _look(before)),
        look_limit=limit,
    )


def _look(marks: PassMarks) -> str | None:
    return None if marks.sight is None else marks.sight.look


def _pass_sight(row: SightRow, trailer: str | None) -> PassSight:
    sight = row.marks.sight or Sight()
    return PassSight(
        plates=tuple(sorted(motor_plates(sight, trailer))),
        trailers=tuple(sorted(trailer_plates(sight, trailer))),
        vehicles=vehicles_seen(row.marks.sight, trailer),
        card_no=row.card_no,
        nonce=row.nonce,
        nonce_ok=row.nonce_ok,
    )
