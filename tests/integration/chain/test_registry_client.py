"""The registry client on a live node."""

from dataclasses import replace

import pytest
from eth_utils.crypto import keccak

from service.chain.contract import registry_artifact
from service.chain.fees import Fees
from service.chain.node import STATES_IN_MEMORY
from service.chain.reader import FINALIZED, ChainReader
from service.chain.registry import (
    ContractRevertedError,
    InsufficientFundsError,
    NonceTooLowError,
    RegistryClient,
    UnderpricedError,
    anchor_calldata,
)
from service.chain.rpc import ChainRefusedError
from service.chain.signer import LocalSigner, SignedTransaction
from tests.support.registry_on_chain import GAS_LIMIT, RegistryOnChain

HEAD = keccak(text="head")
ROOT = keccak(text="root")
FIRST = anchor_calldata(batch_root=ROOT, new_size=3, new_head=HEAD, proof=[])


def test_signed_anchor_is_known_by_its_hash_before_it_is_sent(registry: RegistryOnChain) -> None:
    transaction = registry.signed(registry.anchorer, FIRST)
    assert keccak(transaction.raw) == transaction.tx_hash
    assert registry.client.receipt(transaction.tx_hash) is None
    registry.client.broadcast(transaction)
    receipt = registry.mined(transaction.tx_hash)
    assert receipt.succeeded
    assert receipt.tx_hash == transaction.tx_hash
    assert 0 < receipt.gas_used <= transaction.gas_limit


def test_same_bytes_may_be_sent_again_before_and_after_they_are_mined(
    registry: RegistryOnChain,
) -> None:
    registry.client.rpc.call("evm_setAutomine", False)  # noqa: FBT003
    transaction = registry.signed(registry.anchorer, FIRST)
    try:
        registry.client.broadcast(transaction)
        registry.client.broadcast(transaction)
        registry.client.mine_empty_blocks(1)
        registry.client.broadcast(transaction)
    finally:
        registry.client.rpc.call("evm_setAutomine", True)  # noqa: FBT003
    assert registry.mined(transaction.tx_hash).succeeded


def with_fees(registry: RegistryOnChain, fees: Fees, nonce: int) -> SignedTransaction:
    return registry.client.sign(
        registry.anchorer, FIRST, nonce=nonce, gas_limit=GAS_LIMIT, fees=fees
    )


def test_used_nonce_and_low_fees_are_told_apart(registry: RegistryOnChain) -> None:
    nonce = registry.client.next_nonce(registry.anchorer.address)
    transaction = registry.signed(registry.anchorer, FIRST)
    registry.client.broadcast(transaction)
    registry.mined(transaction.tx_hash)
    assert registry.client.next_nonce(registry.anchorer.address) == nonce + 1
    other = replace(transaction.fees, max_fee_wei_per_gas=transaction.fees.max_fee_wei_per_gas * 2)
    with pytest.raises(NonceTooLowError, match=f"nonce {nonce}"):
        registry.client.broadcast(with_fees(registry, other, nonce))


def test_replacement_with_lower_fees_is_refused(registry: RegistryOnChain) -> None:
    registry.client.rpc.call("evm_setAutomine", False)  # noqa: FBT003
    try:
        nonce = registry.client.next_nonce(registry.anchorer.address)
        transaction = registry.signed(registry.anchorer, FIRST)
        registry.client.broadcast(transaction)
        assert registry.client.next_nonce(registry.anchorer.address) == nonce
        fees = transaction.fees
        lower = replace(fees, max_fee_wei_per_gas=fees.max_fee_wei_per_gas - 1)
        with pytest.raises(UnderpricedError):
            registry.client.broadcast(with_fees(registry, lower, nonce))
    finally:
        registry.client.rpc.call("anvil_dropAllTransactions")
        registry.client.rpc.call("evm_setAutomine", True)  # noqa: FBT003


def test_account_without_money_is_told(registry: RegistryOnChain) -> None:
    poor = LocalSigner("0x" + "a9" * 32)
    assert registry.client.balance_wei(poor.address) == 0
    with pytest.raises(InsufficientFundsError):
        registry.client.broadcast(registry.signed(poor, FIRST))


def test_gas_is_estimated_and_a_refusal_named(registry: RegistryOnChain) -> None:
    sender = registry.anchorer.address
    assert 60_000 < registry.client.estimated_gas(FIRST, sender=sender) < 150_000
    registry.client.check(FIRST, sender=sender)
    wrong = anchor_calldata(batch_root=ROOT, new_size=0, new_head=HEAD, proof=[])
    with pytest.raises(ContractRevertedError, match="NotAppendOnly"):
        registry.client.estimated_gas(wrong, sender=sender)


