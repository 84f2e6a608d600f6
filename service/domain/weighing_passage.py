"""From one stillness at zero to the next: the whole curve of a truck on the deck (control C1)."""

from dataclasses import dataclass

from service.domain.weighing import Mode, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRule:
    """When a weight may be taken (weighbridge.md, sections 2, 3.3 and 8.2, C1 and C4).

    Times in ms on the edge unit's clock; ``longest_passage`` in readings, some two hours.
    ``at_rate`` serves a hurried clock.
    """

    window_ms: int = 5_000
    shortest_window_ms: int = 3_000
    min_frames: int = 5
    identical_frames: int = 3
    spread_d: int = 1
    fresh_ms: int = 1_000
    down_ms: int = 3_000
    zero_ms: int = 3_000
    zero_d: int = 2
    longest_passage: int = 60_000

    @property
    def needed_ms(self) -> int:
        """Stillness asked for: the set window, never less than the shortest allowed."""
        return max(self.window_ms, self.shortest_window_ms)

    def at_rate(self, rate: int) -> "WindowRule":
        """Return the rule on a clock that runs ``rate`` times faster.

        Windows count on that clock. A line is silent in true time, so its limits do not hurry.
        """
        return WindowRule(
            window_ms=self.window_ms,
            shortest_window_ms=self.shortest_window_ms,
            min_frames=self.min_frames,
            identical_frames=self.identical_frames,
            spread_d=self.spread_d,
            fresh_ms=self.fresh_ms * rate,
            down_ms=self.down_ms * rate,
            zero_ms=self.zero_ms,
            zero_d=self.zero_d,
            longest_passage=self.longest_passage,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The readings since the deck last stood at zero, the stillness itself included.

    ``departed``: the load has left zero. ``zero_before_kg``: what the empty deck showed before it
    did, None where no such stillness was seen; then nothing may be captured until there is one.
    """

    readings: tuple[Reading, ...] = ()
    departed: bool = False
    zero_before_kg: int | None = None

    def after(self, reading: Reading, *, d_kg: int, rule: WindowRule) -> "Passage":
        """Return the passage with ``reading`` added, or the next one where the deck is empty."""
        if is_near_zero(reading, d_kg=d_kg, rule=rule):
            return self._emptied(reading, rule)
        if not self.departed:
            return Passage(
                readings=(*self.readings, reading),
                departed=True,
                zero_before_kg=_zero_seen(self.readings, reading, rule),
            )
        if self._broken_by(reading, d_kg, rule):
            return Passage(readings=(reading,), departed=True)
        if len(self.readings) >= rule.longest_passage:
            return Passage(
                readings=(*_last_ms(self.readings, reading, rule), reading), departed=True
            )
        return Passage(
            readings=(*self.readings, reading), departed=True, zero_before_kg=self.zero_before_kg
        )

    def _emptied(self, reading: Reading, rule: WindowRule) -> "Passage":
        if self.departed or _gap_ms(self.readings, reading) > rule.fresh_ms:
            return Passage(readings=(reading,))
        return Passage(readings=(*_last_ms(self.readings, reading, rule), reading))

    def _broken_by(self, reading: Reading, d_kg: int, rule: WindowRule) -> bool:
        """Whether the line fell silent and something else than before stands there now."""
        if _gap_ms(self.readings, reading) <= rule.down_ms:
            return False
        before = self.readings[-1].kg
        return before is None or reading.kg is None or abs(reading.kg - before) > d_kg


def is_near_zero(reading: Reading, *, d_kg: int, rule: WindowRule) -> bool:
    """Whether the deck reads empty: the zero lamp is on, or gross within ±2 d."""
    if reading.kg is None or reading.mode is not Mode.GROSS:
        return False
    return reading.zero is True or abs(reading.kg) <= rule.zero_d * d_kg


def _gap_ms(readings: tuple[Reading, ...], reading: Reading) -> int:
    return reading.t_mono_ms - readings[-1].t_mono_ms if readings else 0


def _last_ms(
    readings: tuple[Reading, ...], reading: Reading, rule: WindowRule
) -> tuple[Reading, ...]:
    """Return the readings of the stillness that is still worth keeping, one older included."""
    keep_ms = max(rule.zero_ms, rule.needed_ms)
    first = len(readings)
    while first > 0 and reading.t_mono_ms - readings[first - 1].t_mono_ms <= keep_ms:
        first -= 1
    return readings[max(first - 1, 0) :]


def _zero_seen(readings: tuple[Reading, ...], departing: Reading, rule: WindowRule) -> int | None:
    """Return what the empty deck showed, None unless it stood long enough up to the departure."""
    if not readings or _gap_ms(readings, departing) > rule.down_ms:
        return None
    still_ms = readings[-1].t_mono_ms - readings[0].t_mono_ms
    if readings[-1].zero is not True and still_ms < rule.zero_ms:
        return None
    shown = sorted(reading.kg for reading in readings if reading.kg is not None)
    return shown[(len(shown) - 1) // 2]  # the middle one: the first wheel is in the last
