"""Instants and business dates, and how documents write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
"""Zone of business dates: ticket years, price dates, month ends (glossary)."""


def whole_second(at: datetime) -> datetime:
    """``at`` in UTC without the fraction of the second: what a document can say."""
    return at.astimezone(UTC).replace(microsecond=0)


def utc_text(at: datetime) -> str:
    """``at`` as RFC 3339 in UTC, whole seconds: ``2026-03-01T02:15:30Z``."""
    return whole_second(at).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse_utc(text: str) -> datetime:
    """The instant that ``utc_text`` wrote; raises ``ValueError`` for any other form."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def business_date(at: datetime) -> date:
    """The date at the bases when it is ``at``."""
    return at.astimezone(BUSINESS_ZONE).date()


def utc_from_seconds(seconds: int) -> str:
    """``utc_text`` of an instant of the chain, which counts seconds since 1970."""
    return utc_text(datetime.fromtimestamp(seconds, tz=UTC))
