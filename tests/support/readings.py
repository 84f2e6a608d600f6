"""Readings of a scale with d = e = 20 kg and Max 100 t, made for tests of the rules."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from service.domain.weighing import Checksum, Instrument, Mode, Reading, Source
from service.domain.weighing_passage import Passage, WindowRule

RULE = WindowRule()
TODAY = date(2026, 6, 1)
FRAME_MS = 143
SCALE = Instrument(
    instrument_id="SCALE-1",
    make="Mettler-Toledo",
    model="IND331",
    serial_no="TT-0001",
    dialect="toledo_cont",
    d_kg=20,
    e_kg=20,
    max_kg=100_000,
    accuracy_class="III",
    certificate_no="CERT-1",
    verified_on=date(2026, 1, 1),
    valid_to=date(2026, 12, 31),
    simulated=True,
)


def reading(kg: int | None, *, at_ms: int = 0, **changes: Any) -> Reading:
    """A faultless reading of ``kg`` at ``at_ms``."""
    faultless = Reading(
        instrument_id=SCALE.instrument_id,
        seq=at_ms // FRAME_MS,
        t_mono_ms=at_ms,
        t_utc=datetime(2026, 6, 1, 6, 32, 6, tzinfo=UTC),
        raw_hex=f"02{kg or 0:08d}03",
        dialect=SCALE.dialect,
        kg=kg,
        unit="kg",
        mode=Mode.GROSS,
        motion=False,
        zero=None,
        over=False,
        under=False,
        out_of_range=False,
        expanded=False,
        not_zeroed=False,
        d_agrees=True,
        checksum=Checksum.OK,
        source=Source.SIM,
    )
    return replace(faultless, **changes)


def series(weights: Iterable[int | None], *, from_ms: int = 0, **changes: Any) -> list[Reading]:
    """One reading each ``FRAME_MS``."""
    return [
        reading(kg, at_ms=from_ms + number * FRAME_MS, **changes)
        for number, kg in enumerate(weights)
    ]


def passage_of(readings: Iterable[Reading], *, rule: WindowRule = RULE) -> Passage:
    """Passage after all ``readings``."""
    passage = Passage()
    for each in readings:
        passage = passage.after(each, d_kg=SCALE.d_kg, rule=rule)
    return passage


def standing(kg: int = 48_620, *, still: int = 37, **changes: Any) -> list[Reading]:
    """Four seconds at zero, a ramp of ten frames, then ``still`` frames at ``kg``."""
    empty, ramp = [0] * 29, [kg * step // 11 // 20 * 20 for step in range(1, 11)]
    before = series([*empty, *ramp])
    return [*before, *series([kg] * still, from_ms=len(before) * FRAME_MS, **changes)]
