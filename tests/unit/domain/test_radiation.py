"""A radiation check is whole, and releases only what its readings carry."""

from datetime import date
from typing import Any

import pytest

from service.domain.radiation import (
    RadiationDecision,
    RadiationDecisionError,
    RadiationFigureError,
    RadiationReading,
)


def reading(**changes: Any) -> RadiationReading:
    figures: dict[str, Any] = {
        "background_nsv_h": (90, 91, 92, 90, 89),
        "max_nsv_h": 20,
        "alarm_level_nsv_h": 200,
        "decision": RadiationDecision.OK,
        "officer": "周二",
        "instrument": "RP-1",
        "calibration_due": date(2027, 1, 1),
    }
    return RadiationReading(**(figures | changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"background_nsv_h": (90,)},
        {"rescans_nsv_h": (1, 2, 3)},
        {"max_nsv_h": -1},
        {"background_nsv_h": (90, 91, 92, 90, -1)},
        {"rescans_nsv_h": (-1,)},
        {"alarm_level_nsv_h": 0},
        {"officer": " "},
        {"instrument": ""},
    ],
)
def test_a_check_that_is_not_whole_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(RadiationFigureError):
        reading(**changes)


@pytest.mark.parametrize(
    ("decision", "rescans", "admitted"),
    [
        ("OK", (), False),
        ("OK", (150, 190), True),
        ("OK", (150, 210), False),
        ("NORM_RELEASE", (), False),
        ("NORM_RELEASE", (300, 310), True),
        ("HOLD", (), True),
        ("NOTIFY", (), True),
    ],
)
def test_an_alarm_is_released_by_two_re_scans_alone(
    decision: str, rescans: tuple[int, ...], *, admitted: bool
) -> None:
    figures = {
        "max_nsv_h": 900,
        "decision": RadiationDecision(decision),
        "rescans_nsv_h": rescans,
    }
    if admitted:
        assert reading(**figures).alarmed
        return
    with pytest.raises(RadiationDecisionError):
        reading(**figures)


def test_an_instrument_is_good_to_its_day() -> None:
    reading().require_calibrated(date(2027, 1, 1))
    with pytest.raises(RadiationFigureError):
        reading().require_calibrated(date(2027, 1, 2))
