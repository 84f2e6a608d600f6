"""What the lien registry does with a delivery: states, times, and one bank once."""

from collections.abc import Iterator

import pytest

from service.chain.contract import LIENS_SLOT
from service.chain.lien_orders import LienOrder
from service.chain.liens import LienState
from service.chain.values import to_bytes, to_hex
from service.proof.hashing import keccak256
from service.proof.lien_key import lien_key
from tests.support.liens_on_chain import (
    HOUR_S,
    LiensOnChain,
    each_order,
    logs,
    pass_time,
)

DAY_S = 86_400
NONE, RESERVED, FINANCED, RELEASED = range(4)


@pytest.fixture
def blocks_by_hand(liens: LiensOnChain) -> Iterator[None]:
    """Transactions wait in the pool until the test mines them."""
    rpc = liens.client.rpc
    rpc.call("evm_setAutomine", False)  # noqa: FBT003
    yield
    rpc.call("evm_setAutomine", True)  # noqa: FBT003


def told(liens: LiensOnChain, event: str, *words: int) -> list[tuple[list[str], str]]:
    """The one log of an event about the delivery and its bank, with words of data."""
    bank = to_bytes(liens.registry.bank.address).rjust(32, b"\0")
    topics = [to_hex(keccak256(event.encode())), to_hex(liens.key), to_hex(bank)]
    return [(topics, to_hex(b"".join(word.to_bytes(32) for word in words)))]


# --- the way of a lien


def test_delivery_that_nobody_asked_for_has_no_lien(liens: LiensOnChain) -> None:
    lien = liens.lien()
    assert (lien.state, lien.bank, lien.expiry, lien.released_bp) == (LienState.NONE, "", 0, 0)
    assert lien.is_free(time_s=0)


def test_reservation_names_bank_and_expiry(liens: LiensOnChain) -> None:
    order = liens.reserve()
    receipt = liens.relayed(order)
    lien = liens.lien()
    assert (lien.state, lien.bank) == (LienState.RESERVED, liens.registry.bank.address)
    assert (lien.expiry, lien.released_bp) == (order.expiry, 0)
    assert not lien.is_free(time_s=order.expiry)
    assert lien.is_free(time_s=order.expiry + 1)
    assert logs(liens, receipt) == told(liens, "LienReserved(bytes32,address,uint64)", order.expiry)


