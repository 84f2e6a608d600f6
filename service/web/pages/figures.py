"""How figures read on a page: units apart, thousands separated, times in the yard's own zone."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale

from service.domain.plate import shown_plate
from service.web.pages.language import _

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")
UNKNOWN = "——"
"""Stands for a figure that nobody knows; an old figure never does."""

MINUS = "\N{MINUS SIGN}"

_MEASURE = re.compile(r"(?<![0-9-])[0-9]{4,}(?=(–[0-9]+)? (?:kg|ms|s|bp)\b)")
"""Figures of a measure, or of a range of one."""


def kg(value: int | None) -> str:
    """48620 → 48,620; None → ——."""
    if value is None:
        return UNKNOWN
    return f"{value:,}".replace("-", MINUS)


def signed_kg(value: int) -> str:
    """-40 → −40, 40 → +40, 0 → 0."""
    return f"{value:+,}".replace("-", MINUS) if value else "0"


def tonnes(value_kg: int) -> str:
    """32238 → 32.238."""
    return decimal(Decimal(value_kg) / 1000)


def yuan(value_fen: int | None) -> str:
    """11683370 → 116,833.70."""
    if value_fen is None:
        return UNKNOWN
    whole, fen = divmod(abs(value_fen), 100)
    return f"{MINUS if value_fen < 0 else ''}{whole:,}.{fen:02d}"


def percent(value_bp: int | None) -> str:
    """6200 → 62 %, 120 → 1.20 %; None → ——."""
    if value_bp is None:
        return UNKNOWN
    whole, rest = divmod(value_bp, 100)
    return f"{whole}.{rest:02d}\N{NO-BREAK SPACE}%" if rest else f"{whole}\N{NO-BREAK SPACE}%"


def decimal(value: Decimal | str | None) -> str:
    """A decimal figure as it was stored, with thousands separated: "1234.50" → 1,234.50."""
    if value is None:
        return UNKNOWN
    return f"{Decimal(value):,f}".replace("-", MINUS)


def thousandths(value: Decimal | str | None) -> str:
    """A figure with three decimals, as it is shown; the document keeps all: "47.3147" → 47.315."""
    return UNKNOWN if value is None else decimal(Decimal(value).quantize(Decimal("0.001")))


def instant(value: datetime | str) -> datetime:
    """A stored instant (a datetime, or RFC 3339 text of a document) in the business zone."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(BUSINESS_ZONE)


def clock(value: datetime | str | None) -> str:
    """14:32, with the day where it is another than today's."""
    if value is None:
        return UNKNOWN
    moment = instant(value)
    if moment.date() == datetime.now(UTC).astimezone(BUSINESS_ZONE).date():
        return f"{moment:%H:%M}"
    return f"{moment:%m-%d %H:%M}"


def moment(value: datetime | str | None) -> str:
    """2026-11-20 14:32:06."""
    return UNKNOWN if value is None else f"{instant(value):%Y-%m-%d %H:%M:%S}"


def day(value: date | datetime | str | None) -> str:
    """2026-11-20, the business date of an instant."""
    if value is None:
        return UNKNOWN
    if isinstance(value, str) and "T" not in value:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return instant(value).date().isoformat()


def span(value: timedelta) -> str:
    """A length of time in the one or two units that people would say."""
    seconds = max(0, int(value.total_seconds()))
    if seconds < 60:  # noqa: PLR2004 - a minute
        return _("%(n)s s", n=seconds)
    minutes = seconds // 60
    if minutes < 60:  # noqa: PLR2004 - an hour
        return _("%(n)s min", n=minutes)
    return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)


def plate(value: str) -> str:
    """A Chinese plate as it stands on the truck."""
    return shown_plate(value)


def grouped(text: str) -> str:
    """``text`` with its masses, times and rates in groups of three: 16011–16269 kg."""
    return _MEASURE.sub(lambda found: kg(int(found[0])), text)


def hexed(value: bytes | str) -> str:
    return value.hex() if isinstance(value, bytes) else value


def short_hash(value: bytes | str) -> str:
    """9f3c07d2a61b…be7f0418: enough to compare by eye."""
    text = hexed(value)
    return f"{text[:12]}…{text[-8:]}"


def short_id(value: str) -> str:
    """A number on paper as it is; of a long identifier the part that tells it from others."""
    return value if len(value) <= 24 else f"…{value[-12:]}"  # noqa: PLR2004 - longest paper number


def is_english() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "en"


def named(thing: Any) -> str:
    """The name of an organisation or a site in the reader's language."""
    if thing is None:
        return UNKNOWN
    return str(thing.name_en if is_english() else thing.name_zh)
