"""Vehicles, cheats, faults, pictures and the yard's own board, as the simulator plays them."""

import random
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.devices.clock import RatedClock
from service.devices.http_answers import answering_app
from service.devices.indicators.registry import dialect_by_name
from service.devices.photo_hash import perceptual_hash
from service.devices.simulator.app import Hardware, SimulatorApi
from service.devices.simulator.board import YardBoard
from service.devices.simulator.cameras import Gate, SceneCameras
from service.devices.simulator.cells import Cells, Cheat, CheatKind
from service.devices.simulator.deck import Deck, DeckOccupiedError, Phase
from service.devices.simulator.faults import Faults
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.line import IndicatorLine
from service.devices.simulator.vehicle import Vehicle
from service.devices.simulator.weather import Scene
from service.devices.yard_io import (
    YardIoUnavailableError,
    devices_of,
    display_lines,
    display_words,
)
from service.devices.yard_settings import CoilMap, DisplaySettings
from service.domain.control.pictures import nearest_bits
from service.domain.deck_lights import Barrier, Beams, Light, Outputs
from service.domain.deck_signs import Announcement, Sign, sign
from service.domain.plate import PlateColour
from tests.support.devices import site_devices
from tests.support.ports import free_ports
from tests.support.readings import SCALE

SETTLED_MS = 60_000
TRUCK = Vehicle(plate="辽E12345", kg=48_000)
CAR = Vehicle(plate="京A12345", kg=6_000, colour=PlateColour.BLUE)


class SetClock(RatedClock):
    """A clock that stands where it is put."""

    at_ms = 0

    def now_ms(self) -> int:
        return self.at_ms


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def deck(clock: SetClock) -> Deck:
    return Deck(clock, d_kg=20)


def standing(
    deck: Deck, clock: SetClock, *vehicles: Vehicle, cheats: tuple[Cheat, ...] = ()
) -> int:
    """Weight once all ``vehicles`` stand."""
    deck.put(vehicles, cheats)
    clock.at_ms += SETTLED_MS
    return deck.load().kg


def test_two_vehicles_on_the_deck_weigh_together(deck: Deck, clock: SetClock) -> None:
    assert standing(deck, clock, TRUCK, CAR) == 54_000
    assert [truck.plate for truck in deck.trucks] == [TRUCK.plate, CAR.plate]
    deck.drive_off(CAR.plate)
    clock.at_ms += SETTLED_MS
    assert deck.load().kg == 48_000
    assert standing(deck, clock, TRUCK) == 48_000


def test_the_second_vehicle_may_come_later(deck: Deck, clock: SetClock) -> None:
    late = Vehicle(plate=CAR.plate, kg=CAR.kg, after_ms=SETTLED_MS + 1)
    assert standing(deck, clock, TRUCK, late) == 48_000
    assert deck.beams().in_position
    clock.at_ms += SETTLED_MS
    assert deck.load().kg == 54_000


@pytest.mark.parametrize("vehicles", [(CAR,), (CAR, TRUCK), ()])
def test_a_list_that_begins_with_others_is_refused(
    deck: Deck, clock: SetClock, vehicles: tuple[Vehicle, ...]
) -> None:
    standing(deck, clock, TRUCK)
    with pytest.raises(DeckOccupiedError, match="辽E12345 is on the deck"):
        deck.put(vehicles)


def test_an_axle_off_the_deck_is_not_weighed_and_breaks_its_beam(
    deck: Deck, clock: SetClock
) -> None:
    behind = Vehicle(plate=TRUCK.plate, kg=48_000, rear_off=1)
    assert standing(deck, clock, behind) == 40_000
    assert deck.beams() == Beams(front_clear=True, back_clear=False, loop_occupied=True)
    ahead = Vehicle(plate=TRUCK.plate, kg=48_000, front_off=2)
    deck.put((ahead,))
    assert deck.load().phase is Phase.MOUNTING
    assert deck.load().moving
    clock.at_ms += SETTLED_MS
    assert deck.load().kg == 32_000
    assert deck.beams() == Beams(front_clear=False, back_clear=True, loop_occupied=True)
    assert standing(deck, clock, TRUCK) == 48_000
    assert deck.beams().in_position


