"""Vehicles, drivers and cards as a site knows them; papers that expire; tares that are kept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop

MOST_STORED_TARES = 3
"""Stored tares of one vehicle: the truck alone and with two trailers (weighbridge.md, 6.2)."""

_ID_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


class RegisterFigureError(RuleBrokenError):
    """A figure of a vehicle is outside what exists on roads."""

    message = gettext_noop("%(value)s is outside %(limit)s.")


class PapersExpiredError(ConflictError):
    """A paper of the vehicle or the driver has expired, and the site lets nobody in so."""

    message = gettext_noop("The %(value)s expired on %(limit)s.")


class IdNumberError(RuleBrokenError):
    """An identity number stands where it would be kept (control C20)."""

    message = gettext_noop("%(value)s holds an identity number; %(limit)s keeps none.")


class TaresFullError(ConflictError):
    """The vehicle has as many stored tares as it may."""

    message = gettext_noop("%(value)s has %(limit)s stored tares; end one of them first.")


class TareUnfitError(RuleBrokenError):
    """A weighing or a stored tare cannot serve as the tare of this truck."""

    message = gettext_noop("This tare cannot be used: %(value)s; needed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper with its date of expiry; drivers' papers carry no number (control C20)."""

    kind: str
    no: str = ""
    valid_to: date

    def record(self) -> dict[str, str]:
        """The paper as JSON."""
        return {"kind": self.kind, "no": self.no, "valid_to": self.valid_to.isoformat()}


def paper_of(document: Mapping[str, Any]) -> Paper:
    """The paper that ``record`` wrote."""
    return Paper(
        kind=str(document["kind"]),
        no=str(document.get("no", "")),
        valid_to=date.fromisoformat(str(document["valid_to"])),
    )


def expired(papers: Iterable[Paper], on: date) -> tuple[Paper, ...]:
    """The papers that are not good any more on the day ``on``."""
    return tuple(paper for paper in papers if paper.valid_to < on)


_RANGES = {
    "axles": (2, 12),
    "legal_max_kg": (500, 200_000),
    "body_capacity_kg": (100, 150_000),
}


def require_figures(figures: Mapping[str, int | None]) -> None:
    """Return where each figure (None: not known) is one that a vehicle may have."""
    for name, value in figures.items():
        least, most = _RANGES[name]
        if value is not None and not least <= value <= most:
            raise RegisterFigureError(field=name, value=value, limit=f"{least}–{most}")


def require_no_id_number(field: str, text: str) -> None:
    """Return where ``text`` holds no Chinese identity number, 18 characters (control C20)."""
    if _ID_NUMBER.search(text) is not None:
        raise IdNumberError(field=field, value=field, limit="Ferrotrace")


def combo_of(plate: str, trailer_plate: str | None) -> str:
    """Truck and trailer as tares are kept by: ``plate`` or ``plate+trailer``."""
    return plate if not trailer_plate else f"{plate}+{trailer_plate}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TareStatistic:
    """Median and median absolute deviation of the last tares of a combination, kg."""

    combo: str
    count: int
    median_kg: int
    mad_kg: int


def tare_statistic(combo: str, tares_kg: Sequence[int]) -> TareStatistic | None:
    """Of ``tares_kg``, those found last; None where there are none. Of two middle ones the lower
    counts, so that a figure that was weighed is shown."""
    if not tares_kg:
        return None
    median_kg = median_low(tares_kg)
    mad_kg = median_low([abs(kg - median_kg) for kg in tares_kg])
    return TareStatistic(combo=combo, count=len(tares_kg), median_kg=median_kg, mad_kg=mad_kg)


def expiry_of(found_on: date, days: int) -> date:
    """The last day on which a tare found on ``found_on`` is good."""
    return found_on + timedelta(days=days)


def require_usable_tare(*, expires_on: date, on: date, kg: int, gross_kg: int, d_kg: int) -> None:
    """Return where a stored tare may stand for the second weighing; an expired one is flagged by
    the attended caller before. Raises ``TareUnfitError``."""
    if expires_on < on:
        raise TareUnfitError(field="tare_id", value=f"expired on {expires_on}", limit=str(on))
    require_tare_figure(kg=kg, gross_kg=gross_kg, d_kg=d_kg)


def require_tare_figure(*, kg: int, gross_kg: int, d_kg: int) -> None:
    """Return where ``kg`` is a multiple of d and below gross; raises ``TareUnfitError``."""
    if kg % d_kg:
        raise TareUnfitError(field="tare_id", value=f"{kg} kg", limit=f"n × {d_kg} kg")
    if kg >= gross_kg:
        raise TareUnfitError(field="tare_id", value=f"{kg} kg", limit=f"< {gross_kg} kg")
