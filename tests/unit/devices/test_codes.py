import sys
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.devices.codes import Code, code_reader, decode_codes, qr_rows, read_by_opencv
from service.devices.pictures import (
    LARGEST_BYTES,
    NotAPictureError,
    PictureHeader,
    PictureTooLargeError,
    picture_header,
)
from service.devices.simulator.drawing import Picture, jpeg, qr_picture
from tests.support.pictures import (
    heap_jpeg,
    jpeg_header,
    png_header,
    qr_jpeg,
    rear_jpeg,
    truck_jpeg,
)

BOOKING = "https://yard.example/t/0190f5c2-7c9e-7b3a-9a53-2f7f4d7b1c11"


def png(picture: Picture) -> bytes:
    return cv2.imencode(".png", picture)[1].tobytes()


@pytest.mark.parametrize("text", ["1", BOOKING, "送货单 0042", "x" * 500])
def test_a_drawn_code_is_read_back(text: str) -> None:
    assert decode_codes(qr_jpeg(text)) == [Code("QRCODE", text)]


def test_a_code_held_up_by_the_driver_is_read_back() -> None:
    for text in (BOOKING, "w" * 500):
        assert decode_codes(truck_jpeg(code=text)) == [Code("QRCODE", text)]


def test_two_codes_are_both_read_once_and_sorted() -> None:
    side_by_side = np.hstack([qr_picture("b"), qr_picture("a"), qr_picture("b")])
    assert decode_codes(png(side_by_side)) == [Code("QRCODE", "a"), Code("QRCODE", "b")]


@pytest.mark.parametrize("picture", [truck_jpeg(), rear_jpeg(), heap_jpeg()])
def test_a_picture_without_code_has_none(picture: bytes) -> None:
    assert decode_codes(picture) == []


def test_a_large_picture_is_scaled_down_before_the_search() -> None:
    large = cv2.copyMakeBorder(
        qr_picture(BOOKING, side=2_000), 900, 900, 900, 900, 0, value=(255,) * 3
    )
    assert decode_codes(png(large.astype(np.uint8))) == [Code("QRCODE", BOOKING)]


def test_without_zbar_opencv_reads_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyzbar", None)
    code_reader.cache_clear()
    try:
        assert code_reader() is read_by_opencv
        assert decode_codes(truck_jpeg(code=BOOKING)) == [Code("QRCODE", BOOKING)]
        assert decode_codes(heap_jpeg()) == []
    finally:
        code_reader.cache_clear()


def test_opencv_reads_a_bar_code() -> None:
    # EAN-13 4006381333931: start, six digits in L/G, centre, six in R, end.
    bars = (
        "101" + "0001101" + "0100111" + "0101111" + "0111101" + "0001001" + "0110011" + "01010"
        "1000010" + "1000010" + "1000010" + "1110100" + "1000010" + "1100110" + "101"
    )
    row = np.array([0 if bar == "1" else 255 for bar in bars], dtype=np.uint8)
    bar_code = np.repeat(np.repeat(row[None, :], 80, axis=0), 2, axis=1)
    grey = np.pad(bar_code, 60, constant_values=255)
    assert read_by_opencv(grey) == [Code("EAN13", "4006381333931")]


def test_a_detector_that_fails_leaves_what_was_read_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail() -> None:
        raise cv2.error("out of memory")

    monkeypatch.setattr("cv2.barcode.BarcodeDetector", fail)
    grey = qr_picture(BOOKING)[:, :, 0]
    assert read_by_opencv(np.ascontiguousarray(grey)) == [Code("QRCODE", BOOKING)]


@pytest.mark.parametrize(
    "bomb", [png_header(60_000, 60_000), jpeg_header(65_000, 65_000), png_header(2**31, 1)]
)
def test_a_bomb_is_refused_by_its_header(bomb: bytes) -> None:
    with pytest.raises(PictureTooLargeError, match="at most 40000000 pixels"):
        decode_codes(bomb)


def test_a_file_above_the_limit_is_refused_by_its_length() -> None:
    with pytest.raises(PictureTooLargeError, match=f"{LARGEST_BYTES + 1} bytes"):
        picture_header(b"\0" * (LARGEST_BYTES + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        png_header(640, 480)[:20],
        png_header(0, 480),
        png_header(640, 480),
        jpeg_header(640, 480),
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8" + b"\xff" * 30,
        b"\xff\xd8\xff\xe0\xff\xff" + b"\0" * 30,
        truck_jpeg()[:300],
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_crashes(data: bytes) -> None:
    with pytest.raises(NotAPictureError):
        decode_codes(data)


def test_a_decoder_that_gives_up_leaves_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise cv2.error("out of memory")

    monkeypatch.setattr("cv2.imdecode", fail)
    with pytest.raises(NotAPictureError, match="begins with image/png"):
        decode_codes(png_header(8, 8))


def test_headers_are_read_without_decoding() -> None:
    assert picture_header(truck_jpeg()) == PictureHeader(
        media_type="image/jpeg", width=1280, height=720
    )
    assert picture_header(png_header(640, 480)).media_type == "image/png"
    fill_and_restart = b"\xff\xd8\xff\xff\xd0" + jpeg_header(640, 480)[2:]
    assert picture_header(fill_and_restart).height == 480


@given(st.binary(max_size=200), st.sampled_from([b"", b"\xff\xd8\xff", png_header(8, 8)[:33]]))
@settings(max_examples=60, deadline=None)
def test_garbage_is_refused_or_empty(garbage: bytes, start: bytes) -> None:
    with suppress(NotAPictureError, PictureTooLargeError):
        assert decode_codes(start + garbage) == []


def test_drawings_are_the_same_each_time() -> None:
    assert heap_jpeg("a") == heap_jpeg("a")
    assert heap_jpeg("a") != heap_jpeg("b")
    assert jpeg(qr_picture("a")) == qr_jpeg("a")


def test_the_rows_of_a_code_read_as_its_text() -> None:
    rows = qr_rows("https://base.example/t/BASE01-E1-26-000001")
    dark = np.array([[bit == "1" for bit in row] for row in rows])
    drawn = np.pad(np.where(dark, 0, 255), 4, constant_values=255).astype(np.uint8)
    picture = cv2.imencode(".png", np.kron(drawn, np.ones((6, 6), np.uint8)))[1].tobytes()
    assert decode_codes(picture) == [Code("QRCODE", "https://base.example/t/BASE01-E1-26-000001")]


def test_no_text_has_no_code() -> None:
    assert qr_rows("") == []
