"""The stable window: when a weight may be taken, and exactly why not (control C4)."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from service.domain.errors import ConflictError, FerrotraceError, RuleBrokenError, gettext_noop
from service.domain.metrology import VerificationNotValidError, check_verified
from service.domain.weighing import (
    Checksum,
    Instrument,
    LinkState,
    Mode,
    Reading,
    StableSource,
)
from service.domain.weighing_passage import Passage, WindowRule


class LinkNotFreshError(ConflictError):
    """The indicator is silent: what stands on the deck is unknown."""

    message = gettext_noop("The indicator has been silent for %(value)s ms, at most %(limit)s ms.")


class BadChecksumError(ConflictError):
    """The frame's check does not fit its digits."""

    message = gettext_noop(
        "Frame %(value)s fails its check, only checked frames count (%(limit)s)."
    )


class OutOfRangeError(ConflictError):
    """The indicator reports over or under range."""

    message = gettext_noop("The indicator reports %(value)s kg out of range, Max is %(limit)s kg.")


class ExpandedError(ConflictError):
    """The display is expanded tenfold, which is not a legal weight."""

    message = gettext_noop("The indicator shows %(value)s kg expanded x10, allowed is %(limit)s.")


class NotZeroedError(ConflictError):
    """The indicator was not zeroed after it was switched on."""

    message = gettext_noop("The indicator was not zeroed after power-up (%(value)s, %(limit)s).")


class NotGrossError(ConflictError):
    """The indicator shows net or tare, not the whole load."""

    message = gettext_noop("The indicator shows %(value)s, allowed is %(limit)s.")


class UnitNotKgError(ConflictError):
    """The indicator weighs in another unit."""

    message = gettext_noop("The indicator weighs in %(value)s, allowed is %(limit)s.")


class DivisionMismatchError(ConflictError):
    """The interval in the frame is not the record's: a setting was changed, or the scale."""

    message = gettext_noop("The interval in frame %(value)s is not the record's d = %(limit)s kg.")


class NoWeightError(ConflictError):
    """The frame states no whole number of kilograms."""

    message = gettext_noop("Frame %(value)s states no weight in steps of d = %(limit)s kg.")


class NotMultipleOfDivisionError(RuleBrokenError):
    """The weight lies between two steps of the scale."""

    message = gettext_noop("%(value)s kg is not a multiple of d = %(limit)s kg.")


class BelowMinimumError(ConflictError):
    """The load is smaller than the scale may weigh."""

    message = gettext_noop("%(value)s kg is below Min = %(limit)s kg.")


class AboveMaximumError(ConflictError):
    """The load is larger than the scale may weigh."""

    message = gettext_noop("%(value)s kg is above Max = %(limit)s kg.")


class ZeroNotSeenError(ConflictError):
    """The deck was not seen empty and at zero before this load (C1)."""

    message = gettext_noop(
        "The deck was not seen within %(value)s kg of zero for %(limit)s ms before the truck"
        " mounted: drive off, and on again."
    )


class MotionError(ConflictError):
    """The load is moving."""

    message = gettext_noop("The load is moving: spread %(value)s kg, at most %(limit)s kg.")


class StillnessTooShortError(ConflictError):
    """The load stands still, not yet for long enough."""

    message = gettext_noop("Still for %(value)s ms, %(limit)s ms are needed.")


class TooFewFramesError(ConflictError):
    """The window holds too few frames."""

    message = gettext_noop("%(value)s frames in the window, at least %(limit)s are needed.")


class NotIdenticalError(ConflictError):
    """The last frames differ: an order-blind check would pass exchanged digits."""

    message = gettext_noop("The last frames show %(value)s kg; %(limit)s must be identical.")


