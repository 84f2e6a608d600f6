"""What people do on the yard: each act is admitted by the rules, then logged, then in the book."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import RLock
from typing import Any, Protocol

from pydantic import ValidationError

from service.devices.edge.asks import Ask, AskWeighing, Doer, Taken
from service.devices.edge.book import YardBook
from service.devices.edge.brief import BriefStore, KeptBrief
from service.devices.edge.completing import completed, number_wanted
from service.devices.edge.control_facts import PerceptualHash
from service.devices.edge.departures import Departure, Departures
from service.devices.edge.document import capture_of
from service.devices.edge.entries import content_of, instant_ms, invalid_entry
from service.devices.edge.entry_bodies import Body
from service.devices.edge.guards import ACTION_OF_KIND, require_admissible
from service.devices.edge.judging import Judge
from service.devices.edge.link import Link
from service.devices.edge.log import Blob, Draft, YardLog
from service.devices.edge.person_guards import require_decider, require_own_void
from service.devices.edge.print_queue import PrintQueue
from service.devices.edge.scale import Scale
from service.devices.edge.tickets import TicketDesk
from service.domain.access import Resource, require
from service.domain.control import Verdict, require_admitted
from service.domain.deck_lights import Beams
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.weighing import Capture, WeighingPass
from service.domain.weighing_passage import WindowRule
from service.domain.yard_guard import require_weighing

LATEST = timedelta(minutes=2)
EARLIEST = timedelta(hours=72)
ROLL, ROLL_LANGUAGE = "80MM", "zh"
"""Paper and language of the printer beside the scale."""
NOT_ASKED_FOR = frozenset({"weighing.recorded", "weighing.left", "yard.marked"})
"""Kinds that no tablet states: the edge unit does."""


class EntryTimeError(RuleBrokenError):
    """An entry says that it was made in the future, or too long ago."""

    message = gettext_noop("%(value)s is outside the times that are taken: %(limit)s.")


class KindNotTakenError(RuleBrokenError):
    """An entry of a kind that a tablet cannot state."""

    message = gettext_noop("Entries of kind %(value)s are not taken here.")


class Captures(Protocol):
    """What gives a stable weight: ``captures.CaptureDesk``."""

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int) -> bytes:
        """The capture's document; the same id always gets the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YardParts:
    """What the yard is joined from; ``on_entry`` is told of each new entry.

    ``printer`` prints each ticket when it is issued; None where tablets print.
    """

    site_id: str
    scale: Scale
    log: YardLog
    briefs: BriefStore
    desk: Captures
    link: Link
    tickets: TicketDesk
    printer: PrintQueue | None
    perceptual_hash: PerceptualHash
    beams: Callable[[], Beams]
    on_entry: Callable[[], None]
    now: Callable[[], datetime]
    new_id: Callable[[], str]


