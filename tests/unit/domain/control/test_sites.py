from dataclasses import replace

import pytest

from service.domain.control.facts import Mark, OpenGross
from service.domain.control.verdict import Outcome
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from tests.unit.domain.control.facts import gross, outcome, said, tare


def test_an_open_gross_anywhere_blocks_another_one() -> None:
    elsewhere = (OpenGross(site_id="BASE02", visit_id="V-9"),)
    verdict = said("C9", gross(visit=replace(gross().visit, open_elsewhere=elsewhere)))
    assert verdict is not None
    assert (verdict.outcome, verdict.value) == (Outcome.BLOCK, "BASE02 V-9")


def test_without_word_from_the_other_scales_an_open_gross_is_unknown() -> None:
    assert outcome("C9", gross()) is Outcome.PASS
    alone = gross(visit=replace(gross().visit, open_elsewhere=None))
    assert outcome("C9", alone) is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("unloaded", "expected"),
    [(True, Outcome.PASS), (False, Outcome.BLOCK), (None, Outcome.UNKNOWN)],
)
def test_a_tare_comes_after_the_unloading(*, unloaded: bool | None, expected: Outcome) -> None:
    assert outcome("C9", tare(visit=replace(tare().visit, unloaded=unloaded))) is expected


def test_a_truck_that_fetches_needs_no_unloading() -> None:
    assert said("C9", tare(visit_kind=VisitKind.LOADING)) is None
    assert said("C9", tare(weighing_pass=WeighingPass.CHECK)) is None


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ((True, True, None), Outcome.PASS),
        ((True, True, False), Outcome.PASS),
        ((True, False, None), Outcome.HOLD),
        ((False, None, None), Outcome.HOLD),
        ((True, None, None), Outcome.UNKNOWN),
        ((None, None, None), Outcome.UNKNOWN),
    ],
)
def test_two_marks_make_a_vehicle_the_same(
    marks: tuple[bool | None, ...], expected: Outcome
) -> None:
    seen = tuple(
        Mark(name=name, agrees=agrees)
        for name, agrees in zip(("plate", "trailer", "look"), marks, strict=True)
    )
    assert outcome("C10", tare(visit=replace(tare().visit, marks=seen))) is expected


def test_at_the_first_weighing_there_is_no_vehicle_to_compare_with() -> None:
    assert said("C10", gross()) is None