def test_financing_follows_the_reservation_and_no_time_ends_it(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    receipt = liens.relayed(liens.finance())
    assert logs(liens, receipt) == told(liens, "LienFinanced(bytes32,address)")
    pass_time(liens, 2 * HOUR_S)
    assert liens.lien().state is LienState.FINANCED
    assert not liens.lien().is_free(time_s=2**63)
    taken = liens.refusal(liens.reserve(liens.registry.other_bank.address))
    assert taken == ("DeliveryTaken", liens.key, liens.registry.bank.address, FINANCED)


def test_parts_that_are_released_add_up_to_the_whole(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    liens.relayed(liens.finance())
    first = liens.relayed(liens.release(2_500))
    assert logs(liens, first) == told(
        liens, "LienReleased(bytes32,address,uint16,uint16)", 2_500, 2_500
    )
    assert (liens.lien().state, liens.lien().released_bp) == (LienState.FINANCED, 2_500)
    last = liens.relayed(liens.release(7_500))
    assert logs(liens, last) == told(
        liens, "LienReleased(bytes32,address,uint16,uint16)", 7_500, 10_000
    )
    assert (liens.lien().state, liens.lien().released_bp) == (LienState.RELEASED, 10_000)


def test_released_delivery_is_never_financed_again(liens: LiensOnChain) -> None:
    bank, other = liens.registry.bank.address, liens.registry.other_bank.address
    liens.relayed(liens.reserve())
    liens.relayed(liens.finance())
    liens.relayed(liens.release(10_000))
    pass_time(liens, 2 * HOUR_S)
    for who in (bank, other):
        taken = liens.refusal(liens.reserve(who))
        assert taken == ("DeliveryTaken", liens.key, bank, RELEASED)
    for order in (liens.finance(), liens.release(1), liens.cancel()):
        assert liens.refusal(order) == ("WrongState", liens.key, RELEASED)


def test_cancelled_reservation_frees_the_delivery(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    receipt = liens.relayed(liens.cancel())
    assert logs(liens, receipt) == told(liens, "LienCancelled(bytes32,address)")
    assert liens.lien().state is LienState.NONE
    liens.relayed(liens.reserve(liens.registry.other_bank.address))
    assert liens.lien().bank == liens.registry.other_bank.address


def test_whole_lien_stands_in_the_storage_word_that_proofs_name(liens: LiensOnChain) -> None:
    order = liens.reserve()
    liens.relayed(order)
    liens.relayed(liens.finance())
    liens.relayed(liens.release(2_500))
    slot = keccak256(liens.key + LIENS_SLOT.to_bytes(32))
    stored = liens.client.rpc.call("eth_getStorageAt", liens.client.address, to_hex(slot), "latest")
    word = int.from_bytes(to_bytes(order.bank)) | order.expiry << 160 | 2_500 << 224
    assert int(stored, 16) == word | FINANCED << 240


# --- one bank, once


def test_second_bank_is_refused_and_so_is_a_second_reservation(liens: LiensOnChain) -> None:
    bank = liens.registry.bank.address
    liens.relayed(liens.reserve())
    for who in (liens.registry.other_bank.address, bank):
        taken = liens.refusal(liens.reserve(who))
        assert taken == ("DeliveryTaken", liens.key, bank, RESERVED)


@pytest.mark.usefixtures("blocks_by_hand")
def test_of_two_banks_in_one_block_the_first_alone_gets_the_delivery(liens: LiensOnChain) -> None:
    registry = liens.registry
    sent = []
    for relayer, bank in (
        (registry.stranger, registry.bank),
        (registry.admin, registry.other_bank),
    ):
        order = liens.signed(liens.reserve(bank.address))
        sent.append(liens.transaction(relayer, order.calldata))
        liens.client.broadcast(sent[-1])
    liens.client.mine_empty_blocks(1)
    receipts = [registry.mined(transaction.tx_hash) for transaction in sent]
    assert len({receipt.block_hash for receipt in receipts}) == 1
    receipts.sort(key=lambda receipt: receipt.tx_index)
    assert [receipt.succeeded for receipt in receipts] == [True, False]
    first = sent[0] if receipts[0].tx_hash == sent[0].tx_hash else sent[1]
    winner = registry.bank if first is sent[0] else registry.other_bank
    assert liens.lien().bank == winner.address


def test_corrected_delivery_has_the_key_of_the_first_and_a_second_bank_is_refused(
    liens: LiensOnChain,
) -> None:
    ticket = {"delivery_id": "D-2026-000001", "delivery_secret": "5e" * 32, "net_kg": 30_140}
    corrected = {**ticket, "net_kg": 29_860}
    first, second = (
        lien_key("lien", str(it["delivery_id"]), bytes.fromhex(str(it["delivery_secret"])))
        for it in (ticket, corrected)
    )
    liens.relayed(liens.reserve(delivery_key=first), liens.finance(delivery_key=first, nonce=1))
    again = liens.reserve(liens.registry.other_bank.address, delivery_key=second)
    taken = liens.refusal(again)
    assert taken == ("DeliveryTaken", second, liens.registry.bank.address, FINANCED)


def test_carbon_claim_on_a_delivery_is_another_key_than_its_lien(liens: LiensOnChain) -> None:
    for purpose in ("lien", "avoided-emissions"):
        key = lien_key(purpose, "D-2026-000001", b"\x5e" * 32)
        liens.relayed(liens.reserve(delivery_key=key))


def test_order_of_another_bank_moves_nothing(liens: LiensOnChain) -> None:
    bank, other = liens.registry.bank.address, liens.registry.other_bank.address
    liens.relayed(liens.reserve())
    for order in (liens.finance(other), liens.cancel(other)):
        assert liens.refusal(order) == ("NotHolder", liens.key, other, bank)
    liens.relayed(liens.finance())
    assert liens.refusal(liens.release(1, other)) == ("NotHolder", liens.key, other, bank)


# --- states


def test_each_step_is_refused_where_it_does_not_begin(liens: LiensOnChain) -> None:
    for order in (liens.finance(), liens.release(1), liens.cancel()):
        assert liens.refusal(order) == ("WrongState", liens.key, NONE)
    liens.relayed(liens.reserve())
    assert liens.refusal(liens.release(1)) == ("WrongState", liens.key, RESERVED)
    liens.relayed(liens.finance())
    for order in (liens.finance(), liens.cancel()):
        assert liens.refusal(order) == ("WrongState", liens.key, FINANCED)


@pytest.mark.parametrize("basis_points", [0, 7_501, 10_000, 65_535])
def test_no_less_than_something_and_no_more_than_is_held_is_released(
    liens: LiensOnChain, basis_points: int
) -> None:
    liens.relayed(liens.reserve())
    liens.relayed(liens.finance())
    liens.relayed(liens.release(2_500))
    refused = liens.refusal(liens.release(basis_points))
    assert refused == ("ReleaseOutOfRange", basis_points, 7_500)
    liens.relayed(liens.release(7_500))


# --- time


def sent_at(liens: LiensOnChain, time_s: int, order: LienOrder) -> bool:
    """Whether the order succeeded in a block of this time."""
    liens.client.rpc.call("evm_setNextBlockTimestamp", hex(time_s))
    receipt = liens.send(liens.registry.stranger, liens.signed(order))
    block = liens.client.block(receipt.block_number)
    assert block is not None
    assert block.time_s == time_s
    return receipt.succeeded


def test_reservation_counts_to_its_last_second(liens: LiensOnChain) -> None:
    order = liens.reserve()
    liens.relayed(order)
    theirs = liens.reserve(
        liens.registry.other_bank.address, expiry=order.expiry + DAY_S, deadline=order.expiry
    )
    finance = liens.finance(deadline=order.expiry)
    assert not sent_at(liens, order.expiry, theirs)
    liens.client.rpc.call("evm_setTime", hex(order.expiry))
    assert sent_at(liens, order.expiry, finance)


def test_reservation_that_ran_out_is_for_any_bank_and_its_own_financing_comes_too_late(
    liens: LiensOnChain,
) -> None:
    bank, other = liens.registry.bank.address, liens.registry.other_bank.address
    order = liens.reserve()
    liens.relayed(order)
    late = order.expiry + DAY_S
    finance = liens.finance(deadline=late)
    theirs = liens.reserve(other, deadline=late, expiry=late)
    assert not sent_at(liens, order.expiry + 1, finance)
    assert liens.refusal(finance) == ("ReservationExpired", liens.key, order.expiry)
    liens.relayed(theirs)
    assert liens.lien().bank == other
    assert liens.refusal(finance) == ("NotHolder", liens.key, bank, other)


def test_bank_whose_reservation_ran_out_may_cancel_it_or_reserve_again(liens: LiensOnChain) -> None:
    liens.relayed(liens.reserve())
    pass_time(liens, 2 * HOUR_S)
    liens.relayed(liens.reserve())
    assert liens.lien().expiry > liens.now_s
    pass_time(liens, 2 * HOUR_S)
    liens.relayed(liens.cancel())
    assert liens.lien().state is LienState.NONE


def test_reservation_that_would_be_over_is_refused(liens: LiensOnChain) -> None:
    passed = liens.now_s - 1
    assert liens.refusal(liens.reserve(expiry=passed)) == ("ExpiryPassed", passed)


def test_order_counts_to_the_last_second_of_its_deadline(liens: LiensOnChain) -> None:
    deadline = liens.now_s + 10
    assert sent_at(liens, deadline, liens.reserve(deadline=deadline))
    assert not sent_at(liens, deadline + 1, liens.finance(deadline=deadline))


def test_order_after_its_deadline_is_refused(liens: LiensOnChain) -> None:
    passed = liens.now_s - 1
    for order in each_order(liens, deadline=passed):
        assert liens.refusal(order) == ("OrderExpired", passed)
