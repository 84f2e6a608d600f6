"""Light and weather over a drawn yard: no two snapshots of a camera are alike.

Clouds and sun move over the whole picture, so that perceptual hashes tell two moments apart, as
they do of real cameras.
"""

import cv2
import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from service.devices.simulator.drawing import HEIGHT, WIDTH, Picture

CLOUDS = (8, 6)  # fields across and down
CLOUD_DEPTH = 42.0
NIGHT_LIGHT = 0.3
RAIN_DROPS = 220
SHAKE_PX = 36


class Scene(BaseModel):
    """What the cameras look through. ``dirt`` on the plates is 0 to 3.

    ``replay``: every camera shows again the picture that it showed last. ``recorded``: it shows an
    old recording, in the light and with the time of now, as who feeds one into the line would.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    night: bool = False
    rain: bool = False
    dirt: int = Field(default=0, ge=0, le=3)
    replay: bool = False
    recorded: bool = False


def seen_through(picture: Picture, scene: Scene, *, seed: int) -> Picture:
    """``picture`` in the light of one moment, which ``seed`` stands for."""
    random = np.random.default_rng(seed)
    light = random.uniform(-CLOUD_DEPTH, CLOUD_DEPTH, (CLOUDS[1], CLOUDS[0])).astype(np.float32)
    clouds = cv2.resize(light, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)
    lit = _shaken(picture, random)
    brighter = np.repeat(np.clip(clouds, 0, None).astype(np.uint8)[..., None], 3, axis=2)
    darker = np.repeat(np.clip(-clouds, 0, None).astype(np.uint8)[..., None], 3, axis=2)
    lit = cv2.subtract(cv2.add(lit, brighter), darker).astype(np.uint8)
    if scene.night:
        lit = _night(lit, random)
    return _rain(lit, random) if scene.rain else lit


def _shaken(picture: Picture, random: np.random.Generator) -> Picture:
    """Return ``picture`` from a mast in the wind: a little aside, and nearer or farther."""
    across, down = (float(random.uniform(-SHAKE_PX, SHAKE_PX)) for _ in range(2))
    scale = float(random.uniform(0.94, 1.06))
    matrix = np.array([[scale, 0, across], [0, scale, down]], np.float32)
    shaken = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return shaken.astype(np.uint8)


def _night(picture: Picture, random: np.random.Generator) -> Picture:
    """Return ``picture`` with little light and the glare of two head lamps."""
    dark = cv2.convertScaleAbs(picture, alpha=NIGHT_LIGHT)
    glare = np.zeros((HEIGHT // 8, WIDTH // 8, 3), np.uint8)
    shift = int(random.integers(-3, 4))
    for x in (50 + shift, 98 + shift):
        cv2.circle(glare, (x, 62), 7, (110, 120, 130), -1)
    soft = cv2.GaussianBlur(glare, (0, 0), 5)
    return cv2.add(dark, cv2.resize(soft, (WIDTH, HEIGHT))).astype(np.uint8)


def _rain(picture: Picture, random: np.random.Generator) -> Picture:
    starts = random.integers((0, 0), (WIDTH, HEIGHT), (RAIN_DROPS, 2))
    drops = np.stack([starts, starts + np.array([-6, 22])], axis=1).astype(np.int32)
    cv2.polylines(picture, list(drops), False, (205, 205, 205), 1)  # noqa: FBT003 - OpenCV's own order
    return picture
