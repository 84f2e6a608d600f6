import pytest

from service.domain.ticket_number import (
    TicketNumber,
    TicketNumberInvalidError,
    make_ticket_number,
    parse_ticket_number,
)


def test_a_number_names_base_unit_year_and_sequence() -> None:
    number = make_ticket_number(base="BASE01", unit="E1", year=2026, sequence=42)
    assert str(number) == "BASE01-E1-26-000042"
    assert number == TicketNumber(base="BASE01", unit="E1", year=26, sequence=42)


def test_a_printed_number_is_read_back() -> None:
    assert str(parse_ticket_number("BASE02-SRV-07-999999")) == "BASE02-SRV-07-999999"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "BASE01-E1-26-000000",
        "BASE01-E1-26-42",
        "BASE01-E1-2026-000042",
        "base01-E1-26-000042",
        "BASE01-E1-26-000042\n",
        "BASE01-E1-26-００００４２",
        "BASE-01-E1-26-000042",
    ],
)
def test_any_other_text_is_no_number(text: str) -> None:
    with pytest.raises(TicketNumberInvalidError):
        parse_ticket_number(text)


def test_a_series_ends_after_999999() -> None:
    with pytest.raises(TicketNumberInvalidError):
        make_ticket_number(base="BASE01", unit="E1", year=2026, sequence=1_000_000)
