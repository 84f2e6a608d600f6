"""What the cameras of a deck see of the vehicle on it: its plates, and how it looks."""

import logging
from collections.abc import Sequence
from functools import partial

from service.devices.edge.deck_eyes import ReadSight
from service.devices.edge.lan_pictures import ReadPlates
from service.devices.site import SiteDevices
from service.devices.vehicle_look import vehicle_look
from service.domain.errors import FerrotraceError
from service.domain.plate_reading import PlateReading
from service.domain.sight import Sight
from service.domain.weighing import Photograph

LEAST_CONFIDENCE_BP = 9_000
"""A reading below it counts for nothing: of 350 above it one was wrong in more than one place."""

log = logging.getLogger(__name__)


def sight_reader(site: SiteDevices, read_plates: ReadPlates | None) -> ReadSight | None:
    """Reads the plates that the cameras of ``site`` have in view; None without a recogniser."""
    cameras = [camera_id for camera_id in site.plate_cameras if camera_id in site.deck_cameras]
    if read_plates is None or not cameras:
        return None
    return partial(_sight_of, plate_cameras=cameras, read_plates=read_plates)


def _sight_of(
    photographs: Sequence[Photograph], *, plate_cameras: Sequence[str], read_plates: ReadPlates
) -> Sight | None:
    """Sure plates at each of ``plate_cameras``, and the look at the first one.

    None where the recogniser fails: then nothing is known.
    """
    pictures = {
        each.camera_id: each.data for each in photographs if each.camera_id in plate_cameras
    }
    try:
        readings = {key: _sure(read_plates(data)) for key, data in pictures.items()}
    except FerrotraceError as error:
        log.warning("plates on the deck: %s", error)
        return None
    front = readings.get(plate_cameras[0])
    return Sight(
        plates={key: _texts(readings.get(key, ())) for key in plate_cameras},
        look=vehicle_look(pictures[plate_cameras[0]], front[0]) if front else None,
    )


def _sure(readings: Sequence[PlateReading]) -> list[PlateReading]:
    return [reading for reading in readings if reading.confidence_bp >= LEAST_CONFIDENCE_BP]


def _texts(readings: Sequence[PlateReading]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reading.text for reading in readings))
