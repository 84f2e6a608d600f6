"""The state of the yard: the brief from above, and over it what was done here since.

The snapshot says up to which entry it goes. Folded over it are the entries after that one, and
those before it that the server still holds: on the yard they happened.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.devices.edge import entry_bodies as bodies
from service.devices.edge.brief import Brief, KeptBrief
from service.devices.edge.entries import Envelope, Person
from service.devices.edge.fold import folded, opened
from service.devices.edge.log import YardLog
from service.domain.control import DEFAULT_POLICY, AfterCapture, ControlPolicy
from service.domain.errors import NotFoundError
from service.domain.sight import PassMarks, Sight
from service.domain.yard import PassFact, VisitFacts
from service.domain.yard_steps import YardRules

TICKET_KINDS = ("ticket.issued", "ticket.voided")


@dataclass(slots=True, kw_only=True)
class VisitNotes:
    """What the log knows of a visit beside its facts: pictures; by weighing its verdicts, who
    made it, the marks of the vehicle, and what the deck did afterwards."""

    opened_as: dict[str, Any] = field(default_factory=dict)
    photographs: list[dict[str, str]] = field(default_factory=list)
    verdicts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    weighed_by: dict[str, Person] = field(default_factory=dict)
    marks: dict[str, PassMarks] = field(default_factory=dict)
    left: dict[str, AfterCapture] = field(default_factory=dict)


class YardBook:
    """The open visits of ``site_id``, from ``log`` and the newest brief. Not for two threads."""

    def __init__(
        self, log: YardLog, site_id: str, kept: KeptBrief | None, *, notes_since: str = ""
    ) -> None:
        """Read ``log``; of visits opened before ``notes_since`` no pictures are looked up."""
        self._log = log
        self._site_id = site_id
        self._notes_since = notes_since
        self.revision = time.time_ns() // 10**6
        """Grows with each change, also over a restart."""
        self.brief: Brief | None = None
        self._facts: dict[str, VisitFacts] = {}
        self._notes: dict[str, VisitNotes] = {}
        self._noted = 0
        self.take_brief(kept.brief if kept else None)

    def take_brief(self, brief: Brief | None) -> None:
        """Begin again from ``brief``."""
        self.brief = brief
        self._facts = {} if brief is None else {facts.visit_id: facts for facts in brief.facts()}
        for entry in self._entries_over(brief):
            self._fold(entry)
        for entry in self._log.all_entries(after=self._noted, since=self._notes_since):
            self._note(entry)
        self._notes = {key: notes for key, notes in self._notes.items() if key in self._facts}
        self.revision += 1

    def take_entry(self, entry: Envelope) -> None:
        """Go on with what was just done."""
        self._fold(entry)
        self._note(entry)
        self.revision += 1

    @property
    def rules(self) -> YardRules:
        """What the site insists on; the defaults before the first brief."""
        return self.brief.yard_rules() if self.brief else YardRules()

    @property
    def control_policy(self) -> ControlPolicy:
        """What the site does about each control; the defaults before the first brief."""
        return self.brief.control_policy() if self.brief else DEFAULT_POLICY

    def visit(self, visit_id: str) -> VisitFacts:
        """The facts of a visit; raises NotFoundError."""
        if visit_id not in self._facts:
            raise NotFoundError(field="visit_id", what="visit", key=visit_id[:64])
        return self._facts[visit_id]

    def visit_named_by(self, body: Mapping[str, Any]) -> VisitFacts | None:
        """The visit that the body of an entry names, by itself, its weighing or its ticket."""
        try:
            if "visit_id" in body:
                return self.visit(body["visit_id"])
            if "weighing_id" in body:
                return self.visit_of_weighing(body["weighing_id"])[0]
            return self.visit(self.ticket(body["ticket_no"]).body["visit_id"])
        except NotFoundError:
            return None

    def visits(self) -> list[VisitFacts]:
        """The trucks on site, in the order of their arrival."""
        here = (facts for facts in self._facts.values() if facts.exited_at is None)
        return sorted(here, key=lambda facts: (facts.arrived_at, facts.visit_id))

    def notes(self, visit_id: str) -> VisitNotes:
        """What the log knows of the visit; nothing for one that was opened elsewhere."""
        return self._notes.get(visit_id, VisitNotes())

    def marks(self, weighing_id: str) -> PassMarks:
        """By what the vehicle of a weighing can be told; nothing of one that was made elsewhere."""
        found = (
            notes.marks[weighing_id] for notes in self._notes.values() if weighing_id in notes.marks
        )
        return next(found, PassMarks())

    def card_of_opening(self, visit_id: str) -> str | None:
        """The card that opened the visit, for its first weighing; None afterwards."""
        notes = self.notes(visit_id)
        return None if notes.weighed_by else notes.opened_as.get("card_no")

    def visit_of_weighing(self, weighing_id: str) -> tuple[VisitFacts, PassFact]:
        """The visit in which a weighing was made, and the weighing; raises NotFoundError."""
        for facts in self._facts.values():
            for weighed in facts.passes:
                if weighed.weighing_id == weighing_id:
                    return facts, weighed
        raise NotFoundError(field="weighing_id", what="weighing", key=weighing_id[:64])

    def ticket(self, ticket_no: str) -> Envelope:
        """The entry that drew ``ticket_no`` here; raises NotFoundError."""
        for entry in self._log.about("ticket_no", ticket_no):
            if entry.kind in TICKET_KINDS:
                return entry
        raise NotFoundError(field="ticket_no", what="ticket", key=ticket_no[:64])

    def copies(self, ticket_no: str) -> int:
        """How often the ticket was printed here."""
        entries = self._log.about("ticket_no", ticket_no)
        return sum(entry.kind == "ticket.printed" for entry in entries)

    def _entries_over(self, brief: Brief | None) -> Iterator[Envelope]:
        after = 0 if brief is None else brief.log.entry_seq
        for held in brief.log.held if brief else ():
            entry = self._log.entry(held.entry_seq)
            if entry is not None and held.entry_seq <= after:
                yield entry
        yield from self._log.all_entries(after=after)

    def _fold(self, entry: Envelope) -> None:
        visit_id = self._visit_id(entry.content())
        if visit_id is None:
            return
        if entry.kind == "visit.opened":
            self._facts.setdefault(visit_id, opened(entry, self._site_id))
        elif visit_id in self._facts:
            self._facts[visit_id] = folded(self._facts[visit_id], entry)

    def _visit_id(self, body: bodies.Body) -> str | None:
        """The visit that an entry is about; that of its weighing where it names one."""
        visit_id: str | None = getattr(body, "visit_id", None)
        weighing_id = getattr(body, "weighing_id", None)
        if visit_id is not None or weighing_id is None:
            return visit_id
        try:
            return self.visit_of_weighing(weighing_id)[0].visit_id
        except NotFoundError:
            return None

    def _note(self, entry: Envelope) -> None:
        """Keep what is asked for with the visit and stands in no fact."""
        self._noted = entry.entry_seq
        body = entry.content()
        visit_id = self._visit_id(body)
        if visit_id is None:
            return
        notes = self._notes.setdefault(visit_id, VisitNotes())
        match body:
            case bodies.VisitOpened():
                notes.opened_as = dict(entry.body)
            case bodies.PhotographAdded():
                notes.photographs.append(_picture(body.sha256, body.camera_id, body.photograph_id))
            case bodies.WeighingRecorded() | bodies.WeighingTyped():
                notes.verdicts[body.weighing_id] = list(entry.body["controls"])
                notes.weighed_by[body.weighing_id] = entry.person
                notes.photographs.extend(_pictures_of(body))
                notes.marks[body.weighing_id] = _marks_of(body)
            case bodies.WeighingLeft():
                notes.left[body.weighing_id] = AfterCapture(
                    seen_ms=body.empty_after_ms,
                    empty_after_ms=body.empty_after_ms,
                    rise_kg=body.rise_kg,
                )
            case _:
                pass


def _pictures_of(body: bodies.WeighingRecorded | bodies.WeighingTyped) -> list[dict[str, str]]:
    if isinstance(body, bodies.WeighingTyped):
        return [_picture(digest, "tablet") for digest in body.photographs]
    return [_picture(each["sha256"], each["camera_id"]) for each in body.capture["photographs"]]


def _marks_of(body: bodies.WeighingRecorded | bodies.WeighingTyped) -> PassMarks:
    if isinstance(body, bodies.WeighingTyped):
        return PassMarks()
    return PassMarks(sight=Sight.of(body.capture.get("sight")), card_no=body.card_no)


def _picture(digest: str, camera_id: str, photograph_id: str | None = None) -> dict[str, str]:
    named = {} if photograph_id is None else {"photograph_id": photograph_id}
    return {"sha256": digest, "camera_id": camera_id, **named}
