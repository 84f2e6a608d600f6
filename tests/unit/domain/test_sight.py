import pytest

from service.domain.sight import Sight, vehicles_seen

OURS, TRAILER, OTHER = "辽E12345", "辽E1234挂", "京B77777"


@pytest.mark.parametrize(
    ("front", "rear", "expected"),
    [
        ([OURS], [OURS], 1),
        ([OURS], [TRAILER], 1),
        ([OURS], ["冀A99999"], 1),  # registered as its trailer
        ([OURS], [OTHER], 2),
        ([OURS, OTHER], [], 2),
        ([OURS], [TRAILER, "京B7777挂"], 2),
        ([OURS], [], None),
        ([], [], None),
        ([OURS], ["辽E12346"], None),  # one place apart: misread, or the truck's sister
        ([OURS], ["辽E123456"], 2),
    ],
)
def test_a_tractor_with_its_trailer_is_one_vehicle_and_the_illegible_is_unknown(
    front: list[str], rear: list[str], expected: int | None
) -> None:
    sight = Sight(plates={"front": tuple(front), "rear": tuple(rear)})
    assert vehicles_seen(sight, "冀A99999") == expected


def test_without_a_recogniser_nothing_is_seen() -> None:
    assert vehicles_seen(None, None) is None
    assert vehicles_seen(Sight(), None) is None


def test_a_sight_survives_its_record() -> None:
    for sight in (Sight(), Sight(plates={"front": (OURS,), "rear": ()}, look="00ff")):
        assert Sight.of(sight.record()) == sight
    assert Sight.of(None) is None


@pytest.mark.parametrize("document", [[], {}, {"plates": {}, "look": "xyz"}, {"plates": {"a": 1}}])
def test_what_is_no_sight_is_refused(document: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        Sight.of(document)
