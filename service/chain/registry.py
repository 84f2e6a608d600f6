"""A contract for those who write to it, and the registry: anchor, revoke, read the events."""

from collections.abc import Iterator, Sequence
from typing import Any

from service.chain.contract import (
    ANCHOR,
    HEAD_ADVANCED_TOPIC,
    REVOCATION_REASON_TOPIC,
    REVOKE_WITH_REASON,
    encode_call,
    revert_name,
)
from service.chain.fees import FeeMarket, Fees
from service.chain.reader import HEADER_ONLY, LATEST, ChainReader, ContractReader
from service.chain.rpc import ChainRefusedError
from service.chain.signer import SignedTransaction, Signer, UnsignedTransaction
from service.chain.values import (
    EventPlace,
    HeadAdvanced,
    Receipt,
    event_place_from_json,
    head_advanced_from_json,
    receipt_from_json,
    to_bytes,
    to_hex,
)
from service.domain.errors import ConflictError, gettext_noop

EVENT_WINDOW_BLOCKS = 5_000  # public nodes refuse wider ranges

# What nodes call it: geth, anvil, Besu, Nethermind.
_KNOWN = ("already known", "already imported", "known transaction", "alreadyknown")
_NONCE_TOO_LOW = ("nonce too low", "nonce_too_low", "oldnonce")
_UNDERPRICED = ("underpriced", "fee too low", "max fee per gas less than block base fee")
_NO_FUNDS = ("insufficient funds", "upfront cost exceeds", "insufficientfunds")


class NonceTooLowError(ConflictError):
    """Another transaction of this account was mined under the nonce."""

    message = gettext_noop("The nonce %(value)s was used by another transaction.")


class UnderpricedError(ConflictError):
    """The fees are too low to enter the pool or to replace the transaction that is in it."""

    message = gettext_noop("The fees offered under nonce %(value)s are too low: %(reason)s.")


class InsufficientFundsError(ConflictError):
    """The chain account cannot pay for the transaction."""

    message = gettext_noop("The chain account cannot pay for the transaction: %(reason)s.")


class ContractRevertedError(ConflictError):
    """The contract refused the call; ``error_name`` is its custom error, or empty."""

    message = gettext_noop("The registry refused the call: %(reason)s.")

    def __init__(self, *, error_name: str, reason: str) -> None:
        super().__init__(reason=error_name or reason)
        self.error_name = error_name


def anchor_calldata(
    *, batch_root: bytes, new_size: int, new_head: bytes, proof: Sequence[bytes]
) -> bytes:
    """Call that anchors a batch and moves the log head to ``new_head``."""
    return encode_call(ANCHOR, batch_root, new_size, new_head, list(proof))


def revocation_calldata(*, target_hash: bytes, reason: int, superseded_by: bytes | None) -> bytes:
    """Call that revokes a document; ``reason`` 0 to 255 as in the registry's documentation."""
    return encode_call(REVOKE_WITH_REASON, target_hash, reason, superseded_by or bytes(32))


