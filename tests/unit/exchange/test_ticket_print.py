"""Tickets on paper: the same sheet gives the same bytes, on A4, on the roll and for ESC/POS."""

from pathlib import Path

import pytest

from service.domain.ticket_sheet import Copy, TicketSheet, ticket_sheet
from service.exchange.escpos import COLUMNS, columns, ticket_escpos, wide
from service.exchange.pdf_pen import wrapped
from service.exchange.ticket_pdf import Paper, ticket_pdf
from tests.support.pictures import truck_jpeg
from tests.unit.domain.ticket_papers import LINES, PRINT, QR_TEXT, issued, void

GOLDEN = Path(__file__).parent / "golden"
SECOND = Copy(copy_no=2, printed_at=PRINT.printed_at, printed_by=PRINT.printed_by, code="990001")


def original(language: str) -> TicketSheet:
    return ticket_sheet(issued(), language=language, copy=PRINT, qr_text=QR_TEXT)


def simulated_copy() -> TicketSheet:
    return ticket_sheet(issued(demo=True), language="en", copy=SECOND, qr_text=QR_TEXT)


def split(language: str) -> TicketSheet:
    """A load of two grades and a material without a code."""
    return ticket_sheet(issued(lines=LINES), language=language, copy=PRINT, qr_text=QR_TEXT)


def no_ticket() -> TicketSheet:
    return ticket_sheet(void(), language="zh", copy=PRINT)


PRINTS = {
    "original-zh-a4.pdf": lambda: ticket_pdf(original("zh"), Paper.A4),
    "copy-en-80mm.pdf": lambda: ticket_pdf(simulated_copy(), Paper.ROLL),
    "lines-zh-a4.pdf": lambda: ticket_pdf(split("zh"), Paper.A4),
    "lines-zh-80mm.pdf": lambda: ticket_pdf(split("zh"), Paper.ROLL),
    "lines-en.escpos": lambda: ticket_escpos(split("en")),
    "void-zh-a4.pdf": lambda: ticket_pdf(no_ticket(), Paper.A4),
    "original-zh.escpos": lambda: ticket_escpos(original("zh")),
    "copy-en.escpos": lambda: ticket_escpos(simulated_copy()),
    "void-zh.escpos": lambda: ticket_escpos(no_ticket()),
}


@pytest.mark.parametrize("name", PRINTS)
def test_a_print_is_the_same_byte_for_byte(name: str) -> None:
    assert PRINTS[name]() == (GOLDEN / name).read_bytes()


def test_a_long_ticket_goes_on_on_another_page() -> None:
    lines = {
        str(place): {
            "kind": "KG",
            "kg": 1,
            "reason_code": "OTHER",
            "reason": "a long story about rubber and wood " * 6,
        }
        for place in range(1, 13)
    }
    pictures = [truck_jpeg()] * 5
    long = ticket_sheet(issued(deduction=lines, demo=True), language="en", copy=SECOND)
    assert ticket_pdf(long, Paper.A4, pictures=pictures).count(b"/Type /Page\n") == 2


def test_text_wraps_at_spaces_and_between_chinese_characters() -> None:
    assert wrapped("one two three", 10, 45) == ["one two", "three"]
    assert wrapped("再生钢铁原料", 10, 31) == ["再生钢", "铁原料"]
    assert wrapped("0123456789abcdef", 10, 30) == ["01234", "56789", "abcde", "f"]
    assert wrapped("", 10, 30) == [""]


def test_columns_count_chinese_characters_twice() -> None:
    assert wide("毛重 kg") == 7
    assert columns("毛重", "1 kg") == f"毛重{' ' * 40}1 kg"
    assert columns("x" * 46, "1 kg") == f"{'x' * 46}\n{' ' * 44}1 kg"
    assert all(
        wide(line) <= COLUMNS
        for line in ticket_escpos(original("zh")).decode("gb18030", "ignore").splitlines()
        if "再生" in line
    )
