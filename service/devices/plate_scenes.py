"""Pictures of plates under the conditions of a yard: what a recogniser is measured on."""

from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import NDArray

from service.devices.drawn_plate import plate_picture
from service.domain.plate import PlateColour

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
PLATE_WIDTH = 300
PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # GA 36 leaves out I and O
DIGITS = "0123456789"


class Condition(StrEnum):
    """How a plate is seen."""

    CLEAR = "clear"
    TILTED = "tilted"
    DIRTY = "dirty"
    NIGHT = "night"


def random_plate(random: np.random.Generator, colour: PlateColour) -> str:
    """A plate that GA 36 allows: five characters after province and letter, six on green."""
    province, letter = _one(random, PROVINCES), _one(random, LETTERS)
    if colour is PlateColour.GREEN:
        return province + letter + _one(random, "DF") + "".join(_several(random, DIGITS, 5))
    return (
        province
        + letter
        + "".join([*_several(random, LETTERS + DIGITS, 2), *_several(random, DIGITS, 3)])
    )


def scene(
    text: str, colour: PlateColour, condition: Condition, random: np.random.Generator
) -> Picture:
    """The front of a truck with its plate, BGR, uint8, 720 x 1280 x 3."""
    picture = np.full((HEIGHT, WIDTH, 3), (96, 100, 104), np.uint8)
    cab = tuple(int(tone) for tone in random.integers(30, 170, 3))
    cv2.rectangle(picture, (300, 60), (980, 640), cab, -1)
    cv2.rectangle(picture, (360, 100), (920, 290), (150, 130, 100), -1)
    plate = plate_picture(text, colour)
    if condition is Condition.DIRTY:
        plate = _dirty(plate, random)
    _hang(picture, plate, tilted=condition is Condition.TILTED, random=random)
    if condition is Condition.NIGHT:
        picture = _night(picture, random)
    noise = random.normal(0, 4, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def _hang(picture: Picture, plate: Picture, *, tilted: bool, random: np.random.Generator) -> None:
    """Put ``plate`` onto the bumper; a tilted one is seen from the side and from above."""
    height, width = plate.shape[:2]
    shown = (PLATE_WIDTH, PLATE_WIDTH * height // width)
    left, top = (int(at) for at in (random.integers(380, 600), random.integers(440, 520)))
    corners = np.array([[0, 0], [shown[0], 0], [shown[0], shown[1]], [0, shown[1]]], np.float32)
    if tilted:
        turn = np.deg2rad(float(random.uniform(-12, 12)))
        skew = float(random.uniform(-0.25, 0.25))
        matrix = np.array([[np.cos(turn), skew], [np.sin(turn), np.cos(turn)]], np.float32)
        corners = corners @ matrix.T
    corners += np.array([left, top], np.float32) - corners.min(axis=0)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    placed = cv2.getPerspectiveTransform(source, corners.astype(np.float32))
    size = (WIDTH, HEIGHT)
    warped = cv2.warpPerspective(plate, placed, size, flags=cv2.INTER_AREA)
    mask = cv2.warpPerspective(np.full((height, width), 255, np.uint8), placed, size)
    picture[mask > 127] = warped[mask > 127]  # noqa: PLR2004 - the middle of a byte


def _dirty(plate: Picture, random: np.random.Generator) -> Picture:
    """Mud in splashes over about a fifth of the plate, and a veil of dust."""
    height, width = plate.shape[:2]
    mud = plate.copy()
    for _ in range(40):
        centre = (int(random.integers(0, width)), int(random.integers(0, height)))
        cv2.circle(mud, centre, int(random.integers(2, 12)), (60, 80, 100), -1, cv2.LINE_AA)
    veil = np.full_like(plate, (110, 130, 150))
    return cv2.addWeighted(mud, 0.7, veil, 0.3, 0).astype(np.uint8)


def _night(picture: Picture, random: np.random.Generator) -> Picture:
    """A quarter of the light, a headlamp's glare beside the plate, and the noise of high gain."""
    dark = (picture * 0.25).astype(np.float32)
    glare = np.zeros((HEIGHT, WIDTH), np.float32)
    cv2.circle(glare, (340, 480), 90, 255, -1)
    soft = cv2.GaussianBlur(glare, (0, 0), 40).astype(np.float32)
    dark += soft[..., None] * 0.9
    dark += random.normal(0, 7, dark.shape).astype(np.float32)
    return np.clip(dark, 0, 255).astype(np.uint8)


def _one(random: np.random.Generator, letters: str) -> str:
    return letters[int(random.integers(0, len(letters)))]


def _several(random: np.random.Generator, letters: str, count: int) -> list[str]:
    return [_one(random, letters) for _ in range(count)]
