"""The API of the yard's LAN: sign-in, the yard, entries, weighings (see ``docs/operating.md``)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from flask import Response, request

from service.devices.edge.asks import Ask, AskWeighing, Doer, Taken
from service.devices.edge.entries import instant_ms, parsed_instant
from service.devices.edge.lan_bodies import (
    EnrolmentBody,
    EntryBody,
    SessionBody,
    WeighingBody,
    WitnessBody,
)
from service.devices.edge.link import Link
from service.devices.edge.log import YardLog
from service.devices.edge.messages import DEFAULT_LANGUAGE, LANGUAGES, Messages
from service.devices.edge.people import People
from service.devices.edge.sessions import Sessions, SignIn
from service.devices.edge.tickets import TicketDesk, made_today
from service.devices.edge.upstream_client import UpstreamClient
from service.devices.edge.yard import Yard
from service.devices.edge.yard_document import visit_document, yard_document
from service.devices.http_answers import Route, json_answer, parsed
from service.devices.site import SiteDevices
from service.domain.access import RIGHTS
from service.domain.errors import RuleBrokenError, UnavailableError, gettext_noop
from service.domain.instants import BUSINESS_ZONE, business_date
from service.proof.jcs import canonical_json

COOKIE = "yard_session"


class NoUpstreamError(UnavailableError):
    """The edge unit knows of no server above it."""

    message = gettext_noop("No server is set for this edge unit.")


class SignatureMissingError(RuleBrokenError):
    """An entry made while the tablet was cut off, without its signature or its time."""

    message = gettext_noop("What was made offline needs %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LanParts:
    """What the LAN's answers are made from. ``static`` holds ``yard/`` and the style sheets.

    ``prints``: a printer beside the scale prints tickets on 80 mm paper by itself.
    """

    site: SiteDevices
    yard: Yard
    log: YardLog
    link: Link
    people: People
    sessions: Sessions
    tickets: TicketDesk
    messages: Messages
    upstream: UpstreamClient | None
    now: Callable[[], datetime]
    is_secure: bool
    prints: bool = False
    static: Path | None = None
    certificate: Path | None = None


def language() -> str:
    """The reader's language, by Accept-Language."""
    return request.accept_languages.best_match(LANGUAGES) or DEFAULT_LANGUAGE


