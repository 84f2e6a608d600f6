"""Whether a photograph shows what another one showed before: cut, turned, mirrored, filmed again.

In three stages. The first compares hashes of windows of both pictures and is quick over thousands
of them. The second looks at the few that come near: points of both are matched, and only where one
homography carries 25 of them over do the two show one scene. The third lays the one over the other:
a copy agrees in nearly every block, a second exposure of the scene does not. Frames of one truck
may agree honestly: whoever asks compares across tickets only.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Generic, TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from grading.clock_bar import below_clock
from grading.likeness import WINDOWS, Hashes, Likeness, bits_apart, from_bytes
from grading.picture import Pixels

NEAR_BITS: Final = 10
"""Of 64. All attacks measured stay within; of 59,340 pairs of different pictures 19 do."""
MATCHED_WIDTH_PX: Final = 800
POINTS: Final = 1000
RATIO: Final = 0.75
REACH_PX: Final = 4.0
LEAST_INLIERS: Final = 25
LARGEST_SCALE: Final = 2.0
"""A homography that enlarges or shrinks an area by more than its square is no copy of a picture."""
LEAST_AGREEMENT_BP: Final = 9600
"""Copies measured 9,700 to 10,000, two exposures of one scene 9,500 at most."""
ROUGH_AGREEMENT_BP: Final = 7000
LEAST_MOVED_AGREEMENT_BP: Final = 9900
"""Where the points lie too roughly and the greys are fitted, a second exposure reaches 9,745."""
MOST_MOVES: Final = 20
DETAIL_PX: Final = 3.0
BLOCKS_ACROSS: Final = 8
BLOCKS_DOWN: Final = 6
LEAST_OVERLAP: Final = 0.8
EVEN_DEVIATION: Final = 1.0
MOST_CANDIDATES: Final = 12

Name = TypeVar("Name", bound=Hashable)
_Homography = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Near(Generic[Name]):
    """A known picture that the first stage names, and how far the nearest windows are apart."""

    name: Name
    distance_bits: int
    mirrored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeat(Generic[Name]):
    """A known picture that is shown again: by how many points, how exactly, whether mirrored.

    ``agreement_bp`` is the correlation of the two laid over each other, in the median block.
    """

    name: Name
    distance_bits: int
    inliers: int
    agreement_bp: int
    mirrored: bool


class KnownLikenesses(Generic[Name]):
    """The likenesses of pictures that were used before, in two arrays."""

    def __init__(self, known: Sequence[tuple[Name, bytes]]) -> None:
        """Know pictures by their names and the hashes of their windows as bytes."""
        self._names = [name for name, _ in known]
        hashes = from_bytes(b"".join(kept for _, kept in known))
        self._windows = hashes.reshape(len(known), len(WINDOWS))

    def near(self, likeness: Likeness, most: int = MOST_CANDIDATES) -> list[Near[Name]]:
        """Return the nearest known pictures within 10 bits, nearest first, at most ``most``."""
        upright = _least_bits(self._windows, likeness.windows)
        mirrored = _least_bits(self._windows, likeness.mirrored)
        least = np.minimum(upright, mirrored)
        places = np.flatnonzero(least <= NEAR_BITS)
        nearest = places[np.argsort(least[places], kind="stable")][:most]
        return [
            Near(
                name=self._names[place],
                distance_bits=int(least[place]),
                mirrored=bool(mirrored[place] < upright[place]),
            )
            for place in nearest
        ]


def repeats(
    pixels: Pixels,
    near: Sequence[Near[Name]],
    pixels_of: Callable[[Name], Pixels | None],
) -> list[Repeat[Name]]:
    """Return those of ``near`` that an H×W×3 BGR picture repeats, the surest first.

    ``pixels_of`` gives a known picture, or None where it cannot be had any more.
    """
    if not near:
        return []
    asked = below_clock(pixels)

    @cache
    def points(mirrored: bool) -> Points:  # noqa: FBT001 - the one thing it is asked
        return Points.of(np.asarray(cv2.flip(asked, 1), np.uint8) if mirrored else asked)

    found: list[Repeat[Name]] = []
    for each in near:
        other = pixels_of(each.name)
        if other is not None:
            found += _repeat(each, points, Points.of(below_clock(other)))
    return sorted(found, key=lambda repeat: -repeat.inliers)


def _repeat(
    near: Near[Name], points: "Callable[[bool], Points]", known: "Points"
) -> list[Repeat[Name]]:
    """Return the repetition of one known picture, in the likelier orientation first, or nothing."""
    for mirrored in (near.mirrored, not near.mirrored):
        inliers, homography = matched(points(mirrored), known)
        if inliers < LEAST_INLIERS or homography is None:
            continue
        agreement_bp = agreement_of(points(mirrored).grey, known.grey, homography)
        if agreement_bp < LEAST_AGREEMENT_BP:
            continue
        return [
            Repeat(
                name=near.name,
                distance_bits=near.distance_bits,
                inliers=inliers,
                agreement_bp=agreement_bp,
                mirrored=mirrored,
            )
        ]
    return []


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """A grey picture at 800 px of width, its points, what each looks like (ORB, 32 bytes)."""

    grey: npt.NDArray[np.uint8]
    places: npt.NDArray[np.float32]
    descriptors: npt.NDArray[np.uint8]

    @staticmethod
    def of(pixels: Pixels) -> "Points":
        """Return up to 1,000 points of an H×W×3 BGR picture."""
        grey = cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY)
        height = max(1, round(grey.shape[0] * MATCHED_WIDTH_PX / grey.shape[1]))
        scaled = cv2.resize(grey, (MATCHED_WIDTH_PX, height), interpolation=cv2.INTER_AREA)
        points, descriptors = cv2.ORB.create(nfeatures=POINTS).detectAndCompute(scaled, None)
        if not points:
            descriptors = np.empty((0, 32), np.uint8)
        return Points(
            grey=np.asarray(scaled, np.uint8),
            places=np.array([point.pt for point in points], np.float32).reshape(-1, 2),
            descriptors=np.asarray(descriptors, np.uint8),
        )


def matched(one: Points, other: Points) -> tuple[int, _Homography | None]:
    """Return how many points of one picture a homography carries to the other, and that one.

    A homography that folds, or enlarges out of reason, carries none.
    """
    if min(len(one.places), len(other.places)) < LEAST_INLIERS:
        return 0, None
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(one.descriptors, other.descriptors, k=2)
    kept = [
        (pair[0].queryIdx, pair[0].trainIdx)
        for pair in pairs
        if len(pair) > 1 and pair[0].distance < RATIO * pair[1].distance
    ]
    if len(kept) < LEAST_INLIERS:
        return 0, None
    from_one, to_other = (np.array(side) for side in zip(*kept, strict=True))
    cv2.setRNGSeed(1)
    found, mask = cv2.findHomography(
        one.places[from_one], other.places[to_other], cv2.RANSAC, REACH_PX
    )
    homography = None if found is None else np.asarray(found, np.float64)
    if homography is None or not _is_plausible(homography):
        return 0, None
    return len({int(to_other[place]) for place in np.flatnonzero(mask)}), homography


def agreement_of(
    one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8], homography: _Homography
) -> int:
    """Return how exactly ``other`` agrees with ``one`` laid over it, in basis points.

    Where the points alone lay it down too roughly, it is moved until the greys fit best.
    """
    agreement_bp = _agreement_bp(one, other, homography)
    if not ROUGH_AGREEMENT_BP <= agreement_bp < LEAST_AGREEMENT_BP:
        return agreement_bp
    moved_bp = _agreement_bp(one, other, _moved(one, other, homography))
    return moved_bp if moved_bp >= LEAST_MOVED_AGREEMENT_BP else agreement_bp


def _moved(
    one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8], homography: _Homography
) -> _Homography:
    """Return the homography near ``homography`` by which the greys fit best."""
    rough = np.linalg.inv(homography).astype(np.float32)
    stop = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, MOST_MOVES, 1e-5)
    try:
        _, back = cv2.findTransformECC(other, one, rough, cv2.MOTION_HOMOGRAPHY, stop)
    except cv2.error:
        return homography
    return np.asarray(np.linalg.inv(np.asarray(back, np.float64)), np.float64)


def _agreement_bp(
    one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8], homography: _Homography
) -> int:
    """Return the median correlation of the blocks of ``other`` with ``one`` laid over it, in bp."""
    height, width = other.shape
    over = cv2.warpPerspective(one, homography, (width, height))
    inside = cv2.warpPerspective(np.full_like(one, 255), homography, (width, height)) == np.uint8(
        255
    )
    detail, known = _detail(over), _detail(other)
    found = [
        _correlation(detail[block][inside[block]], known[block][inside[block]])
        for block in _blocks(height, width)
        if inside[block].mean() >= LEAST_OVERLAP
        and known[block][inside[block]].std() >= EVEN_DEVIATION
    ]
    return max(0, round(float(np.median(found)) * 10_000)) if found else 0


def _detail(grey: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """Return what is neither fine noise nor slow shading."""
    values = grey.astype(np.float32)
    soft = cv2.GaussianBlur(values, (0, 0), DETAIL_PX)
    return np.asarray(soft - cv2.GaussianBlur(values, (0, 0), 4 * DETAIL_PX), np.float32)


def _blocks(height: int, width: int) -> Iterator[tuple[slice, slice]]:
    tall, wide = height // BLOCKS_DOWN, width // BLOCKS_ACROSS
    for row in range(BLOCKS_DOWN):
        for column in range(BLOCKS_ACROSS):
            yield (
                slice(row * tall, (row + 1) * tall),
                slice(column * wide, (column + 1) * wide),
            )


def _correlation(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> float:
    if one.std() == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])


def _is_plausible(homography: _Homography) -> bool:
    area = float(np.linalg.det(homography[:2, :2]))
    return LARGEST_SCALE**-2 <= area <= LARGEST_SCALE**2


def _least_bits(known: Hashes, asked: Hashes) -> npt.NDArray[np.uint8]:
    """Return, for each of N known, the least distance of its windows to the whole, or back."""
    if not len(known):
        return np.empty(0, np.uint8)
    of_theirs = bits_apart(known, asked[0]).min(axis=1)
    of_ours = bits_apart(known[:, :1], asked[np.newaxis]).min(axis=1)
    return np.asarray(np.minimum(of_theirs, of_ours), np.uint8)
