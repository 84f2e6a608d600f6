"""The edge unit prints by itself: the original when a ticket is issued, COPY n when asked again."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from service.devices.edge.print_queue import PrintQueue
from service.domain.errors import NotFoundError
from service.domain.ticket_sheet import TicketSheet
from tests.support.devices import until
from tests.support.edge_yard import SERIES, YardRig
from tests.unit.devices.test_edge_lan import graded_and_weighed
from tests.unit.exchange.test_ticket_print import original

NUMBER = f"{SERIES}-000001"


class Paper:
    """A printer that keeps its sheets, and refuses while ``is_off``."""

    def __init__(self) -> None:
        self.sheets: list[TicketSheet] = []
        self.refused = Event()
        self.is_off = False

    def print(self, sheet: TicketSheet) -> None:
        if self.is_off:
            self.refused.set()
            raise NotFoundError(field="printer", what="paper", key="")
        self.sheets.append(sheet)


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def rig(tmp_path: Path, paper: Paper) -> Iterator[YardRig]:
    """A yard with a printer beside the scale and no server above it."""
    made = YardRig(tmp_path, print_roll=paper.print)
    assert made.unit.printer is not None
    made.unit.printer.start()
    yield made
    made.close()


def test_a_ticket_is_printed_when_it_is_issued_and_again_as_a_copy(
    rig: YardRig, paper: Paper
) -> None:
    client = rig.client("u-supervisor")
    visit_id = graded_and_weighed(rig, client)
    assert client.ask("GET", "hello").get_json()["prints"]
    for _ in range(2):
        client.entry("ticket", "ticket.issued", visit_id=visit_id)
    until(lambda: len(paper.sheets) == 1)
    client.entry("again", "ticket.printed", ticket_no=NUMBER, paper="80MM")
    until(lambda: len(paper.sheets) == 2)
    client.entry("large", "ticket.printed", ticket_no=NUMBER, paper="A4")
    first, second = paper.sheets
    assert (first.ticket_no, second.ticket_no) == (NUMBER, NUMBER)
    assert "COPY" not in first.edition
    assert "COPY 2" in second.edition
    assert len(first.code) == 6
    assert first.code != second.code
    ticket = client.ask("GET", f"tickets/{NUMBER}").get_json()
    assert ticket["qr"] == first.qr_text
    assert [(job["copy_no"], job["state"]) for job in ticket["prints"]] == [
        (1, "PRINTED"),
        (2, "PRINTED"),
    ]


def test_a_printer_that_was_off_prints_when_it_is_on(paper: Paper) -> None:
    paper.is_off = True
    queue = PrintQueue(paper.print, pause_s=0.01)
    queue.start()
    sheet = original("zh")
    queue.put(sheet, 1)
    assert paper.refused.wait(timeout=10)
    (waiting,) = queue.jobs_of(sheet.ticket_no)
    assert waiting.state == "WAITING"
    paper.is_off = False
    until(lambda: paper.sheets == [sheet])
    queue.stop()


def test_what_a_printer_never_takes_is_given_up(
    paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.devices.edge.print_queue.MOST_TRIES", 2)
    monkeypatch.setattr("service.devices.edge.print_queue.MOST_REMEMBERED", 1)
    paper.is_off = True
    queue = PrintQueue(paper.print, pause_s=0.01)
    queue.start()
    queue.put(original("zh"), 1)
    queue.put(original("zh"), 2)
    number = original("zh").ticket_no
    until(lambda: [job.state for job in queue.jobs_of(number)] == ["FAILED"])
    queue.stop()


def test_a_queue_that_is_stopped_prints_no_more(paper: Paper) -> None:
    paper.is_off = True
    queue = PrintQueue(paper.print, pause_s=60)
    queue.stop()
    queue = PrintQueue(paper.print, pause_s=60)
    queue.start()
    queue.put(original("zh"), 1)
    assert paper.refused.wait(timeout=10)
    queue.stop()
    assert paper.sheets == []
