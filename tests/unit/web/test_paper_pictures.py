"""What a seller takes home shows copies of the photographs, with faces and plates blurred."""

from dataclasses import replace
from typing import Any

import pytest

from service.web.pages import ticket_print
from tests.support.company import Company
from tests.support.examiner import PlainExaminer
from tests.support.pages import Person, pages_of


class Blurring(PlainExaminer):
    """Makes a copy that is told from its photograph."""

    def public_copy(self, content: bytes) -> bytes:
        return b"blurred " + content[:2]


def test_papers_show_blurred_copies_and_no_picture_where_none_can_be_made(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    truck = company.receive()
    handed: list[list[bytes]] = []

    def kept(_sheet: object, _paper: object, *, pictures: Any) -> bytes:
        handed.append(list(pictures))
        return b"%PDF-"

    monkeypatch.setattr(ticket_print, "ticket_pdf", kept)
    for examiner in (None, Blurring()):
        company.deps = replace(company.deps, pictures=examiner)
        operator = Person(pages_of(company), "operator")
        page = f"/tickets/{truck.ticket.ticket_no}"
        drawn = operator.get(page).text
        assert drawn.count("copy=public") == drawn.count('class="photo"') > 0
        address = drawn.split('src="/photographs/')[1].split('"')[0]
        answer = operator.client.get(f"/photographs/{address}")
        original = operator.client.get(f"/photographs/{address.split('?')[0]}").data
        operator.fill(page, "/prints", paper="A4-PDF")
        assert set(handed[-1]) == ({b"blurred \xff\xd8"} if examiner else set())
        assert (answer.status_code == 503) is (examiner is None)
        assert answer.data != original