class LanApi:
    """Sign-in, entries and weighings."""

    def __init__(self, parts: LanParts) -> None:
        self._parts = parts

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/yard/v1/hello", self.get_hello),
            ("POST", "/yard/v1/enrolments", self.post_enrolment),
            ("POST", "/yard/v1/challenges", self.post_challenge),
            ("POST", "/yard/v1/sessions", self.post_session),
            ("GET", "/yard/v1/sessions", self.get_session),
            ("DELETE", "/yard/v1/sessions", self.delete_session),
            ("POST", "/yard/v1/witnesses", self.post_witness),
            ("GET", "/yard/v1/yard", self.get_yard),
            ("POST", "/yard/v1/entries", self.post_entry),
            ("POST", "/yard/v1/weighings", self.post_weighing),
        )

    def doer(self) -> Doer:
        """Who is signed in; raises SignInNeededError, RightsTooOldError, LeftError."""
        token = request.cookies.get(COOKIE)
        return self._parts.sessions.doer(token, self._parts.now())

    def get_hello(self) -> Response:
        """Site, link and who may sign in on the tablet that asks; nobody is signed in yet."""
        parts, tablet_id = self._parts, request.args.get("tablet_id", "")
        brief = parts.yard.read(lambda book: book.brief)
        site = brief.site.model_dump() if brief else {"site_id": parts.site.site_id}
        return json_answer(
            {
                "edge_id": parts.site.edge_id,
                "site": site,
                "demo": brief.demo if brief else parts.site.instrument.simulated,
                "upstream": parts.link.facts.document(),
                "people": parts.people.enrolled(tablet_id),
                "cameras": sorted(parts.site.cameras),
                "prints": parts.prints,
                "now": instant_ms(parts.now()),
            }
        )

    def post_enrolment(self) -> Response:
        body = parsed(EnrolmentBody, request)
        if self._parts.upstream is None:
            raise NoUpstreamError(field="upstream")
        actor = self._parts.upstream.sign_in(body.email, body.password)
        tablet = body.tablet
        self._parts.sessions.enrol(
            actor, body.pin, tablet.tablet_id, tablet.name, tablet.public_jwk, self._parts.now()
        )
        person = {"user_id": actor.user_id, "name": actor.name, "role": actor.role.value}
        return json_answer({"person": person}, HTTPStatus.CREATED)

    def post_challenge(self) -> Response:
        return json_answer({"nonce": self._parts.sessions.challenge(self._parts.now())})

    def post_session(self) -> Response:
        given = SignIn(**parsed(SessionBody, request).model_dump())
        session = self._parts.sessions.sign_in(given, self._parts.now())
        answer = json_answer(_signed_in(session.doer, session.expires_at), HTTPStatus.CREATED)
        answer.set_cookie(
            COOKIE,
            session.token,
            expires=session.expires_at,
            path="/yard",
            secure=self._parts.is_secure,
            httponly=True,
            samesite="Strict",
        )
        return answer

    def get_session(self) -> Response:
        """Who is signed in, after the page was loaded again."""
        token = request.cookies.get(COOKIE)
        doer, expires_at = self._parts.sessions.session(token, self._parts.now())
        return json_answer(_signed_in(doer, expires_at))

    def delete_session(self) -> Response:
        self._parts.sessions.sign_out(request.cookies.get(COOKIE, ""))
        answer = json_answer({})
        answer.delete_cookie(COOKIE, path="/yard")
        return answer

    def post_witness(self) -> Response:
        body, doer = parsed(WitnessBody, request), self.doer()
        token = self._parts.sessions.witness(body.user_id, body.pin, doer, self._parts.now())
        return json_answer({"witness_token": token}, HTTPStatus.CREATED)

    def get_yard(self) -> Response:
        self.doer()
        parts, reader = self._parts, language()
        midnight = datetime.combine(business_date(parts.now()), time(), BUSINESS_ZONE)
        document = parts.yard.read(
            lambda book: yard_document(
                book,
                parts.link,
                lambda record: parts.messages.kept_verdict(record, reader),
                made_today(parts.tickets, parts.log, book, instant_ms(midnight)),
            )
        )
        return json_answer(document)

    def post_entry(self) -> Response:
        body, doer = parsed(EntryBody, request), self.doer()
        at = self._offline(body, doer) if body.tablet_offline else None
        witness = None
        if body.witness_token is not None and not self._parts.yard.knows(body.entry_id):
            witness = self._parts.sessions.witness_of(body.witness_token, doer, self._parts.now())
        taken = self._parts.yard.submit(
            Ask(
                entry_id=body.entry_id,
                kind=body.kind,
                body=body.body,
                at=at,
                tablet_signature=body.signature if body.tablet_offline else None,
                witness=witness,
            ),
            doer,
        )
        return self._taken(taken)

    def post_weighing(self) -> Response:
        body, doer = parsed(WeighingBody, request), self.doer()
        ask = AskWeighing(
            entry_id=body.entry_id,
            visit_id=body.visit_id,
            weighing_pass=body.weighing_pass,
            wait_ms=body.wait_ms,
            attested=body.attested,
            card_no=body.card_no,
        )
        taken, verdicts = self._parts.yard.weigh(ask, doer)
        reader = language()
        told = [self._parts.messages.verdict(each, reader) for each in verdicts]
        kg = taken.entry.body["capture"]["kg"]
        return self._taken(taken, kg=kg, verdicts=told or taken.entry.body["controls"])

    def _offline(self, body: EntryBody, doer: Doer) -> datetime:
        """When the entry was made, as the tablet has signed it."""
        if body.signature is None or body.at is None:
            raise SignatureMissingError(field="signature", limit="at, signature")
        signed = {
            "entry_id": body.entry_id,
            "kind": body.kind,
            "body": body.body,
            "at": body.at,
        }
        self._parts.sessions.require_signed(doer.tablet_id, canonical_json(signed), body.signature)
        return parsed_instant(body.at)

    def _taken(self, taken: Taken, **more: Any) -> Response:
        visit = self._visit(taken.entry.body)
        answer = {"entry_seq": taken.entry.entry_seq, "body": _without_capture(taken), **more}
        status = HTTPStatus.CREATED if taken.is_new else HTTPStatus.OK
        return json_answer({**answer, "visit": visit}, status)

    def _visit(self, body: Mapping[str, Any]) -> dict[str, Any] | None:
        """The visit that an entry was about, as the yard shows it; None where it is gone."""
        reader, messages = language(), self._parts.messages

        def told(record: Mapping[str, Any]) -> dict[str, Any]:
            return messages.kept_verdict(record, reader)

        visit: dict[str, Any] | None = self._parts.yard.read(
            lambda book: (
                visit_document(facts, book, told)
                if (facts := book.visit_named_by(body)) is not None
                else None
            )
        )
        return visit


def _signed_in(doer: Doer, expires_at: datetime) -> dict[str, Any]:
    actor = doer.actor
    return {
        "person": {
            "user_id": actor.user_id,
            "name": actor.name,
            "role": actor.role.value,
            "site_ids": sorted(actor.site_ids),
        },
        "actions": sorted(action.value for action in RIGHTS[actor.role]),
        "expires_at": instant_ms(expires_at),
    }


def _without_capture(taken: Taken) -> dict[str, Any]:
    """The body of an entry but for the curve and the frames, which no tablet needs."""
    return {key: value for key, value in taken.entry.body.items() if key != "capture"}
