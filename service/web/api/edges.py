"""Edge units: the line of their entries, the pictures these name, and what the units must know."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from flask import Response, request
from pydantic import AfterValidator, Field

from service.devices.edge.entries import LARGEST_BATCH, parsed_instant
from service.domain.errors import ForbiddenError, gettext_noop
from service.storage.edge import KeyRow
from service.storage.edge_entry import Head
from service.usecases import edge_entry
from service.usecases.edge_entry import RegisterEdge
from service.web.api.fields import Answer, Hash, Query, Request, SiteId
from service.web.api.session import Person, SessionRequest
from service.web.briefs import brief_of
from service.web.context import deps
from service.web.edge_access import edge_site
from service.web.openapi import JSON, Section
from service.web.security import checked_account
from service.web.terms import told

SECTION = Section.of(
    "edges",
    "The yard's edge units, each with the token of its site: what they did goes up, what they must"
    " know comes down.",
)

MAX_BLOB_BYTES = 8 * 1024 * 1024

InstantText = Annotated[
    str,
    Field(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$",
        description="Instant in UTC, to the second or the millisecond.",
    ),
    AfterValidator(lambda text: parsed_instant(text) and text),
]


class SignInElsewhereError(ForbiddenError):
    """The person does not work at the unit's site."""

    message = gettext_noop("%(value)s does not work at %(limit)s.")


class EdgeRequest(Request):
    site_id: SiteId
    public_key: Hash
    made_at: InstantText


class EdgeAnswer(Answer):
    edge_id: str
    site_id: str
    public_key: Hash
    registered_at: datetime


@SECTION.put("/v1/edges/<edge:edge_id>", body=EdgeRequest, answer=EdgeAnswer, edge=True)
def put_edge(edge_id: str, body: EdgeRequest) -> KeyRow:
    """Make the unit known by the key that signs its entries; another key is refused."""
    if body.site_id != edge_site():
        raise edge_entry.EdgeOfOtherSiteError(field="site_id", value=edge_id, limit=edge_site())
    command = RegisterEdge(
        edge_id=edge_id,
        site_id=body.site_id,
        public_key=bytes.fromhex(body.public_key),
        made_at=parsed_instant(body.made_at),
    )
    return edge_entry.register(command, deps())


class EdgeHeadAnswer(Answer):
    """The last entry on record: number 0 and a hash of zeros before the first."""

    entry_seq: int
    hash: Hash


@SECTION.get("/v1/edges/<edge:edge_id>/head", answer=EdgeHeadAnswer, edge=True)
def get_edge_head(edge_id: str) -> Head:
    """Up to where the unit's entries are on record."""
    return edge_entry.head(edge_id, edge_site(), deps())


@SECTION.put(
    "/v1/edges/<edge:edge_id>/blobs/<hash:sha256>",
    raw=("image/jpeg", "image/png"),
    status=HTTPStatus.NO_CONTENT,
    edge=True,
)
def put_edge_blob(edge_id: str, sha256: str) -> None:
    """Send a picture ahead of the entry that names it; its address is its SHA-256."""
    request.max_content_length = MAX_BLOB_BYTES
    edge_entry.keep_blob(edge_id, edge_site(), sha256, request.get_data(), deps())


class EntriesRequest(Request):
    """Entries in their order; those that are on record already are answered again."""

    entries: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=LARGEST_BATCH)]


class EntryOutcome(Answer):
    """``outcome`` is applied, or held with the code and message of the refusal."""

    entry_seq: int
    outcome: str
    code: str | None = None
    message: str | None = None


class EntriesAnswer(Answer):
    """``entry_seq`` is the last entry now on record."""

    entry_seq: int
    outcomes: list[EntryOutcome]


@SECTION.post(
    "/v1/edges/<edge:edge_id>/entries",
    body=EntriesRequest,
    answer=EntriesAnswer,
    creates=False,
    edge=True,
)
def post_edge_entries(edge_id: str, body: EntriesRequest) -> dict[str, object]:
    """Send entries up.

    What does not follow the last entry on record, is not signed by the unit or tells another past
    is refused with 409, and nothing of the request is stored.
    """
    taken = edge_entry.take_entries(edge_id, edge_site(), body.entries, deps())
    return {
        "entry_seq": taken.entry_seq,
        "outcomes": [
            {
                "entry_seq": outcome.entry_seq,
                "outcome": outcome.outcome,
                "code": outcome.code,
                "message": outcome.message and told(outcome.message, outcome.message_values or {}),
            }
            for outcome in taken.outcomes
        ],
    }


class BriefQuery(Query):
    """``sent_at`` is the unit's clock, which is compared with ours."""

    sent_at: InstantText | None = None


@SECTION.get("/v1/edges/<edge:edge_id>/brief", query=BriefQuery, media_type=JSON, edge=True)
def get_edge_brief(edge_id: str, query: BriefQuery) -> Response:
    """What the unit must know: parties, bookings, trucks on site, people, policy, and more.

    Answered with 304 where nothing changed since the ETag that the caller shows.
    """
    if query.sent_at is not None:
        edge_entry.compare_clocks(edge_id, edge_site(), parsed_instant(query.sent_at), deps())
    brief = brief_of(edge_id, edge_site(), deps())
    response = Response(brief.body, mimetype=JSON)
    if request.accept_encodings["gzip"]:
        response.set_data(brief.packed)
        response.content_encoding = "gzip"
    response.set_etag(brief.etag)
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    response.make_conditional(request)
    return response


@SECTION.post(
    "/v1/edges/<edge:edge_id>/sign-ins",
    body=SessionRequest,
    answer=Person,
    creates=False,
    edge=True,
)
def post_edge_sign_in(edge_id: str, body: SessionRequest) -> Person:
    """Check a person's password, for a tablet on which that person then has a PIN.

    Too many failures are answered with 429 for a quarter of an hour, right password or not.
    """
    edge_entry.head(edge_id, edge_site(), deps())
    person = Person.model_validate(checked_account(body.email, body.password))
    if edge_site() not in person.site_ids:
        raise SignInElsewhereError(field="email", value=person.name, limit=edge_site())
    return person
