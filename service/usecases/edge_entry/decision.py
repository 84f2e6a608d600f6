"""Held entries: a supervisor has them applied again, or sets them aside with a reason."""

import json

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.storage import edge_entry as entries
from service.storage.db import Tx
from service.storage.edge_entry import EntryDecisionRow, EntryRow
from service.usecases.edge_entry.applying import apply_entry, number_in
from service.usecases.edge_entry.chain import ReceivedEntry, received
from service.usecases.edge_entry.number import Origin, give_up_held
from service.usecases.ports import Deps


class EntryNotHeldError(ConflictError):
    """The entry was applied, or a supervisor decided about it before."""

    message = gettext_noop("Entry %(value)s is not held: it was %(limit)s.")


class SetAsideReasonMissingError(RuleBrokenError):
    """An entry is set aside without saying why."""

    message = gettext_noop("Say why the entry is set aside.")


def apply_again(edge_id: str, entry_seq: int, actor: Actor, deps: Deps) -> None:
    """Apply a held entry after what kept it out was put right; raises what still refuses it."""
    with deps.db.transaction() as tx:
        row = _held(tx, edge_id, entry_seq, actor)
        apply_entry(tx, _entry(row), row.site_id, deps)
        _decide(tx, row, "applied", "", actor, deps)


def set_aside(edge_id: str, entry_seq: int, reason: str, actor: Actor, deps: Deps) -> None:
    """Leave a held entry out for ever; a number that it drew becomes void."""
    why = reason.strip()
    if not why:
        raise SetAsideReasonMissingError(field="reason")
    with deps.db.transaction() as tx:
        row = _held(tx, edge_id, entry_seq, actor)
        number = number_in(_entry(row))
        if number is not None:
            origin = Origin(edge_id=edge_id, entry_seq=entry_seq, site_id=row.site_id, at=row.at)
            give_up_held(tx, number, why, origin, deps)
        _decide(tx, row, "set-aside", why, actor, deps)


def _held(tx: Tx, edge_id: str, entry_seq: int, actor: Actor) -> EntryRow:
    """The entry, locked with its line, where ``actor`` may decide about it."""
    entries.lock_line(tx, edge_id)
    row = entries.entry_of(tx, edge_id, entry_seq)
    if row is None:
        raise NotFoundError(field="entry_seq", what="entry", key=f"{edge_id[:64]} {entry_seq}")
    require(actor, Action.ENTRY_DECIDE, Resource(site_id=row.site_id))
    decided = entries.entry_decision_of(tx, edge_id, entry_seq)
    if row.outcome != "held" or decided is not None:
        became = row.outcome if decided is None else decided.decision
        raise EntryNotHeldError(field="entry_seq", value=entry_seq, limit=became)
    return row


def _entry(row: EntryRow) -> ReceivedEntry:
    return received([json.loads(row.envelope)])[0]


def _decide(tx: Tx, row: EntryRow, decision: str, reason: str, actor: Actor, deps: Deps) -> None:
    entries.add_entry_decision(
        tx,
        EntryDecisionRow(
            edge_id=row.edge_id,
            entry_seq=row.entry_seq,
            decision=decision,
            reason=reason,
            decided_at=whole_second(deps.now()),
            decided_by=actor.user_id,
        ),
    )
