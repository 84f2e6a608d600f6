"""Each reason that keeps a truck from its next step has a refusal of its own."""

from dataclasses import replace
from typing import Any

import pytest

from service.domain.visit import (
    PassOutOfOrderError,
    PassRepeatedError,
    StepMissingError,
    VisitEndedError,
)
from service.domain.yard_guard import (
    RadiationHoldError,
    SealedVesselError,
    StayExpiredError,
    WeighingHeldError,
    require_step,
    require_weighing,
)
from service.domain.yard_steps import Step, YardRules
from tests.unit.domain.test_yard import ARRIVED, AT, CHECK, EASY, EMPTY, FULL, GROSS, STRICT, TARE


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"ended_no": "T1"}, VisitEndedError),
        ({"exited_at": AT}, VisitEndedError),
        ({"radiation": "HOLD"}, RadiationHoldError),
        ({"radiation": "NOTIFY"}, RadiationHoldError),
        ({"expired": True}, StayExpiredError),
        ({"passes": (replace(FULL, held=True),)}, WeighingHeldError),
        ({"passes": (replace(FULL, refused=True),)}, WeighingHeldError),
        ({"passes": (FULL,), "sealed_vessels_ok": False}, SealedVesselError),
        ({"passes": (FULL,)}, StepMissingError),
    ],
)
def test_what_holds_a_truck_is_said(facts: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        require_step(replace(ARRIVED, **facts), Step.TICKET, EASY)


def test_a_step_that_is_missing_is_named() -> None:
    with pytest.raises(StepMissingError) as refusal:
        require_step(replace(ARRIVED, passes=(FULL, EMPTY)), Step.TICKET, EASY)
    assert refusal.value.values == {"value": "the ticket", "limit": "the grade decision"}
    require_step(ARRIVED, Step.WEIGH_GROSS, EASY)


def test_a_truck_is_weighed_in_its_order() -> None:
    require_weighing(ARRIVED, GROSS, EASY)
    require_weighing(replace(ARRIVED, passes=(FULL,)), TARE, EASY)
    with pytest.raises(PassOutOfOrderError):
        require_weighing(ARRIVED, TARE, EASY)
    with pytest.raises(PassRepeatedError):
        require_weighing(replace(ARRIVED, passes=(FULL,)), GROSS, EASY)
    with pytest.raises(VisitEndedError):
        require_weighing(replace(ARRIVED, ended_no="T1"), GROSS, EASY)


def test_a_truck_is_not_weighed_before_the_radiation_check_that_a_site_asks_for() -> None:
    with pytest.raises(StepMissingError):
        require_weighing(ARRIVED, GROSS, STRICT)
    require_weighing(ARRIVED, GROSS, YardRules(calling=True))


def test_a_check_weighing_may_come_whenever_nothing_holds_the_truck() -> None:
    require_weighing(ARRIVED, CHECK, STRICT)
    require_weighing(replace(ARRIVED, passes=(FULL, EMPTY)), CHECK, EASY)
    with pytest.raises(RadiationHoldError):
        require_weighing(replace(ARRIVED, radiation="HOLD"), CHECK, EASY)
