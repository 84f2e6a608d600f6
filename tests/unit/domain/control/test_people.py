from dataclasses import replace

import pytest

from service.domain.control.facts import PeopleFacts
from service.domain.control.people import overrides_bp
from service.domain.control.verdict import Outcome
from service.domain.party import Role
from service.domain.weighing import Source
from tests.unit.domain.control.facts import gross, outcome, policy_with, said

OPERATOR = gross().people
WITNESSED = replace(
    OPERATOR, witness_id="U-2", witness_role=Role.INSPECTOR, reason_code="INDICATOR_DOWN"
)


@pytest.mark.parametrize(
    ("overrides", "weighings", "expected"),
    [
        (1, 100, Outcome.PASS),
        (1, 99, Outcome.FLAG),
        (0, 0, Outcome.UNKNOWN),
        (None, 100, Outcome.UNKNOWN),
    ],
)
def test_more_than_one_override_in_a_hundred_shows(
    overrides: int | None, weighings: int, expected: Outcome
) -> None:
    people = replace(OPERATOR, overrides=overrides, weighings=weighings)
    assert outcome("C12", gross(people=people)) is expected


def test_a_rate_is_rounded_up_so_that_one_in_many_is_never_none() -> None:
    assert overrides_bp(1, 20_000) == 1


@pytest.mark.parametrize(
    ("paired", "visits", "expected"),
    [
        (8, 10, Outcome.PASS),
        (9, 10, Outcome.FLAG),
        (9, 9, Outcome.UNKNOWN),
        (None, None, Outcome.UNKNOWN),
        (1, None, Outcome.UNKNOWN),
    ],
)
def test_nobody_weighs_the_same_truck_nearly_every_time(
    paired: int | None, visits: int | None, expected: Outcome
) -> None:
    people = replace(OPERATOR, paired_visits=paired, plate_visits=visits)
    assert outcome("C15", gross(people=people), policy_with("C15", "FLAG")) is expected


def test_pairing_is_a_matter_of_the_site_and_off_until_it_asks() -> None:
    assert said("C15", gross()) is None


@pytest.mark.parametrize(
    ("source", "demo", "expected"),
    [
        (Source.LIVE, False, Outcome.PASS),
        (Source.SIM, True, Outcome.PASS),
        (Source.SIM, False, Outcome.BLOCK),
        (Source.REPLAY, False, Outcome.BLOCK),
    ],
)
def test_a_simulated_weight_belongs_into_a_demo(
    source: Source, *, demo: bool, expected: Outcome
) -> None:
    assert outcome("C16", gross(source=source, demo=demo)) is expected


@pytest.mark.parametrize(
    ("people", "pictures", "field"),
    [
        (replace(WITNESSED, witness_id=None), 3, "witness"),
        (replace(WITNESSED, witness_role=None), 3, "witness"),
        (replace(WITNESSED, witness_id="U-1"), 3, "witness"),
        (replace(WITNESSED, witness_role=Role.OPERATOR), 3, "witness"),
        (replace(WITNESSED, reason_code=None), 3, "reason_code"),
        (WITNESSED, 0, "photographs"),
    ],
)
def test_a_typed_weight_needs_two_people_a_reason_and_a_photograph(
    people: PeopleFacts, pictures: int, field: str
) -> None:
    typed = gross(
        source=Source.MANUAL, measured=None, people=people, pictures=gross().pictures[:pictures]
    )
    verdict = said("C16", typed)
    assert verdict is not None
    assert (verdict.outcome, verdict.field) == (Outcome.BLOCK, field)


def test_a_typed_weight_with_all_of_them_is_admitted() -> None:
    typed = gross(source=Source.MANUAL, measured=None, people=WITNESSED)
    assert outcome("C16", typed) is Outcome.PASS
