"""What the service asks about a photograph that comes in: likeness, capture, repeats, a copy."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any, Final

import cv2

from grading.blur import PublicCopy, public_copy
from grading.cache import cache_folder, write_whole
from grading.canonical import sha256_hex
from grading.capture import Capture, capture_of
from grading.errors import PhotoFolderError, PictureError
from grading.likeness import LIKENESS_VERSION, as_bytes, likeness_of
from grading.picture import Pixels, read_picture
from grading.reuse import KnownLikenesses, Repeat, repeats

__all__ = [
    "LIKENESS_VERSION",
    "Examined",
    "PhotoFolderError",
    "PictureError",
    "PublicCopy",
    "examine",
    "find_repeats",
    "folder_repeats",
    "public_copy",
]

DECODER: Final = f"opencv-{cv2.__version__}"
ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What is kept of one photograph: hashes of bytes and pixels, decoder, likeness, capture.

    ``pixel_sha256`` and ``likeness`` are None where the picture cannot be decoded.
    """

    sha256: str
    pixel_sha256: str | None
    decoder: str
    likeness: bytes | None
    capture: Capture


def examine(raw: bytes, zone: tzinfo = UTC) -> Examined:
    """Return what is kept of a photograph; an unreadable one has its bytes' hash alone."""
    try:
        picture = read_picture(raw)
    except PictureError:
        return Examined(
            sha256=sha256_hex(raw),
            pixel_sha256=None,
            decoder=DECODER,
            likeness=None,
            capture=Capture(),
        )
    return Examined(
        sha256=picture.sha256,
        pixel_sha256=picture.pixel_sha256,
        decoder=DECODER,
        likeness=as_bytes(likeness_of(picture.pixels).windows),
        capture=capture_of(raw, zone),
    )


def find_repeats(
    raw: bytes, known: Sequence[tuple[str, bytes]], content_of: Callable[[str], bytes | None]
) -> list[Repeat[str]]:
    """Return which known photographs ``raw`` repeats, the surest first.

    ``known`` holds names with the bytes of ``Examined.likeness``; ``content_of`` gives the file of
    a name, and is asked for the few that come near.
    """
    pixels = _pixels(raw)
    if pixels is None or not known:
        return []
    likenesses = KnownLikenesses(known)

    def pixels_of(name: str) -> Pixels | None:
        content = content_of(name)
        return None if content is None else _pixels(content)

    return repeats(pixels, likenesses.near(likeness_of(pixels)), pixels_of)


def folder_repeats(photos: Path, asked: Sequence[Path]) -> list[dict[str, Any]]:
    """Return, for each file of ``asked``, which pictures under the folder it repeats, and how.

    A file is never compared with itself. Likenesses are kept in the cache by the hash of the file.
    Raises ``PhotoFolderError`` where the folder holds no picture.
    """
    files = sorted(path for path in photos.rglob("*") if path.suffix.lower() in ENDINGS)
    if not files:
        raise PhotoFolderError(value=f"{photos} holds no picture")
    known = {str(path): kept for path in files if (kept := _kept_likeness(path)) is not None}
    return [_answer(path, photos, known) for path in asked]


def _answer(path: Path, photos: Path, known: dict[str, bytes]) -> dict[str, Any]:
    raw = path.read_bytes()
    others = [
        (name, kept)
        for name, kept in known.items()
        if not (path.exists() and Path(name).samefile(path))
    ]
    found = find_repeats(raw, others, lambda name: Path(name).read_bytes())
    return {
        "image": str(path),
        "sha256": sha256_hex(raw),
        "readable": _pixels(raw) is not None,
        "repeats": [
            {
                "picture": str(Path(repeat.name).relative_to(photos)),
                "distance_bits": repeat.distance_bits,
                "inliers": repeat.inliers,
                "agreement_bp": repeat.agreement_bp,
                "mirrored": repeat.mirrored,
            }
            for repeat in found
        ],
    }


def _kept_likeness(path: Path) -> bytes | None:
    """Return the likeness of a file, from the cache where it lies there."""
    raw = path.read_bytes()
    kept = cache_folder() / f"likeness-{LIKENESS_VERSION}" / sha256_hex(raw)
    if kept.exists():
        return kept.read_bytes() or None
    likeness = examine(raw).likeness
    write_whole(kept, likeness or b"")
    return likeness


def _pixels(raw: bytes) -> Pixels | None:
    try:
        return read_picture(raw).pixels
    except PictureError:
        return None
