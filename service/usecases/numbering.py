"""Numbers on paper, drawn in the transaction that uses them.

An edge unit draws from series of its own while nobody else can be asked; what it drew is taken
over here, one after the other, so that its series have no gap either.
"""

import re
from datetime import datetime

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.instants import business_date
from service.domain.ticket_number import make_ticket_number
from service.storage.db import Tx
from service.storage.edge_entry import states_of_number
from service.storage.series import draw_number, take_number

_NUMBER = re.compile(r"(?:(S[HG])-)?([A-Z0-9]{1,12})-([A-Z0-9]{1,12})-([0-9]{2})-([0-9]{6})\Z")
_CENTURY = 100


class NumberForeignError(RuleBrokenError):
    """A number that the edge unit of this site does not draw at this time."""

    message = gettext_noop("%(value)s is no number of the series %(limit)s.")


class NumberVoidError(ConflictError):
    """A number that was given up."""

    message = gettext_noop("Number %(value)s was given up and is not used again.")


def ticket_no(tx: Tx, given: str | None, *, site_id: str, unit: str, at: datetime) -> str:
    """``given``, a number that the site's edge unit drew ``at`` that time, else the next one.

    ``unit`` is the one for which numbers are drawn here. Raises as ``take_paper_number``.
    """
    if given is None:
        return next_ticket_no(tx, site_id=site_id, unit=unit, at=at)
    return take_paper_number(tx, given, letters="", site_id=site_id, unit=unit, at=at)


def paper_no(
    tx: Tx, given: str | None, *, letters: str, site_id: str, unit: str, at: datetime
) -> str:
    """The same of delivery notes (SH) and plant receipts (SG): ``SH-BASE01-E1-26-000001``."""
    if given is None:
        return next_no(tx, letters=letters, at=at)
    return take_paper_number(tx, given, letters=letters, site_id=site_id, unit=unit, at=at)


def take_paper_number(
    tx: Tx, given: str, *, letters: str, site_id: str, unit: str, at: datetime
) -> str:
    """Take over a number that was drawn at the site; one that is kept for a held entry is taken.

    Raises ``NumberForeignError`` for another site, our own unit or another year,
    ``NumberVoidError``, ``NumberNotNextError``.
    """
    match = _NUMBER.match(given)
    year = business_date(at).year
    wanted = (letters or None, site_id, f"{year % _CENTURY:02d}")
    if match is None or (match[1], match[2], match[4]) != wanted or match[3] == unit:
        limit = "-".join(filter(None, (letters, site_id, "E1", wanted[2])))
        raise NumberForeignError(field="number", value=given[:64], limit=limit)
    states = states_of_number(tx, given)
    if "void" in states:
        raise NumberVoidError(field="number", value=given)
    if "held" not in states:
        prefix = given.rsplit("-", 2)[0]
        take_number(tx, prefix, year, int(match[5]))
    return given


def next_ticket_no(tx: Tx, *, site_id: str, unit: str, at: datetime) -> str:
    """The next number of the unit's series, ``BASE-UNIT-YY-NNNNNN``."""
    year = business_date(at).year
    sequence = draw_number(tx, f"{site_id}-{unit}", year)
    return str(make_ticket_number(base=site_id, unit=unit, year=year, sequence=sequence))


def next_no(tx: Tx, *, letters: str, at: datetime) -> str:
    """The next number of a series known by its letters: ``SH-26-000001``."""
    year = business_date(at).year
    return f"{letters}-{year % 100:02d}-{draw_number(tx, letters, year):06d}"
