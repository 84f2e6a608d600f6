"""Quarantine (control C19): a line that does not hold is noted and shown, and stands still until a
person lets it go on; a gap ends by itself when the missing entries come."""

from datetime import datetime, timedelta

import structlog

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.storage import edge as edges
from service.storage.db import Tx
from service.storage.edge import IncidentRow, KeyRow, ReleaseRow
from service.usecases.edge_entry.registration import key_of_unit
from service.usecases.ports import Deps

log = structlog.get_logger(__name__)

MAX_DRIFT = timedelta(seconds=2)
"""How far the clocks of unit and server may be apart (weighbridge.md, section 8.2, C19)."""

LATENCY = timedelta(seconds=5)
"""How long what a unit sends may be on its way: so much later its clock is compared."""

LONGEST = 200
"""Characters of what was found that are kept."""


class EdgeQuarantinedError(ConflictError):
    """The unit's line broke, and nobody has looked at it yet."""

    message = gettext_noop(
        "Entries of edge unit %(value)s are not taken: its log broke (%(limit)s). A supervisor"
        " decides whether it goes on."
    )


class ReleaseReasonMissingError(RuleBrokenError):
    """A quarantine is ended without saying why."""

    message = gettext_noop("Say why the unit may go on.")


class ReleasedAlreadyError(ConflictError):
    """The quarantine was ended already."""

    message = gettext_noop("This was decided already.")


def require_open_line(tx: Tx, edge_id: str) -> None:
    """Return where entries of the unit are taken, else raise ``EdgeQuarantinedError``."""
    blocking = edges.blocking_incident(tx, edge_id)
    if blocking is not None:
        why = f"{blocking.kind} {blocking.entry_seq}"
        raise EdgeQuarantinedError(field="edge_id", value=edge_id, limit=why)


def note_incident(
    key: KeyRow, kind: str, *, entry_seq: int | None, found: str, expected: str, deps: Deps
) -> None:
    """Put on record what is wrong with the unit; the same again is noted once."""
    with deps.db.transaction() as tx:
        last = edges.last_incident(tx, key.edge_id, kind)
        said = (entry_seq, found[:LONGEST], expected[:LONGEST])
        is_same = last is not None and (last.entry_seq, last.found, last.expected) == said
        if last is None or not is_same or edges.is_released(tx, last.incident_id):
            _add(tx, key, kind, said, deps)


def _add(tx: Tx, key: KeyRow, kind: str, said: tuple[int | None, str, str], deps: Deps) -> None:
    entry_seq, found, expected = said
    edges.add_incident(
        tx,
        IncidentRow(
            incident_id=deps.new_id(),
            edge_id=key.edge_id,
            site_id=key.site_id,
            kind=kind,
            entry_seq=entry_seq,
            found=found,
            expected=expected,
            noticed_at=whole_second(deps.now()),
        ),
    )
    log.warning("edge_incident", edge=key.edge_id, kind=kind, entry=entry_seq, found=found)


def compare_clocks(edge_id: str, site_id: str, sent_at: datetime, deps: Deps) -> None:
    """Note when the unit's clock goes more than two seconds wrong, and when it is right again.

    A clock that is behind may only seem so: what it says was a while on its way. The unit compares
    as well, and knows how long its request took.
    """
    drift = sent_at - deps.now()
    is_wrong = not -(MAX_DRIFT + LATENCY) <= drift <= MAX_DRIFT
    with deps.db.transaction() as tx:
        key = key_of_unit(tx, edge_id, site_id)
        last = edges.last_incident(tx, edge_id, "clock", "clock-right")
        was_wrong = last is not None and last.kind == "clock"
        if is_wrong != was_wrong:
            kind = "clock" if is_wrong else "clock-right"
            shown = f"{round(drift.total_seconds() * 1000)} ms"
            limit = f"{MAX_DRIFT.seconds * 1000} ms"
            _add(tx, key, kind, (None, shown, limit), deps)


def release(incident_id: str, reason: str, actor: Actor, deps: Deps) -> None:
    """Let the unit's line go on after a person has looked at what broke."""
    why = reason.strip()
    if not why:
        raise ReleaseReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        found = edges.incident_by_id(tx, incident_id)
        if found is None:
            raise NotFoundError(field="incident_id", what="incident", key=incident_id[:64])
        require(actor, Action.ENTRY_DECIDE, Resource(site_id=found.site_id))
        if edges.is_released(tx, incident_id):
            raise ReleasedAlreadyError(field="incident_id")
        row = ReleaseRow(
            incident_id=incident_id,
            reason=why,
            released_at=whole_second(deps.now()),
            released_by=actor.user_id,
        )
        edges.add_release(tx, row)
