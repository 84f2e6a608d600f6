"""In which way a site uses a head of the image engine, and what it must have shown before.

A head is seen by nobody until it has looked beside the inspectors: first ``shadow``, then
``assist``, and ``auto`` only after enough trucks on which it would have been right.
"""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import ConflictError, gettext_noop
from service.domain.grading_shadow import ShadowFigures


class ModelMode(StrEnum):
    """What a head does at a site."""

    OFF = "off"  # it does not look
    SHADOW = "shadow"  # it looks, and nobody sees what it says before the end
    ASSIST = "assist"  # the inspector may see what it says; he decides
    AUTO = "auto"  # it decides where every gate passes


SERVING = frozenset({ModelMode.ASSIST, ModelMode.AUTO})
"""Modes in which the head's proposal stands in the record; one head of a site at a time."""

SHIPPED_MODE = ModelMode.ASSIST
"""What the shipped head does at a site for which nobody has said anything."""


class ModeUnchangedError(ConflictError):
    """The head does this already."""

    message = gettext_noop("The head is in mode %(value)s already.")


class ShadowFirstError(ConflictError):
    """A head that has not looked beside the inspectors of this site."""

    message = gettext_noop(
        "This head has to run in shadow at the site first; it is %(value)s, and has compared"
        " %(limit)s trucks."
    )


class AutoNotEarnedError(ConflictError):
    """A head whose figures at the site do not allow that it decides."""

    message = gettext_noop("The head may not decide here yet: %(value)s; needed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoLimits:
    """What a head must have shown at a site before it decides; start values.

    ``trucks_min``: trucks compared with a label that was given unseen. ``auto_right_min_bp``: of
    those that it would have decided alone, the part whose form was right. ``share_mae_max_bp``:
    mean absolute difference of the shares by catalogue grade. ``calibration_error_max_bp``:
    expected calibration error. ``unfamiliar_max_bp``: trucks that are unlike its training.
    """

    trucks_min: int = 100
    auto_right_min_bp: int = 9_500
    share_mae_max_bp: int = 1_000
    calibration_error_max_bp: int = 500
    unfamiliar_max_bp: int = 3_000


AUTO_LIMITS = AutoLimits()


def require_mode(
    wanted: ModelMode,
    *,
    now: ModelMode,
    figures: ShadowFigures,
    limits: AutoLimits = AUTO_LIMITS,
) -> None:
    """Return when a head in mode ``now`` may go to ``wanted`` with its ``figures`` at the site.

    ``off`` and ``shadow`` are open to every head. Raises ``ModeUnchangedError``,
    ``ShadowFirstError``, ``AutoNotEarnedError``.
    """
    if wanted is now:
        raise ModeUnchangedError(field="mode", value=wanted.value)
    if wanted not in SERVING:
        return
    if now is ModelMode.OFF:
        raise ShadowFirstError(field="mode", value=now.value, limit=figures.trucks)
    if wanted is ModelMode.AUTO:
        for value, limit in unmet(figures, limits):
            raise AutoNotEarnedError(field="mode", value=value, limit=limit)


def unmet(figures: ShadowFigures, limits: AutoLimits = AUTO_LIMITS) -> list[tuple[str, str]]:
    """What keeps a head from deciding: each figure as it is, and as it has to be."""
    mae_bp = figures.share_mae_bp
    rows = (
        (figures.trucks >= limits.trucks_min, f"trucks {figures.trucks}", f"≥ {limits.trucks_min}"),
        (
            figures.auto > 0 and figures.auto_right_bp >= limits.auto_right_min_bp,
            f"auto_right_bp {figures.auto_right_bp if figures.auto else '——'}",
            f"≥ {limits.auto_right_min_bp}",
        ),
        (
            mae_bp is not None and mae_bp <= limits.share_mae_max_bp,
            f"share_mae_bp {'——' if mae_bp is None else mae_bp}",
            f"≤ {limits.share_mae_max_bp}",
        ),
        (
            figures.calibration_error_bp <= limits.calibration_error_max_bp,
            f"calibration_error_bp {figures.calibration_error_bp}",
            f"≤ {limits.calibration_error_max_bp}",
        ),
        (
            figures.unfamiliar_bp <= limits.unfamiliar_max_bp,
            f"unfamiliar_bp {figures.unfamiliar_bp}",
            f"≤ {limits.unfamiliar_max_bp}",
        ),
    )
    return [(value, limit) for met, value, limit in rows if not met]
