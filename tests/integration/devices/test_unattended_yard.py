"""A booked truck weighed by nobody: simulator, board over Modbus, edge unit, cameras and rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from service.devices.codes import decode_codes
from service.devices.edge.unattended import UnattendedMark, UnattendedMode, YardHands
from service.devices.edge.yard_io import ScaleView, YardDriver
from service.devices.yard_io import devices_of
from service.domain.deck_lights import DeckOrder, SavedWeight
from service.domain.unattended import Identified, IdentifiedBy, Step, StopReason, Weighed
from service.domain.weighing import WeighingPass
from tests.support.devices import Yard, site_devices, until
from tests.support.ports import free_ports

RATE = 50
PLATE = "辽E12345"
CODE = "https://yard.example/t/0190f5c2-booking-0042"
COILS = ("entry_barrier", "exit_barrier", "entry_red", "entry_green", "exit_red", "exit_green")


class Post:
    """A deck that weighs unattended, wired as the edge unit wires it; the book is one field."""

    def __init__(self, yard: Yard) -> None:
        self.yard = yard
        self.saved: SavedWeight | None = None
        self.marks: list[UnattendedMark] = []
        scale = yard.edge.scale
        view = ScaleView(
            instrument=scale.instrument,
            state=scale.state,
            now_ms=scale.clock.now_ms,
            rate=lambda: scale.clock.rate,
        )
        outputs, beams = devices_of(yard.site)
        self.driver = YardDriver(view, self.order, outputs=outputs, beams=beams)
        hands = YardHands(identify=self.identify, weigh=self.weigh, mark=self.marks.append)
        self.mode = UnattendedMode(view, lambda: self.driver.beams, hands)

    def order(self) -> DeckOrder:
        return self.mode.order(DeckOrder(saved=self.saved))

    def identify(self) -> Identified | None:
        codes = decode_codes(self.yard.client.camera_picture("front").data)
        if not codes:
            return None
        return Identified(
            by=IdentifiedBy.QR,
            plate=PLATE,
            plates_seen=frozenset({PLATE}),
            visit_id="v-1" if codes[0].text == CODE else None,
            weighing_pass=WeighingPass.GROSS,
        )

    def weigh(self, truck: Identified) -> Weighed:
        capture = self.yard.client.capture(str(uuid4()), truck.weighing_pass)
        self.saved = SavedWeight(
            weighing_id=capture.capture_id,
            plate=truck.plate,
            kg=capture.kg,
            taken_at=capture.taken_at,
        )
        return Weighed(weighing_id=capture.capture_id, kg=capture.kg, outcomes=(("C4", "PASS"),))

    def lamps(self) -> dict[str, bool]:
        state: dict[str, Any] = dict(self.yard.client.simulator_state())
        coils: dict[str, bool] = state["outputs"]["coils"]
        return coils

    def is_at(self, step: Step) -> bool:
        return self.mode.state.step is step


@pytest.fixture(scope="module")
def post(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    board = f"127.0.0.1:{free_ports(1)[0]}"
    site = site_devices(
        outputs={
            "address": board,
            "coils": {name: coil for coil, name in enumerate(COILS)},
            "display": {"register": 0},
            "voice_register": 100,
        },
        beams={"address": board, "front": 0, "back": 1, "loop": 2},
    )
    folder: Path = tmp_path_factory.mktemp("post")
    with Yard(site, folder / "captures.db", rate=RATE) as yard:
        made = Post(yard)
        made.mode.switch(on=True, reason="night shift")
        made.driver.start()
        made.mode.start()
        yield made
        made.mode.stop()
        made.driver.stop()


def test_a_booked_truck_is_weighed_by_nobody(post: Post) -> None:
    client = post.yard.client
    until(lambda: post.lamps().get("entry_green", False))
    assert post.lamps()["entry_barrier"] is True
    client.simulator_put("deck", {"plate": PLATE, "kg": 48_620, "code": CODE})
    until(lambda: post.is_at(Step.LEAVING))
    until(lambda: post.lamps()["exit_green"])
    state = client.simulator_state()
    assert state["outputs"]["lines"] == [PLATE, "48620 kg", "请下磅 DRIVE OFF"]
    assert post.lamps()["exit_barrier"] is True
    assert post.lamps()["entry_barrier"] is False
    client.simulator_delete("deck")
    until(lambda: post.is_at(Step.READY))
    until(lambda: post.lamps()["entry_green"])
    assert post.lamps()["exit_barrier"] is False
    assert client.simulator_state()["outputs"]["spoken"][-1] == 1
    assert [mark.event for mark in post.marks] == ["ON"]


def test_a_truck_without_a_booking_waits_for_a_person(post: Post) -> None:
    client = post.yard.client
    client.simulator_put("deck", {"plate": PLATE, "kg": 16_140, "code": "something else"})
    until(lambda: post.is_at(Step.STOPPED))
    assert post.mode.state.stopped_for is StopReason.NOT_BOOKED
    until(lambda: client.simulator_state()["outputs"]["spoken"][-1] == 6)
    assert post.lamps()["exit_barrier"] is False
    assert post.lamps()["exit_red"] is True
    client.simulator_delete("deck")
    until(lambda: client.simulator_state()["phase"] == "empty")
    post.mode.resume(reason="sent away")
    until(lambda: post.lamps()["entry_green"])


def test_a_board_that_fails_stops_it_and_not_the_scale(post: Post) -> None:
    client = post.yard.client
    client.simulator_put("faults", {"yard_io": False})
    until(lambda: post.is_at(Step.STOPPED))
    assert post.mode.state.stopped_for is StopReason.NO_BEAMS
    document = post.driver.document()
    assert document["link"] == "down"
    assert document["entry"] == {"light": "RED", "barrier": "CLOSED"}
    assert client.state().kg == 0
    client.simulator_put("faults", {})
    until(lambda: post.driver.document()["link"] == "up")
