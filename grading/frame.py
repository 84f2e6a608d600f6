"""One frame of an unloading: read, its bed found, gated, and glanced at; not yet judged."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from grading.bay import Bay
from grading.camera import Usual, drift_reasons
from grading.errors import PictureError
from grading.geometry import Bed, bed_of
from grading.layers import Glance, glance
from grading.picture import Pixels, read_picture
from grading.quality import Quality, measure_quality, quality_reasons
from grading.site import Site

THREADS: Final = 2
KEPT_AT_MOST: Final = 1
"""A load of so few frames keeps their pixels; of a larger one the key frames are read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture of a load as it came, in the order of time.

    ``mass_kg`` is what the lift took off that this frame precedes, where a scale tells it.
    """

    content: bytes
    at: datetime | None = None
    mass_kg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """What was found at first sight in a frame that can be read."""

    pixel_sha256: str
    bed: Bed
    quality: Quality
    glance: Glance
    pixels: Pixels | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenFrame:
    """A frame before it is judged; ``look`` is None where it cannot be read.

    ``gate`` holds the codes of the limits that it breaks; ``hidden_bp`` is the part of its bed
    behind something that passed.
    """

    index: int
    mass_kg: int | None
    sha256: str
    look: Look | None
    gate: tuple[str, ...]
    hidden_bp: int = 0

    @property
    def is_good(self) -> bool:
        """Whether it passed the gate, so that it may stand for a layer."""
        return not self.gate

    @property
    def sharpness(self) -> int:
        """How sharp it is, to be compared with frames of the same surface."""
        return self.look.quality.laplacian_variance if self.look else 0


def seen_frames(
    frames: Sequence[Frame], bay: Bay | None, site: Site, usual: Usual | None = None
) -> list[SeenFrame]:
    """Return the frames at first sight, read by two threads.

    ``usual`` is what the camera's frames used to be like. A frame with the pixels of an earlier one
    has the code ``Q_DUPLICATE``.
    """
    keep = len(frames) <= KEPT_AT_MOST

    def seen(index: int) -> SeenFrame:
        return _seen(index, frames[index], bay, site, usual, keep=keep)

    with ThreadPoolExecutor(max_workers=THREADS) as readers:
        return _repeated_marked(list(readers.map(seen, range(len(frames)))))


def with_code(frame: SeenFrame, code: str) -> SeenFrame:
    """Return a frame with one more code that keeps it from standing for a layer."""
    return frame if code in frame.gate else replace(frame, gate=(*frame.gate, code))


def _repeated_marked(seen: Sequence[SeenFrame]) -> list[SeenFrame]:
    known: set[str] = set()
    answer = []
    for frame in seen:
        pixels = frame.look.pixel_sha256 if frame.look else None
        answer.append(with_code(frame, "Q_DUPLICATE") if pixels in known else frame)
        if pixels is not None:
            known.add(pixels)
    return answer


def bed_crop(pixels: Pixels, bed: Bed) -> Pixels:
    """Return the upright part of the frame round its bed."""
    x, y, width, height = bed.box_px
    return pixels[y : y + height, x : x + width]


def _seen(
    index: int, frame: Frame, bay: Bay | None, site: Site, usual: Usual | None, *, keep: bool
) -> SeenFrame:
    try:
        picture = read_picture(frame.content)
    except PictureError:
        return SeenFrame(
            index=index,
            mass_kg=frame.mass_kg,
            sha256=hashlib.sha256(frame.content).hexdigest(),
            look=None,
            gate=("Q_TRUNCATED",),
        )
    bed = bed_of(picture.pixels, bay)
    quality = measure_quality(bed_crop(picture.pixels, bed), 0 if bed.known else None)
    return SeenFrame(
        index=index,
        mass_kg=frame.mass_kg,
        sha256=picture.sha256,
        look=Look(
            pixel_sha256=picture.pixel_sha256,
            bed=bed,
            quality=quality,
            glance=glance(picture.pixels, bed),
            pixels=picture.pixels if keep else None,
        ),
        gate=tuple(
            dict.fromkeys(
                (
                    *quality_reasons(quality, site.limits, None),
                    *drift_reasons(quality, usual, site.limits),
                )
            )
        ),
    )
