"""What the simulated cameras see: drawings, or for the load photographs from a folder."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service.devices.camera import Snapshot
from service.devices.simulator.deck import Deck, Truck
from service.devices.simulator.drawing import (
    Picture,
    empty_yard,
    jpeg,
    load_heap,
    stamped,
    truck_front,
    truck_rear,
)
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop

CAMERAS = ("front", "rear", "load", "gate")
MEDIA_TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}


class PhotosFolderError(RuleBrokenError):
    """A folder of photographs that holds none."""

    message = gettext_noop("Folder %(value)s holds no picture (%(limit)s).")


@dataclass(slots=True)
class Gate:
    """Who stands before the gate camera, and the code the driver shows."""

    plate: str | None = None
    code: str | None = None


class SceneCameras:
    """The cameras of one site; ``photos`` in an order set by ``seed``, one per truck that comes."""

    def __init__(self, deck: Deck, gate: Gate, *, photos: Path | None, seed: int) -> None:
        self._deck = deck
        self._gate = gate
        self._photos = [] if photos is None else _pictures_in(photos)
        random.Random(seed).shuffle(self._photos)  # noqa: S311 - an order, no secret

    def snapshot(self, camera_id: str) -> Snapshot:
        """Picture of ``camera_id`` now; raises NotFoundError for a camera that is not there."""
        if camera_id not in CAMERAS:
            raise NotFoundError(field="camera", what="camera", key=camera_id)
        truck = self._deck.truck
        if camera_id == "load" and truck is not None and truck.laden and self._photos:
            photo = self._photos[(truck.visit - 1) % len(self._photos)]
            return Snapshot(data=photo.read_bytes(), media_type=MEDIA_TYPES[photo.suffix.lower()])
        picture = self._at_gate() if camera_id == "gate" else _of_truck(camera_id, truck)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        kg = self._deck.load().kg
        marks = (
            ("SIM", camera_id, now) if camera_id == "gate" else ("SIM", camera_id, now, f"{kg} kg")
        )
        return Snapshot(data=jpeg(stamped(picture, marks)), media_type="image/jpeg")

    def _at_gate(self) -> Picture:
        if self._gate.plate is None:
            return empty_yard()
        return truck_front(self._gate.plate, code=self._gate.code)


def _of_truck(camera_id: str, truck: Truck | None) -> Picture:
    if truck is None:
        return empty_yard()
    if camera_id == "front":
        return truck_front(truck.plate, code=truck.code)
    if camera_id == "rear":
        return truck_rear(truck.plate)
    seed = f"{truck.plate} {truck.visit}"
    return load_heap(seed) if truck.laden else load_heap(seed, pieces=0)


def _pictures_in(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in MEDIA_TYPES)
    if not found:
        raise PhotosFolderError(field="photos", value=folder, limit=", ".join(MEDIA_TYPES))
    return found
