"""Liens: orders that a bank signed, relayed to the registry on the chain, which decides."""

import json
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from service.domain.access import Action
from service.storage import views
from service.usecases.lien import LienOrder, SubmitLienOrder, submit_lien_order
from service.web.api.fields import Answer, Fen, Hash, RecordId, Request, Whole
from service.web.api.reading import ListQuery, found, page
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("liens", "Deliveries on which a bank lends; one bank at a time.")

Address = Annotated[
    str, Field(pattern=r"^0x[0-9a-fA-F]{40}$", description="Address of an account or a contract.")
]


class LienOrderFile(Request):
    """An order as ``ferrotrace lien order`` writes it; ``expiry`` goes with reserve and
    ``basis_points`` with release."""

    v: Literal[1]
    kind: Literal["reserve", "finance", "release", "cancel"]
    chain_id: Whole
    contract: Address
    delivery_key: Hash
    bank: Address
    nonce: Whole
    deadline: Whole
    expiry: Whole | None = None
    basis_points: Whole | None = None
    signature: Annotated[
        str, Field(pattern=r"^0x[0-9a-f]{130}$", description="r, s, v of the bank's key.")
    ]


class LienOrderRequest(Request):
    """``cap_fen`` goes with a reservation: up to which amount the bank lends."""

    delivery_id: RecordId
    order: LienOrderFile
    cap_fen: Fen | None = None

    def to_command(self) -> SubmitLienOrder:
        members = self.order.model_dump(exclude_none=True)
        return SubmitLienOrder(
            delivery_id=self.delivery_id,
            order=json.dumps(members).encode(),
            cap_fen=self.cap_fen,
        )


class LienOrderTaken(Answer):
    order_id: str
    lien_id: str
    delivery_id: str
    kind: str
    state: str
    nonce: int
    received_at: datetime


@SECTION.post(
    "/v1/liens",
    body=LienOrderRequest,
    answer=LienOrderTaken,
    location="/v1/deliveries/{delivery_id}/lien",
)
def post_lien_order(body: LienOrderRequest) -> LienOrder:
    """Hand in a bank's signed order about a delivery that is settled through it.

    It waits while the chain is down; the state of the lien tells when it was carried out.
    """
    return submit_lien_order(body.to_command(), actor(), deps())


class LienOrderAnswer(Answer):
    """``state`` is waiting, sent, done or refused; ``reason`` says why it was refused."""

    order_id: str
    kind: str
    nonce: int
    deadline: datetime
    expires_at: datetime | None
    basis_points: int | None
    financier: str
    state: str
    reason: str
    received_at: datetime
    received_by: str
    target_hash: Hash | None


class LienListed(Answer):
    """``state`` is free, reserved, financed, released or cancelled."""

    delivery_id: str
    delivery_no: str
    plant_id: str
    bank_id: str
    settlement_id: str
    settlement_no: str
    payable_fen: int
    paid_fen: int
    approved_at: datetime
    lien_key: Hash
    state: str
    released_bp: int
    cap_fen: int | None
    expires_at: datetime | None


class LienAnswer(LienListed):
    orders: list[LienOrderAnswer]


class LienPage(Answer):
    items: list[LienListed]
    next: datetime | None


@SECTION.get("/v1/liens", query=ListQuery, answer=LienPage)
def get_liens(query: ListQuery) -> dict[str, object]:
    """Settled deliveries and the liens on them, newest first."""
    with deps().db.transaction() as tx:
        rows = views.liens(tx, reader(Action.LIEN_VIEW), **dict(query))
    return page(rows, query, lambda row: row.approved_at)


@SECTION.get("/v1/deliveries/<record:delivery_id>/lien", answer=LienAnswer)
def get_lien(delivery_id: str) -> views.LienView:
    """The lien on a delivery, with every order about it."""
    with deps().db.transaction() as tx:
        row = views.lien_of_delivery(tx, reader(Action.LIEN_VIEW), delivery_id)
    return found(row, "delivery", delivery_id)
