"""What a site does about each control, and the limits it sets; defaults of weighbridge.md, 8.2."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from service.domain.control.verdict import CONTROLS
from service.domain.errors import RuleBrokenError, gettext_noop


class ControlAction(StrEnum):
    """What follows when a control is broken."""

    BLOCK = "BLOCK"
    HOLD = "HOLD"
    FLAG = "FLAG"
    OFF = "OFF"


class ControlPolicyError(RuleBrokenError):
    """A policy document names what does not exist, or a limit outside its range."""

    message = gettext_noop("The policy says %(value)s; allowed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What follows from one control, and its limits (integers; the name ends in the unit)."""

    action: ControlAction
    limits: Mapping[str, int]


def _setting(action: ControlAction, **limits: int) -> Setting:
    return Setting(action=action, limits=MappingProxyType(limits))


DEFAULTS: Mapping[str, Setting] = MappingProxyType(
    {
        "C1": _setting(ControlAction.BLOCK, zero_d=2),
        "C2": _setting(ControlAction.BLOCK, attested_photographs=2),
        "C3": _setting(ControlAction.BLOCK, above_seen_bp=1_000, least_history=3, vehicles=1),
        "C4": _setting(ControlAction.BLOCK, window_ms=3_000, spread_d=1),
        "C5": _setting(ControlAction.HOLD, slope_kg_per_s=4_000),
        "C6": _setting(ControlAction.FLAG, empty_s=600, rise_kg=500),
        "C7": _setting(ControlAction.HOLD, last_tares=10, least_history=3, band_kg=100, band_bp=80),
        "C8": _setting(ControlAction.HOLD, shortest_s=180, longest_s=14_400),
        "C9": _setting(ControlAction.BLOCK),
        "C10": _setting(ControlAction.HOLD, agreeing_marks=2, look_distance=20),
        "C11": _setting(ControlAction.BLOCK, photographs=3, near_bits=3),
        "C12": _setting(ControlAction.FLAG, overrides_bp=100, shift_h=12, release_photographs=1),
        "C13": _setting(ControlAction.BLOCK, frame_rate_bp=3_000, bad_frames_bp=100),
        "C14": _setting(ControlAction.FLAG, check_share_bp=200),
        "C15": _setting(ControlAction.OFF, last_visits=20, least_visits=10, pairing_bp=8_000),
        "C16": _setting(ControlAction.BLOCK, photographs=1),
        "C17": _setting(ControlAction.BLOCK),
        "C18": _setting(ControlAction.BLOCK),
        "C19": _setting(ControlAction.BLOCK, drift_ms=2_000),
        "C20": _setting(ControlAction.BLOCK),
    }
)
"""Action and limits where a site has set none."""

ENFORCED = frozenset({"C16", "C18", "C20"})
"""Controls that no site may soften: they are BLOCK everywhere."""

LARGEST_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPolicy:
    """The settings of one site, a ``Setting`` for each control."""

    settings: Mapping[str, Setting]

    def action(self, control: str) -> ControlAction:
        """What follows when ``control`` is broken."""
        return self.settings[control].action

    def limit(self, control: str, name: str) -> int:
        """The limit ``name`` of ``control``, in the unit that ends its name."""
        return self.settings[control].limits[name]

    def record(self) -> dict[str, object]:
        """The whole policy as a JSON document; ``of`` reads it back."""
        return {
            control: {"action": setting.action.value, "limits": dict(setting.limits)}
            for control, setting in self.settings.items()
        }

    @classmethod
    def of(cls, document: object) -> "ControlPolicy":
        """The policy that ``document`` states: ``{control: {"action"?, "limits"?}}``.

        What it leaves out is as in ``DEFAULTS``. Raises ``ControlPolicyError`` at a control,
        member, action or limit that does not exist, at a limit that is no integer from 0 to
        1,000,000, and where an enforced control is softened.
        """
        stated = _members(document, "policy", CONTROLS)
        settings = {name: _stated(name, stated.get(name, {})) for name in CONTROLS}
        return cls(settings=MappingProxyType(settings))


def _stated(control: str, document: object) -> Setting:
    default = DEFAULTS[control]
    members = _members(document, control, ("action", "limits"))
    limits = _members(members.get("limits", {}), f"{control}.limits", tuple(default.limits))
    return Setting(
        action=_action(control, members.get("action", default.action.value)),
        limits=MappingProxyType(
            {
                name: _limit(f"{control}.{name}", limits.get(name, value))
                for name, value in default.limits.items()
            }
        ),
    )


def _members(document: object, field: str, allowed: tuple[str, ...]) -> Mapping[str, object]:
    if not isinstance(document, Mapping):
        raise ControlPolicyError(field=field, value=type(document).__name__, limit="{}")
    for name in document:
        if name not in allowed:
            raise ControlPolicyError(field=field, value=name, limit=", ".join(allowed) or "{}")
    return document


def _action(control: str, value: object) -> ControlAction:
    allowed = (ControlAction.BLOCK,) if control in ENFORCED else tuple(ControlAction)
    for action in allowed:
        if value == action.value:
            return action
    raise ControlPolicyError(
        field=f"{control}.action", value=value, limit=", ".join(action.value for action in allowed)
    )


def _limit(field: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST_LIMIT:
        raise ControlPolicyError(field=field, value=value, limit=f"0–{LARGEST_LIMIT}")
    return value


DEFAULT_POLICY = ControlPolicy(settings=DEFAULTS)
"""The policy of a site that has set none."""
