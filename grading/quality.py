"""Is a picture good enough to be judged: what is measured, and against which limits.

The limits are start values from pictures of two sites; a site sets its own. How strong the detail
of a picture is depends on its content (a wire net adds a thousand to the variance), so blur is read
from its strongest edges: how much a slight further blur takes from them. Mean brightness is no
measure: automatic exposure holds it. Clipped shares and percentiles are. Nor is the mean colour:
rust is red. A cast shows in the lightest parts and in edges, which are neutral in honest light.
"""

from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.clock_bar import below_clock
from grading.picture import Pixels

MEASURED_WIDTH_PX: Final = 960
DARK_LEVEL: Final = 4
LIGHT_LEVEL: Final = 251
LAB_NEUTRAL: Final = 128
STRONGEST_EDGES: Final = 0.005
"""Share of the pixels whose gradient stands for the strongest edges."""
LIGHTEST: Final = 0.1
"""Share of the pixels that stand for the lightest parts."""
BLOCK_PX: Final = 32
PLAIN_DEVIATION: Final = 12
"""A block of 32×32 pixels with a smaller standard deviation of grey shows an even surface."""

_Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """What was measured on one picture below its clock bar, at 960 pixels of width or less.

    ``laplacian_variance`` is of the grey picture, ``tenengrad`` the mean squared gradient of it
    slightly smoothed;
    ``edge_percent`` is how steep its strongest edges are against the same edges blurred a little
    (100 is as soft as can be), ``edge_across_percent`` and ``edge_down_percent`` the same for
    edges crossed from left to right and from top to bottom; levels are 0 to 255; shares are in
    basis points, ``plain_bp`` of blocks without texture; ``cast_a`` and ``cast_b`` are the mean of
    Lab less neutral, ``light_a`` and ``light_b`` that of the lightest tenth; ``edge_red`` and
    ``edge_blue`` tell by how many percent edges are stronger in red and blue than in green.
    """

    shorter_side_px: int
    laplacian_variance: int
    tenengrad: int
    edge_percent: int
    edge_across_percent: int
    edge_down_percent: int
    p1_level: int
    p50_level: int
    p99_level: int
    dark_bp: int
    light_bp: int
    plain_bp: int
    cast_a: int
    cast_b: int
    light_a: int
    light_b: int
    edge_red: int
    edge_blue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityLimits:
    """The limits of one site; a picture at a limit passes.

    ``light_yellow_max`` and ``edge_blue_cast_max`` are wider: lamps and rust are yellow.
    ``usual_…_min_percent`` are parts of what is usual for the camera (``grading.camera``): of the
    steepness of edges above 100, of the middle level, of the range of levels.
    """

    shorter_side_min_px: int = 224
    laplacian_variance_min: int = 15
    laplacian_variance_min_by_form: dict[str, int] = field(default_factory=dict)
    edge_min_percent: int = 128
    edge_direction_min_percent: int = 118
    p50_level_min: int = 32
    p99_level_min: int = 150
    level_range_min: int = 70
    level_range_load_min: int = 25
    dark_max_bp: int = 3000
    light_max_bp: int = 4500
    plain_max_bp: int = 7500
    cast_max: int = 30
    light_cast_max: int = 19
    light_yellow_max: int = 29
    edge_cast_max: int = 22
    edge_blue_cast_max: int = 27
    usual_edge_min_percent: int = 50
    usual_level_min_percent: int = 35
    usual_range_min_percent: int = 50


def measure_quality(pixels: Pixels, clock_rows_px: int | None = None) -> Quality:
    """Return the measurements of an H×W×3 BGR picture.

    ``clock_rows_px`` is the height of the clock bar where the bay tells it; else it is looked for.
    """
    seen = below_clock(pixels, clock_rows_px)
    small = at_measured_width(seen)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.int64)
    return Quality(
        shorter_side_px=min(pixels.shape[:2]),
        laplacian_variance=_laplacian_variance(grey),
        plain_bp=_plain_bp(grey),
        p1_level=_level(counts, 0.01),
        p50_level=_level(counts, 0.50),
        p99_level=_level(counts, 0.99),
        dark_bp=_share_bp(counts[: DARK_LEVEL + 1], grey.size),
        light_bp=_share_bp(counts[LIGHT_LEVEL:], grey.size),
        **_edges(grey),
        **_colours(small, _level(counts, 1 - LIGHTEST)),
    )


def quality_reasons(quality: Quality, limits: QualityLimits, form: str | None) -> list[str]:
    """Return the codes of the limits that a picture breaks; none means that it passed.

    ``form`` chooses the limit of sharpness where the site has one for it.
    """
    level_range = quality.p99_level - quality.p1_level
    broken = {
        "Q_DARK": quality.p99_level < limits.p99_level_min
        or quality.p50_level < limits.p50_level_min,
        "Q_NO_LOAD": level_range < limits.level_range_load_min
        or quality.plain_bp > limits.plain_max_bp,
        "Q_BLUR": _is_blurred(quality, limits, form),
        "Q_EXPOSURE": level_range < limits.level_range_min
        or quality.dark_bp > limits.dark_max_bp
        or quality.light_bp > limits.light_max_bp,
        "Q_CAST": _has_cast(quality, limits),
        "Q_MOTION": min(quality.edge_across_percent, quality.edge_down_percent)
        < limits.edge_direction_min_percent,
    }
    return [code for code, is_broken in broken.items() if is_broken]