class ContractClient(ContractReader):
    """One contract and the transactions of the accounts that write to it."""

    def next_nonce(self, account: str) -> int:
        """Number of mined transactions of the account; pending ones do not count."""
        return int(self.rpc.call("eth_getTransactionCount", account, LATEST), 16)

    def balance_wei(self, account: str) -> int:
        return int(self.rpc.call("eth_getBalance", account, LATEST), 16)

    def fee_market(self) -> FeeMarket:
        """Base fee of the latest block and the node's suggested tip."""
        block = self.rpc.call("eth_getBlockByNumber", LATEST, HEADER_ONLY)
        return FeeMarket(
            base_fee_wei_per_gas=int(block.get("baseFeePerGas") or "0x0", 16),
            priority_fee_wei_per_gas=int(self.rpc.call("eth_maxPriorityFeePerGas"), 16),
        )

    def check(
        self,
        calldata: bytes,
        *,
        sender: str,
        to: str | None = None,
        block_number: int | None = None,
    ) -> None:
        """Run the call without sending it; raises ``ContractRevertedError`` as the chain would.

        With ``block_number`` the call runs on the state after that block: asked for the block
        before a failed transaction, it tells why that one failed. Raises ``ChainRefusedError``
        where the node cannot run it, as for a block whose state it no longer has.
        """
        block = LATEST if block_number is None else hex(block_number)
        try:
            self.rpc.call("eth_call", self._call(calldata, sender, to), block)
        except ChainRefusedError as refusal:
            raise _reverted(refusal) from refusal

    def estimated_gas(self, calldata: bytes, *, sender: str, to: str | None = None) -> int:
        """Gas the call would use now; raises ``ContractRevertedError`` where it would fail.

        ``to`` names another contract than the registry.
        """
        call = self._call(calldata, sender, to)
        try:
            return int(self.rpc.call("eth_estimateGas", call, LATEST), 16)
        except ChainRefusedError as refusal:
            raise _reverted(refusal) from refusal

    def sign(
        self,
        signer: Signer,
        calldata: bytes,
        *,
        nonce: int,
        gas_limit: int,
        fees: Fees,
        to: str | None = None,
    ) -> SignedTransaction:
        """The signed call. Nothing is sent: store the raw bytes first, then ``broadcast``."""
        transaction = UnsignedTransaction(
            chain_id=self.chain_id(),
            nonce=nonce,
            to=self.address if to is None else to,
            calldata=calldata,
            gas_limit=gas_limit,
            fees=fees,
        )
        return signer.sign(transaction)

    def broadcast(self, transaction: SignedTransaction) -> None:
        """Send the raw bytes. Sending them again, also after they were mined, is harmless.

        Raises ``NonceTooLowError``, ``UnderpricedError``, ``InsufficientFundsError`` or, for any
        other refusal of the node, ``ChainRefusedError``.
        """
        try:
            self.rpc.call("eth_sendRawTransaction", to_hex(transaction.raw))
        except ChainRefusedError as refusal:
            reason = refusal.reason.lower()
            if not _one_of(_KNOWN, reason) and not self.knows(transaction.tx_hash):
                raise _broadcast_error(refusal, transaction.nonce) from refusal

    def receipt(self, tx_hash: bytes) -> Receipt | None:
        """Receipt of a mined transaction; None while it waits, is unknown or was reorganised."""
        answer = self.rpc.call("eth_getTransactionReceipt", to_hex(tx_hash))
        return None if answer is None else receipt_from_json(answer)

    def has_role(self, role: bytes, account: str) -> bool:
        return bool(self._view("hasRole(bytes32,address)", "bool", role, account))

    def is_local(self) -> bool:
        """Whether the node is a local Anvil, which mines and funds at will."""
        return str(self.rpc.call("web3_clientVersion")).lower().startswith("anvil/")

    def mine_empty_blocks(self, count: int) -> None:
        """Mine ``count`` blocks, so that ``finalized`` advances; a local Anvil only."""
        self.rpc.call("anvil_mine", hex(count))

    def knows(self, tx_hash: bytes) -> bool:
        """Whether the node has the transaction, in a block or waiting for one."""
        found = self.rpc.call("eth_getTransactionByHash", to_hex(tx_hash))
        return found is not None and to_bytes(found["hash"]) == tx_hash

    def _call(self, calldata: bytes, sender: str, to: str | None) -> dict[str, str]:
        return {"from": sender, "to": to or self.address, "data": to_hex(calldata)}


class RegistryClient(ContractClient, ChainReader):
    """The evidence registry with its transactions and its events."""

    def head_advanced(
        self, *, from_block: int, to_block: int | None = None
    ) -> Iterator[HeadAdvanced]:
        """All anchor calls from one block to another (by default the latest), oldest first."""
        last = int(self.rpc.call("eth_blockNumber"), 16) if to_block is None else to_block
        for start in range(from_block, last + 1, EVENT_WINDOW_BLOCKS):
            end = min(start + EVENT_WINDOW_BLOCKS - 1, last)
            for answer in self._events([HEAD_ADVANCED_TOPIC], start, end):
                yield head_advanced_from_json(answer)

    def anchored(self, batch_root: bytes) -> EventPlace | None:
        """Where the batch was anchored; None where no anchor call names it."""
        return self._newest_event([HEAD_ADVANCED_TOPIC, None, batch_root])

    def revocation(self, target_hash: bytes) -> EventPlace | None:
        """Where the document was revoked with a reason; None where it was not."""
        return self._newest_event([REVOCATION_REASON_TOPIC, target_hash])

    def _newest_event(self, topics: Sequence[bytes | None]) -> EventPlace | None:
        """The newest event with these topics, looked for from the latest block backwards."""
        last = int(self.rpc.call("eth_blockNumber"), 16)
        for end in range(last, -1, -EVENT_WINDOW_BLOCKS):
            found = self._events(topics, max(0, end - EVENT_WINDOW_BLOCKS + 1), end)
            if found:
                return event_place_from_json(found[-1])
        return None

    def _events(self, topics: Sequence[bytes | None], start: int, end: int) -> list[Any]:
        window = {
            "address": self.address,
            "topics": [None if topic is None else to_hex(topic) for topic in topics],
            "fromBlock": hex(start),
            "toBlock": hex(end),
        }
        return list(self.rpc.call("eth_getLogs", window))


def _reverted(refusal: ChainRefusedError) -> ConflictError:
    """The refusal of the contract; a node that could not run the call refuses for itself."""
    if not refusal.data and "revert" not in refusal.reason.lower():
        return refusal
    return ContractRevertedError(error_name=revert_name(refusal.data) or "", reason=refusal.reason)


def _broadcast_error(refusal: ChainRefusedError, nonce: int) -> ConflictError:
    reason = refusal.reason.lower()
    if _one_of(_NONCE_TOO_LOW, reason):
        return NonceTooLowError(value=nonce)
    if _one_of(_UNDERPRICED, reason):
        return UnderpricedError(value=nonce, reason=refusal.reason)
    if _one_of(_NO_FUNDS, reason):
        return InsufficientFundsError(reason=refusal.reason)
    return refusal


def _one_of(phrases: Sequence[str], reason: str) -> bool:
    return any(phrase in reason for phrase in phrases)
