"""A folder of labelled pictures: one folder for each trade grade."""

import hashlib
from collections.abc import Callable, Iterator
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
    TILES_ACROSS,
    TILES_DOWN,
    VECTOR_WIDTH,
    Vector,
    Vectors,
    picture_vector,
    tile_vectors,
    training_tiles,
)
from grading.forms import GRADE_CLASSES
from grading.phash import perceptual_hash
from grading.picture import Picture, read_picture
from grading.quality import Quality, measure_quality

SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Photo:
    """A labelled picture, looked at; ``name`` is ``class/file``, ``tiles`` is 6×1392."""

    name: str
    label: str
    sha256: str
    vector: Vector
    tiles: Vectors
    quality: Quality
    perceptual_hash: int
    day: date | None


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
    """Return the N×2672 vectors of pictures."""
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
        vector=_vector(picture, backbone, cache),
        tiles=_tiles(picture, backbone, cache),
        quality=measure_quality(picture.pixels),
        perceptual_hash=perceptual_hash(picture.pixels),
        day=capture_day(raw),
    )


def _vector(picture: Picture, backbone: Backbone, cache: Path) -> Vector:
    path = _place(cache, backbone) / f"{picture.pixel_sha256}.f32"
    return _kept(path, VECTOR_WIDTH, lambda: picture_vector(backbone, picture.pixels))


def _tiles(picture: Picture, backbone: Backbone, cache: Path) -> Vectors:
    path = _place(cache, backbone) / f"{picture.pixel_sha256}.tiles.f32"
    numbers = _kept(
        path,
        TILES_ACROSS * TILES_DOWN * TILE_WIDTH,
        lambda: tile_vectors(backbone, training_tiles(picture.pixels)),
    )
    return numbers.reshape(-1, TILE_WIDTH)


def _place(cache: Path, backbone: Backbone) -> Path:
    return cache / "vectors" / FEATURES_VERSION / backbone.onnx_sha256[:16]


def _kept(path: Path, size: int, look: Callable[[], Vectors]) -> Vector:
    """Return what the network sees in the pixels, from the cache where it was seen before."""
    try:
        numbers = np.frombuffer(path.read_bytes(), "<f4")
    except (FileNotFoundError, ValueError):
        numbers = np.empty(0, np.float32)
    if numbers.size != size:
        numbers = look().ravel()
        write_whole(path, numbers.astype("<f4").tobytes())
    return numbers.astype(np.float32)