def test_failed_transaction_tells_its_cause_on_the_state_before_it(
    registry: RegistryOnChain,
) -> None:
    zero = anchor_calldata(batch_root=bytes(32), new_size=3, new_head=HEAD, proof=[])
    receipt = registry.send(registry.anchorer, zero)
    assert not receipt.succeeded
    with pytest.raises(ContractRevertedError) as refusal:
        registry.client.check(
            zero, sender=registry.anchorer.address, block_number=receipt.block_number - 1
        )
    assert refusal.value.error_name == "ZeroHash"


def test_state_that_the_node_no_longer_has_is_no_refusal_of_the_registry(
    registry: RegistryOnChain,
) -> None:
    registry.client.mine_empty_blocks(STATES_IN_MEMORY + 2)
    with pytest.raises(ChainRefusedError):
        registry.client.check(FIRST, sender=registry.anchorer.address, block_number=1)


def test_reader_sees_what_the_writer_did(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, FIRST)
    address = registry.deployment.address
    with ChainReader([registry.rpc_url], address, chain_id=1337) as reader:
        assert reader.chain_id() == 1337
        head = reader.log_head()
        assert (head.size, head.seq, head.head) == (3, 1, HEAD)
        assert head.block_number == receipt.block_number
        assert reader.is_issued(ROOT)
        assert not reader.is_issued(HEAD)
        assert not reader.is_revoked(ROOT)
        assert reader.code_hash(address) == registry_artifact().runtime_code_hash
        assert reader.code_hash("0x" + "77" * 20) == keccak(b"")
        assert reader.block_hash(receipt.block_number) == receipt.block_hash
        by_hash = reader.block(receipt.block_hash)
        assert by_hash == reader.block(receipt.block_number) == reader.block("latest")
        assert by_hash is not None
        assert reader.issued_at(ROOT) == by_hash.time_s
        assert reader.block(b"\x01" * 32) is None


def test_two_empty_blocks_make_an_anchor_final(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, FIRST)
    assert registry.client.is_local()
    registry.client.mine_empty_blocks(2)
    finalized = registry.client.block(FINALIZED)
    assert finalized is not None
    assert finalized.number == receipt.block_number


def test_events_are_read_over_any_number_of_windows(
    registry: RegistryOnChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.chain.registry.EVENT_WINDOW_BLOCKS", 2)
    registry.client.mine_empty_blocks(3)
    receipt = registry.send(registry.anchorer, FIRST)
    registry.client.mine_empty_blocks(3)
    (event,) = registry.client.head_advanced(from_block=registry.deployment.from_block)
    assert (event.seq, event.old_size, event.new_size) == (1, 0, 3)
    assert (event.head, event.batch_root) == (HEAD, ROOT)
    assert (event.tx_hash, event.block_hash) == (receipt.tx_hash, receipt.block_hash)
    assert event.block_number == receipt.block_number
    before = registry.client.head_advanced(from_block=0, to_block=event.block_number - 1)
    assert list(before) == []


def test_dead_endpoint_does_not_stop_the_registry(registry: RegistryOnChain) -> None:
    urls = ["http://127.0.0.1:9", registry.rpc_url]
    with RegistryClient(urls, registry.deployment.address, chain_id=1337) as client:
        transaction = registry.signed(registry.anchorer, FIRST)
        client.broadcast(transaction)
        assert registry.mined(transaction.tx_hash).succeeded
        assert client.log_head().size == 3


def test_reorganisation_is_seen_by_block_hash_receipt_and_head(registry: RegistryOnChain) -> None:
    registry.client.mine_empty_blocks(2)
    nonce = registry.client.next_nonce(registry.anchorer.address)
    transaction = registry.signed(registry.anchorer, FIRST)
    registry.client.broadcast(transaction)
    receipt = registry.mined(transaction.tx_hash)

    registry.client.rpc.call("anvil_reorg", 1, [])

    assert registry.client.block_hash(receipt.block_number) != receipt.block_hash
    assert registry.client.receipt(transaction.tx_hash) is None
    assert registry.client.log_head().size == 0
    assert not registry.client.is_issued(ROOT)
    assert registry.client.next_nonce(registry.anchorer.address) == nonce
    registry.client.broadcast(transaction)
    assert registry.mined(transaction.tx_hash).succeeded
