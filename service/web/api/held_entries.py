"""Entries of edge units that wait for a supervisor, and units whose line broke."""

from datetime import datetime
from typing import Any, Literal

from service.domain.access import Action
from service.storage import views
from service.usecases import edge_entry
from service.web.api.fields import Answer, Line, OptionalLine, Request
from service.web.api.reading import ListQuery, QueryBool, page
from service.web.context import actor, deps, reader
from service.web.openapi import Section
from service.web.terms import told

SECTION = Section.of(
    "held entries", "What edge units sent and the rules refuse; units whose log broke."
)


class HeldQuery(ListQuery):
    waiting_only: QueryBool = False


class HeldEntryListed(Answer):
    """``decision`` is null while the entry waits, then applied or set-aside."""

    edge_id: str
    entry_seq: int
    site_id: str
    kind: str
    subject_id: str | None
    person_id: str
    at: datetime
    received_at: datetime
    code: str
    message: str
    decision: str | None
    reason: str | None
    decided_at: datetime | None
    decided_by: str | None


class HeldEntryPage(Answer):
    items: list[HeldEntryListed]
    next: datetime | None


@SECTION.get("/v1/held-entries", query=HeldQuery, answer=HeldEntryPage)
def get_held_entries(query: HeldQuery) -> dict[str, object]:
    """Held entries, newest first; with ``waiting_only`` those not decided, oldest first."""
    with deps().db.transaction() as tx:
        rows = views.held_entries(tx, reader(Action.ENTRY_VIEW), **dict(query))
    listed = page(rows, query, lambda row: row.received_at)
    return listed | {"items": [_shown(row) for row in rows]}


def _shown(row: views.HeldEntryView) -> dict[str, Any]:
    names = HeldEntryListed.model_fields.keys()
    shown = {name: getattr(row, name) for name in names}
    return shown | {"message": told(row.message, row.message_values)}


class EntryDecisionRequest(Request):
    """``set-aside`` needs a reason."""

    decision: Literal["apply", "set-aside"]
    reason: OptionalLine = ""


class EntryDecided(Answer):
    edge_id: str
    entry_seq: int
    decision: str


@SECTION.post(
    "/v1/edges/<edge:edge_id>/entries/<count:entry_seq>/decisions",
    body=EntryDecisionRequest,
    answer=EntryDecided,
)
def post_entry_decision(
    edge_id: str, entry_seq: str, body: EntryDecisionRequest
) -> dict[str, object]:
    """Have a held entry applied again, or set it aside for ever."""
    seq = int(entry_seq)
    if body.decision == "apply":
        edge_entry.apply_again(edge_id, seq, actor(), deps())
    else:
        edge_entry.set_aside(edge_id, seq, body.reason, actor(), deps())
    done = {"apply": "applied", "set-aside": "set-aside"}[body.decision]
    return {"edge_id": edge_id, "entry_seq": seq, "decision": done}


class IncidentListed(Answer):
    """``kind`` is hash, signature, fork, gap or clock; ``state`` open, released or over."""

    incident_id: str
    edge_id: str
    site_id: str
    kind: str
    entry_seq: int | None
    found: str
    expected: str
    noticed_at: datetime
    state: str
    reason: str | None
    released_at: datetime | None
    released_by: str | None


class IncidentPage(Answer):
    items: list[IncidentListed]
    next: datetime | None


@SECTION.get("/v1/edge-incidents", query=ListQuery, answer=IncidentPage)
def get_edge_incidents(query: ListQuery) -> dict[str, object]:
    """What was wrong with edge units, newest first."""
    with deps().db.transaction() as tx:
        rows = views.incidents(tx, reader(Action.ENTRY_VIEW), **dict(query))
    return page(rows, query, lambda row: row.noticed_at)


class ReleaseRequest(Request):
    reason: Line


class Released(Answer):
    incident_id: str


@SECTION.post(
    "/v1/edge-incidents/<record:incident_id>/releases", body=ReleaseRequest, answer=Released
)
def post_incident_release(incident_id: str, body: ReleaseRequest) -> dict[str, str]:
    """Let the entries of a unit be taken again."""
    edge_entry.release(incident_id, body.reason, actor(), deps())
    return {"incident_id": incident_id}
