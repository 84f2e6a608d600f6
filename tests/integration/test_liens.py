"""Liens: the bank's own order, relayed by the worker, decided by the registry, put on record."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from typing import Any, cast

import pytest
from sqlalchemy import select

from service.chain.lien_order_file import order_json
from service.chain.lien_orders import LienOrder as TypedOrder
from service.chain.liens import Lien, LienState
from service.chain.registry import RegistryClient
from service.chain.values import Receipt
from service.domain.appeal import Outcome
from service.domain.errors import FerrotraceError, ForbiddenError, NotFoundError, UnavailableError
from service.domain.lien import (
    CapExceedsError,
    CapMissingError,
    OrderDeliveryError,
    OrderKnownError,
    OrderLateError,
    OrderNonceError,
    OrderNotSignedError,
    OrderOutOfTurnError,
    OrderRegistryError,
    ReleaseExceedsError,
)
from service.domain.visit import StepMissingError
from service.proof.errors import FileShapeError
from service.proof.verdict import Status
from service.proof.verify import verify, verify_together
from service.storage import views
from service.storage.tables import journal
from service.usecases.control import state_control_documents
from service.usecases.lien import LienOrder, SubmitLienOrder, submit_lien_order
from service.usecases.lien_recording import record_lien_state, record_relayed
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, Delivered
from tests.support.later import (
    answered,
    appealed,
    corrected,
    liens_on,
    noted,
    order_file,
    ordered,
    paid,
)
from tests.support.liens_on_chain import LiensOnChain
from tests.support.pages import Person, pages_of
from tests.support.worker import Worker

CAP_FEN = 5_000_000


@pytest.fixture
def lending(worker: Worker) -> Worker:
    """A worker that relays orders to the lien registry too."""
    company = worker.company
    company.deps = replace(company.deps, lien_registry=worker.registry.liens.address)
    return worker


def settled(company: Company) -> Delivered:
    company.receive()
    return company.deliver({"BASE01-HRS101": 30_000})


def relayed(worker: Worker) -> None:
    """Run until every order is final and on record."""
    worker.until(worker.everything_is_final)
    record_relayed(worker.company.deps, worker.registry.liens)


def lien_view(company: Company, done: Delivered) -> views.LienView:
    with company.deps.db.transaction() as tx:
        found = views.lien_of_delivery(tx, views.EVERYTHING, done.delivery.delivery_id)
    assert found is not None
    return found


def test_a_bank_reserves_finances_and_releases_and_each_state_is_a_document(
    lending: Worker,
) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    order = partial(ordered, company, done.delivery, liens)
    order(LiensOnChain.reserve, cap_fen=CAP_FEN)
    assert [row.state for row in lien_view(company, done).orders] == ["waiting"]
    relayed(lending)
    assert lien_view(company, done).state == "reserved"
    order(LiensOnChain.finance)
    relayed(lending)
    order(lambda on: on.release(4_000))
    relayed(lending)
    shown = lien_view(company, done)
    assert (shown.state, shown.released_bp, shown.cap_fen) == ("financed", 4_000, CAP_FEN)
    order(lambda on: on.release(6_000))
    relayed(lending)
    shown = lien_view(company, done)
    assert (shown.state, shown.released_bp) == ("released", 10_000)
    assert [row.state for row in shown.orders] == ["done"] * 4
    assert liens.lien().state is LienState.RELEASED
    assert record_relayed(company.deps, lending.registry.liens) == 0
    with pytest.raises(OrderOutOfTurnError):
        order(LiensOnChain.reserve, cap_fen=CAP_FEN)
    assert_audit_clean(company, lending.registry.client)


class LateReceipts:
    """A registry whose node shows each receipt only when it is asked for the second time."""

    def __init__(self, client: RegistryClient) -> None:
        self._client = client
        self._asked: set[bytes] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def receipt(self, tx_hash: bytes) -> Receipt | None:
        if tx_hash in self._asked:
            return self._client.receipt(tx_hash)
        self._asked.add(tx_hash)
        return None


def test_an_order_whose_receipt_shows_late_is_done_once_and_not_called_failed(
    lending: Worker,
) -> None:
    company = lending.company
    done = settled(company)
    relayed(lending)
    late = cast("RegistryClient", LateReceipts(lending.registry.client))
    lending.anchorage = replace(lending.anchorage, registry=late)
    ordered(
        company,
        done.delivery,
        liens_on(lending.registry, done.delivery),
        LiensOnChain.reserve,
        CAP_FEN,
    )
    (task_id,) = [each for each in lending.task_ids() if lending.task_states(each) == ["requested"]]
    relayed(lending)
    assert lending.task_states(task_id)[1:3] == ["submitted", "reorged"]
    assert len(lending.attempts(task_id)) == 1
    assert lien_view(company, done).state == "reserved"
    assert_audit_clean(company, lending.registry.client)


def test_a_cancelled_delivery_may_be_reserved_again_under_the_same_key(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    ordered(company, done.delivery, liens, LiensOnChain.reserve, CAP_FEN)
    relayed(lending)
    ordered(company, done.delivery, liens, LiensOnChain.cancel)
    relayed(lending)
    assert lien_view(company, done).state == "cancelled"
    ordered(company, done.delivery, liens, LiensOnChain.reserve, CAP_FEN)
    relayed(lending)
    assert lien_view(company, done).state == "reserved"
    assert_audit_clean(company, lending.registry.client)


def test_what_the_registry_refuses_says_why_and_leaves_no_document(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    liens.relayed(liens.reserve(lending.registry.other_bank.address))
    ordered(company, done.delivery, liens, LiensOnChain.reserve, CAP_FEN)
    for _ in range(40):
        lending.tick()
    record_relayed(company.deps, lending.registry.liens)
    (order,) = lien_view(company, done).orders
    assert order.state == "refused"
    assert order.reason
    assert lien_view(company, done).state == "free"


def test_a_relay_that_the_registry_does_not_show_is_not_put_on_record(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    taken = ordered(company, done.delivery, liens, LiensOnChain.reserve, CAP_FEN)
    lending.until(lending.everything_is_final)

    class Elsewhere:
        def lien_of(self, delivery_key: bytes) -> Lien:
            return Lien(state=LienState.NONE, bank="", expiry=0, released_bp=0)

    assert record_relayed(company.deps, Elsewhere()) == 0
    assert lien_view(company, done).orders[0].state == "sent"
    assert record_relayed(company.deps, lending.registry.liens) == 1
    assert record_lien_state(taken.order_id, bytes(32), company.deps) is None
    assert record_lien_state("no such order", bytes(32), company.deps) is None


Make = Callable[[LiensOnChain], TypedOrder]
REFUSED: list[tuple[Make, int | None, type[FerrotraceError]]] = [
    (LiensOnChain.reserve, None, CapMissingError),
    (LiensOnChain.reserve, 10**12, CapExceedsError),
    (LiensOnChain.finance, None, OrderOutOfTurnError),
    (lambda on: on.reserve(delivery_key=bytes(32)), CAP_FEN, OrderDeliveryError),
    (lambda on: on.reserve(deadline=1_000), CAP_FEN, OrderLateError),
    (lambda on: on.reserve(expiry=1_000), CAP_FEN, OrderLateError),
]


@pytest.mark.parametrize(("make", "cap_fen", "refusal"), REFUSED)
def test_an_order_that_the_registry_would_refuse_is_not_taken(
    lending: Worker, make: Make, cap_fen: int | None, refusal: type[FerrotraceError]
) -> None:
    done = settled(lending.company)
    liens = liens_on(lending.registry, done.delivery)
    with pytest.raises(refusal):
        ordered(lending.company, done.delivery, liens, make, cap_fen)


def test_an_order_is_of_this_bank_for_this_registry_and_handed_in_once(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    own = order_file(liens, liens.reserve())
    command = SubmitLienOrder(delivery_id=done.delivery.delivery_id, order=own, cap_fen=CAP_FEN)
    bank = company.people["bank"]

    def submit(**changed: object) -> LienOrder:
        return submit_lien_order(replace(command, **changed), bank, company.deps)  # type: ignore[arg-type]

    forged = replace(liens.reserve(), bank=lending.registry.other_bank.address)
    signed = liens.signed(forged, lending.registry.bank.sign_digest)
    with pytest.raises(OrderNotSignedError):
        submit(order=json.dumps(order_json(signed)).encode())
    elsewhere = replace(liens.signed(liens.reserve()), chain_id=5)
    with pytest.raises(OrderRegistryError):
        submit(order=json.dumps(order_json(elsewhere)).encode())
    with pytest.raises(FileShapeError):
        submit(order=b"{}")
    with pytest.raises(NotFoundError):
        submit(delivery_id="nothing")
    submit()
    with pytest.raises(OrderKnownError):
        submit()
    with pytest.raises(OrderNonceError):
        submit(order=order_file(liens, liens.finance()))
    for name in ("clerk", "plant", "supplier"):
        with pytest.raises(ForbiddenError):
            submit_lien_order(command, company.people[name], company.deps)
    deaf = replace(company.deps, lien_registry="")
    with pytest.raises(UnavailableError):
        submit_lien_order(command, bank, deaf)


def test_no_more_is_released_than_was_lent(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    order = partial(ordered, company, done.delivery, liens, cap_fen=CAP_FEN)
    order(LiensOnChain.reserve)
    order(lambda on: on.finance(nonce=1))
    order(lambda on: on.release(6_000, nonce=2))
    with pytest.raises(ReleaseExceedsError):
        ordered(company, done.delivery, liens, lambda on: on.release(5_000, nonce=3))
    relayed(lending)
    assert lien_view(company, done).released_bp == 6_000
    assert_audit_clean(company, lending.registry.client)


def test_only_a_settled_delivery_is_lent_on(lending: Worker) -> None:
    company = lending.company
    company.receive()
    delivery = company.load({"BASE01-HRS101": 10_000})
    command = SubmitLienOrder(delivery_id=delivery.delivery_id, order=b"{}", cap_fen=1)
    with pytest.raises((ForbiddenError, StepMissingError)):
        submit_lien_order(command, company.people["bank"], company.deps)


def test_a_bank_hands_its_orders_in_on_the_page_and_by_program(lending: Worker) -> None:
    company = lending.company
    done = settled(company)
    liens = liens_on(lending.registry, done.delivery)
    bank = Person(pages_of(company), "bank")
    page = f"/deliveries/{done.delivery.delivery_id}/lien"
    upload = (BytesIO(order_file(liens, liens.reserve())), "order.json")
    assert bank.fill(page, page, cap_yuan="1000", order=upload).status_code == 303
    assert "waits to be sent" in bank.read(page)
    relayed(lending)
    shown = bank.read(page)
    for part in ("Reserved until", "1,000.00", "carried out", "lien order finance"):
        assert part in shown
    order = json.loads(order_file(liens, liens.finance()))
    answer = bank.client.post(
        "/v1/liens",
        json={"delivery_id": done.delivery.delivery_id, "order": order},
        headers={"Idempotency-Key": "finance-1", "Origin": "http://localhost"},
    )
    assert answer.status_code == 201, answer.text
    relayed(lending)
    told = bank.client.get(f"/v1{page}").get_json()
    assert (told["state"], told["cap_fen"]) == ("financed", 100_000)
    assert [row["kind"] for row in told["orders"]] == ["reserve", "finance"]


def test_every_kind_of_document_is_anchored_and_holds_with_its_parents(lending: Worker) -> None:
    company = lending.company
    state_control_documents(company.deps)
    truck = company.receive()
    disputed = company.receive()
    answered(company, appealed(company, disputed), Outcome.REJECTED)
    corrected(company, truck)
    company.receive()
    done = company.deliver({"BASE01-HRS101": 30_000})
    note = noted(company, company.load({"BASE01-HRS101": 1_000}), "HY-00001")
    paid(company, done, 1_000, "ICBC-1")
    liens = liens_on(lending.registry, done.delivery)
    ordered(company, done.delivery, liens, LiensOnChain.reserve, CAP_FEN)
    relayed(lending)
    lending.assert_whole()
    with company.deps.db.transaction() as tx:
        rows = tx.execute(select(journal.c.kind, journal.c.document_id, journal.c.target_hash))
        names = {f"{row.kind} {row.document_id}": row.target_hash for row in rows}
    files = {name: lending.bundle(target_hash) for name, target_hash in names.items()}
    trust = lending.trust()
    verdicts = verify_together(
        files, lambda bundle, others: verify(bundle, trust=trust, parents=others)
    )
    assert {name.split()[0] for name in files} >= {
        "correction",
        "appeal",
        "payment",
        "lien",
        "policy",
        "factor-set",
    }
    replaced = {truck.ticket.ticket_no, note.correction_no.removesuffix("-R2")}
    for name, verdict in verdicts.items():
        kind, number = name.split()
        if number in replaced:
            assert verdict.verdict is Status.INVALID, name
            continue
        semantics, lineage = verdict.check("RECORD_SEMANTICS"), verdict.check("LINEAGE")
        assert semantics.status is Status.VALID, (name, semantics)
        has_parents = kind not in {"weighing", "policy", "factor-set", "key-epoch"}
        assert lineage.status is (Status.VALID if has_parents else Status.SKIPPED), (name, lineage)
        assert verdict.verdict is Status.VALID, (name, verdict.as_json())
