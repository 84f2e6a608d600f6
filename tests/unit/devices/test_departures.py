"""What the deck does after a weighing is followed until it is empty, and goes on the log."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.devices.edge.entries import Envelope
from service.domain.weighing import Reading
from tests.support.devices import until
from tests.support.edge_yard import LanClient, YardRig
from tests.support.readings import reading
from tests.unit.devices.test_edge_lan import GRADE, arrived

CAPTURED = "0204"
"""The frame that a capture to order ends with."""


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[YardRig]:
    made = YardRig(tmp_path, policy={})
    made.unit.yard.departures.start()
    yield made
    made.unit.yard.departures.stop()
    made.close()


def passage(*after: tuple[int, int | None], captured: str = CAPTURED) -> list[Reading]:
    """A passage up to the captured frame and (ms, kg) of what followed."""
    now = datetime.now(UTC)
    points: list[tuple[int, int | None, str]] = [(0, 0, "0203"), (60_000, 48_620, captured)]
    points += [(60_000 + ms, kg, "0205") for ms, kg in after]
    return [
        reading(kg, at_ms=ms, raw_hex=raw, t_utc=now + timedelta(milliseconds=ms))
        for ms, kg, raw in points
    ]


def weighed(client: LanClient, which: str, visit_id: str) -> str:
    answer = client.weigh(which, visit_id, which, attested=True)
    assert answer.status_code == 201, answer.get_json()
    return str(answer.get_json()["body"]["weighing_id"])


def left(rig: YardRig) -> list[Envelope]:
    return rig.unit.log.entries(kinds=("weighing.left",), since="", limit=10)


def test_the_curve_goes_on_to_the_return_to_zero(rig: YardRig) -> None:
    client = rig.client("u-supervisor")
    visit_id = arrived(client)
    weighing_id = weighed(client, "gross", visit_id)
    deck = rig.unit.yard.departures
    deck.left(passage((400, 48_620), (800, 48_620), (1_200, 20_000), (1_600, 0)))
    until(lambda: len(left(rig)) == 1)
    (entry,) = left(rig)
    assert entry.body["weighing_id"] == weighing_id
    assert entry.body["curve"] == [[0, 48_620], [800, 48_620], [1_200, 20_000], [1_600, 0]]
    assert (entry.body["empty_after_ms"], entry.body["rise_kg"]) == (1_600, 0)
    assert entry.person.user_id == "u-supervisor"
    deck.left(passage((400, 0)))
    assert client.entry("grade", "grade.decided", visit_id=visit_id, **GRADE).status_code == 201
    rig.desk.kg = 16_140
    tare = client.weigh("tare", visit_id, "tare", attested=True).get_json()
    (said,) = [each for each in tare["body"]["controls"] if each["control"] == "C6"]
    assert (said["outcome"], said["value"]) == ("PASS", "1 s")
    assert len(left(rig)) == 1


def test_another_passage_says_nothing_of_a_weighing(rig: YardRig) -> None:
    client = rig.client("u-supervisor")
    weighed(client, "gross", arrived(client))
    rig.unit.yard.departures.left(passage((400, 0), captured="0209"))
    rig.unit.yard.departures.left(passage()[:1])
    rig.unit.yard.departures.stop()
    assert left(rig) == []