def test_the_beams_are_broken_while_a_truck_drives_on_and_off(deck: Deck, clock: SetClock) -> None:
    deck.put((TRUCK,))
    clock.at_ms = 2_000
    assert deck.beams() == Beams(front_clear=True, back_clear=False, loop_occupied=True)
    clock.at_ms = SETTLED_MS
    deck.drive_off()
    assert deck.beams() == Beams(front_clear=False, back_clear=True, loop_occupied=True)
    clock.at_ms += SETTLED_MS
    assert deck.beams() == Beams(front_clear=True, back_clear=True, loop_occupied=False)


def test_a_pulse_adds_tonnes_within_one_sample(deck: Deck, clock: SetClock) -> None:
    pulse = Cheat(kind=CheatKind.PULSE, kg=3_000, from_ms=70_000, until_ms=80_000)
    assert standing(deck, clock, TRUCK, cheats=(pulse,)) == 48_000
    clock.at_ms = 69_999
    assert not deck.load().moving
    clock.at_ms = 70_000
    assert (deck.load().kg, deck.load().moving) == (51_000, True)
    clock.at_ms = 79_999
    assert not deck.load().moving
    clock.at_ms = 80_500
    assert deck.load().kg == 48_000


def test_a_prop_carries_its_share_until_the_truck_has_gone(deck: Deck, clock: SetClock) -> None:
    prop = Cheat(kind=CheatKind.PROP, from_ms=0, share_bp=500)
    assert standing(deck, clock, TRUCK, cheats=(prop,)) == 45_600
    deck.drive_off()
    clock.at_ms += SETTLED_MS
    assert standing(deck, clock, TRUCK) == 48_000


def test_a_passenger_gets_out_and_water_is_drained_between_the_weighings(
    deck: Deck, clock: SetClock
) -> None:
    passenger = Cheat(kind=CheatKind.PASSENGER, kg=80, from_ms=0, until_ms=90_000)
    full = Vehicle(plate=TRUCK.plate, kg=48_000, water_kg=800)
    assert standing(deck, clock, full, cheats=(passenger,)) == 48_880
    clock.at_ms = 90_300
    assert deck.load().kg == 48_840
    assert deck.load().moving
    clock.at_ms = 95_000
    assert deck.load().kg == 48_800
    assert passenger.added_kg(-1) == 0


def test_noise_and_drift_follow_from_seed_and_clock() -> None:
    def weights(seed: int) -> list[int]:
        clock = SetClock()
        cells = Cells(seed=seed, noise_kg=20)
        deck = Deck(clock, d_kg=20, cells=cells)
        return [deck.load(at_ms).kg for at_ms in range(0, 20_000, 143)]

    assert weights(1) == weights(1) != weights(2)
    assert set(weights(1)) == {-20, 0, 20}
    clock = SetClock()
    deck = Deck(clock, d_kg=20)
    deck.set_cells(noise_kg=0, drift_kg_per_h=600)
    clock.at_ms = 3_600_000
    assert deck.load().kg == 600
    deck.set_cells(noise_kg=0, drift_kg_per_h=0)
    clock.at_ms *= 2
    assert deck.load().kg == 600
    deck.set_cells(noise_kg=0, drift_kg_per_h=0, zero_kg=0)
    assert deck.load().kg == 0


def indicator_on(deck: Deck, clock: SetClock) -> Indicator:
    return Indicator(dialect_by_name("toledo_cont", {}), SCALE, deck, clock)


def test_every_fault_of_the_indicator_shows(deck: Deck, clock: SetClock) -> None:
    indicator = indicator_on(deck, clock)
    standing(deck, clock, TRUCK)
    assert not indicator.shown().motion
    indicator.set_faults(Faults(motion=True, overload=True, net=True, serial_no="X"))
    shown = indicator.shown()
    assert (shown.motion, shown.out_of_range, shown.net, shown.serial_no) == (True, True, True, "X")
    indicator.set_faults(Faults(pounds=True))
    assert (indicator.shown().kg, indicator.shown().pounds) == (105_820, True)
    indicator.set_faults(Faults(frozen=True))
    deck.drive_off()
    clock.at_ms += SETTLED_MS
    indicator.set_faults(Faults(frozen=True))
    assert indicator.shown().kg == 48_000
    indicator.set_faults(Faults())
    assert indicator.shown().kg == 0
    assert indicator.answer(b"?") == b""


def test_far_below_zero_the_indicator_reports_under_range(deck: Deck, clock: SetClock) -> None:
    deck.set_cells(noise_kg=0, drift_kg_per_h=0, zero_kg=-420)
    assert indicator_on(deck, clock).shown().under


