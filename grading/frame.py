"""One frame of an unloading: read, its bed found, gated, and glanced at; not yet judged."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from grading.bay import Bay
from grading.errors import PictureError
from grading.geometry import Bed, Mask, bed_of
from grading.layers import Glance, glance
from grading.magnet import hidden_bp, hidden_by_magnet
from grading.picture import Picture, Pixels, read_picture
from grading.quality import Quality, measure_quality, quality_reasons
from grading.site import Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture of a load as it came, in the order of time.

    ``mass_kg`` is what the lift took off that this frame precedes, where a scale tells it.
    """

    content: bytes
    at: datetime | None = None
    mass_kg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenFrame:
    """A frame before it is judged; what follows ``sha256`` is None where it cannot be read.

    ``gate`` holds the codes of the limits that it breaks; ``hidden_bp`` is the part of its bed
    behind a magnet.
    """

    index: int
    mass_kg: int | None
    sha256: str
    picture: Picture | None
    bed: Bed | None
    quality: Quality | None
    glance: Glance | None
    hidden_bp: int
    gate: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether it passed the gate, so that it may stand for a layer."""
        return not self.gate

    @property
    def sharpness(self) -> int:
        """How sharp it is, to be compared with frames of the same surface."""
        return self.quality.laplacian_variance if self.quality else 0


def seen_frames(frames: Sequence[Frame], bay: Bay | None, site: Site) -> Iterator[SeenFrame]:
    """Yield the frames one after the other; the next is read while one is looked at.

    No more than three decoded pictures are alive at a time.
    """
    with ThreadPoolExecutor(max_workers=1) as reader:
        waiting = None
        for index, frame in enumerate(frames):
            coming = reader.submit(_seen, index, frame, bay, site)
            if waiting is not None:
                yield waiting.result()
            waiting = coming
        if waiting is not None:
            yield waiting.result()


def bed_crop(pixels: Pixels, bed: Bed) -> Pixels:
    """Return the upright part of the frame round its bed."""
    x, y, width, height = bed.box_px
    return pixels[y : y + height, x : x + width]


def _seen(index: int, frame: Frame, bay: Bay | None, site: Site) -> SeenFrame:
    try:
        picture = read_picture(frame.content)
    except PictureError:
        return _unreadable(index, frame)
    bed = bed_of(picture.pixels, bay)
    clock_rows_px = 0 if bed.known else None
    quality = measure_quality(bed_crop(picture.pixels, bed), clock_rows_px)
    hidden: Mask = hidden_by_magnet(picture.pixels, bed)
    share_bp = hidden_bp(hidden, bed)
    gate = quality_reasons(quality, site.limits, None)
    if share_bp > site.load.magnet_max_bp and "Q_MAGNET" not in gate:
        gate = [*gate, "Q_MAGNET"]
    return SeenFrame(
        index=index,
        mass_kg=frame.mass_kg,
        sha256=picture.sha256,
        picture=picture,
        bed=bed,
        quality=quality,
        glance=glance(picture.pixels, bed, hidden),
        hidden_bp=share_bp,
        gate=tuple(gate),
    )


def _unreadable(index: int, frame: Frame) -> SeenFrame:
    return SeenFrame(
        index=index,
        mass_kg=frame.mass_kg,
        sha256=hashlib.sha256(frame.content).hexdigest(),
        picture=None,
        bed=None,
        quality=None,
        glance=None,
        hidden_bp=0,
        gate=("Q_TRUNCATED",),
    )
