"""Entries of edge units that the rules refuse, and units whose log broke: a supervisor decides."""

import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString
from pydantic import Field

from service.domain.access import Action
from service.storage import identity, views
from service.usecases import edge_entry
from service.web.context import actor, allowed, deps, reader
from service.web.converters import IDENTIFIERS
from service.web.pages import figures
from service.web.pages.forms import Form, answered_once, fields_called, shows_again
from service.web.pages.language import _l
from service.web.pages.reading import PAGE_LENGTH, directory, older_than, page_of
from service.web.pages.words import PASSES, Mark, word
from service.web.terms import told

bp = Blueprint("held_entry", __name__)

KINDS: Mapping[str, LazyString] = {
    "visit.opened": _l("Arrival"),
    "radiation.checked": _l("Radiation check"),
    "visit.called": _l("Call"),
    "weighing.recorded": _l("Weighing"),
    "weighing.typed": _l("Typed weight"),
    "weighing.voided": _l("Void weighing"),
    "stored_tare.used": _l("Stored tare"),
    "photograph.added": _l("Photograph"),
    "visit.inspected": _l("Inspection"),
    "grade.decided": _l("Grade decision"),
    "visit.unloaded": _l("Unloading"),
    "ticket.issued": _l("Weighing ticket"),
    "ticket.voided": _l("Void ticket"),
    "ticket.printed": _l("Print of a ticket"),
    "delivery.issued": _l("Delivery note"),
    "receipt.issued": _l("Plant receipt"),
    "weighing.left": _l("What the deck did after a weighing"),
    "hold.decided": _l("Decision about a held weighing"),
    "visit.exited": _l("Exit"),
    "number.voided": _l("Number given up"),
}
INCIDENTS: Mapping[str, LazyString] = {
    "hash": _l("An entry is not what its hash says"),
    "signature": _l("An entry is not signed by the unit"),
    "fork": _l("The unit tells another past than the one on record"),
    "gap": _l("Entries are missing in between"),
    "clock": _l("The unit's clock is wrong"),
}
STATES: Mapping[str, Mark] = {
    "open": Mark("bad", _l("open")),
    "released": Mark("skip", _l("looked at; the unit goes on")),
    "over": Mark("ok", _l("over")),
}
DECISIONS: Mapping[str, Mark] = {
    "applied": Mark("ok", _l("applied later")),
    "set-aside": Mark("skip", _l("set aside")),
}
SAID: Mapping[str, LazyString] = {
    "ticket_no": _l("Ticket"),
    "delivery_no": _l("Delivery"),
    "receipt_no": _l("Plant receipt"),
    "plate": _l("Plate"),
    "pass": _l("Weighing"),
    "kg": _l("Weight"),
    "rejected_kg": _l("Rejected"),
    "grade": _l("Grade"),
    "place": _l("Place"),
    "reason": _l("Reason"),
}
"""Members of a body that are shown, with their words."""

_RECORD = re.compile(IDENTIFIERS["record"].pattern)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A held entry with its refusal in the reader's language, and what it wanted to say."""

    row: views.HeldEntryView
    why: str
    facts: list[tuple[str, str]]
    visit_url: str | None

    @property
    def received_at(self) -> datetime:
        """When it came."""
        return self.row.received_at


class DecisionForm(Form):
    """Apply the entry again, or set it aside for a reason."""

    decision: Literal["apply", "set-aside"]
    reason: str = Field("", max_length=500)


class ReleaseForm(Form):
    reason: str = Field("", max_length=500)


@bp.get("/holds/entries")
def held_entries() -> ResponseReturnValue:
    who = reader(Action.ENTRY_VIEW)
    with deps().db.transaction() as tx:
        waiting = views.held_entries(tx, who, waiting_only=True)
        held = views.held_entries(tx, who, limit=PAGE_LENGTH, before=older_than())
        noted = views.incidents(tx, who, limit=PAGE_LENGTH)
        names = {user.user_id: user.name for user in identity.users(tx)}
        known = directory(tx)
    return render_template(
        "office/held_entries.html",
        waiting=[_shown(row) for row in waiting],
        page=page_of([_shown(row) for row in held], "received_at"),
        incidents=noted,
        names=names,
        known=known,
        can_decide=allowed(Action.ENTRY_DECIDE),
        kinds=KINDS,
        words=INCIDENTS,
        states=STATES,
        decisions=DECISIONS,
    )


def _with_entry(edge_id: str, entry_seq: str) -> ResponseReturnValue:
    """The page again, after a decision about one of its entries was refused."""
    del edge_id, entry_seq
    return held_entries()


def _with_incident(incident_id: str) -> ResponseReturnValue:
    del incident_id
    return held_entries()


@bp.post("/holds/entries/<edge:edge_id>/<count:entry_seq>")
@shows_again(_with_entry)
def post_decision(edge_id: str, entry_seq: str) -> ResponseReturnValue:
    given = DecisionForm.of_request()

    def decided() -> str:
        if given.decision == "apply":
            edge_entry.apply_again(edge_id, int(entry_seq), actor(), deps())
        else:
            with _at_the_top():
                edge_entry.set_aside(edge_id, int(entry_seq), given.reason, actor(), deps())
        return url_for("held_entry.held_entries")

    return answered_once(decided)


@bp.post("/holds/incidents/<record:incident_id>/release")
@shows_again(_with_incident)
def post_release(incident_id: str) -> ResponseReturnValue:
    given = ReleaseForm.of_request()

    def released() -> str:
        with _at_the_top():
            edge_entry.release(incident_id, given.reason, actor(), deps())
        return url_for("held_entry.held_entries")

    return answered_once(released)


def _at_the_top() -> AbstractContextManager[None]:
    """Several forms of the page ask for a reason: what is refused of one is told above them."""
    return fields_called(reason="entry")


def _shown(row: views.HeldEntryView) -> ShownEntry:
    body = json.loads(row.envelope)["body"]
    return ShownEntry(
        row=row,
        why=told(row.message, row.message_values),
        facts=[(str(SAID[name]), _value(name, body[name])) for name in SAID if name in body],
        visit_url=_visit_url(row, body),
    )


def _value(name: str, value: Any) -> str:
    if name == "plate":
        return figures.plate(str(value))
    if name in {"kg", "rejected_kg"}:
        return f"{figures.kg(int(value))} kg"
    return word(PASSES, value) if name == "pass" else str(value)


def _visit_url(row: views.HeldEntryView, body: Mapping[str, Any]) -> str | None:
    """The page of the visit; the entry that would have opened it names none."""
    visit_id = body.get("visit_id")
    if row.kind == "visit.opened" or not isinstance(visit_id, str):
        return None
    return url_for("yard.visit", visit_id=visit_id) if _RECORD.fullmatch(visit_id) else None
