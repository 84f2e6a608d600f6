"""The number of a weighing ticket: ``BASE-UNIT-YY-NNNNNN``.

A series belongs to one issuing unit of one base in one year, has no gap and no duplicate; a number
drawn and not used is a void ticket on record.
"""

import re
from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop

_CODE = r"[A-Z0-9]{1,12}"
_NUMBER = re.compile(rf"({_CODE})-({_CODE})-([0-9]{{2}})-([0-9]{{6}})\Z")


class TicketNumberInvalidError(RuleBrokenError):
    """A text or its parts do not make a ticket number."""

    message = gettext_noop("%(value)s is no ticket number of the form %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketNumber:
    """A ticket number in parts: codes of upper-case letters and digits, year 0 to 99, from 1."""

    base: str
    unit: str
    year: int
    sequence: int

    def __str__(self) -> str:
        """The number as printed, for instance ``BASE01-E1-26-000042``."""
        return f"{self.base}-{self.unit}-{self.year:02d}-{self.sequence:06d}"


def make_ticket_number(*, base: str, unit: str, year: int, sequence: int) -> TicketNumber:
    """The number of ticket ``sequence`` (from 1) that ``unit`` issues in ``year`` (four digits).

    Raises ``TicketNumberInvalidError`` when a code has other characters than A-Z and 0-9, or the
    series of 999,999 numbers is used up.
    """
    return parse_ticket_number(f"{base}-{unit}-{year % 100:02d}-{sequence:06d}")


def parse_ticket_number(text: str) -> TicketNumber:
    """The parts of a printed ticket number; raises ``TicketNumberInvalidError``."""
    match = _NUMBER.match(text)
    if match is None or match[4] == "000000":
        raise TicketNumberInvalidError(
            field="ticket_no", value=text[:64], limit="BASE-UNIT-YY-NNNNNN"
        )
    return TicketNumber(base=match[1], unit=match[2], year=int(match[3]), sequence=int(match[4]))
