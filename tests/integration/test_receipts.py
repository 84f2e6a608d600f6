"""The receipt of a weighing and of a ticket: asked for at once, asked for again, or missed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.devices.edge_client import EdgeConflictError, SiteKey
from service.domain.errors import NotFoundError
from service.proof.promise import InclusionPromise, promise_digest
from service.proof.signature import recover_address
from service.storage import promise as promises
from service.storage import views
from service.storage.key_epoch import KeyEpochRow, statements
from service.storage.promise import PromiseRow
from service.usecases.key_epoch import (
    ANCHOR,
    PROMISE,
    KeyEndedError,
    epochs,
    rotate_site_key,
    state_anchor_key,
    state_site_keys,
)
from service.usecases.promise import ask_again
from tests.support.company import KEYS_MADE, START, Company

REGISTRY = bytes(20)
ANCHORER = "0x5FbDB2315678afecb367f032d93F642f64180aa3"


def promised(company: Company, target_hash: bytes) -> PromiseRow | None:
    with company.deps.db.transaction() as tx:
        return promises.promise_of(tx, target_hash)


def signer(row: PromiseRow) -> bytes | None:
    assert row.include_by is not None
    assert row.signature is not None
    include_by = int(row.include_by.timestamp())
    promise = InclusionPromise(
        target_hash=row.target_hash, recorded_at=include_by - 600, include_by=include_by
    )
    return recover_address(promise_digest(promise, 1337, REGISTRY), row.signature)


def key_of(company: Company, site_id: str = "BASE01") -> KeyEpochRow:
    return [row for row in epochs(company.deps) if row.site_id == site_id][-1]


def test_each_weighing_and_the_ticket_are_promised_when_they_are_stored(company: Company) -> None:
    state_site_keys(company.deps)
    truck = company.receive()
    key = key_of(company)
    for target_hash in (
        truck.gross.target_hash,
        truck.tare.target_hash,
        truck.ticket.target_hash,
    ):
        row = promised(company, target_hash)
        assert row is not None
        assert row.key_id == key.key_id
        assert signer(row) == key.address
    assert ask_again(company.deps) == 0


def test_a_silent_edge_unit_holds_no_truck_up_and_signs_later(company: Company) -> None:
    state_site_keys(company.deps)
    company.scales["BASE01"].signs = False
    truck = company.receive()
    assert promised(company, truck.gross.target_hash) is None
    assert ask_again(company.deps) == 0
    company.scales["BASE01"].signs = True
    assert ask_again(company.deps) == 3
    row = promised(company, truck.gross.target_hash)
    assert row is not None
    assert signer(row) == key_of(company).address


def test_a_receipt_that_nobody_signed_in_time_is_given_up(company: Company) -> None:
    state_site_keys(company.deps)
    company.scales["BASE01"].signs = False
    truck = company.receive()
    later = replace(company.deps, now=lambda: START + timedelta(hours=1))
    company.scales["BASE01"].signs = True
    assert ask_again(later) == 3
    row = promised(company, truck.ticket.target_hash)
    assert row == PromiseRow(
        target_hash=truck.ticket.target_hash, key_id=None, include_by=None, signature=None
    )
    assert ask_again(later) == 0
    with company.deps.db.transaction() as tx:
        alarms = views.alarms(tx, views.EVERYTHING)
    assert [(alarm.kind, alarm.subject_id) for alarm in alarms] == 3 * [
        ("receipt", truck.visit.visit_id)
    ]


def test_a_site_that_never_had_a_key_raises_no_alarm(company: Company) -> None:
    company.receive()
    later = replace(company.deps, now=lambda: START + timedelta(hours=1))
    assert ask_again(later) == 3
    with company.deps.db.transaction() as tx:
        assert views.alarms(tx, views.EVERYTHING) == []


def test_a_site_without_edge_unit_or_key_on_record_gives_no_receipt(company: Company) -> None:
    truck = company.receive()
    assert promised(company, truck.gross.target_hash) is None
    assert ask_again(replace(company.deps, edges={})) == 0
    assert promised(company, truck.gross.target_hash) is None


def test_a_signature_of_a_key_that_is_not_on_record_is_not_stored(company: Company) -> None:
    state_site_keys(company.deps)
    company.scales["BASE01"].key_no = 7
    truck = company.receive()
    assert promised(company, truck.gross.target_hash) is None


def test_one_document_that_is_refused_holds_no_other_up(company: Company) -> None:
    state_site_keys(company.deps)
    scale = company.scales["BASE01"]
    scale.signs = False
    truck = company.receive()
    scale.signs = True

    def refuse_gross(promise: InclusionPromise, *, chain_id: int, registry: str) -> bytes:
        if promise.target_hash == truck.gross.target_hash:
            raise EdgeConflictError(field="targetHash", value="promised otherwise")
        return type(scale).sign_promise(scale, promise, chain_id=chain_id, registry=registry)

    scale.sign_promise = refuse_gross  # type: ignore[method-assign]
    assert ask_again(company.deps) == 2
    assert promised(company, truck.gross.target_hash) is None


def test_nothing_is_promised_that_was_rolled_back(company: Company) -> None:
    state_site_keys(company.deps)
    asked: list[bytes] = []
    scale = company.scales["BASE01"]

    def note(promise: InclusionPromise, *, chain_id: int, registry: str) -> bytes:
        asked.append(promise.target_hash)
        return type(scale).sign_promise(scale, promise, chain_id=chain_id, registry=registry)

    scale.sign_promise = note  # type: ignore[method-assign]

    class AbortedError(Exception):
        pass

    def receive_and_abort() -> None:
        with company.deps.db.transaction():
            company.receive()
            raise AbortedError

    with pytest.raises(AbortedError):
        receive_and_abort()
    assert asked == []
    with company.deps.db.transaction():
        company.receive()
        assert asked == []
    assert len(asked) == 3


def test_keys_are_stated_once(company: Company) -> None:
    state_site_keys(company.deps)
    state_site_keys(company.deps)
    state_anchor_key(ANCHORER, valid_from=START, deps=company.deps)
    state_anchor_key(ANCHORER, valid_from=START + timedelta(1), deps=company.deps)
    stated = epochs(company.deps)
    assert [(row.purpose, row.site_id) for row in stated] == [
        (PROMISE, "BASE01"),
        (PROMISE, "BASE02"),
        (PROMISE, "PLANT01"),
        (ANCHOR, None),
    ]
    assert {row.valid_from for row in stated if row.site_id} == {KEYS_MADE}


def test_a_silent_unit_is_asked_for_its_key_again(company: Company) -> None:
    company.scales["BASE02"].signs = False
    state_site_keys(company.deps)
    assert {row.site_id for row in epochs(company.deps)} == {"BASE01", "PLANT01"}
    company.scales["BASE02"].signs = True
    state_site_keys(company.deps)
    assert {row.site_id for row in epochs(company.deps)} == {"BASE01", "BASE02", "PLANT01"}


def test_a_rotated_key_ends_and_what_it_promised_stays_promised(company: Company) -> None:
    state_site_keys(company.deps)
    before = company.receive()
    old = key_of(company)
    new = rotate_site_key("BASE01", "rotated", company.deps)
    after = company.receive()
    assert new.address != old.address
    ended = next(row for row in epochs(company.deps) if row.key_id == old.key_id)
    assert (ended.valid_to, ended.reason) == (new.valid_from, "rotated")
    first, second = (promised(company, truck.gross.target_hash) for truck in (before, after))
    assert first is not None
    assert second is not None
    assert (signer(first), signer(second)) == (old.address, new.address)
    with company.deps.db.transaction() as tx:
        links = [row.target_hash for row in statements(tx) if row.site_id == "BASE01"]
    assert len(links) == 3


def test_a_rotation_that_broke_off_is_taken_up_again(company: Company) -> None:
    state_site_keys(company.deps)
    old = key_of(company)
    made: SiteKey = company.scales["BASE01"].replace_promise_key("")
    new = rotate_site_key("BASE01", "compromised", company.deps)
    assert f"0x{new.address.hex()}" == made.address.lower()
    assert old.address != new.address
    with pytest.raises(NotFoundError):
        rotate_site_key("BASE09", "rotated", company.deps)


def test_a_new_account_that_anchors_ends_the_old_one_for_ever(company: Company) -> None:
    state_anchor_key(ANCHORER, valid_from=START, deps=company.deps)
    other = "0x" + "11" * 20
    state_anchor_key(other, valid_from=START + timedelta(1), deps=company.deps)
    old, new = epochs(company.deps)
    assert (old.valid_to, new.valid_to) == (START + timedelta(1), None)
    with pytest.raises(KeyEndedError):
        state_anchor_key(ANCHORER, valid_from=START + timedelta(2), deps=company.deps)
