"""Unattended mode against stand-ins of scale, beams and hands."""

from dataclasses import replace
from http import HTTPStatus

import pytest

from service.devices.edge.unattended import (
    SIGNS,
    STOP_WORDS,
    NothingStoppedError,
    UnattendedDesk,
    UnattendedMark,
    UnattendedMode,
)
from service.devices.http_answers import answering_app
from service.domain.deck_lights import Beams, DeckOrder, ExpectedTruck
from service.domain.deck_signs import Announcement
from service.domain.errors import FerrotraceError
from service.domain.unattended import (
    Identified,
    IdentifiedBy,
    Step,
    StopReason,
    UnattendedRule,
    Weighed,
)
from service.domain.weighing import WeighingPass
from service.domain.weighing_window import BelowMinimumError
from tests.support.devices import until
from tests.support.fake_yard import CLEAR, FakeBeams, FakeHands, FakeScale, out_of_order

PLATE = "辽E12345"
TRUCK = Identified(
    by=IdentifiedBy.QR,
    plate=PLATE,
    plates_seen=frozenset({PLATE}),
    visit_id="v-1",
    weighing_pass=WeighingPass.GROSS,
)
RESULT = Weighed(weighing_id="w-1", kg=48_620, outcomes=(("C4", "PASS"),))
BACK_BROKEN = Beams(front_clear=True, back_clear=False, loop_occupied=True)


class Site:
    """A scale that weighs unattended."""

    def __init__(self) -> None:
        self.scale, self.beams, self.hands = FakeScale(), FakeBeams(), FakeHands()
        self.mode = UnattendedMode(self.scale.view(), lambda: self.beams.seen, self.hands.hands())

    def look(self, kg: int | None, beams: Beams = CLEAR) -> Step:
        self.scale.kg, self.beams.seen = kg, beams
        self.scale.at_ms += 1
        self.mode.look()
        return self.mode.state.step

    def lose_beams(self) -> Step:
        """Look twice at beams that tell nothing, longer apart than they may be silent."""
        self.look(0, Beams())
        self.scale.at_ms += UnattendedRule().silence_ms
        return self.look(0, Beams())

    def events(self) -> list[str]:
        return [mark.event for mark in self.hands.marks]


@pytest.fixture
def site() -> Site:
    made = Site()
    made.mode.switch(on=True, reason="night shift")
    return made


def test_it_is_off_until_somebody_switches_it_on_with_a_mark() -> None:
    made = Site()
    assert made.look(48_620) is Step.READY
    yard = DeckOrder(expected=ExpectedTruck(visit_id="v-9"))
    assert made.mode.order(yard) == yard
    made.hands.mark_fails = out_of_order()
    with pytest.raises(FerrotraceError):
        made.mode.switch(on=True, reason="night shift")
    assert made.mode.document()["on"] is False
    made.hands.mark_fails = None
    made.mode.switch(on=True, reason="night shift")
    assert made.mode.document()["on"] is True
    assert made.hands.marks == [UnattendedMark(event="ON", reason="night shift")]
    assert made.hands.marks[0].record() == {"event": "ON", "reason": "night shift"}


def test_a_booked_truck_is_weighed_and_let_go(site: Site) -> None:
    assert site.look(0) is Step.READY
    assert site.mode.order(DeckOrder()).expected == ExpectedTruck()
    assert site.look(9_000, BACK_BROKEN) is Step.POSITIONING
    assert site.mode.order(DeckOrder()).stopped
    assert site.look(48_620) is Step.IDENTIFYING
    site.hands.found, site.hands.result, site.scale.still = TRUCK, RESULT, False
    assert site.look(48_620) is Step.WEIGHING
    assert site.look(48_620) is Step.WEIGHING
    assert site.hands.weighings == []
    site.scale.still = True
    assert site.look(48_620) is Step.LEAVING
    assert site.hands.weighings == [TRUCK]
    order = site.mode.order(DeckOrder())
    assert not order.stopped
    assert order.sign is not None
    assert order.sign.lines == (PLATE, "48620 kg", "请下磅 DRIVE OFF")
    assert order.sign.announcement is Announcement.DRIVE_OFF
    assert site.mode.document()["weighing_id"] == "w-1"
    assert site.look(0) is Step.READY
    assert site.events() == ["ON"]


