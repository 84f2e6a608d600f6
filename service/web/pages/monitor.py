"""The record as outsiders watch it: heads, sizes, times, and a check in their own browser."""

from datetime import timedelta

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from service.usecases.log import published_heads, published_log
from service.web.access import CONTENT_SECURITY_POLICY
from service.web.context import deps
from service.web.pages.figures import span
from service.web.pages.language import _, ngettext
from service.web.throttle import admit

bp = Blueprint("monitor", __name__)

PAGE_LENGTH = 50
LONGEST_SEQ_DIGITS = 9
_OPEN_TO_NODES = CONTENT_SECURITY_POLICY.replace(
    "connect-src 'self'", "connect-src 'self' http: https:"
)
"""The visitor may name a node of the chain, anywhere; the page asks that one beside ourselves."""


@bp.get("/log")
def log() -> ResponseReturnValue:
    """The answer first, then the check in the visitor's browser, then every head."""
    admit("monitor")
    published = published_log(deps(), heads=1)
    before = _before()
    heads = published_heads(deps(), limit=PAGE_LENGTH, before=before)
    newest = published.heads[0] if published.heads else None
    page = render_template(
        "public/log.html",
        published=published,
        newest=newest,
        sentence=_sentence(published.size, deps().now() - newest.time) if newest else "",
        heads=heads,
        is_first_page=before is None,
        older=heads[-1].seq if len(heads) == PAGE_LENGTH and heads[-1].seq > 1 else None,
        told=_told(),
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = _OPEN_TO_NODES
    return response


def _before() -> int | None:
    given = request.args.get("before", "")
    is_number = given.isascii() and given.isdigit() and len(given) <= LONGEST_SEQ_DIGITS
    return int(given) if is_number else None


def _sentence(size: int, age: timedelta) -> str:
    entries = ngettext("%(num)s entry", "%(num)s entries", size)
    return _("%(entries)s, the newest sealed %(age)s ago.", entries=entries, age=span(age))


def _told() -> dict[str, str]:
    """What the check in the browser says; its script fills the places."""
    return {
        "loading": _("Loading entry %(done)s of %(total)s"),
        "waiting": _("The service asks to wait %(seconds)s s"),
        "computing": _("Computing entry %(done)s of %(total)s"),
        "asking": _("Asking the node for seal %(done)s of %(total)s"),
        "right": _("Checked in this browser: the record has only ever grown."),
        "right_text": _(
            "%(entries)s entries under %(heads)s seals were loaded and computed again."
        ),
        "right_chain": _("The node that you named knows the same seals."),
        "wrong": _("The record does not hold. Do not rely on it."),
        "unsure": _("What could be checked holds; some of it could not be told."),
        "broken_off": _("The check broke off: %(why)s"),
        "split": _("This browser was shown another history before."),
        "split_text": _(
            "On %(at)s the record of %(size)s entries had the fingerprint %(then)s; today it has"
            " %(now)s for the same size. Keep both, and tell others who rely on this record."
        ),
        "shrunk": _("The record has become shorter than this browser saw it."),
        "shrunk_text": _("On %(at)s it had %(then)s entries; now it has %(now)s."),
        "not_grown": _(
            "The record no longer begins with the %(size)s entries that this browser saw on %(at)s."
        ),
        "same": _("It still begins with the %(size)s entries that this browser saw on %(at)s."),
        "first_time": _(
            "This browser sees the record for the first time; next time it will compare."
        ),
        "entry_wrong": _("Entry %(place)s is not what its place in the record demands."),
        "head_wrong": _("Seal %(seq)s: the entries lead to another fingerprint of the record."),
        "root_wrong": _("Seal %(seq)s: the entries lead to another seal."),
        "proof_wrong": _("Seal %(seq)s does not prove that it contains the one before."),
        "order_wrong": _("Seal %(seq)s does not follow the one before."),
        "entries_right": _("All %(done)s are in their places."),
        "heads_right": _("All %(done)s were computed again from the entries and agree."),
        "roots_right": _("All %(done)s were computed again from the entries and agree."),
        "proofs_right": _("Each of the %(done)s contains the one before."),
        "no_node": _("No node was named."),
        "node_silent": _("The node does not answer, or not for this page: %(why)s"),
        "node_other": _("The node belongs to chain %(found)s; the record stands on %(expected)s."),
        "node_behind": _("The node has not reached seal %(seq)s yet."),
        "node_wrong": _("Seal %(seq)s stands otherwise on the chain, or not at all."),
        "node_head": _("The contract holds another fingerprint of the record than this page."),
        "node_right": _("All %(done)s stand on the chain as they stand here."),
        "passed": _("passed"),
        "failed": _("Invalid"),
        "unknown": _("Could not tell"),
        "skipped": _("Skipped"),
        "running": _("running"),
    }
