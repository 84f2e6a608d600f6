"""Liens: the deliveries that a bank may lend on, and its orders to the registry."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.errors import RuleBrokenError, gettext_noop
from service.storage import views
from service.usecases.lien import SubmitLienOrder, submit_lien_order
from service.web.context import actor, allowed, deps, reader
from service.web.pages.forms import Form, answered_once, fields_called, shows_again
from service.web.pages.reading import PAGE_LENGTH, directory, found, older_than, page_of

bp = Blueprint("lien", __name__)

LARGEST_ORDER_BYTES = 64 * 1024
_FOLLOWING = {
    "free": ("reserve",),
    "cancelled": ("reserve",),
    "expired": ("reserve",),
    "reserved": ("finance", "cancel"),
    "financed": ("release",),
    "released": (),
}
"""By state: the orders that may come next."""


class OrderMissingError(RuleBrokenError):
    """No file was chosen."""

    message = gettext_noop("Choose the order file first.")


class OrderForm(Form):
    """Up to which amount the bank lends, in yuan; goes with a reservation."""

    cap_yuan: Decimal | None = Field(None, gt=0, le=10**13, decimal_places=2)


@dataclass(frozen=True, slots=True)
class Command:
    """The line that a bank types to make an order file."""

    kind: str
    text: str


@bp.get("/liens")
def liens() -> ResponseReturnValue:
    who = reader(Action.LIEN_VIEW)
    with deps().db.transaction() as tx:
        rows = views.liens(tx, who, limit=PAGE_LENGTH, before=older_than())
        known = directory(tx)
    now = deps().now()
    states = {row.delivery_id: state_of(row, now) for row in rows}
    return render_template(
        "bank/liens.html", page=page_of(rows, "approved_at"), known=known, states=states
    )


@bp.get("/deliveries/<record:delivery_id>/lien")
def lien(delivery_id: str) -> ResponseReturnValue:
    who = reader(Action.LIEN_VIEW)
    with deps().db.transaction() as tx:
        row = found(views.lien_of_delivery(tx, who, delivery_id), what="lien", key=delivery_id)
        known = directory(tx)
        documents = [d for d in views.documents(tx, who, delivery_id) if d.kind == "lien"]
    state = state_of(row, deps().now())
    return render_template(
        "bank/lien.html",
        lien=row,
        state=state,
        known=known,
        rows=documents,
        commands=_commands(row, state),
        can_order=allowed(Action.LIEN_ORDER) and bool(_FOLLOWING[state]),
        needs_cap="reserve" in _FOLLOWING[state],
    )


@bp.post("/deliveries/<record:delivery_id>/lien")
@shows_again(lien)
def post_order(delivery_id: str) -> ResponseReturnValue:
    reader(Action.LIEN_ORDER)
    form = OrderForm.of_request()
    command = SubmitLienOrder(
        delivery_id=delivery_id,
        order=_uploaded_order(),
        cap_fen=None if form.cap_yuan is None else int(form.cap_yuan * 100),
    )

    def taken() -> str:
        with fields_called(cap_fen="cap_yuan"):
            submit_lien_order(command, actor(), deps())
        return url_for("lien.lien", delivery_id=delivery_id)

    return answered_once(taken)


def state_of(row: views.LienView, now: datetime) -> str:
    """The state of the lien for people: a reservation whose time is over says so."""
    if row.state == "reserved" and row.expires_at is not None and row.expires_at < now:
        return "expired"
    return row.state


def _commands(row: views.LienView, state: str) -> list[Command]:
    """What the bank types beside its own key, ready to copy."""
    common = (
        f"--key {row.lien_key} --registry {deps().lien_registry}"
        f" --chain-id {deps().issuer.chain_id} --nonce {row.next_nonce} --signer BANK.json"
    )
    parts = {"release": " --basis-points 10000"}
    return [
        Command(kind, f"ferrotrace lien order {kind} {common}{parts.get(kind, '')} > ORDER.json")
        for kind in _FOLLOWING[state]
    ]


def _uploaded_order() -> bytes:
    upload = request.files.get("order")
    content = upload.read(LARGEST_ORDER_BYTES + 1) if upload else b""
    if not content:
        raise OrderMissingError(field="order")
    return content