class Yard:
    """The yard of one site; safe for several threads."""

    def __init__(self, parts: YardParts, *, notes_since: str = "") -> None:
        self._parts = parts
        self._lock = RLock()
        near_zero_kg = WindowRule().zero_d * parts.scale.instrument.d_kg
        self.departures = Departures(self._log_departure, near_zero_kg=near_zero_kg)
        parts.scale.follow(self.departures.left)
        kept = parts.briefs.kept()
        self._book = YardBook(parts.log, parts.site_id, kept, notes_since=notes_since)
        self._judge = Judge(
            self._book, parts.log, parts.scale, parts.link, parts.perceptual_hash, parts.beams
        )

    @property
    def revision(self) -> int:
        """Counts the changes of the book."""
        return self._book.revision

    def read(self, what: Callable[[YardBook], Any]) -> Any:
        """``what`` of the book, while nobody changes it."""
        with self._lock:
            return what(self._book)

    def take_brief(self, kept: KeptBrief) -> None:
        """Go on from a newer snapshot."""
        with self._lock:
            self._book.take_brief(kept.brief)

    def knows(self, entry_id: str) -> bool:
        """Whether an entry of that id is on the log."""
        return self._parts.log.has(entry_id)

    def submit(self, ask: Ask, doer: Doer) -> Taken:
        """The entry on the log: the one there already, else a new one.

        Raises the domain's refusals, EntryInvalidError, EntryIdReusedError.
        """
        if ask.kind in NOT_ASKED_FOR:
            raise KindNotTakenError(field="kind", value=ask.kind)
        with self._lock:
            stored = self._parts.log.entry_by_id(ask.entry_id, asked=ask.fingerprint())
            if stored is not None:
                return Taken(entry=stored, is_new=False)
            now = self._parts.now()
            at = now if ask.at is None else _in_time(ask.at, now)
            body = self._body(ask, doer, at)
            self._require(content_of(ask.kind, body), ask.kind, doer)
            if ask.kind == "ticket.printed":
                return self._print(ask, doer, body, at=at, now=now)
            taken = self._append(ask, doer, body, at=at, now=now)
            if ask.kind == "ticket.issued" and self._parts.printer is not None:
                self._print_original(taken, doer, at=at, now=now)
            return taken

    def mark(self, subject: str, record: Mapping[str, Any], doer: Doer) -> None:
        """Log a mark beside the visits; raises ForbiddenError, EntryInvalidError."""
        ask = Ask(
            entry_id=self._parts.new_id(),
            kind="yard.marked",
            body={"subject": subject, "record": dict(record)},
        )
        with self._lock:
            self._require_right(ask.kind, doer)
            now = self._parts.now()
            self._append(ask, doer, ask.body, at=now, now=now)

    def weigh(self, ask: AskWeighing, doer: Doer) -> tuple[Taken, tuple[Verdict, ...]]:
        """Capture, judge and log one weighing; the verdicts are empty for a repetition.

        Raises one of ``CAPTURE_REFUSALS``, ControlBlockedError and the domain's other refusals.
        """
        stored = self._parts.log.entry_by_id(ask.entry_id, asked=ask.fingerprint())
        if stored is not None:
            return Taken(entry=stored, is_new=False), ()
        self._require_weighing(ask, doer)
        document = json.loads(
            self._parts.desk.capture(ask.entry_id, ask.weighing_pass, wait_ms=ask.wait_ms)
        )
        capture = capture_of(document)
        with self._lock:
            self._require_weighing(ask, doer)
            card_no = ask.card_no or self._book.card_of_opening(ask.visit_id)
            verdicts = self._judge.of_capture(
                ask.visit_id, capture, doer.actor, attested=ask.attested, card_no=card_no
            )
            require_admitted(verdicts)
            body = _weighing_body(ask, document, verdicts, self._parts.new_id(), card_no)
            taken = self._append(
                ask, doer, body, at=capture.taken_at, now=self._parts.now(), capture=capture
            )
        self.departures.expect(ask.visit_id, body["weighing_id"], capture, doer)
        return taken, verdicts

    def _log_departure(self, departure: Departure) -> None:
        """Log what a deck did after a weighing."""
        ask = Ask(entry_id=self._parts.new_id(), kind="weighing.left", body=departure.body)
        with self._lock:
            now = self._parts.now()
            self._append(ask, departure.doer, ask.body, at=departure.last.t_utc, now=now)

    def _print(
        self, ask: Ask, doer: Doer, body: Mapping[str, Any], *, at: datetime, now: datetime
    ) -> Taken:
        """A counted print, with a code of its own for the seller; on the roll from here."""
        digits, said = self._parts.tickets.code_of_print()
        taken = self._append(ask, doer, {**body, **said}, at=at, now=now)
        self._parts.tickets.remember_code(taken.entry, digits)
        if self._parts.printer is not None and body["paper"] == ROLL:
            sheet = self._parts.tickets.sheet(
                body["ticket_no"], self._book, language=ROLL_LANGUAGE, is_print=True
            )
            self._parts.printer.put(sheet, body["copy_no"])
        return taken

    def _print_original(self, taken: Taken, doer: Doer, *, at: datetime, now: datetime) -> None:
        """The first print of a ticket, by whom it was issued."""
        ask = Ask(
            entry_id=self._parts.new_id(),
            kind="ticket.printed",
            body={"ticket_no": taken.entry.body["ticket_no"], "paper": ROLL},
        )
        self._print(ask, doer, self._body(ask, doer, at), at=at, now=now)

    def _require_weighing(self, ask: AskWeighing, doer: Doer) -> None:
        with self._lock:
            self._require_right("weighing.recorded", doer)
            require_weighing(self._book.visit(ask.visit_id), ask.weighing_pass, self._book.rules)

    def _body(self, ask: Ask, doer: Doer, at: datetime) -> dict[str, Any]:
        """The whole body but for a number, which the log draws."""
        body = completed(ask.kind, ask.body, at=at, book=self._book, new_id=self._parts.new_id)
        if ask.kind == "weighing.typed":
            verdicts = self._judge.of_typed(body, ask.witness, doer.actor, at)
            require_admitted(verdicts)
            witness = ask.witness.model_dump() if ask.witness else {}
            body |= {"witness": witness, "controls": [each.record() for each in verdicts]}
        number = number_wanted(ask.kind, site_id=self._parts.site_id, at=at)
        if number is not None:
            body[number.member] = number.text(1)  # stands in until the log draws it
        try:
            content_of(ask.kind, body)
        except ValidationError as error:
            raise invalid_entry(error) from error
        except ValueError as error:
            raise KindNotTakenError(field="kind", value=ask.kind[:64]) from error
        return body

    def _require(self, body: Body, kind: str, doer: Doer) -> None:
        self._require_right(kind, doer)
        require_admissible(body, self._book)
        require_decider(body, doer.actor, self._book)
        require_own_void(body, doer.actor, self._book, is_up=self._parts.link.facts.is_up)
        for digest in getattr(body, "photographs", ()) if kind == "hold.decided" else ():
            self._judge.photograph(digest, self._parts.now())

    def _require_right(self, kind: str, doer: Doer) -> None:
        brief = self._book.brief
        own = frozenset({brief.site.organisation_id}) if brief else frozenset()
        resource = Resource(site_id=self._parts.site_id, organisation_ids=own)
        require(doer.actor, ACTION_OF_KIND[kind], resource)

    def _append(
        self,
        ask: Ask | AskWeighing,
        doer: Doer,
        body: Mapping[str, Any],
        *,
        at: datetime,
        now: datetime,
        capture: Capture | None = None,
    ) -> Taken:
        kind = ask.kind if isinstance(ask, Ask) else "weighing.recorded"
        signature = ask.tablet_signature if isinstance(ask, Ask) else None
        entry = self._parts.log.append(
            Draft(
                entry_id=ask.entry_id,
                kind=kind,
                at=at,
                logged_at=now,
                mono_ms=time.monotonic_ns() // 1_000_000,
                person=_person(doer, signature),
                body=body,
                asked=ask.fingerprint(),
                number=number_wanted(kind, site_id=self._parts.site_id, at=at),
                blobs=() if capture is None else _blobs(capture),
            )
        )
        self._book.take_entry(entry)
        self._parts.tickets.keep(entry, self._book)
        self._parts.on_entry()
        return Taken(entry=entry, is_new=True)


