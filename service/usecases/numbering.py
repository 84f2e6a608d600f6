"""Numbers on paper, drawn in the transaction that uses them."""

from datetime import datetime

from service.domain.instants import business_date
from service.domain.ticket_number import make_ticket_number
from service.storage.db import Tx
from service.storage.series import draw_number


def next_ticket_no(tx: Tx, *, site_id: str, unit: str, at: datetime) -> str:
    """The next number of the unit's series, ``BASE-UNIT-YY-NNNNNN``."""
    year = business_date(at).year
    sequence = draw_number(tx, f"{site_id}-{unit}", year)
    return str(make_ticket_number(base=site_id, unit=unit, year=year, sequence=sequence))


def next_no(tx: Tx, *, letters: str, at: datetime) -> str:
    """The next number of a series known by its letters: ``SH-26-000001``."""
    year = business_date(at).year
    return f"{letters}-{year % 100:02d}-{draw_number(tx, letters, year):06d}"
