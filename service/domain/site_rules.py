"""What a site sets for its yard: steps it insists on, bookings, limits a day, stays, papers."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.yard_steps import YardRules


class BookingRule(StrEnum):
    """Whether a truck that brings scrap needs a booking."""

    OPTIONAL = "OPTIONAL"
    COMPULSORY = "COMPULSORY"


class PapersRule(StrEnum):
    """What follows at the gate from a paper that has expired."""

    WARN = "WARN"
    BLOCK = "BLOCK"


class SiteRulesError(RuleBrokenError):
    """A rule of the yard does not exist, or its value is outside its range."""

    message = gettext_noop("The rules of the yard say %(value)s; allowed is %(limit)s.")


class BookingRequiredError(ConflictError):
    """The site takes booked trucks only; the reason is on record with the refusal."""

    message = gettext_noop("Truck %(value)s has no booking; site %(limit)s takes booked trucks.")


class DayFullError(ConflictError):
    """The site takes no more trucks, or no more kilograms, on that day."""

    message = gettext_noop("%(value)s is full: the site takes %(limit)s that day.")


LONGEST_STAY_MIN = 14 * 24 * 60
MOST = 1_000_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRules:
    """Rules of one site. ``*_per_day`` count bookings of one day, None without a limit.

    ``stay_min`` is how long a truck may be on site, ``tare_days`` how long a stored tare is good.
    ``blind_percent`` of the loads are labelled by the inspector before he sees the proposal.
    """

    radiation: bool = False
    calling: bool = False
    inspection: bool = False
    unloading: bool = False
    booking: BookingRule = BookingRule.OPTIONAL
    papers: PapersRule = PapersRule.WARN
    trucks_per_day: int | None = None
    kg_per_day: int | None = None
    stay_min: int = 24 * 60
    tare_days: int = 90
    blind_percent: int = 20

    def __post_init__(self) -> None:
        """Refuse a figure outside its range."""
        for name, least, most in _RANGES:
            value = getattr(self, name)
            if value is not None and not least <= value <= most:
                raise SiteRulesError(field=name, value=f"{name} {value}", limit=f"{least}–{most}")

    @property
    def yard(self) -> YardRules:
        """The steps that the site insists on."""
        return YardRules(
            radiation=self.radiation,
            calling=self.calling,
            inspection=self.inspection,
            unloading=self.unloading,
        )

    def expired(self, arrived_at: datetime, now: datetime) -> bool:
        """Whether a truck that came, or whose stay was renewed, at that time stays too long."""
        return now - arrived_at > timedelta(minutes=self.stay_min)

    def require_room(self, on: object, *, trucks: int, kg: int) -> None:
        """Return where ``trucks`` with ``kg`` in all may be booked for the day ``on``."""
        if self.trucks_per_day is not None and trucks > self.trucks_per_day:
            raise DayFullError(field="expected_on", value=on, limit=f"{self.trucks_per_day} ×")
        if self.kg_per_day is not None and kg > self.kg_per_day:
            raise DayFullError(field="expected_on", value=on, limit=f"{self.kg_per_day} kg")

    def record(self) -> dict[str, Any]:
        """The rules as JSON; ``rules_of`` reads them back."""
        return asdict(self)


_RANGES = (
    ("trucks_per_day", 0, MOST),
    ("kg_per_day", 0, MOST),
    ("stay_min", 1, LONGEST_STAY_MIN),
    ("tare_days", 1, 3_650),
    ("blind_percent", 0, 100),
)


def rules_of(document: Mapping[str, Any]) -> SiteRules:
    """The rules that ``record`` wrote; what is left out is as the product has it.

    Raises ``SiteRulesError`` for a rule that does not exist and for a value of another kind.
    """
    known = {field.name: field.default for field in fields(SiteRules)}
    for name, value in document.items():
        if name not in known:
            raise SiteRulesError(field=name, value=name[:32], limit=", ".join(known))
        if not _fits(value, known[name]):
            raise SiteRulesError(field=name, value=f"{name} {value!r}"[:64], limit=_allowed(name))
    values: dict[str, Any] = dict(document)
    for name, kind in (("booking", BookingRule), ("papers", PapersRule)):
        if name in values:
            values[name] = kind(values[name])
    return SiteRules(**values)


def _fits(value: Any, default: Any) -> bool:
    if isinstance(default, StrEnum):
        return value in set(type(default))
    if isinstance(default, bool):
        return isinstance(value, bool)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return is_whole or (default is None and value is None)


def _allowed(name: str) -> str:
    default = next(field.default for field in fields(SiteRules) if field.name == name)
    if isinstance(default, StrEnum):
        return ", ".join(type(default))
    return "true, false" if isinstance(default, bool) else "0, 1, 2 …"
