"""What the simulated cameras see: drawings, or for the load photographs from a folder."""

import random
import zlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from threading import Lock

import cv2
import numpy as np

from service.devices.camera import Snapshot
from service.devices.simulator.deck import Deck
from service.devices.simulator.drawing import (
    HEIGHT,
    WIDTH,
    Picture,
    empty_yard,
    jpeg,
    load_heap,
    stamped,
    truck_front,
    truck_rear,
    with_display,
)
from service.devices.simulator.vehicle import Truck
from service.devices.simulator.weather import Scene, seen_through
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.plate import PlateColour

CAMERAS = ("front", "rear", "load", "gate")
PICTURE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
FLIPS = (None, 1, 0, -1)
"""How a photograph is turned when it comes round again: not, mirrored, upside down, both."""

FULL_LOAD = 260
"""Pieces of scrap in a drawn load."""

AXLE_PX = 120
"""So far beside its place in the picture stands a truck, for each axle off the deck."""


class PhotosFolderError(RuleBrokenError):
    """A folder of photographs that holds none."""

    message = gettext_noop("Folder %(value)s holds no picture (%(limit)s).")


@dataclass(slots=True)
class Gate:
    """Who stands before the gate camera, and the code the driver shows."""

    plate: str | None = None
    code: str | None = None
    colour: PlateColour = PlateColour.YELLOW


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayInView:
    """The outdoor display: the figure on it now, empty where it shows none, and who sees it."""

    nonce: Callable[[], str] = str
    cameras: Collection[str] = ()


NO_DISPLAY = DisplayInView()


class SceneCameras:
    """The cameras of one site; ``photos`` in an order set by ``seed``, one per truck that comes."""

    def __init__(
        self,
        deck: Deck,
        gate: Gate,
        *,
        photos: Path | None,
        seed: int,
        display: DisplayInView = NO_DISPLAY,
    ) -> None:
        self.scene = Scene()
        self._display = display
        self._deck = deck
        self._gate = gate
        self._photos = [] if photos is None else _pictures_in(photos)
        random.Random(seed).shuffle(self._photos)  # noqa: S311 - an order, no secret
        self._seed = seed
        self._taken = count(1)
        self._last: dict[str, Snapshot] = {}
        self._recorded: dict[str, Picture] = {}
        self._lock = Lock()

    def snapshot(self, camera_id: str) -> Snapshot:
        """Picture of ``camera_id`` now; raises NotFoundError for a camera that is not there.

        The time is burnt in and the light changes: no two are alike, unless one is replayed.
        """
        if camera_id not in CAMERAS:
            raise NotFoundError(field="camera", what="camera", key=camera_id)
        with self._lock:
            if not self.scene.replay or camera_id not in self._last:
                self._last[camera_id] = self._taken_now(camera_id)
            return self._last[camera_id]

    def _taken_now(self, camera_id: str) -> Snapshot:
        picture = self._photo() if camera_id == "load" else None
        if picture is None:
            picture = self._seen(camera_id)
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        marks = ["SIM", camera_id, now]
        if camera_id != "gate":
            marks.append(f"{self._deck.load().kg} kg")
        return Snapshot(data=jpeg(stamped(picture, tuple(marks))), media_type="image/jpeg")

    def _seen(self, camera_id: str) -> Picture:
        """Return the view of this moment, or the recording of an earlier one in today's light."""
        moment = zlib.crc32(f"{self._seed} {camera_id} {next(self._taken)}".encode())
        if self.scene.recorded and camera_id in self._recorded:
            return seen_through(self._recorded[camera_id], self.scene, seed=moment)
        seen = seen_through(self._picture(camera_id, moment), self.scene, seed=moment)
        nonce = self._display.nonce() if camera_id in self._display.cameras else ""
        self._recorded[camera_id] = with_display(seen, nonce) if nonce else seen
        return self._recorded[camera_id].copy()

    def _picture(self, camera_id: str, moment: int) -> Picture:
        if camera_id == "gate":
            gate, dirt = self._gate, self.scene.dirt
            if gate.plate is None:
                return empty_yard(moment)
            return truck_front(
                gate.plate, colour=gate.colour, code=gate.code, dirt=dirt, moment=moment
            )
        trucks = self._deck.trucks
        if not trucks:
            return empty_yard(moment)
        return _side_by_side([self._of_truck(camera_id, truck, moment) for truck in trucks])

    def _of_truck(self, camera_id: str, truck: Truck, moment: int) -> Picture:
        dirt = self.scene.dirt
        vehicle = truck.vehicle
        if camera_id == "load":
            seed, pieces = f"{vehicle.plate} {truck.visit}", FULL_LOAD if vehicle.laden else 0
            return load_heap(seed, pieces=pieces, moment=moment)
        if camera_id == "rear":
            plate = vehicle.rear_plate or vehicle.plate
            rear = truck_rear(plate, colour=vehicle.colour, dirt=dirt, moment=moment)
            return _aside(rear, truck)
        front = truck_front(
            vehicle.plate,
            colour=vehicle.colour,
            code=vehicle.code,
            cab=vehicle.cab,
            dirt=dirt,
            moment=moment,
        )
        return _aside(front, truck)

    def _photo(self) -> Picture | None:
        """Return the photograph of the truck's load, turned when it comes round again."""
        truck = self._deck.truck
        if truck is None or not truck.laden or not self._photos:
            return None
        rounds, place = divmod(truck.visit - 1, len(self._photos))
        data = np.frombuffer(self._photos[place].read_bytes(), np.uint8)
        photo = cv2.imdecode(data, cv2.IMREAD_COLOR)
        if photo is None:
            raise PhotosFolderError(
                field="photos", value=self._photos[place].name, limit="JPEG, PNG"
            )
        flip = FLIPS[rounds % len(FLIPS)]
        return (photo if flip is None else cv2.flip(photo, flip)).astype(np.uint8)


def _side_by_side(pictures: Sequence[Picture]) -> Picture:
    """Return one picture with all of ``pictures``: each smaller, the more there are."""
    if len(pictures) == 1:
        return pictures[0]
    whole = empty_yard()
    width = WIDTH // len(pictures)
    height = HEIGHT * width // WIDTH
    for number, picture in enumerate(pictures):
        small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        whole[HEIGHT - height :, number * width : (number + 1) * width] = small
    return whole


def _aside(picture: Picture, truck: Truck) -> Picture:
    """Return ``picture`` with the truck beside its place where axles stand off the deck."""
    across = AXLE_PX * (truck.vehicle.rear_off - truck.vehicle.front_off)
    if across == 0:
        return picture
    across = max(min(across, WIDTH // 4), -WIDTH // 4)
    matrix = np.array([[1, 0, across], [0, 1, 0]], np.float32)
    moved = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return moved.astype(np.uint8)


def _pictures_in(folder: Path) -> list[Path]:
    suffixes = PICTURE_SUFFIXES
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes)
    if not found:
        raise PhotosFolderError(field="photos", value=folder, limit=", ".join(sorted(suffixes)))
    return found
