"""Is a picture good enough to be judged: what is measured, and against which limits.

The limits are start values from the pictures of the shipped head; a site sets its own. Sharpness
depends on the content (a wire net adds a thousand), so its limit can be set for each form. Mean
brightness is no measure: automatic exposure holds it. Clipped shares and percentiles are.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np

from grading.picture import Pixels

MEASURED_WIDTH_PX: Final = 960
DARK_LEVEL: Final = 4
LIGHT_LEVEL: Final = 251
LAB_NEUTRAL: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was measured on one picture at 960 pixels of width or less.

    ``laplacian_variance`` and ``tenengrad`` (mean squared gradient) are of the grey
    picture, levels are 0 to 255, shares in basis points, ``cast_a`` and ``cast_b`` the mean of Lab
    less neutral.
    """

    shorter_side_px: int
    laplacian_variance: int
    tenengrad: int
    p1_level: int
    p99_level: int
    dark_bp: int
    light_bp: int
    cast_a: int
    cast_b: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """The limits of one site; a picture at a limit passes."""

    shorter_side_min_px: int = 224
    laplacian_variance_min: int = 40
    laplacian_variance_min_by_form: dict[str, int] = field(default_factory=dict)
    p99_level_min: int = 120
    level_range_min: int = 70
    level_range_load_min: int = 25
    dark_max_bp: int = 3000
    light_max_bp: int = 4500
    cast_max: int = 30


def measure_quality(pixels: Pixels) -> Quality:
    """Return the measurements of an H×W×3 BGR picture."""
    small = _at_measured_width(pixels)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    lab = cv2.mean(cv2.cvtColor(small, cv2.COLOR_BGR2LAB))
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    p1_level, p99_level = np.percentile(grey, (1, 99))
    return Quality(
        shorter_side_px=min(pixels.shape[:2]),
        laplacian_variance=round(float(cv2.Laplacian(grey, cv2.CV_32F).var())),
        tenengrad=round(float((across * across + down * down).mean())),
        p1_level=round(float(p1_level)),
        p99_level=round(float(p99_level)),
        dark_bp=round(float((grey <= DARK_LEVEL).mean()) * 10_000),
        light_bp=round(float((grey >= LIGHT_LEVEL).mean()) * 10_000),
        cast_a=round(lab[1] - LAB_NEUTRAL),
        cast_b=round(lab[2] - LAB_NEUTRAL),
    )


def quality_reasons(quality: Quality, limits: QualityLimits, form: str | None) -> list[str]:
    """Return the codes of the limits that a picture breaks; none means that it passed.

    ``form`` chooses the limit of sharpness where the site has one for it.
    """
    sharp_enough = limits.laplacian_variance_min_by_form.get(
        form or "", limits.laplacian_variance_min
    )
    level_range = quality.p99_level - quality.p1_level
    broken = {
        "Q_DARK": quality.p99_level < limits.p99_level_min,
        "Q_NO_LOAD": level_range < limits.level_range_load_min,
        "Q_BLUR": quality.laplacian_variance < sharp_enough
        or quality.shorter_side_px < limits.shorter_side_min_px,
        "Q_EXPOSURE": level_range < limits.level_range_min
        or quality.dark_bp > limits.dark_max_bp
        or quality.light_bp > limits.light_max_bp,
        "Q_CAST": max(abs(quality.cast_a), abs(quality.cast_b)) > limits.cast_max,
    }
    return [code for code, is_broken in broken.items() if is_broken]


def _at_measured_width(pixels: Pixels) -> Pixels:
    height_px, width_px = pixels.shape[:2]
    if width_px <= MEASURED_WIDTH_PX:
        return pixels
    height = max(1, round(height_px * MEASURED_WIDTH_PX / width_px))
    small = cv2.resize(pixels, (MEASURED_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)
