"""The live weight in words: what is unknown is never shown, and the button says why it is off."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask_babel import Babel

from service.domain.weighing_window import (
    BelowMinimumError,
    MotionError,
    NotGrossError,
    StillnessTooShortError,
    ZeroNotSeenError,
)
from service.web.pages import scale
from tests.support.pages import edge_state


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    app = Flask("words")
    Babel(app, default_locale="en")
    with app.test_request_context("/"):
        yield


def test_a_stable_weight_can_be_recorded_and_the_button_names_it() -> None:
    shown = scale.shown(edge_state(48_620), "gross")
    assert shown["weight"] == "48,620"
    assert shown["button"] == {"enabled": True, "text": "Record gross 48,620 kg", "hint": ""}
    assert shown["note"] is None
    assert shown["said"] == "Stable, 48,620 kg"
    assert [lamp["word"] for lamp in shown["lamps"]] == [
        "Stable",
        "Zero",
        "Link live",
        "Gross mode",
        "Not over",
    ]


def test_a_silent_line_shows_dashes_and_no_earlier_weight() -> None:
    shown = scale.shown(edge_state(None), "gross")
    assert shown["weight"] == "——"
    assert shown["silent"]
    assert "3.4 s" in shown["note"]["title"]
    assert not shown["button"]["enabled"]
    assert shown["curve"]["path"] == ""
    assert "20,000" not in str(shown)


def test_a_lost_service_is_told_as_such() -> None:
    shown = scale.unreachable()
    assert shown["weight"] == "——"
    assert shown["note"]["state"] == "bad"
    assert not shown["button"]["enabled"]


def test_a_moving_load_is_shown_dimmed_and_cannot_be_recorded() -> None:
    reasons = (
        StillnessTooShortError(value=400, limit=3000),
        MotionError(field="kg", value=160, limit=20),
    )
    shown = scale.shown(edge_state(48_780, stable=False, reasons=reasons), "gross")
    assert shown["moving"]
    assert shown["button"]["text"] == "Still moving: cannot record yet"
    assert shown["button"]["hint"] == "The load is moving: spread 160 kg, at most 20 kg."
    assert shown["note"] is None
    assert shown["said"] == "In motion"


def test_an_empty_deck_says_that_there_is_no_truck() -> None:
    shown = scale.shown(edge_state(0, reasons=(BelowMinimumError(value=0, limit=400),)), "tare")
    assert shown["button"]["text"] == "No truck on the scale"


def test_a_reason_that_needs_an_act_is_noted_beside_the_weight() -> None:
    reasons = (ZeroNotSeenError(value=40, limit=3000),)
    shown = scale.shown(edge_state(48_620, reasons=reasons), "gross")
    assert shown["note"]["title"] == "Zero was not seen before the truck"
    assert "drive off, and on again" in shown["note"]["text"]


def test_a_reason_without_a_headline_is_still_told() -> None:
    class StrangeError(NotGrossError):
        message = "Something new."

    shown = scale.shown(edge_state(48_620, reasons=(StrangeError(),)), "gross")
    assert shown["button"] == {
        "enabled": False,
        "text": "Cannot record",
        "hint": "Something new.",
    }


def test_the_curve_runs_from_the_empty_deck_to_now_and_marks_the_stillness() -> None:
    curve = scale.shown(edge_state(40_000), "gross")["curve"]
    assert curve["path"] == "M0,70 120,38 600,6"
    assert curve["stable_from"] == 600 - 3_200 * 600 // 5_000
    assert curve["caption"] == "Weight curve, 0 to 40,000 kg, 5 s"
