"""Open to everybody: verification; and documents for their readers."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from service.domain.access import Action
from service.storage import views
from service.web.context import actor, allowed, deps, reader
from service.web.kept import require_told
from service.web.pages import content, words
from service.web.pages.reading import found
from service.web.verifier.page import page_bytes, page_policy

bp = Blueprint("public", __name__)

RIGHT_OF_KIND = {
    "ticket": Action.TICKET_VIEW,
    "delivery": Action.DELIVERY_VIEW,
    "plant-receipt": Action.DELIVERY_VIEW,
    "settlement": Action.SETTLEMENT_VIEW,
    "payment": Action.SETTLEMENT_VIEW,
    "processing-run": Action.LOT_VIEW,
    "stock-take": Action.LOT_VIEW,
    "lien": Action.LIEN_VIEW,
    "appeal": Action.APPEAL_VIEW,
    "carbon-statement": Action.CARBON_VIEW,
}
"""Weighings and grades are read by who sees the visit."""


@bp.get("/verify")
def verify() -> ResponseReturnValue:
    """The verifier: one file that does everything in the visitor's browser."""
    headers = {"Content-Security-Policy": page_policy(), "Cache-Control": "no-cache"}
    return Response(page_bytes(), mimetype="text/html", headers=headers)


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
        require_told(tx, row.subject_id, kind=row.kind)
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
