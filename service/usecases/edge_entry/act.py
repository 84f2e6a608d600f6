"""An entry about to be applied: what was done, by whom, when and at which scale."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.devices.edge.entries import parsed_instant
from service.devices.edge.entry_bodies import Body
from service.domain.errors import ForbiddenError, NotFoundError, gettext_noop
from service.domain.party import Actor
from service.storage import visit as visits
from service.storage import weighing as weighings
from service.storage.db import Tx
from service.storage.edge_entry import blobs
from service.storage.identity import user_by_id
from service.storage.ticket import ticket_by_no
from service.usecases.edge_entry.chain import ReceivedEntry


class PersonChangedError(ForbiddenError):
    """The person of the entry has another role by now, or no account."""

    message = gettext_noop("%(value)s may not do this: role now is %(limit)s.")


class PictureMissingError(NotFoundError):
    """The picture that an entry names did not come before it."""

    message = gettext_noop("Picture %(value)s has not come.")


class OtherSiteError(ForbiddenError):
    """An entry is about something at another site than that of the unit."""

    message = gettext_noop("%(value)s stands at %(limit)s, not at the site of this unit.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """``at`` is when it was done, by the unit's clock; ``actor`` works at the unit's site alone."""

    edge_id: str
    entry_seq: int
    site_id: str
    at: datetime
    actor: Actor
    body: Any


def act_of(tx: Tx, entry: ReceivedEntry, body: Body, site_id: str) -> Act:
    """The entry with its person as the accounts have that one now.

    Raises ``PersonChangedError``, ``OtherSiteError``.
    """
    _require_of_site(tx, entry.body, site_id)
    return Act(
        edge_id=entry.edge_id,
        entry_seq=entry.entry_seq,
        site_id=site_id,
        at=parsed_instant(entry.at),
        actor=person(tx, entry.person.user_id, entry.person.role, site_id),
        body=body,
    )


def person(tx: Tx, user_id: str, role: str, site_id: str) -> Actor:
    """The account, which must be active and have the role that the tablet last saw."""
    user = user_by_id(tx, user_id)
    if user is None or not user.active or user.role.value != role:
        now = "-" if user is None or not user.active else user.role.value
        shown = user_id if user is None else user.name
        raise PersonChangedError(field="person", value=f"{shown} ({role})", limit=now)
    return Actor(
        user_id=user.user_id,
        name=user.name,
        role=user.role,
        organisation_id=user.organisation_id,
        site_ids=frozenset(user.site_ids) & {site_id},
    )


def pictures(tx: Tx, digests: Sequence[str]) -> list[tuple[bytes, str]]:
    """Bytes and media type of the pictures named; raises ``PictureMissingError``."""
    found = {row.sha256.hex(): row for row in blobs(tx, digests)}
    for digest in digests:
        if digest not in found:
            raise PictureMissingError(field="sha256", value=digest[:64])
    return [(found[digest].content, found[digest].media_type) for digest in digests]


def _require_of_site(tx: Tx, body: Mapping[str, Any], site_id: str) -> None:
    """What the entry names, as far as it is on record, stands at the unit's own site."""
    visit_id, weighing_id, ticket_no = (
        str(body.get(name, "")) for name in ("visit_id", "weighing_id", "ticket_no")
    )
    for key, found in (
        (visit_id, visits.visit_by_id(tx, visit_id)),
        (weighing_id, weighings.weighing_by_id(tx, weighing_id)),
        (ticket_no, ticket_by_no(tx, ticket_no)),
    ):
        if found is not None and found.site_id != site_id:
            raise OtherSiteError(field="body", value=key, limit=found.site_id)
