"""What the cameras saw goes with the capture onto the log, and the unit judges by it offline."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.domain.sight import Sight
from tests.support.edge_yard import LENIENT, LanClient, YardRig

OURS, OTHER, TRAILER = "辽E33333", "京B77777", "辽E3333挂"
LOOK, OTHER_LOOK = "80" * 96, "b0" * 96
BY_CARD = {
    "visit_kind": "RECEIVING",
    "card_no": "IC-7",
    "identified_by": "CARD",
    "supplier_id": "SU-QINGHE",
}
STRICT = {
    **LENIENT,
    "C3": {"action": "BLOCK"},
    "C10": {"action": "HOLD"},
    "C11": {"action": "BLOCK"},
}


def sight(front: str = OURS, rear: str | None = None, look: str | None = LOOK) -> Sight:
    return Sight(plates={"front": (front,), "rear": (rear or front,)}, look=look)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[YardRig]:
    rig = YardRig(tmp_path)
    cards = [{"card_no": "IC-7", "plate": OURS, "driver_id": "DR-1"}]
    vehicles = [{"plate": OURS, "legal_max_kg": 49_000, "trailer_plate": TRAILER}]
    rig.take_brief(cards=cards, vehicles=vehicles, policy=STRICT)
    yield rig
    rig.close()


def arrived(client: LanClient) -> str:
    answer = client.entry("open", "visit.opened", **BY_CARD)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["visit"]["visit_id"])


def verdicts(answer: Any) -> dict[str, tuple[str, str, str]]:
    """(outcome, field, value) by control."""
    told = answer.get_json()["verdicts"]
    return {v["control"]: (v["outcome"], v["field"], v["value"]) for v in told}


def test_two_plates_on_the_deck_stop_the_weighing_and_a_trailer_does_not(rig: YardRig) -> None:
    client = rig.client()
    visit_id = arrived(client)
    rig.desk.sight = sight(rear=OTHER)
    refused = client.weigh("w1", visit_id, "gross")
    assert refused.status_code == 409
    assert verdicts(refused)["C3"] == ("BLOCK", "vehicles", "2")
    rig.desk.sight = sight(rear=TRAILER)
    taken = client.weigh("w2", visit_id, "gross")
    assert taken.status_code == 201
    assert verdicts(taken)["C3"] == ("PASS", "legal_max_kg", "48620 kg")
    entry = rig.unit.log.entry(rig.unit.log.head()[0])
    assert entry is not None
    assert entry.body["capture"]["sight"] == sight(rear=TRAILER).record()
    assert entry.body["card_no"] == "IC-7"


@pytest.mark.parametrize(
    ("now", "card_no", "expected"),
    [
        (sight(), None, ("PASS", "marks", "2/2")),
        (sight(look=OTHER_LOOK), None, ("HOLD", "marks", "1/2")),
        (sight(look=OTHER_LOOK), "IC-7", ("PASS", "marks", "2/3")),
        (None, "IC-8", ("HOLD", "marks", "0/1")),
        (None, None, ("UNKNOWN", "marks", "0/0")),
    ],
)
def test_the_vehicle_is_compared_with_that_of_the_first_weighing(
    rig: YardRig, now: Sight | None, card_no: str | None, expected: tuple[str, str, str]
) -> None:
    client = rig.client("u-supervisor")
    visit_id = arrived(client)
    rig.desk.sight, rig.desk.ago = sight(), timedelta(minutes=20)
    assert client.weigh("gross", visit_id, "gross").status_code == 201
    body = {"grade": "HRS101", "shares": {"HRS101": 10_000}, "visit_id": visit_id}
    assert client.entry("grade", "grade.decided", **body).status_code == 201
    rig.desk.kg, rig.desk.sight, rig.desk.ago = 16_140, now, timedelta(0)
    shown = {} if card_no is None else {"card_no": card_no}
    taken = client.weigh("tare", visit_id, "tare", **shown)
    assert taken.status_code == 201, taken.get_json()
    assert verdicts(taken)["C10"] == expected


@pytest.mark.parametrize(
    ("nonce_ok", "expected"),
    [
        (True, ("PASS", "sha256", "0")),
        (False, ("HOLD", "nonce", "0")),
        (None, ("UNKNOWN", "nonce", "—")),
    ],
)
def test_a_photograph_without_the_figure_holds_the_weighing(
    rig: YardRig, *, nonce_ok: bool | None, expected: tuple[str, str, str]
) -> None:
    client = rig.client()
    visit_id = arrived(client)
    rig.desk.nonce_ok = nonce_ok
    taken = client.weigh("w1", visit_id, "gross")
    assert taken.status_code == 201
    assert verdicts(taken)["C11"] == expected
