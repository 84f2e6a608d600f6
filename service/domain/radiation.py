"""The radiation check of a truck (weighbridge.md, section 9; control C17)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.errors import RuleBrokenError, gettext_noop

BACKGROUND_READINGS = 5
MOST_RESCANS = 2


class RadiationDecision(StrEnum):
    """What follows from a check."""

    OK = "OK"
    NORM_RELEASE = "NORM_RELEASE"  # natural radioactivity, found and released
    HOLD = "HOLD"  # isolated, to be measured again
    NOTIFY = "NOTIFY"  # the environment authority is notified


class RadiationFigureError(RuleBrokenError):
    """A figure of the check is missing or outside its range."""

    message = gettext_noop("The radiation check states %(value)s; needed is %(limit)s.")


class RadiationDecisionError(RuleBrokenError):
    """The decision does not follow from the readings."""

    message = gettext_noop("Decision %(value)s does not follow from the readings: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RadiationReading:
    """What was measured and decided, dose rates in nSv/h.

    Five background readings, the highest rate of the truck net of background, the level of the
    alarm, up to two re-scans where it alarmed.
    """

    background_nsv_h: tuple[int, ...]
    max_nsv_h: int
    alarm_level_nsv_h: int
    rescans_nsv_h: tuple[int, ...] = ()
    decision: RadiationDecision
    officer: str
    instrument: str
    calibration_due: date
    vehicle_speed_kmh: int | None = None
    handheld_max_nsv_h: int | None = None
    handheld_position: str | None = None
    nuclide: str | None = None

    def __post_init__(self) -> None:
        """Refuse figures that are missing, and a release that the readings do not carry."""
        if len(self.background_nsv_h) != BACKGROUND_READINGS:
            raise RadiationFigureError(
                field="background_nsv_h",
                value=len(self.background_nsv_h),
                limit=BACKGROUND_READINGS,
            )
        if len(self.rescans_nsv_h) > MOST_RESCANS:
            raise RadiationFigureError(
                field="rescans_nsv_h", value=len(self.rescans_nsv_h), limit=f"≤ {MOST_RESCANS}"
            )
        for name, rate in self._rates():
            if rate < 0:
                raise RadiationFigureError(field=name, value=rate, limit="≥ 0 nSv/h")
        if self.alarm_level_nsv_h == 0:
            raise RadiationFigureError(field="alarm_level_nsv_h", value=0, limit="> 0 nSv/h")
        for name, text in (("officer", self.officer), ("instrument", self.instrument)):
            if not text.strip():
                raise RadiationFigureError(field=name, value="—", limit=name)
        self._require_carried()

    @property
    def alarmed(self) -> bool:
        """Whether the truck reached the alarm level."""
        return self.max_nsv_h >= self.alarm_level_nsv_h

    def require_calibrated(self, on: date) -> None:
        """Return where the instrument's calibration is good on the day ``on``."""
        if self.calibration_due < on:
            raise RadiationFigureError(
                field="calibration_due", value=self.calibration_due, limit=f"≥ {on}"
            )

    def _rates(self) -> tuple[tuple[str, int], ...]:
        return (
            *(("background_nsv_h", rate) for rate in self.background_nsv_h),
            *(("rescans_nsv_h", rate) for rate in self.rescans_nsv_h),
            ("max_nsv_h", self.max_nsv_h),
            ("alarm_level_nsv_h", self.alarm_level_nsv_h),
        )

    def _require_carried(self) -> None:
        if not self.alarmed or self.decision in (RadiationDecision.HOLD, RadiationDecision.NOTIFY):
            return
        if len(self.rescans_nsv_h) < MOST_RESCANS:
            raise RadiationDecisionError(
                field="decision", value=self.decision.value, limit="two re-scans are missing"
            )
        again = any(rate >= self.alarm_level_nsv_h for rate in self.rescans_nsv_h)
        if self.decision is RadiationDecision.OK and again:
            raise RadiationDecisionError(
                field="decision", value=self.decision.value, limit="a re-scan alarmed too"
            )
