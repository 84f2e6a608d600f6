"""Copies of a ticket on paper: counted, with who and when, and a seller's code for each.

The digits of the code are handed out here once, for the paper; what stays is their hash.
"""

from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.seller_code import SALT_BYTES, SellerCode, new_seller_code
from service.domain.ticket_sheet import Copy
from service.storage import ticket as tickets
from service.storage import ticket_print as prints
from service.storage.db import Tx
from service.usecases.ports import Deps

_RANDOM_BYTES = 8 + SALT_BYTES


class CopyCountedError(ConflictError):
    """A copy with this number was printed before by the same unit."""

    message = gettext_noop("Copy %(value)s of the ticket was counted before.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedElsewhere:
    """A copy that a scale's program printed: its number, and the hash of the code on it."""

    unit: str
    copy_no: int
    printed_at: datetime
    code_salt: bytes
    code_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPrint:
    """``paper`` is A4 or 80MM; ``elsewhere`` where the paper came out of a printer at the scale."""

    ticket_no: str
    paper: str
    elsewhere: PrintedElsewhere | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A counted copy; ``code`` has the digits for the paper, empty where it is printed already."""

    ticket_no: str
    unit: str
    copy_no: int
    paper: str
    printed_at: datetime
    printed_by: str
    target_hash: bytes
    code: str = ""

    @property
    def copy(self) -> Copy:
        """What the sheet shows of it."""
        return Copy(
            copy_no=self.copy_no,
            printed_at=self.printed_at,
            printed_by=self.printed_by,
            code=self.code,
        )


def record_print(command: RecordPrint, actor: Actor, deps: Deps) -> Printed:
    """Count a copy of the ticket as it stands."""
    with deps.db.transaction() as tx:
        ticket = tickets.ticket_by_no(tx, command.ticket_no, lock=True)
        if ticket is None:
            raise NotFoundError(field="ticket_no", what="ticket", key=command.ticket_no[:64])
        require(actor, Action.TICKET_PRINT, Resource(site_id=ticket.site_id))
        now = whole_second(deps.now())
        code = new_seller_code(deps.random_bytes(_RANDOM_BYTES))
        # A scale's program prints what it issued; it learns of no correction.
        version = ticket.first_hash if command.elsewhere else ticket.target_hash
        row = _row(tx, command, version, code, at=now, by=actor.name, unit=deps.unit)
        prints.add_print(tx, row)
    return Printed(
        ticket_no=row.ticket_no,
        unit=row.unit,
        copy_no=row.copy_no,
        paper=row.paper,
        printed_at=row.printed_at,
        printed_by=row.printed_by,
        target_hash=row.target_hash,
        code="" if command.elsewhere else code.digits,
    )


def _row(
    tx: Tx,
    command: RecordPrint,
    target_hash: bytes,
    code: SellerCode,
    *,
    at: datetime,
    by: str,
    unit: str,
) -> prints.TicketPrintRow:
    """The copy as it is stored; raises ``CopyCountedError``."""
    given = command.elsewhere
    last = prints.last_copy_no(tx, command.ticket_no, given.unit if given else unit)
    if given is None:
        copy = (unit, last + 1, at, code.salt, code.digest)
    else:
        printed_at = whole_second(given.printed_at)
        copy = (given.unit, given.copy_no, printed_at, given.code_salt, given.code_hash)
        known = {(row.unit, row.copy_no) for row in prints.prints_of(tx, command.ticket_no)}
        if copy[:2] in known:
            raise CopyCountedError(field="copy_no", value=f"{given.unit}/{given.copy_no}")
    return prints.TicketPrintRow(
        ticket_no=command.ticket_no,
        unit=copy[0],
        copy_no=copy[1],
        target_hash=target_hash,
        paper=command.paper,
        printed_at=copy[2],
        recorded_at=at,
        printed_by=by,
        code_salt=copy[3],
        code_hash=copy[4],
    )
