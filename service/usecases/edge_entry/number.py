"""Numbers of entries that are not applied: they stay out of use, and their series has no gap."""

import re
from dataclasses import dataclass
from datetime import datetime

from service.domain.errors import ConflictError, FerrotraceError, gettext_noop
from service.domain.instants import whole_second
from service.storage import edge_entry as entries
from service.storage.db import Tx
from service.storage.edge_entry import NumberRow
from service.storage.ticket import ticket_by_no
from service.usecases.numbering import take_paper_number
from service.usecases.ports import Deps

_LETTERS = re.compile(r"S[HG](?=-)")


class NumberInUseError(ConflictError):
    """A number is given up that a record bears."""

    message = gettext_noop("Number %(value)s is on record; it cannot be given up.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The entry in which a number stands, and when it was made."""

    edge_id: str
    entry_seq: int
    site_id: str
    at: datetime


def keep_number(tx: Tx, number: str, reason: str, origin: Origin, deps: Deps) -> None:
    """Take the number of a held entry into its series, where it is the next one of it.

    One that is not (used already, of another series, or out of order) leaves the series as it is:
    the entry says what is wrong with it.
    """
    try:
        with deps.db.attempt():
            _take(tx, number, origin, deps)
    except FerrotraceError:
        return
    _keep(tx, number, "held", reason, origin, deps)


def void_number(tx: Tx, number: str, reason: str, origin: Origin, deps: Deps) -> None:
    """Give the number up for ever; raises ``NumberInUseError`` where a record bears it."""
    if ticket_by_no(tx, number) is not None:
        raise NumberInUseError(field="number", value=number)
    _take(tx, number, origin, deps)
    _keep(tx, number, "void", reason, origin, deps)


def give_up_held(tx: Tx, number: str, reason: str, origin: Origin, deps: Deps) -> None:
    """Give up the number that was kept for the held entry, where it was kept for one."""
    if "held" in entries.states_of_number(tx, number):
        _keep(tx, number, "void", reason, origin, deps)


def _take(tx: Tx, number: str, origin: Origin, deps: Deps) -> None:
    """Take over a number that the site's unit drew when the entry was made."""
    letters = _LETTERS.match(number)
    take_paper_number(
        tx,
        number,
        letters=letters[0] if letters else "",
        site_id=origin.site_id,
        unit=deps.unit,
        at=origin.at,
    )


def _keep(tx: Tx, number: str, state: str, reason: str, origin: Origin, deps: Deps) -> None:
    entries.add_number(
        tx,
        NumberRow(
            number=number,
            state=state,
            edge_id=origin.edge_id,
            entry_seq=origin.entry_seq,
            reason=reason,
            taken_at=whole_second(deps.now()),
        ),
    )
