"""Chinese number plates drawn by code, for simulated cameras and for measuring recognisers.

Proportions after GA 36-2018: 440 x 140 mm on one line, 480 x 140 mm for the green plates of
new-energy vehicles. The face is Noto Sans SC (OFL), not the face of real plates.
"""

from functools import cache
from importlib.resources import files
from io import BytesIO

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from service.domain.plate import PlateColour

FONT_FILE = "NotoSansSC-plates.ttf"
HEIGHT = 140
WIDTHS = {PlateColour.BLUE: 440, PlateColour.YELLOW: 440, PlateColour.GREEN: 480}
GROUNDS_RGB = {
    PlateColour.BLUE: (16, 72, 176),
    PlateColour.YELLOW: (246, 190, 20),
    PlateColour.GREEN: (96, 196, 130),
}
INKS_RGB = {
    PlateColour.BLUE: (255, 255, 255),
    PlateColour.YELLOW: (12, 12, 12),
    PlateColour.GREEN: (12, 12, 12),
}
EDGE, SIDE, LETTER_HEIGHT = 5, 16, 108
DOT_AFTER = 2
DOT_WIDTH = 22


@cache
def plate_picture(text: str, colour: PlateColour) -> NDArray[np.uint8]:
    """Plate ``text`` (as it is kept, without separators), BGR, uint8, 140 x 440 or 480 x 3."""
    width = WIDTHS[colour]
    picture = Image.new("RGB", (width, HEIGHT), GROUNDS_RGB[colour])
    draw = ImageDraw.Draw(picture)
    frame = (EDGE, EDGE, width - 1 - EDGE, HEIGHT - 1 - EDGE)
    draw.rounded_rectangle(frame, radius=8, outline=INKS_RGB[colour], width=3)
    place = (width - 2 * SIDE - DOT_WIDTH) / max(len(text), 1)
    for number, letter in enumerate(text):
        left = SIDE + number * place + (DOT_WIDTH if number >= DOT_AFTER else 0)
        glyph = _glyph(letter, int(place) - 6, INKS_RGB[colour])
        picture.paste(glyph, (int(left + (place - glyph.width) / 2), 16), glyph)
    middle = SIDE + DOT_AFTER * place + DOT_WIDTH / 2
    draw.ellipse((middle - 5, 65, middle + 5, 75), fill=INKS_RGB[colour])
    return cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2BGR).astype(np.uint8)


@cache
def _glyph(letter: str, width: int, ink: tuple[int, int, int]) -> Image.Image:
    """``letter`` stretched to the height of a plate's letters, at most ``width`` wide."""
    font = _font()
    left, top, right, bottom = font.getbbox(letter)
    size = (int(right - left) + 2, int(bottom - top) + 2)
    glyph = Image.new("RGBA", size, (*ink, 0))
    ImageDraw.Draw(glyph).text((1 - left, 1 - top), letter, font=font, fill=(*ink, 255))
    return glyph.resize((min(width, int(size[0] * LETTER_HEIGHT / size[1])), LETTER_HEIGHT))


@cache
def _font() -> ImageFont.FreeTypeFont:
    data = (files("service.devices") / "fonts" / FONT_FILE).read_bytes()
    return ImageFont.truetype(BytesIO(data), 120)