def chance() -> random.Random:
    return random.Random(1)  # noqa: S311 - noise on a line, no secret


def test_bytes_are_bent_as_the_seed_says() -> None:
    faults = Faults(corrupt_bp=10_000, garbage_bp=10_000)
    frame = b"\x02+0486200\x03"
    bent = faults.bent(frame, chance())
    assert bent == faults.bent(frame, chance())
    assert len(bent) > len(frame)
    assert not bent.endswith(frame)
    assert Faults(corrupt_bp=10_000).bent(b"\x02\x03", chance()) == b"\x02\x03"


def test_no_two_snapshots_are_alike_unless_one_is_replayed(deck: Deck, clock: SetClock) -> None:
    cameras = SceneCameras(deck, Gate(), photos=None, seed=0)
    standing(deck, clock, TRUCK, CAR)
    first, second = (cameras.snapshot("front").data for _ in range(2))
    one, other = perceptual_hash(first), perceptual_hash(second)
    assert one is not None
    assert other is not None
    assert (nearest_bits([one], [other]) or 0) >= 3
    cameras.scene = Scene(replay=True)
    assert cameras.snapshot("front").data == second
    gate = cameras.snapshot("gate").data
    assert cameras.snapshot("gate").data == gate


@pytest.mark.parametrize("scene", [Scene(night=True, dirt=3), Scene(rain=True), Scene(dirt=1)])
def test_the_cameras_look_through_night_rain_and_dirt(
    deck: Deck, clock: SetClock, scene: Scene
) -> None:
    cameras = SceneCameras(deck, Gate(plate="辽E12345"), photos=None, seed=0)
    cameras.scene = scene
    standing(deck, clock, Vehicle(plate="沪A12345", kg=16_000, rear_off=1, laden=False))
    for camera in ("front", "rear", "load", "gate"):
        assert perceptual_hash(cameras.snapshot(camera).data) is not None


def outputs_and_beams(port: int, beams_port: int | None = None) -> dict[str, Any]:
    return {
        "outputs": {
            "address": f"127.0.0.1:{port}",
            "coils": {"entry_barrier": 0, "exit_barrier": 1, "exit_red": 10, "exit_green": 11},
            "display": {"register": 100},
            "voice_register": 200,
        },
        "beams": {
            "address": f"127.0.0.1:{beams_port or port}",
            "unit": 1 if beams_port is None else 7,
            "front": 3,
            "back": 20,
            "loop": 21,
        },
    }


@pytest.fixture
def board(deck: Deck) -> Iterator[YardBoard]:
    site = site_devices(**outputs_and_beams(*free_ports(1)))
    made = YardBoard(site, deck)
    made.start()
    yield made
    made.stop()


def test_outputs_and_beams_go_over_modbus(deck: Deck) -> None:
    for ports in (free_ports(1), free_ports(2)):
        site = site_devices(**outputs_and_beams(*ports))
        board = YardBoard(site, deck)
        board.start()
        outputs, beams = devices_of(site)
        assert outputs is not None
        assert beams is not None
        try:
            assert beams.read() == deck.beams()
            told = sign(Announcement.DRIVE_OFF, plate="辽E12345", kg=48_620)
            leave = Outputs(exit_light=Light.GREEN, exit_barrier=Barrier.OPEN, sign=told)
            outputs.show(leave)
            outputs.speak(told)
            assert board.shown.coils == {
                "entry_barrier": False,
                "exit_barrier": True,
                "exit_red": False,
                "exit_green": True,
            }
            assert board.shown.lines == told.lines
            assert board.shown.spoken == [Announcement.DRIVE_OFF]
            board.set_alive(alive=False)
            with pytest.raises(YardIoUnavailableError, match="do not answer"):
                beams.read()
            with pytest.raises(YardIoUnavailableError, match="do not answer"):
                outputs.show(leave)
            board.set_alive(alive=True)
            assert beams.read() == deck.beams()
        finally:
            outputs.close()
            beams.close()
            board.stop()


def test_a_register_that_is_not_there_is_unavailable(deck: Deck) -> None:
    ports = free_ports(1)
    site = site_devices(**outputs_and_beams(*ports))
    board = YardBoard(site, deck)
    document = outputs_and_beams(*ports)
    document["outputs"]["unit"] = 9
    board.start()
    outputs, beams = devices_of(site_devices(**document))
    assert outputs is not None
    try:
        with pytest.raises(YardIoUnavailableError):
            outputs.show(Outputs())
    finally:
        outputs.close()
        board.stop()
    assert beams is not None
    assert devices_of(site_devices()) == (None, None)


