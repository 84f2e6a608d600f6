"""By what the vehicle of one weighing is held to be that of the earlier one (control C10)."""

from service.domain.control.facts import Mark
from service.domain.sight import PassMarks, Sight, may_be_misread, motor_plates, trailer_plates


def marks_between(
    now: PassMarks, before: PassMarks, *, trailer_plate: str | None, look_limit: int
) -> tuple[Mark, ...]:
    """Plate, trailer, card and look at both passes; a mark that one of them lacks is unknown.

    Looks agree up to a distance of ``look_limit``.
    """
    here, there = now.sight or Sight(), before.sight or Sight()
    apart = look_distance(here.look, there.look)
    cards = (now.card_no, before.card_no)
    return (
        Mark(
            name="plate",
            agrees=_plates_agree(
                motor_plates(here, trailer_plate), motor_plates(there, trailer_plate)
            ),
        ),
        Mark(
            name="trailer",
            agrees=_plates_agree(
                trailer_plates(here, trailer_plate), trailer_plates(there, trailer_plate)
            ),
        ),
        Mark(name="card", agrees=None if None in cards else cards[0] == cards[1]),
        Mark(name="look", agrees=None if apart is None else apart <= look_limit),
    )


def look_distance(one: str | None, other: str | None) -> int | None:
    """Mean difference of two descriptors' bytes, 0 to 255; None where they cannot be compared."""
    if one is None or other is None or len(one) != len(other) or not one:
        return None
    pairs = list(zip(bytes.fromhex(one), bytes.fromhex(other), strict=True))
    return (2 * sum(abs(a - b) for a, b in pairs) + len(pairs)) // (2 * len(pairs))


def _plates_agree(here: frozenset[str], there: frozenset[str]) -> bool | None:
    """Whether a plate was read at both passes; unknown where one of two may be misread."""
    if not here or not there:
        return None
    if here & there:
        return True
    misread = any(may_be_misread(one, other) for one in here for other in there)
    return None if misread else False
