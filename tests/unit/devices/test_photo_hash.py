from hashlib import sha256

import cv2
import numpy as np
import pytest

from service.devices.photo_hash import perceptual_hash, picture_fact
from service.devices.pictures import PictureTooLargeError
from service.domain.control.pictures import nearest_bits
from tests.support.pictures import heap_jpeg, jpeg_header, png_header, rear_jpeg, truck_jpeg


def again(data: bytes, *, quality: int, scale: float, brighter: int) -> bytes:
    """The same photograph as another file."""
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    shifted = np.clip(small.astype(np.int16) + brighter, 0, 255).astype(np.uint8)
    return bytes(cv2.imencode(".jpg", shifted, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes())


def bits(one: bytes, other: bytes) -> int:
    hashes = [perceptual_hash(one) or "", perceptual_hash(other) or ""]
    found = nearest_bits(hashes[:1], hashes[1:])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("quality", "scale", "brighter"), [(60, 1.0, 0), (85, 0.6, 10), (40, 0.5, -15)]
)
def test_the_same_photograph_as_another_file_looks_the_same(
    quality: int, scale: float, brighter: int
) -> None:
    for data in (truck_jpeg(), heap_jpeg()):
        assert bits(data, again(data, quality=quality, scale=scale, brighter=brighter)) < 3


def test_other_photographs_look_different() -> None:
    assert bits(truck_jpeg(), rear_jpeg()) > 3
    assert bits(heap_jpeg("one"), heap_jpeg("another")) > 3


def test_what_cannot_be_decoded_has_no_look() -> None:
    assert perceptual_hash(b"GIF89a") is None
    assert perceptual_hash(jpeg_header(64, 64)) is None
    with pytest.raises(PictureTooLargeError):
        perceptual_hash(png_header(100_000, 100_000))


def test_a_photograph_is_known_by_its_bytes_and_by_its_look() -> None:
    data = heap_jpeg()
    fact = picture_fact("load", data)
    assert (fact.camera_id, fact.sha256) == ("load", sha256(data).hexdigest())
    assert fact.phash == perceptual_hash(data)
    assert len(fact.phash or "") == 16
