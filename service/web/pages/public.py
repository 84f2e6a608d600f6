"""Open to everybody: verification, the ticket behind a QR code, and documents for their readers."""

import json
from typing import Any, Literal

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.proof.document import document_data
from service.storage import views
from service.web.context import actor, allowed, deps, outside, reader
from service.web.pages import content, verdict, words
from service.web.pages.forms import Form, shows_again
from service.web.pages.reading import found
from service.web.throttle import admit

bp = Blueprint("public", __name__)

LARGEST_BUNDLE_BYTES = 1024 * 1024


class BundleTooLargeError(RuleBrokenError):
    """A file is larger than any proof file."""

    message = gettext_noop("The file has %(value)s bytes; a proof file has at most %(limit)s.")


class BundleMissingError(RuleBrokenError):
    """No file was chosen."""

    message = gettext_noop("Choose a proof file first.")


class VerifyForm(Form):
    """Who needs to rely on the file."""

    audience: Literal["plant", "bank"] | None = Field(None)


RIGHT_OF_KIND = {
    "ticket": Action.TICKET_VIEW,
    "delivery": Action.DELIVERY_VIEW,
    "plant-receipt": Action.DELIVERY_VIEW,
    "settlement": Action.SETTLEMENT_VIEW,
    "carbon-statement": Action.CARBON_VIEW,
}
"""Weighings and grades are read by who sees the visit."""


@bp.get("/verify")
def verify() -> ResponseReturnValue:
    return render_template("public/verify.html")


@bp.post("/verify")
@shows_again(verify)
def post_verify() -> ResponseReturnValue:
    """Verify the file; nothing of it is kept."""
    admit("verifications")
    form = VerifyForm.of_request()
    bundle = _uploaded_bundle()
    answer = outside().verify(bundle, form.audience)
    data = _content_of(bundle)
    kind = words.word(words.KINDS, data["kind"]) if "kind" in data else ""
    return render_template(
        "public/verdict.html",
        verdict=verdict.verdict(answer, kind),
        checks=verdict.checks(answer),
        facts=content.facts(data),
        fingerprint=data.get("fingerprint"),
        checked_at=whole_second(deps().now()),
        raw=json.dumps(answer, ensure_ascii=False, indent=2),
    )


def _uploaded_bundle() -> bytes:
    upload = request.files.get("bundle")
    bundle = upload.read(LARGEST_BUNDLE_BYTES + 1) if upload else b""
    if not bundle:
        raise BundleMissingError(field="bundle")
    if len(bundle) > LARGEST_BUNDLE_BYTES:
        raise BundleTooLargeError(field="bundle", value=len(bundle), limit=LARGEST_BUNDLE_BYTES)
    return bundle


def _content_of(bundle: bytes) -> dict[str, Any]:
    """What the file says of itself, for people to read; empty where it says nothing readable."""
    try:
        document = json.loads(bundle)["document"]
        return {**document_data(document), "fingerprint": document["signature"]["targetHash"]}
    except (ValueError, KeyError, TypeError, AttributeError, RuleBrokenError):
        return {}


@bp.get("/t/<number:ticket_no>")
def ticket(ticket_no: str) -> ResponseReturnValue:
    """The page behind the code on a ticket: its figures, without plate and people."""
    admit("tickets")
    with deps().db.transaction() as tx:
        row = found(views.ticket(tx, views.EVERYTHING, ticket_no), what="ticket", key=ticket_no)
        document = views.document(tx, views.EVERYTHING, row.target_hash)
    return render_template("public/ticket.html", ticket=row, record=row.record, document=document)


@bp.get("/documents/<hash:target_hash>")
def document(target_hash: str) -> ResponseReturnValue:
    """What one document says, where its proof stands, and its proof file."""
    actor()
    with deps().db.transaction() as tx:
        named = found(
            views.document(tx, views.EVERYTHING, target_hash), what="document", key=target_hash
        )
        who = _reader_of(named.kind)
        row = found(views.document(tx, who, target_hash), what="document", key=target_hash)
        data = found(views.document_content(tx, who, target_hash), what="document", key=target_hash)
    parents = data.get("links", {}).get("parents", {})
    return render_template(
        "public/document.html",
        row=row,
        facts=content.facts(data),
        parents=[
            {"word": words.word(words.PARENTS, part), "target_hash": hexed}
            for part, hexed in parents.items()
        ],
        is_on_record=row.state in {"confirmed", "final"},
    )


def _reader_of(kind: str) -> views.Reader:
    """Who may export evidence reads every document in reach; others by the right of its kind."""
    if allowed(Action.EVIDENCE_EXPORT):
        return reader(Action.EVIDENCE_EXPORT)
    return reader(RIGHT_OF_KIND.get(kind, Action.VISIT_VIEW))
