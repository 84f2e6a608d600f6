"""The live weight in words: everything the weighing page shows, ready to be shown.

The script of the page only puts these texts in their places, so that one language file and one test
cover them. A silent scale has no weight here, whatever it said before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString

from service.devices.edge_client import EdgeState
from service.domain.errors import FerrotraceError
from service.web.errors import message_of
from service.web.pages.figures import UNKNOWN, kg
from service.web.pages.language import _, _l
from service.web.pages.words import PASSES

CURVE_WIDTH = 600
CURVE_HEIGHT = 72
_CURVE_TOP = 6

_HEADLINES: Mapping[str, LazyString] = {
    "LinkNotFresh": _l("No weight to record"),
    "Motion": _l("Still moving: cannot record yet"),
    "StillnessTooShort": _l("Nearly: hold still"),
    "TooFewFrames": _l("Nearly: hold still"),
    "NotIdentical": _l("Still moving: cannot record yet"),
    "BelowMinimum": _l("No truck on the scale"),
    "AboveMaximum": _l("Overload: cannot record"),
    "OutOfRange": _l("Out of range: cannot record"),
    "ZeroNotSeen": _l("Zero was not seen before the truck"),
    "NotZeroed": _l("The scale must be zeroed first"),
    "NotGross": _l("The indicator does not show gross"),
    "VerificationNotValid": _l("The scale's verification is not valid"),
}
_FIRST = ("LinkNotFresh", "OutOfRange", "AboveMaximum", "BelowMinimum", "ZeroNotSeen", "Motion")


@dataclass(frozen=True, slots=True)
class _Lamp:
    state: str
    icon: str
    word: str
    detail: str

    def shown(self) -> dict[str, str]:
        return {"state": self.state, "icon": self.icon, "word": self.word, "detail": self.detail}


def shown(state: EdgeState, weighing_pass: str) -> dict[str, Any]:
    """What the weighing page shows of ``state``."""
    reasons = _in_order(state.reasons)
    silent = state.kg is None
    return {
        "weight": kg(state.kg),
        "moving": not silent and not state.stable,
        "silent": silent,
        "lamps": [lamp.shown() for lamp in _lamps(state)],
        "curve": _curve(state),
        "window_percent": _window_percent(state),
        "note": _note(state, reasons),
        "button": _button(state, weighing_pass, reasons),
        "said": _said(state),
    }


def unreachable() -> dict[str, Any]:
    """What is shown when the service itself does not answer."""
    return {
        "weight": UNKNOWN,
        "moving": False,
        "silent": True,
        "lamps": [_Lamp("bad", "unlink", _("No connection"), _("to the service")).shown()],
        "curve": {"path": "", "stable_from": CURVE_WIDTH, "caption": "", "hint": ""},
        "window_percent": 0,
        "note": {
            "state": "bad",
            "title": _("This page has lost the service."),
            "text": _("No weight was recorded. The page tries again by itself; check the network."),
        },
        "button": {
            "enabled": False,
            "text": _("No weight to record"),
            "hint": _("no connection to the service"),
        },
        "said": _("No connection"),
    }


def _window_percent(state: EdgeState) -> int:
    """How much of the stillness that is needed has passed."""
    if not state.needed_ms:
        return 0
    return min(100, 100 * state.elapsed_ms // state.needed_ms)


def _in_order(reasons: Sequence[FerrotraceError]) -> list[FerrotraceError]:
    """The reason that people can act on comes first."""
    rank = {code: place for place, code in enumerate(_FIRST)}
    return sorted(reasons, key=lambda reason: rank.get(reason.code, len(rank)))


def _lamps(state: EdgeState) -> list[_Lamp]:
    if state.kg is None:
        unknown = _("no data")
        return [
            _Lamp("", "q", _("Stability unknown"), unknown),
            _Lamp("", "q", _("Zero unknown"), unknown),
            _link_lamp(state),
        ]
    return [
        _still_lamp(state),
        _zero_lamp(state),
        _link_lamp(state),
        _mode_lamp(state),
        _over_lamp(state),
    ]


def _still_lamp(state: EdgeState) -> _Lamp:
    detail = _(
        "%(seconds)s s, spread %(kg)s kg",
        seconds=_seconds(state.elapsed_ms),
        kg=kg(state.spread_kg),
    )
    if state.stable:
        return _Lamp("ok", "check", _("Stable"), detail)
    return _Lamp("warn", "wave", _("In motion"), detail)


def _zero_lamp(state: EdgeState) -> _Lamp:
    before_kg = state.zero_before_kg
    if before_kg is None:
        return _Lamp("warn", "zero", _("Zero not seen"), _("before the truck"))
    return _Lamp("ok", "check", _("Zero"), _("%(kg)s kg before", kg=kg(before_kg)))


def _link_lamp(state: EdgeState) -> _Lamp:
    age_ms = state.age_ms
    if state.link == "fresh":
        return _Lamp("ok", "link", _("Link live"), _("%(seconds)s s ago", seconds=_seconds(age_ms)))
    if age_ms is None:
        return _Lamp("bad", "unlink", _("Link silent"), _("nothing heard yet"))
    return _Lamp(
        "bad", "unlink", _("Link silent"), _("for %(seconds)s s", seconds=_seconds(age_ms))
    )


def _mode_lamp(state: EdgeState) -> _Lamp:
    if state.mode == "gross":
        return _Lamp("ok", "weight", _("Gross mode"), _("no preset tare"))
    return _Lamp("warn", "weight", _("Not gross"), str(state.mode))


def _over_lamp(state: EdgeState) -> _Lamp:
    if state.over:
        return _Lamp("bad", "over", _("Overload"), _("drive off"))
    return _Lamp("", "minus", _("Not over"), _("within the range"))


def _note(state: EdgeState, reasons: Sequence[FerrotraceError]) -> dict[str, str] | None:
    if state.kg is None:
        age_ms = state.age_ms
        title = (
            _("The indicator is silent; nothing was heard from it yet.")
            if age_ms is None
            else _("The indicator has been silent for %(seconds)s s.", seconds=_seconds(age_ms))
        )
        text = _(
            "No weight was recorded and the earlier reading is no longer shown."
            " Check the indicator's power and cable; weighing goes on by itself."
        )
        return {"state": "bad", "title": title, "text": text}
    blocking = [reason for reason in reasons if reason.code not in _PASSING]
    if not blocking:
        return None
    return {
        "state": "warn",
        "title": str(_HEADLINES.get(blocking[0].code, _("Cannot record"))),
        "text": message_of(blocking[0]),
    }


_PASSING = {"Motion", "StillnessTooShort", "TooFewFrames", "NotIdentical", "BelowMinimum"}
"""Reasons that pass by themselves, or that every empty scale has; the button says them."""


def _button(
    state: EdgeState, weighing_pass: str, reasons: Sequence[FerrotraceError]
) -> dict[str, Any]:
    if state.capture_allowed:
        text = _(
            "Record %(pass_name)s %(kg)s kg",
            pass_name=str(PASSES[weighing_pass]).lower(),
            kg=kg(state.kg),
        )
        return {"enabled": True, "text": text, "hint": ""}
    if not reasons:
        return {"enabled": False, "text": _("Cannot record"), "hint": ""}
    first = reasons[0]
    headline = str(_HEADLINES.get(first.code, _("Cannot record")))
    return {"enabled": False, "text": headline, "hint": message_of(first)}


def _said(state: EdgeState) -> str:
    """What a screen reader says: only what changes rarely."""
    if state.kg is None:
        return _("Link silent")
    if state.stable:
        return _("Stable, %(kg)s kg", kg=kg(state.kg))
    return _("In motion")


def _curve(state: EdgeState) -> dict[str, Any]:
    """The weight since the empty deck as an SVG path, and where stillness begins."""
    points = [(at_ms, weight) for at_ms, weight in state.curve if weight is not None]
    if len(points) < 2 or state.kg is None:  # noqa: PLR2004 - two points make a line
        return {"path": "", "stable_from": CURVE_WIDTH, "caption": "", "hint": ""}
    first_ms, last_ms = points[0][0], points[-1][0]
    duration_ms = max(1, last_ms - first_ms)
    top_kg = max(1, *(weight for _at, weight in points))
    drawn = [
        (
            (at_ms - first_ms) * CURVE_WIDTH // duration_ms,
            CURVE_HEIGHT - 2 - max(0, weight) * (CURVE_HEIGHT - _CURVE_TOP - 2) // top_kg,
        )
        for at_ms, weight in points
    ]
    elapsed_ms = min(state.elapsed_ms, duration_ms)
    return {
        "path": "M" + " ".join(f"{x},{y}" for x, y in drawn),
        "stable_from": CURVE_WIDTH - elapsed_ms * CURVE_WIDTH // duration_ms,
        "caption": _(
            "Weight curve, 0 to %(kg)s kg, %(seconds)s s",
            kg=kg(top_kg),
            seconds=duration_ms // 1000,
        ),
        "hint": _("green: standing still") if state.stable else _("still moving"),
    }


def _seconds(milliseconds: int | None) -> str:
    """2400 → 2.4; None → ——."""
    if milliseconds is None:
        return UNKNOWN
    return f"{milliseconds // 1000}.{milliseconds % 1000 // 100}"
