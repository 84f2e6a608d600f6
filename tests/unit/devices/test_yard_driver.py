"""The thread behind lights and barriers, against stand-ins of scale, outputs and beams."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest

from service.devices.edge.yard_io import REFRESH_LOOKS, OutputsDesk, YardDriver
from service.devices.edge.yard_override import OutputMark, OverrideBody
from service.devices.http_answers import answering_app
from service.domain.deck_lights import (
    SAFE,
    Barrier,
    Beams,
    DeckOrder,
    ExpectedTruck,
    Light,
    SavedWeight,
)
from service.domain.deck_signs import Announcement
from service.domain.errors import NotFoundError
from tests.support.devices import until
from tests.support.fake_yard import FakeBeams, FakeOutputs, FakeScale, out_of_order

EXPECTED = DeckOrder(expected=ExpectedTruck(visit_id="v-1", plate="辽E12345"))
SAVED = DeckOrder(
    saved=SavedWeight(
        weighing_id="w-1",
        plate="辽E12345",
        kg=48_620,
        taken_at=datetime.now(UTC) + timedelta(hours=1),
    )
)


class Deck:
    """A driver with everything that stands around it."""

    def __init__(self, *, outputs: bool = True, beams: bool = True) -> None:
        self.scale, self.outputs, self.beams = FakeScale(), FakeOutputs(), FakeBeams()
        self.order = EXPECTED
        self.marks: list[OutputMark] = []
        self.driver = YardDriver(
            self.scale.view(),
            lambda: self.order,
            outputs=self.outputs if outputs else None,
            beams=self.beams if beams else None,
        )

    def exit_barrier(self) -> Barrier:
        return self.outputs.shown[-1].exit_barrier

    def look(self, kg: int | None, order: DeckOrder | None = None) -> None:
        self.scale.kg = kg
        self.order = order or self.order
        self.driver.look()


@pytest.fixture
def deck() -> Deck:
    return Deck()


def test_the_outputs_follow_truck_and_visit(deck: Deck) -> None:
    deck.look(0)
    deck.look(48_620)
    deck.look(48_620, SAVED)
    deck.look(0)
    assert [(out.entry_light, out.exit_light) for out in deck.outputs.shown] == [
        (Light.GREEN, Light.RED),
        (Light.RED, Light.RED),
        (Light.RED, Light.GREEN),
        (Light.RED, Light.RED),
    ]
    assert deck.outputs.spoken == [
        Announcement.DRIVE_ON,
        Announcement.STAND_STILL,
        Announcement.DRIVE_OFF,
        Announcement.WAIT,
    ]
    document = deck.driver.document()
    assert document["link"] == "up"
    assert document["phase"] == "EMPTY"
    assert document["entry"] == {"light": "RED", "barrier": "CLOSED"}
    assert document["beams"] == {
        "configured": True,
        "front_clear": True,
        "back_clear": True,
        "loop_occupied": False,
    }


def test_what_has_not_changed_is_written_again_only_now_and_then(deck: Deck) -> None:
    for _ in range(2 * REFRESH_LOOKS):
        deck.look(0)
    assert len(deck.outputs.shown) == 3
    assert len(deck.outputs.spoken) == 1


def test_a_device_that_fails_is_an_alarm_and_counts_as_red_and_closed(deck: Deck) -> None:
    deck.look(0)
    deck.outputs.broken = True
    deck.look(48_620)
    document = deck.driver.document()
    assert document["link"] == "down"
    assert document["entry"] == {"light": "RED", "barrier": "CLOSED"}
    assert [alarm["device"] for alarm in document["alarms"]] == ["outputs"]  # type: ignore[attr-defined]
    deck.look(48_620)
    deck.outputs.broken = False
    deck.look(48_620)
    assert deck.driver.document()["alarms"] == []
    assert deck.outputs.shown[-1].entry_light is Light.RED


def test_beams_that_fail_are_unknown_and_an_alarm(deck: Deck) -> None:
    deck.beams.broken = True
    deck.look(0)
    assert deck.driver.beams == Beams()
    assert deck.driver.document()["link"] == "down"
    deck.beams.broken = False
    deck.look(0)
    assert deck.driver.beams.in_position
    assert deck.driver.document()["link"] == "up"


def test_a_yard_without_outputs_and_beams_goes_without_them() -> None:
    bare = Deck(outputs=False, beams=False)
    bare.look(0)
    assert bare.driver.document()["configured"] is False
    assert bare.driver.state.outputs.entry_light is Light.GREEN
    with pytest.raises(NotFoundError):
        bare.driver.override(
            OverrideBody(exit_barrier=Barrier.OPEN, reason="why"), bare.marks.append
        )
    assert bare.marks == []
    bare.driver.stop()


def test_a_hand_leaves_its_mark_before_anything_moves(deck: Deck) -> None:
    deck.look(0)
    body = OverrideBody(exit_barrier=Barrier.OPEN, reason="breakdown lorry", hold_ms=1_000)
    shown_then: list[Barrier] = []

    def mark(mark: OutputMark) -> None:
        shown_then.append(deck.exit_barrier())
        deck.marks.append(mark)

    deck.driver.override(body, mark)
    assert shown_then == [Barrier.CLOSED]
    assert deck.exit_barrier() is Barrier.OPEN
    record = deck.marks[0].record()
    assert record["set_to"] == {"exit_barrier": "OPEN"}
    assert record["instead_of"] == {"exit_barrier": "CLOSED"}
    assert record["reason"] == "breakdown lorry"
    override = deck.driver.document()["override"]
    assert override == {"outputs": {"exit_barrier": "OPEN"}, "reason": "breakdown lorry"}
    deck.scale.at_ms = 1_000
    deck.look(0)
    assert deck.exit_barrier() is Barrier.CLOSED
    assert deck.driver.document()["override"] is None


def test_without_a_record_nothing_moves(deck: Deck) -> None:
    deck.look(0)

    def mark(_: OutputMark) -> None:
        raise out_of_order()

    with pytest.raises(type(out_of_order())):
        deck.driver.override(OverrideBody(exit_barrier=Barrier.OPEN, reason="why"), mark)
    deck.look(0)
    assert deck.outputs.shown[-1].exit_barrier is Barrier.CLOSED


def test_the_thread_drives_and_leaves_the_yard_red_and_closed(deck: Deck) -> None:
    deck.driver.start()
    until(lambda: bool(deck.outputs.shown))
    deck.driver.stop()
    assert deck.outputs.shown[0].entry_barrier is Barrier.OPEN
    assert deck.outputs.shown[-1] == SAFE
    assert (deck.outputs.closed, deck.beams.closed) == (True, True)


def test_a_fault_in_the_visits_closes_everything(deck: Deck) -> None:
    deck.look(0)
    deck.order = replace(EXPECTED, expected="nobody")  # type: ignore[arg-type]
    deck.driver.start()
    until(lambda: deck.outputs.shown[-1] == SAFE)
    deck.driver.stop()


def test_outputs_over_http(deck: Deck) -> None:
    app = answering_app(__name__, OutputsDesk(deck.driver, deck.marks.append).routes())
    client = app.test_client()
    deck.look(0)
    got = client.get("/yard/v1/outputs").get_json()
    assert got["entry"] == {"light": "GREEN", "barrier": "OPEN"}
    assert got["spoken"] == "Drive onto the scale"
    body = {"exit_barrier": "OPEN", "reason": "breakdown lorry"}
    put = client.put("/yard/v1/outputs", json=body).get_json()
    assert put["exit"] == {"light": "RED", "barrier": "OPEN"}
    assert len(deck.marks) == 1
    for wrong in (
        {"reason": "why"},
        {"exit_barrier": "OPEN"},
        {"exit_barrier": 1, "reason": "why"},
    ):
        refused = client.put("/yard/v1/outputs", json=wrong)
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
