"""Number plates are read in a process of their own, and only ever suggested."""

import os
import signal
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from service.devices.drawn_plate import plate_picture
from service.devices.pictures import NotAPictureError
from service.devices.plate_recogniser import ground_colour
from service.devices.plate_scenes import Condition, random_plate, scene
from service.devices.plates import PlateReader, PlateReaderUnavailableError
from service.domain.plate import PlateColour
from service.domain.plate_reading import plate_text

HANGS, BREAKS, READS = (np.full((8, 8 + kind, 3), 90, np.uint8) for kind in range(3))


def jpeg(picture: NDArray[np.uint8]) -> bytes:
    return cv2.imencode(".jpg", picture)[1].tobytes()


def serve_badly(connection: Connection) -> None:
    """A recogniser that hangs over one picture and dies over another, told apart by width."""
    connection.send("ready")
    while True:
        picture = cv2.imdecode(np.frombuffer(connection.recv(), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        width = picture.shape[1]
        if width == HANGS.shape[1]:
            time.sleep(600)
        if width == BREAKS.shape[1]:
            os.kill(os.getpid(), signal.SIGKILL)
        connection.send([])


@pytest.fixture(scope="module")
def reader() -> Iterator[PlateReader]:
    reader = PlateReader()
    yield reader
    reader.close()


@pytest.mark.parametrize("colour", PlateColour)
@pytest.mark.parametrize("condition", [Condition.CLEAR, Condition.TILTED, Condition.NIGHT])
def test_a_drawn_plate_is_read_with_its_colour(
    reader: PlateReader, colour: PlateColour, condition: Condition
) -> None:
    random = np.random.default_rng(7)
    text = random_plate(random, colour)
    readings = reader.read(jpeg(scene(text, colour, condition, random)))
    assert [(reading.text, reading.colour) for reading in readings] == [(text, colour)]
    assert readings[0].confidence_bp > 8_000
    left, top, right, bottom = readings[0].box
    assert 380 <= left < right <= 1_000
    assert 400 <= top < bottom <= 720


def test_a_plate_at_the_edge_of_the_picture_is_no_fault(reader: PlateReader) -> None:
    readings = reader.read(jpeg(plate_picture("辽E12345", PlateColour.YELLOW)))
    assert {reading.text for reading in readings} <= {"辽E12345"}


def test_a_large_picture_gives_the_box_in_its_own_pixels(reader: PlateReader) -> None:
    random = np.random.default_rng(3)
    large = cv2.resize(scene("辽E12345", PlateColour.BLUE, Condition.CLEAR, random), (3840, 2160))
    (reading,) = reader.read(jpeg(large.astype(np.uint8)))
    assert reading.text == "辽E12345"
    assert reading.box[2] - reading.box[0] > 700


def test_an_empty_yard_shows_no_plate(reader: PlateReader) -> None:
    assert reader.read(jpeg(np.full((720, 1280, 3), 90, np.uint8))) == ()


def test_what_is_no_picture_is_refused(reader: PlateReader) -> None:
    with pytest.raises(NotAPictureError):
        reader.read(b"no picture")


@pytest.mark.parametrize("fault", [HANGS, BREAKS], ids=["hangs", "dies"])
def test_a_recogniser_that_fails_is_told_and_started_again(fault: NDArray[np.uint8]) -> None:
    reader = PlateReader(serve_badly, reads_within_s=3.0)
    try:
        with pytest.raises(PlateReaderUnavailableError, match="Type the plate"):
            reader.read(jpeg(fault))
        assert reader.read(jpeg(READS)) == ()
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("read", "plate"),
    [
        ("辽E·12345", "辽E12345"),
        ("辽E12O4I", "辽E12041"),
        ("沪AD12345", "沪AD12345"),
        ("京a8k0q2", "京A8K0Q2"),
        ("辽O12345", None),
        ("E12345", None),
        ("使123456", None),
        ("辽E1234", None),
        ("", None),
    ],
)
def test_only_what_can_be_a_plate_is_suggested(read: str, plate: str | None) -> None:
    assert plate_text(read) == plate


def test_a_grey_ground_has_no_colour() -> None:
    assert ground_colour(np.full((20, 60, 3), 128, np.uint8)) is None
