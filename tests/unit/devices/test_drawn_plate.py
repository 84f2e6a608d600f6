"""Drawn number plates have the sizes and grounds of GA 36-2018."""

import pytest

from service.devices.drawn_plate import plate_picture
from service.domain.plate import PlateColour


@pytest.mark.parametrize(
    ("colour", "width", "ground_bgr"),
    [
        (PlateColour.BLUE, 440, (176, 72, 16)),
        (PlateColour.YELLOW, 440, (20, 190, 246)),
        (PlateColour.GREEN, 480, (130, 196, 96)),
    ],
)
def test_a_plate_has_the_size_and_the_ground_of_its_colour(
    colour: PlateColour, width: int, ground_bgr: tuple[int, int, int]
) -> None:
    picture = plate_picture("辽E12345", colour)
    assert picture.shape == (140, width, 3)
    assert tuple(picture[1, 1]) == ground_bgr


def test_two_plates_look_different() -> None:
    one, other = (plate_picture(text, PlateColour.BLUE) for text in ("辽E12345", "京E12345"))
    assert (one != other).any()
