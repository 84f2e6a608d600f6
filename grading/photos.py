"""A folder of labelled pictures: one folder for each trade grade."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from grading.backbone import Backbone
from grading.cache import write_whole
from grading.errors import PhotoFolderError, PictureError
from grading.exif import capture_day
from grading.features import (
    FEATURES_VERSION,
    TILE_WIDTH,
    VIEWS,
    Vectors,
    picture_views,
    vector_of_views,
)
from grading.forms import GRADE_CLASSES
from grading.phash import perceptual_hash
from grading.picture import Picture, read_picture
from grading.quality import Quality, measure_quality

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A labelled picture, looked at; ``name`` is ``class/file``, ``views`` is 10×2024."""

    name: str
    label: str
    sha256: str
    views: Vectors
    quality: Quality
    perceptual_hash: int
    day: date | None

    @property
    def vector(self) -> Vectors:
        """The vector of the whole picture, 4,048 numbers."""
        return vector_of_views(self.views)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadablePhoto:
    """A labelled picture that no decoder reads whole; it stays in every denominator."""

    name: str
    label: str
    sha256: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhotoSet:
    """All pictures of a folder, in the order of their names."""

    photos: tuple[Photo, ...]
    unreadable: tuple[UnreadablePhoto, ...]


def read_photos(folder: Path, backbone: Backbone, cache: Path) -> PhotoSet:
    """Return the labelled pictures of ``folder``; what the network saw is kept in ``cache``.

    Raises ``PhotoFolderError`` for a folder whose name is no trade grade, or without pictures.
    """
    photos: list[Photo] = []
    unreadable: list[UnreadablePhoto] = []
    for label, path in _labelled(folder):
        raw = path.read_bytes()
        name = f"{label}/{path.name}"
        try:
            photos.append(_looked_at(name, label, raw, backbone, cache))
        except PictureError as error:
            unreadable.append(
                UnreadablePhoto(
                    name=name,
                    label=label,
                    sha256=hashlib.sha256(raw).hexdigest(),
                    problem=str(error),
                )
            )
    if not photos:
        raise PhotoFolderError(value="it holds no picture that can be read")
    return PhotoSet(photos=tuple(photos), unreadable=tuple(unreadable))


def vectors_of(photos: tuple[Photo, ...]) -> npt.NDArray[np.float32]:
    """Return the N×4048 vectors of pictures."""
    return np.stack([photo.vector for photo in photos])


def _labelled(folder: Path) -> Iterator[tuple[str, Path]]:
    for class_folder in sorted(path for path in folder.iterdir() if path.is_dir()):
        if class_folder.name not in GRADE_CLASSES:
            raise PhotoFolderError(value=f"{class_folder.name} is none of the 24 trade grades")
        for path in sorted(class_folder.iterdir()):
            if path.suffix.lower() in SUFFIXES:
                yield class_folder.name, path


def _looked_at(name: str, label: str, raw: bytes, backbone: Backbone, cache: Path) -> Photo:
    picture = read_picture(raw)
    return Photo(
        name=name,
        label=label,
        sha256=picture.sha256,
        views=_views(picture, backbone, cache),
        quality=measure_quality(picture.pixels),
        perceptual_hash=perceptual_hash(picture.pixels),
        day=capture_day(raw),
    )


def _views(picture: Picture, backbone: Backbone, cache: Path) -> Vectors:
    """Return what the network sees in the pixels, from the cache where it was seen before."""
    kept = cache / "vectors" / FEATURES_VERSION / backbone.onnx_sha256[:16]
    path = kept / f"{picture.pixel_sha256}.f32"
    try:
        numbers = np.frombuffer(path.read_bytes(), "<f4")
    except (FileNotFoundError, ValueError):
        numbers = np.empty(0, np.float32)
    if numbers.size != VIEWS * TILE_WIDTH:
        numbers = picture_views(backbone, picture.pixels).ravel()
        write_whole(path, numbers.astype("<f4").tobytes())
    return numbers.astype(np.float32).reshape(VIEWS, TILE_WIDTH)