def at_measured_width(pixels: Pixels) -> Pixels:
    """Return the picture at 960 pixels of width, or as it is where it is no wider."""
    height_px, width_px = pixels.shape[:2]
    if width_px <= MEASURED_WIDTH_PX:
        return pixels
    height = max(1, round(height_px * MEASURED_WIDTH_PX / width_px))
    small = cv2.resize(pixels, (MEASURED_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8)


def _is_blurred(quality: Quality, limits: QualityLimits, form: str | None) -> bool:
    sharp_enough = limits.laplacian_variance_min_by_form.get(
        form or "", limits.laplacian_variance_min
    )
    return (
        quality.laplacian_variance < sharp_enough
        or quality.edge_percent < limits.edge_min_percent
        or quality.shorter_side_px < limits.shorter_side_min_px
    )


def _has_cast(quality: Quality, limits: QualityLimits) -> bool:
    return (
        max(abs(quality.cast_a), abs(quality.cast_b)) > limits.cast_max
        or max(abs(quality.light_a), -quality.light_b) > limits.light_cast_max
        or quality.light_b > limits.light_yellow_max
        or abs(quality.edge_red) > limits.edge_cast_max
        or abs(quality.edge_blue) > limits.edge_blue_cast_max
    )


def _laplacian_variance(grey: _Grey) -> int:
    _, deviation = cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))
    return round(float(np.asarray(deviation)[0, 0]) ** 2)


def _edges(grey: _Grey) -> dict[str, int]:
    """Return the measures of gradients: ``tenengrad`` and the three steepnesses in percent."""
    slightly, softly = (_gradients(cv2.GaussianBlur(grey, (0, 0), s)) for s in (0.8, 1.6))
    steep, soft = _strongest(slightly), _strongest(softly)
    squares = sum(cv2.norm(each, cv2.NORM_L2SQR) for each in slightly)
    whole, in_x, in_y = (
        round(100 * one / max(other, 1)) for one, other in zip(steep, soft, strict=True)
    )
    return {
        "tenengrad": round(squares / grey.size),
        "edge_percent": whole,
        "edge_across_percent": in_x,
        "edge_down_percent": in_y,
    }


def _gradients(grey: cv2.typing.MatLike) -> list[cv2.typing.MatLike]:
    return [cv2.Sobel(grey, cv2.CV_16S, 1, 0), cv2.Sobel(grey, cv2.CV_16S, 0, 1)]


def _strongest(gradients: list[cv2.typing.MatLike]) -> tuple[int, int, int]:
    """Return the gradient that the strongest edges reach: in all, across and down."""
    across, down = (np.abs(each[::3, ::3]) for each in gradients)
    counts = (np.bincount(each.ravel()).astype(np.int64) for each in (across + down, across, down))
    whole, in_x, in_y = (_level(each, 1 - STRONGEST_EDGES) for each in counts)
    return whole, in_x, in_y


def _plain_bp(grey: _Grey) -> int:
    """Return the share of the blocks of 32×32 pixels whose grey hardly varies."""
    values = grey[::2, ::2].astype(np.float32)
    size = (max(1, grey.shape[1] // BLOCK_PX), max(1, grey.shape[0] // BLOCK_PX))
    mean = cv2.resize(values, size, interpolation=cv2.INTER_AREA)
    of_squares = cv2.resize(values * values, size, interpolation=cv2.INTER_AREA)
    plain = of_squares - mean * mean < PLAIN_DEVIATION**2
    return round(float(plain.mean()) * 10_000)


def _colours(small: Pixels, light_level: int) -> dict[str, int]:
    """Return the measures of cast; every third pixel is enough for them."""
    part = np.ascontiguousarray(small[::3, ::3])
    lab = cv2.cvtColor(part, cv2.COLOR_BGR2LAB)
    grey = cv2.cvtColor(part, cv2.COLOR_BGR2GRAY)
    lightest = cv2.inRange(grey, (light_level,), (255,))
    mean, light = cv2.mean(lab), cv2.mean(lab, lightest)
    blue, green, red = _edge_strengths(part)
    return {
        "cast_a": round(mean[1] - LAB_NEUTRAL),
        "cast_b": round(mean[2] - LAB_NEUTRAL),
        "light_a": round(light[1] - LAB_NEUTRAL),
        "light_b": round(light[2] - LAB_NEUTRAL),
        "edge_red": round(100 * float(np.log(red / green))),
        "edge_blue": round(100 * float(np.log(blue / green))),
    }


def _edge_strengths(part: Pixels) -> list[float]:
    """Return, by channel, the fourth-power mean of the gradient: faint noise does not count."""
    across, down = _gradients(cv2.GaussianBlur(part, (0, 0), 1.0))
    squares = [np.square(each[::2, ::2], dtype=np.float32) for each in (across, down)]
    fourth = np.square(squares[0] + squares[1]).mean(axis=(0, 1), dtype=np.float64)
    return [float(each) ** 0.25 + 1.0 for each in fourth]


def _level(counts: npt.NDArray[np.int64], share: float) -> int:
    """Return the smallest level that ``share`` of what is counted does not exceed."""
    return int(np.searchsorted(np.cumsum(counts), share * int(counts.sum())))


def _share_bp(counts: npt.NDArray[np.int64], total: int) -> int:
    return round(int(counts.sum()) * 10_000 / total)
