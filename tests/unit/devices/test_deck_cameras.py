"""A figure on the display, the cameras that see it, and what three cheats look like in pictures."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.devices.edge.deck_cameras import DeckCameras, Pulled, shows
from service.devices.simulator.drawing import jpeg, truck_front
from service.devices.simulator.simulator import Simulator
from service.devices.simulator.weather import Scene
from service.devices.site import SiteDevices, SiteDevicesError
from service.devices.vehicle_look import vehicle_look
from service.devices.yard_io import nonce_board_of, nonce_of
from service.domain.control.marks import look_distance
from service.domain.control.policy import DEFAULT_POLICY
from service.domain.plate_reading import PlateReading
from tests.support.devices import site_devices
from tests.support.ports import free_ports

OURS, OTHER = "辽E12345", "京B55555"
LOOK_LIMIT = DEFAULT_POLICY.limit("C10", "look_distance")


def outputs(**display: Any) -> dict[str, Any]:
    board = f"127.0.0.1:{free_ports(1)[0]}"
    return {"address": board, "coils": {}, "display": {"register": 0, **display}}


@pytest.fixture(scope="module")
def site() -> SiteDevices:
    return site_devices(outputs=outputs(nonce_register=40), display_cameras=["rear"])


@pytest.fixture(scope="module")
def simulator(site: SiteDevices) -> Iterator[Simulator]:
    made = Simulator(site, rate=100)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def cameras(site: SiteDevices) -> Iterator[DeckCameras]:
    made = DeckCameras(site)
    yield made
    made.close()


def nonce_ok(pulled: Pulled) -> dict[str, bool | None]:
    return {each.camera_id: each.nonce_ok for each in pulled.photographs}


def test_each_time_another_figure_is_seen_and_an_old_photograph_does_not_show_it(
    cameras: DeckCameras, simulator: Simulator
) -> None:
    first, second = cameras.pull(), cameras.pull()
    assert first.nonce != second.nonce
    assert nonce_ok(first) == nonce_ok(second) == {"front": None, "rear": True, "load": None}
    assert simulator.board.shown.nonce == ""
    simulator.cameras.scene = Scene(recorded=True)
    old = cameras.pull()
    assert nonce_ok(old)["rear"] is False
    assert {each.sha256 for each in old.photographs}.isdisjoint(
        each.sha256 for each in second.photographs
    )
    simulator.cameras.scene = Scene()


def test_a_display_that_does_not_answer_leaves_the_figure_unknown(
    cameras: DeckCameras, simulator: Simulator
) -> None:
    simulator.board.set_alive(alive=False)
    dark = cameras.pull()
    simulator.board.set_alive(alive=True)
    assert dark.nonce is None
    assert set(nonce_ok(dark).values()) == {None}


def test_a_site_without_such_a_display_shows_no_figure() -> None:
    assert nonce_board_of(site_devices()) is None
    assert nonce_board_of(site_devices(outputs=outputs())) is None
    assert nonce_board_of(site_devices(outputs=outputs(nonce_register=40))) is None
    with pytest.raises(SiteDevicesError, match="display_cameras need a display"):
        site_devices(outputs=outputs(), display_cameras=["rear"])


def test_what_is_no_figure_is_none() -> None:
    assert nonce_of([0x3132, 0x3334, 0x3536, 0x3738]) == "12345678"
    assert nonce_of([0] * 4) == ""
    assert not shows(b"\xff\xd8 no picture", "12345678")


def looked(picture: bytes) -> str | None:
    """The look of a simulated cab around the place of its plate."""
    box = (466, 508, 730, 592)
    return vehicle_look(picture, PlateReading(text=OURS, colour=None, confidence_bp=9_900, box=box))


def test_a_swapped_truck_looks_otherwise_under_the_same_plate() -> None:
    ours, later, swapped = (
        looked(jpeg(truck_front(OURS, moment=moment, cab=cab)))
        for moment, cab in ((1, None), (2, None), (3, OTHER))
    )
    same, other = look_distance(ours, later), look_distance(ours, swapped)
    assert same is not None
    assert other is not None
    assert same <= LOOK_LIMIT < other


def test_a_vehicle_that_is_not_whole_in_the_picture_has_no_look() -> None:
    cut = PlateReading(text=OURS, colour=None, confidence_bp=9_900, box=(466, 40, 730, 124))
    assert vehicle_look(jpeg(truck_front(OURS)), cut) is None
    assert vehicle_look(b"no picture", cut) is None
