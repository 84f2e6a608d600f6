import pytest

from service.domain.control.marks import look_distance, marks_between
from service.domain.sight import PassMarks, Sight

OURS, OTHER, TRAILER = "辽E12345", "京B77777", "辽E1234挂"


def seen(front: str = OURS, rear: str | None = None, look: str | None = "8080") -> PassMarks:
    plates = {"front": (front,), "rear": (rear or front,)}
    return PassMarks(sight=Sight(plates=plates, look=look), card_no="C-1")


def marks(now: PassMarks, before: PassMarks) -> dict[str, bool | None]:
    found = marks_between(now, before, trailer_plate=None, look_limit=24)
    return {mark.name: mark.agrees for mark in found}


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (seen(), seen(), (True, None, True, True)),
        (seen(rear=TRAILER), seen(rear=TRAILER), (True, True, True, True)),
        (seen(rear=TRAILER), seen(rear="京B7777挂"), (True, False, True, True)),
        (seen(OTHER), seen(), (False, None, True, True)),
        (seen("辽E12346"), seen(), (None, None, True, True)),
        (seen(look="9999"), seen(), (True, None, True, False)),
        (seen(look=None), seen(), (True, None, True, None)),
        (PassMarks(card_no="C-2"), seen(), (None, None, False, None)),
        (PassMarks(), seen(), (None, None, None, None)),
    ],
)
def test_each_mark_agrees_contradicts_or_is_unknown(
    now: PassMarks, before: PassMarks, expected: tuple[bool | None, ...]
) -> None:
    names = ("plate", "trailer", "card", "look")
    assert marks(now, before) == dict(zip(names, expected, strict=True))


def test_the_distance_of_looks_is_the_mean_difference_of_their_bytes() -> None:
    assert look_distance("0000", "0003") == 2  # 1.5, rounded half up
    assert look_distance("00ff", "ff00") == 255
    assert look_distance("00", "0000") is None
    assert look_distance("", "") is None
