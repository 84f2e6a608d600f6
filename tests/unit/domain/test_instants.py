from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from service.domain.instants import (
    business_date,
    parse_utc,
    utc_from_seconds,
    utc_text,
    whole_second,
)


def test_documents_say_whole_seconds_in_utc() -> None:
    at = datetime(2026, 3, 1, 10, 15, 30, 987_654, tzinfo=timezone(timedelta(hours=8)))
    assert utc_text(at) == "2026-03-01T02:15:30Z"
    assert parse_utc(utc_text(at)) == whole_second(at)


def test_another_form_is_not_read() -> None:
    with pytest.raises(ValueError, match="does not match"):
        parse_utc("2026-03-01 02:15:30")


def test_the_business_day_begins_at_midnight_in_shanghai() -> None:
    assert business_date(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert business_date(datetime(2026, 12, 31, 16, 0, 0, tzinfo=UTC)) == date(2027, 1, 1)


def test_seconds_of_the_chain_are_written_as_utc() -> None:
    assert utc_from_seconds(1_780_000_000) == "2026-05-28T20:26:40Z"