CAPTURE_REFUSALS: tuple[type[FerrotraceError], ...] = (
    LinkNotFreshError,
    BadChecksumError,
    OutOfRangeError,
    ExpandedError,
    NotZeroedError,
    NotGrossError,
    UnitNotKgError,
    DivisionMismatchError,
    NoWeightError,
    NotMultipleOfDivisionError,
    BelowMinimumError,
    AboveMaximumError,
    ZeroNotSeenError,
    MotionError,
    StillnessTooShortError,
    TooFewFramesError,
    NotIdenticalError,
    VerificationNotValidError,
)
"""Every reason for which a capture may be refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StableWindow:
    """A weight that may be recorded, and the readings it rests on (oldest first)."""

    kg: int
    stable_source: StableSource
    window_ms: int
    spread_kg: int
    zero_before_kg: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stillness:
    """The readings at the end of a passage over which the load has stood still."""

    readings: tuple[Reading, ...] = ()

    @property
    def elapsed_ms(self) -> int:
        """Time from the first to the last of them, ms."""
        return self.readings[-1].t_mono_ms - self.readings[0].t_mono_ms if self.readings else 0

    @property
    def spread_kg(self) -> int:
        """Largest less smallest weight, kg."""
        return spread_kg(self.readings)


def link_state(age_ms: int | None, rule: WindowRule) -> LinkState:
    """State of a line whose last valid frame is ``age_ms`` old; None where there was none."""
    if age_ms is None or age_ms > rule.down_ms:
        return LinkState.DOWN
    return LinkState.STALE if age_ms > rule.fresh_ms else LinkState.FRESH


def stable_window(
    passage: Passage, instrument: Instrument, rule: WindowRule, *, now_ms: int, on: date
) -> StableWindow:
    """Return the window that ends now.

    ``now_ms`` is on the clock of the readings, ``on`` the business date. Raises the first of
    ``refusals``, each with its value and its limit.
    """
    reasons = refusals(passage, instrument, rule, now_ms=now_ms, on=on)
    if reasons:
        raise reasons[0]
    window = stillness(passage.readings, instrument, rule)
    by_flag = all(reading.motion is False for reading in window.readings)
    return StableWindow(
        kg=cast("int", window.readings[-1].kg),  # an unknown weight or zero is refused above
        stable_source=StableSource.FLAG if by_flag else StableSource.COMPUTED,
        window_ms=window.elapsed_ms,
        spread_kg=window.spread_kg,
        zero_before_kg=cast("int", passage.zero_before_kg),
        readings=window.readings,
    )


def refusals(
    passage: Passage, instrument: Instrument, rule: WindowRule, *, now_ms: int, on: date
) -> tuple[FerrotraceError, ...]:
    """Every reason why nothing may be captured now, the gravest first; empty when it may."""
    last = passage.readings[-1] if passage.readings else None
    age_ms = None if last is None else now_ms - last.t_mono_ms
    if last is None or link_state(age_ms, rule) is not LinkState.FRESH:
        silent = "—" if age_ms is None else age_ms
        return (LinkNotFreshError(field="link", value=silent, limit=rule.fresh_ms),)
    reasons = [*_flaws(last, instrument), *_size(passage, last, instrument, rule)]
    reasons += _movement(passage.readings, instrument, rule)
    try:
        check_verified(on, verified_on=instrument.verified_on, valid_to=instrument.valid_to)
    except VerificationNotValidError as error:
        reasons.append(error)
    return tuple(reasons)


def stillness(readings: tuple[Reading, ...], instrument: Instrument, rule: WindowRule) -> Stillness:
    """Return the longest faultless end of ``readings`` within 1 d, cut to the window needed."""
    low = high = None
    first = len(readings)
    while first > 0:
        reading = readings[first - 1]
        kg = reading.kg
        if kg is None or reading.motion is True or _flaws(reading, instrument):
            break
        if first < len(readings) and readings[first].t_mono_ms - reading.t_mono_ms > rule.fresh_ms:
            break
        low, high = min(kg, kg if low is None else low), max(kg, kg if high is None else high)
        if high - low > rule.spread_d * instrument.d_kg:
            break
        first -= 1
        if readings[-1].t_mono_ms - reading.t_mono_ms >= rule.needed_ms:
            break
    return Stillness(readings=readings[first:])


def spread_kg(readings: tuple[Reading, ...]) -> int:
    """Largest less smallest weight of ``readings``, kg; 0 where none states a weight."""
    weights = [reading.kg for reading in readings if reading.kg is not None]
    return max(weights) - min(weights) if weights else 0


def _flaws(reading: Reading, instrument: Instrument) -> list[FerrotraceError]:
    """Return what makes a single frame unfit for a trade weight, whatever it weighs."""
    kg = "—" if reading.kg is None else reading.kg
    flaws: list[FerrotraceError] = []
    if reading.checksum is Checksum.BAD:
        flaws.append(BadChecksumError(field="frame", value=reading.raw_hex, limit="ok"))
    if reading.over or reading.under or reading.out_of_range:
        flaws.append(OutOfRangeError(field="kg", value=kg, limit=instrument.max_kg))
    if reading.expanded:
        flaws.append(ExpandedError(field="kg", value=kg, limit="x1"))
    if reading.not_zeroed:
        flaws.append(NotZeroedError(field="frame", value=reading.raw_hex, limit="zeroed"))
    if reading.mode is not Mode.GROSS:
        flaws.append(NotGrossError(field="mode", value=reading.mode.value, limit="gross"))
    if reading.unit != "kg":
        flaws.append(UnitNotKgError(field="unit", value=reading.unit or "—", limit="kg"))
    if reading.d_agrees is False:
        flaws.append(
            DivisionMismatchError(field="d_kg", value=reading.raw_hex, limit=instrument.d_kg)
        )
    return flaws


def _size(
    passage: Passage, last: Reading, instrument: Instrument, rule: WindowRule
) -> list[FerrotraceError]:
    """Return what is wrong with the size of the load and with the zero before it."""
    reasons: list[FerrotraceError] = []
    if passage.departed and passage.zero_before_kg is None:
        near_kg = rule.zero_d * instrument.d_kg
        reasons.append(ZeroNotSeenError(field="zero_before_kg", value=near_kg, limit=rule.zero_ms))
    if last.kg is None:
        reasons.append(NoWeightError(field="kg", value=last.raw_hex, limit=instrument.d_kg))
        return reasons
    if last.kg < instrument.min_kg:
        reasons.append(BelowMinimumError(field="kg", value=last.kg, limit=instrument.min_kg))
    if last.kg > instrument.max_kg:
        reasons.append(AboveMaximumError(field="kg", value=last.kg, limit=instrument.max_kg))
    if last.kg % instrument.d_kg:
        reasons.append(NotMultipleOfDivisionError(field="kg", value=last.kg, limit=instrument.d_kg))
    return reasons


def _movement(
    readings: tuple[Reading, ...], instrument: Instrument, rule: WindowRule
) -> list[FerrotraceError]:
    """Return why the load does not count as standing still."""
    still = stillness(readings, instrument, rule)
    recent = _recent(readings, rule)
    limit_kg = rule.spread_d * instrument.d_kg
    unsettled = len(still.readings) < rule.min_frames and spread_kg(recent) > limit_kg
    if readings[-1].motion is True or unsettled:
        return [MotionError(field="spread_kg", value=spread_kg(recent), limit=limit_kg)]
    if still.elapsed_ms < rule.needed_ms:
        return [
            StillnessTooShortError(field="window_ms", value=still.elapsed_ms, limit=rule.needed_ms)
        ]
    if len(still.readings) < rule.min_frames:
        return [
            TooFewFramesError(field="frame_count", value=len(still.readings), limit=rule.min_frames)
        ]
    ending = [reading.kg for reading in still.readings[-rule.identical_frames :]]
    if len(set(ending)) > 1:
        shown = ", ".join(str(kg) for kg in ending)
        return [NotIdenticalError(field="kg", value=shown, limit=rule.identical_frames)]
    return []


def _recent(readings: tuple[Reading, ...], rule: WindowRule) -> tuple[Reading, ...]:
    """Return the readings of the last window, still or not."""
    first = len(readings)
    while first > 0 and readings[-1].t_mono_ms - readings[first - 1].t_mono_ms <= rule.needed_ms:
        first -= 1
    return readings[first:]
