"""Edge units are known by the key that signs their entries."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, ForbiddenError, NotFoundError, gettext_noop
from service.domain.party import Actor
from service.storage import edge as edges
from service.storage import edge_entry as entries
from service.storage import party as parties
from service.storage.db import Tx
from service.storage.edge import KeyRow
from service.usecases.ports import Deps

FIRST_REASON = "registered by the unit"


class EdgeKeyOtherError(ConflictError):
    """The unit is known by another key; only an administrator puts one in its place."""

    message = gettext_noop(
        "Edge unit %(value)s is known by key %(limit)s. An administrator replaces it."
    )


class EdgeOfOtherSiteError(ForbiddenError):
    """The unit belongs to a site for which the caller does not speak."""

    message = gettext_noop("Edge unit %(value)s does not belong to site %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEdge:
    """``public_key``: Ed25519, 32 bytes."""

    edge_id: str
    site_id: str
    public_key: bytes
    made_at: datetime


def register(command: RegisterEdge, deps: Deps) -> KeyRow:
    """The key on record: the one given, where the unit is new or known by it.

    Raises ``EdgeKeyOtherError``, ``EdgeOfOtherSiteError``.
    """
    with deps.db.transaction() as tx:
        entries.lock_line(tx, command.edge_id)
        if parties.site_by_id(tx, command.site_id) is None:
            raise NotFoundError(field="site_id", what="site", key=command.site_id)
        known = edges.key_of(tx, command.edge_id)
        if known is None:
            known = _row(command, deps, version=1, from_seq=1, by=command.edge_id)
            edges.add_key(tx, known)
        if known.site_id != command.site_id:
            raise EdgeOfOtherSiteError(
                field="site_id", value=command.edge_id, limit=command.site_id
            )
        if known.public_key != command.public_key:
            raise EdgeKeyOtherError(
                field="public_key", value=command.edge_id, limit=known.public_key.hex()
            )
        return known


def replace_key(command: RegisterEdge, reason: str, actor: Actor, deps: Deps) -> KeyRow:
    """Let another key sign what comes after the entries on record."""
    require(actor, Action.USER_MANAGE, Resource())
    with deps.db.transaction() as tx:
        entries.lock_line(tx, command.edge_id)
        known = edges.key_of(tx, command.edge_id)
        if known is None:
            raise NotFoundError(field="edge_id", what="edge unit", key=command.edge_id)
        if known.public_key == command.public_key:
            return known
        row = _row(
            command,
            deps,
            version=known.version + 1,
            from_seq=entries.head_of(tx, command.edge_id).entry_seq + 1,
            by=actor.user_id,
            reason=reason,
        )
        edges.add_key(tx, row)
        return row


def keys(edge_id: str, actor: Actor, deps: Deps) -> list[KeyRow]:
    """Every key of the unit, the first one first; raises ``NotFoundError``."""
    require(actor, Action.USER_MANAGE, Resource())
    with deps.db.transaction() as tx:
        found = edges.keys_of(tx, edge_id)
    if not found:
        raise NotFoundError(field="edge_id", what="edge unit", key=edge_id)
    return found


def key_of_unit(tx: Tx, edge_id: str, site_id: str) -> KeyRow:
    """The key of a unit of the site; raises ``NotFoundError`` for any other unit."""
    known = edges.key_of(tx, edge_id)
    if known is None or known.site_id != site_id:
        raise NotFoundError(field="edge_id", what="edge unit", key=edge_id[:64])
    return known


def _row(
    command: RegisterEdge,
    deps: Deps,
    *,
    version: int,
    from_seq: int,
    by: str,
    reason: str = FIRST_REASON,
) -> KeyRow:
    return KeyRow(
        edge_id=command.edge_id,
        version=version,
        site_id=command.site_id,
        public_key=command.public_key,
        from_seq=from_seq,
        made_at=command.made_at,
        registered_at=deps.now(),
        registered_by=by,
        reason=reason,
    )