def _in_time(at: datetime, now: datetime) -> datetime:
    if not now - EARLIEST <= at <= now + LATEST:
        limit = f"{instant_ms(now - EARLIEST)} – {instant_ms(now + LATEST)}"
        raise EntryTimeError(field="at", value=instant_ms(at), limit=limit)
    return at


def _person(doer: Doer, signature: str | None) -> dict[str, Any]:
    signed = {} if signature is None else {"tablet_signature": signature}
    return {
        "user_id": doer.actor.user_id,
        "name": doer.actor.name,
        "role": doer.actor.role.value,
        "tablet_id": doer.tablet_id,
        "tablet_offline": signature is not None,
        **signed,
    }


def _weighing_body(
    ask: AskWeighing,
    document: Mapping[str, Any],
    verdicts: tuple[Verdict, ...],
    weighing_id: str,
    card_no: str | None,
) -> dict[str, Any]:
    pictures = [
        {key: value for key, value in picture.items() if key != "data_b64"}
        for picture in document["photographs"]
    ]
    body: dict[str, Any] = {
        "visit_id": ask.visit_id,
        "weighing_id": weighing_id,
        "pass": ask.weighing_pass.value,
        "capture": {**document, "photographs": pictures},
        "controls": [verdict.record() for verdict in verdicts],
    }
    told = {"attested": ask.attested, "card_no": card_no}
    return body | {key: value for key, value in told.items() if value is not None}


def _blobs(capture: Capture) -> tuple[Blob, ...]:
    return tuple(Blob(data=each.data, media_type=each.media_type) for each in capture.photographs)
