"""From a frame to a reading: the frame's own statements joined with the instrument record."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from service.devices.indicators.dialect import Dialect, Frame
from service.domain.weighing import Instrument, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When a frame was complete: its number, ms on the edge's clock, and UTC."""

    seq: int
    t_mono_ms: int
    t_utc: datetime


def with_status(frame: Frame, status: Frame) -> Frame:
    """Weight ``frame`` with what it does not tell itself, as the ``status`` before it told."""
    return replace(
        frame,
        motion=_told(own=frame.motion, otherwise=status.motion),
        zero=_told(own=frame.zero, otherwise=status.zero),
        over=_told(own=frame.over, otherwise=status.over),
        under=_told(own=frame.under, otherwise=status.under),
        out_of_range=_told(own=frame.out_of_range, otherwise=status.out_of_range),
    )


def reading_of(
    frame: Frame, dialect: Dialect, instrument: Instrument, *, arrival: Arrival
) -> Reading:
    """Reading of a weight ``frame``; within the range, it is neither over nor under it."""
    unit = frame.unit if dialect.states_unit else "kg"
    in_range = False if frame.out_of_range is False else None
    return Reading(
        instrument_id=instrument.instrument_id,
        seq=arrival.seq,
        t_mono_ms=arrival.t_mono_ms,
        t_utc=arrival.t_utc,
        raw_hex=frame.raw.hex(),
        dialect=dialect.name,
        kg=_whole_kg(frame.weight, unit),
        unit=unit,
        mode=frame.mode,
        motion=frame.motion,
        zero=frame.zero,
        over=_told(own=frame.over, otherwise=in_range),
        under=_told(own=frame.under, otherwise=in_range),
        out_of_range=frame.out_of_range,
        expanded=frame.expanded,
        not_zeroed=frame.not_zeroed,
        d_agrees=None if frame.interval is None else frame.interval == instrument.d_kg,
        checksum=frame.checksum,
        source=instrument.source,
    )


def _told(*, own: bool | None, otherwise: bool | None) -> bool | None:
    return otherwise if own is None else own


def _whole_kg(weight: Decimal | None, unit: str | None) -> int | None:
    if weight is None or unit != "kg" or weight != weight.to_integral_value():
        return None
    return int(weight)
