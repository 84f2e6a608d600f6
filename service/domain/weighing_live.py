"""What the weighing page may say about the scale at this moment."""

from dataclasses import dataclass
from datetime import date

from service.domain.errors import FerrotraceError
from service.domain.weighing import Instrument, LinkState, Mode
from service.domain.weighing_passage import Passage, WindowRule, is_near_zero
from service.domain.weighing_window import link_state, refusals, spread_kg, stillness


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """The scale now. None is unknown: of a silent scale nothing is said but its silence.

    ``kg`` is the last frame's weight while the line is fresh, never older. ``stable`` is True once
    the window has closed. ``age_ms``, ``elapsed_ms`` and ``needed_ms`` count on the clock of the
    readings. ``reasons`` are why nothing may be captured; empty means it may.
    """

    link: LinkState
    age_ms: int | None
    kg: int | None
    unit: str | None
    mode: Mode
    stable: bool | None
    motion: bool | None
    zero: bool | None
    over: bool | None
    elapsed_ms: int
    needed_ms: int
    spread_kg: int | None
    zero_before_kg: int | None
    reasons: tuple[FerrotraceError, ...]

    @property
    def capture_allowed(self) -> bool:
        """Whether a capture asked for now would be granted."""
        return not self.reasons


def live_state(
    passage: Passage, instrument: Instrument, rule: WindowRule, *, now_ms: int, on: date
) -> LiveState:
    """State of the scale at ``now_ms`` (clock of the readings) on the business date ``on``."""
    reasons = refusals(passage, instrument, rule, now_ms=now_ms, on=on)
    last = passage.readings[-1] if passage.readings else None
    age_ms = None if last is None else now_ms - last.t_mono_ms
    link = link_state(age_ms, rule)
    if last is None or link is not LinkState.FRESH:
        return _silent(link, age_ms, rule, reasons)
    still = stillness(passage.readings, instrument, rule)
    settled = still.elapsed_ms >= rule.needed_ms
    window = still.readings or passage.readings[-1:]
    return LiveState(
        link=link,
        age_ms=age_ms,
        kg=last.kg,
        unit=last.unit,
        mode=last.mode,
        stable=settled,
        motion=last.motion,
        zero=is_near_zero(last, d_kg=instrument.d_kg, rule=rule),
        over=bool(last.over or last.out_of_range) or (last.kg or 0) > instrument.max_kg,
        elapsed_ms=still.elapsed_ms,
        needed_ms=rule.needed_ms,
        spread_kg=spread_kg(window),
        zero_before_kg=passage.zero_before_kg,
        reasons=reasons,
    )


def _silent(
    link: LinkState, age_ms: int | None, rule: WindowRule, reasons: tuple[FerrotraceError, ...]
) -> LiveState:
    return LiveState(
        link=link,
        age_ms=age_ms,
        kg=None,
        unit=None,
        mode=Mode.UNKNOWN,
        stable=None,
        motion=None,
        zero=None,
        over=None,
        elapsed_ms=0,
        needed_ms=rule.needed_ms,
        spread_kg=None,
        zero_before_kg=None,
        reasons=reasons,
    )
