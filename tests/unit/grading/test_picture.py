import hashlib
import struct
import zlib

import cv2
import numpy as np
import pytest

from grading import picture as module
from grading.containers import read_container
from grading.errors import (
    NotAPictureError,
    PictureError,
    PictureTooLargeError,
    TruncatedPictureError,
)
from grading.picture import read_picture
from tests.unit.grading.drawings import draw, jpeg, png

HEAP = draw("heap", 1)


def encoded(suffix: str, pixels: np.ndarray = HEAP, *flags: int) -> bytes:
    return cv2.imencode(suffix, pixels, list(flags))[1].tobytes()


KINDS = {
    "JPEG": jpeg(HEAP),
    "progressive JPEG": encoded(".jpg", HEAP, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "JPEG with restarts": encoded(".jpg", HEAP, cv2.IMWRITE_JPEG_RST_INTERVAL, 4),
    "PNG": png(HEAP),
    "lossy WebP": encoded(".webp", HEAP, cv2.IMWRITE_WEBP_QUALITY, 80),
    "WebP with alpha": encoded(
        ".webp", np.dstack([HEAP, HEAP[:, :, 0]]), cv2.IMWRITE_WEBP_QUALITY, 80
    ),
    "lossless WebP": encoded(".webp", HEAP, cv2.IMWRITE_WEBP_QUALITY, 101),
    "BMP": encoded(".bmp"),
}


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def png_claiming(width_px: int, height_px: int) -> bytes:
    header = struct.pack(">IIBBBBB", width_px, height_px, 8, 2, 0, 0, 0)
    packed = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_states_its_size_and_is_decoded(kind: str) -> None:
    container = read_container(KINDS[kind])
    assert (container.width_px, container.height_px) == (800, 600)
    assert read_picture(KINDS[kind]).pixels.shape == (600, 800, 3)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.999])
def test_a_picture_cut_short_is_refused(kind: str, share: float) -> None:
    raw = KINDS[kind]
    with pytest.raises(TruncatedPictureError, match="cut short or damaged"):
        read_picture(raw[: max(30, int(len(raw) * share))])


def test_a_jpeg_whose_tail_is_overwritten_is_refused() -> None:
    raw = KINDS["JPEG"]
    with pytest.raises(TruncatedPictureError):
        read_picture(raw[:-2000] + bytes(2000))


def test_a_damaged_png_is_refused() -> None:
    raw = bytearray(KINDS["PNG"])
    raw[len(raw) // 2] ^= 1
    with pytest.raises(TruncatedPictureError):
        read_picture(bytes(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\x00\x04ab\x00",
        b"\xff\xd8\xff\x01\xff\xd9",
        b"RIFF\x10\0\0\0WEBPVP8?" + bytes(30),
        png_claiming(0, 10),
        b"BM" + struct.pack("<IIIIii", 30, 0, 54, 40, 5, 5) + bytes(40),
    ],
)
def test_a_header_without_a_picture_is_refused(raw: bytes) -> None:
    with pytest.raises(TruncatedPictureError):
        read_picture(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0" * 4096,
        b"plain text",
        b"%PDF-1.7\n",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
        b"GIF89a" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_other_bytes_are_no_picture(raw: bytes) -> None:
    with pytest.raises(NotAPictureError, match="JPEG, PNG, WebP, BMP"):
        read_picture(raw)


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(PictureTooLargeError, match="2500000000 pixels, allowed are 50000000"):
        read_picture(png_claiming(50_000, 50_000))


def test_a_jpeg_that_claims_many_pixels_is_refused() -> None:
    raw = bytearray(KINDS["JPEG"])
    frame = raw.index(b"\xff\xc0")
    raw[frame + 5 : frame + 9] = struct.pack(">HH", 65_000, 65_000)
    with pytest.raises(PictureTooLargeError):
        read_picture(bytes(raw))


def test_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SIZE_BYTES", 1000)
    with pytest.raises(PictureTooLargeError, match="bytes"):
        read_picture(KINDS["PNG"])


def test_a_decoder_that_gives_up_is_a_damaged_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise cv2.error("odd data")

    monkeypatch.setattr(cv2, "imdecode", fails)
    with pytest.raises(PictureError):
        read_picture(KINDS["PNG"])


def test_hashes_are_of_the_bytes_and_of_the_pixels() -> None:
    small = np.arange(27, dtype=np.uint8).reshape(3, 3, 3)
    raw = png(small)
    read = read_picture(raw)
    assert read.sha256 == hashlib.sha256(raw).hexdigest()
    assert read.pixel_sha256 == hashlib.sha256(bytes(range(27))).hexdigest()
    assert read.kind == "PNG"


@pytest.mark.parametrize(
    "pixels",
    [
        HEAP[:, :, 0],
        np.dstack([HEAP, np.full((600, 800), 128, np.uint8)]),
        HEAP.astype(np.uint16) * 257,
        HEAP[:1, :1],
    ],
    ids=["grey", "alpha", "16 bit", "one pixel"],
)
def test_unusual_pixels_become_eight_bit_colour(pixels: np.ndarray) -> None:
    read = read_picture(png(pixels)).pixels
    assert read.shape == (*pixels.shape[:2], 3)
    assert read.dtype == np.uint8


def test_sixteen_bits_and_eight_are_the_same_picture() -> None:
    deep = read_picture(png(HEAP.astype(np.uint16) * 257))
    assert deep.pixel_sha256 == read_picture(png(HEAP)).pixel_sha256


def with_exif(raw: bytes, tiff: bytes) -> bytes:
    content = b"Exif\0\0" + tiff
    return raw[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + raw[2:]


def test_an_orientation_in_the_file_changes_no_pixel() -> None:
    turned = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    marked = with_exif(KINDS["JPEG"], turned)
    assert read_picture(marked).pixel_sha256 == read_picture(KINDS["JPEG"]).pixel_sha256


def cmyk_jpeg() -> bytes:
    """One block of four components, all coefficients zero."""
    quantisers = b"\xff\xdb\x00\x43\x00" + b"\x01" * 64
    components = b"".join(bytes([number, 0x11, 0]) for number in range(1, 5))
    frame = b"\xff\xc0\x00\x14\x08\x00\x08\x00\x08\x04" + components
    codes = b"\x01" + bytes(15) + b"\x00"
    tables = b"\xff\xc4\x00\x14\x00" + codes + b"\xff\xc4\x00\x14\x10" + codes
    scans = b"".join(bytes([number, 0]) for number in range(1, 5))
    scan = b"\xff\xda\x00\x0e\x04" + scans + b"\x00\x3f\x00"
    return b"\xff\xd8" + quantisers + frame + tables + scan + b"\x00\xff\xd9"


def test_a_cmyk_jpeg_is_read() -> None:
    assert read_picture(cmyk_jpeg()).pixels.shape == (8, 8, 3)
