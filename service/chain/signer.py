"""Signs transactions with a key held by this process."""

from dataclasses import dataclass
from typing import Protocol

from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_typing import Hash32

from service.chain.fees import Fees


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsignedTransaction:
    """A call to ``to`` (None creates a contract) under ``nonce``, of at most ``gas_limit`` gas."""

    chain_id: int
    nonce: int
    to: str | None
    calldata: bytes
    gas_limit: int
    fees: Fees


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTransaction:
    """Raw bytes to store before they are broadcast, and the hash they will be known by."""

    raw: bytes
    tx_hash: bytes
    nonce: int
    gas_limit: int
    fees: Fees


class Signer(Protocol):
    """An account that signs: here, or behind an address (``remote_signer``)."""

    @property
    def address(self) -> str:
        """EIP-55 address of the account."""
        ...

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """The EIP-1559 transaction, signed."""
        ...


class LocalSigner:
    """A secp256k1 key in memory. The key never appears in ``repr`` or in a message."""

    def __init__(self, private_key: str) -> None:
        """Take ``private_key``: 32 bytes in hexadecimal, with or without ``0x``."""
        self._account: LocalAccount = Account.from_key(private_key)

    @property
    def address(self) -> str:
        """EIP-55 address of the key."""
        return str(self._account.address)

    def sign(self, transaction: UnsignedTransaction) -> SignedTransaction:
        """The EIP-1559 transaction, signed: the same input gives the same bytes."""
        fields: dict[str, object] = {
            "type": 2,
            "chainId": transaction.chain_id,
            "nonce": transaction.nonce,
            "value": 0,
            "data": transaction.calldata,
            "gas": transaction.gas_limit,
            "maxFeePerGas": transaction.fees.max_fee_wei_per_gas,
            "maxPriorityFeePerGas": transaction.fees.max_priority_fee_wei_per_gas,
        }
        if transaction.to is not None:
            fields["to"] = transaction.to
        signed = self._account.sign_transaction(fields)  # type: ignore[arg-type]
        return SignedTransaction(
            raw=bytes(signed.raw_transaction),
            tx_hash=bytes(signed.hash),
            nonce=transaction.nonce,
            gas_limit=transaction.gas_limit,
            fees=transaction.fees,
        )

    def sign_digest(self, digest: bytes) -> bytes:
        """Signature r ‖ s ‖ v (65 bytes, v 27 or 28) over 32 bytes, as of typed data."""
        return bytes(self._account.unsafe_sign_hash(Hash32(digest)).signature)