def test_the_operator_is_called_once_and_lets_it_go_on(site: Site) -> None:
    site.hands.found = replace(TRUCK, visit_id=None)
    site.look(48_620)
    assert site.look(48_620) is Step.STOPPED
    site.look(48_620)
    assert site.events() == ["ON", "STOPPED"]
    assert site.hands.marks[-1].stopped_for is StopReason.NOT_BOOKED
    document = site.mode.document()
    assert document["message"] == "No booking was found."
    assert site.mode.order(DeckOrder()).stopped
    site.mode.resume(reason="booked by hand")
    assert site.mode.state.step is Step.READY
    assert site.events() == ["ON", "STOPPED", "RESUMED"]
    with pytest.raises(NothingStoppedError, match="READY, not STOPPED"):
        site.mode.resume(reason="again")
    site.look(0)
    assert site.mode.order(DeckOrder()).expected is not None
    assert site.lose_beams() is Step.STOPPED
    assert site.events()[-1] == "STOPPED"


def test_a_call_that_could_not_be_recorded_is_made_again(site: Site) -> None:
    site.hands.mark_fails = out_of_order()
    with pytest.raises(FerrotraceError):
        site.lose_beams()
    site.hands.mark_fails = None
    site.look(0, Beams())
    assert site.events() == ["ON", "STOPPED"]


def test_a_refused_weighing_names_its_reason(site: Site) -> None:
    site.hands.found = TRUCK
    site.hands.result = BelowMinimumError(field="kg", value=100, limit=400)
    for _ in range(4):
        site.look(48_620)
    assert site.mode.state.stopped_for is StopReason.NOT_WEIGHED
    assert "100 kg is below Min" in site.mode.state.detail


def test_a_held_weighing_stays_on_the_deck(site: Site) -> None:
    site.hands.found = TRUCK
    site.hands.result = replace(RESULT, outcomes=(("C7", "HOLD"),))
    for _ in range(4):
        site.look(48_620)
    assert site.mode.state.stopped_for is StopReason.CONTROL_NOT_PASSED
    assert site.hands.marks[-1].record() == {
        "event": "STOPPED",
        "stopped_for": "CONTROL_NOT_PASSED",
        "detail": "C7 HOLD",
        "visit_id": "v-1",
    }


def test_the_thread_watches_on_its_own_and_outlives_a_fault(site: Site) -> None:
    site.hands.mark_fails = out_of_order()
    site.look(0, Beams())
    site.scale.at_ms += 1 + UnattendedRule().silence_ms
    site.mode.start()
    until(lambda: site.mode.state.step is Step.STOPPED)
    site.hands.mark_fails = None
    until(lambda: "STOPPED" in site.events())
    site.mode.stop()


def test_every_step_has_its_sign_and_every_stop_its_words() -> None:
    assert set(SIGNS) == set(Step)
    assert set(STOP_WORDS) == set(StopReason)


def test_it_is_switched_over_http() -> None:
    made = Site()
    client = answering_app(__name__, UnattendedDesk(made.mode).routes()).test_client()
    assert client.get("/yard/v1/unattended").get_json()["on"] is False
    body = {"on": True, "reason": "night shift"}
    assert client.put("/yard/v1/unattended", json=body).get_json()["on"] is True
    wrong = client.put("/yard/v1/unattended", json={"on": True})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    resumption = {"reason": "looked at it"}
    refused = client.post("/yard/v1/unattended/resumptions", json=resumption)
    assert refused.status_code == HTTPStatus.CONFLICT
    made.look(0, Beams())
    assert made.mode.order(DeckOrder()).expected is None
    made.lose_beams()
    done = client.post("/yard/v1/unattended/resumptions", json=resumption)
    assert done.get_json()["step"] == "READY"