def test_a_display_is_filled_with_whole_characters() -> None:
    display = DisplaySettings.model_validate({"register": 0, "lines": 2, "places": 8})
    words = display_words(Sign(lines=("辽E1234五", "ab", "lost")), display)
    assert len(words) == 8
    assert display_lines(words, display) == ("辽E1234", "ab")


def test_two_outputs_on_one_coil_are_refused() -> None:
    with pytest.raises(ValueError, match="two outputs on one coil"):
        CoilMap(exit_red=1, exit_green=1)


def test_outputs_and_beams_are_part_of_the_site_s_description() -> None:
    site = site_devices(**outputs_and_beams(5_020))
    assert site.outputs is not None
    assert site.outputs.coils.wired()["exit_green"] == 11


def test_a_port_that_is_taken_is_said_at_once(board: YardBoard, deck: Deck) -> None:
    assert board.alive
    second = YardBoard(board.site, deck)
    with pytest.raises(OSError, match="cannot listen on"):
        second.start()
    second.stop()


@pytest.fixture
def client(deck: Deck, clock: SetClock, board: YardBoard) -> FlaskClient:
    indicator = indicator_on(deck, clock)
    gate = Gate()
    hardware = Hardware(
        deck=deck,
        gate=gate,
        indicator=indicator,
        line=IndicatorLine(indicator, clock, "socket://127.0.0.1:0"),
        cameras=SceneCameras(deck, gate, photos=None, seed=0),
        board=board,
        clock=clock,
        noise_kg=0,
    )
    return answering_app(__name__, SimulatorApi(hardware).routes()).test_client()


def test_a_scene_is_set_over_http(client: FlaskClient, clock: SetClock) -> None:
    vehicles = [
        {"plate": "辽E12345", "kg": 48_000, "colour": "yellow", "rear_off": 1},
        {"plate": "京A12345", "kg": 6_000, "colour": "blue", "after_ms": 5_000},
    ]
    cheats = [
        {"kind": "PULSE", "kg": 2_000, "after_ms": 70_000, "for_ms": 1_000},
        {"kind": "PASSENGER", "kg": 80, "after_ms": 10_000},
        {"kind": "PROP", "share_bp": 100},
    ]
    body = {"vehicles": vehicles, "cheats": cheats, "scene": {"night": True}}
    clock.at_ms = 0
    client.put("/deck", json=body)
    clock.at_ms = SETTLED_MS
    state = client.get("/deck").get_json()
    assert [each["carried_kg"] for each in state["vehicles"]] == [40_000, 6_000]
    assert state["kg"] == 45_540
    assert state["scene"]["night"] is True
    assert state["beams"]["back_clear"] is False
    clock.at_ms = 70_000
    assert client.get("/deck").get_json()["kg"] == 47_540
    left = client.delete("/deck?plate=京A12345").get_json()
    assert left["phase"] == "leaving"
    client.delete("/deck")
    clock.at_ms += SETTLED_MS
    assert client.get("/deck").get_json()["vehicles"] == []


def test_one_vehicle_stands_for_itself(client: FlaskClient, clock: SetClock) -> None:
    answer = client.put("/deck", json={"plate": "A1", "kg": 16_000, "scene": {"rain": True}})
    assert answer.get_json()["truck"]["plate"] == "A1"
    assert answer.get_json()["scene"]["rain"] is True
    assert client.put("/deck", json=[]).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert client.put("/deck", json={"kg": 1}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert clock.now_ms() == 0


def test_faults_and_scene_are_set_over_http(client: FlaskClient, deck: Deck) -> None:
    body = {"net": True, "drift_kg_per_h": 60, "zero_kg": 40, "noise_kg": 0, "yard_io": False}
    state = client.put("/faults", json=body).get_json()
    assert state["faults"]["net"] is True
    assert deck.load().kg == 40
    state = client.put("/faults", json={}).get_json()
    assert state["faults"]["net"] is False
    assert client.put("/scene", json={"dirt": 2}).get_json()["scene"]["dirt"] == 2
    assert client.put("/scene", json={"dirt": 4}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
