"""The lien registry as the chain has it: how a delivery stands, and who is a bank.

Every method raises ``UnavailableError`` where no endpoint can tell; unknown is never "free".
"""

from dataclasses import dataclass
from enum import StrEnum

from eth_abi.abi import decode
from eth_utils.address import to_checksum_address

from service.chain.contract import BANK_ROLE, encode_call
from service.chain.reader import LATEST, WORD_BYTES, NotARegistryError
from service.chain.registry import ContractClient
from service.chain.values import to_bytes, to_hex

LIEN_OF = "lienOf(bytes32)"
_LIEN_TYPES = ("uint8", "address", "uint64", "uint16")


class LienState(StrEnum):
    """States of a lien, in the order of the contract's numbers."""

    NONE = "none"
    RESERVED = "reserved"
    FINANCED = "financed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lien:
    """How a delivery stands in the registry.

    ``bank`` (``0x…``) is empty without a lien. ``expiry`` is the last second of a reservation and
    means nothing once the lien is financed. ``released_bp`` is what was given free, of 10,000.
    """

    state: LienState
    bank: str
    expiry: int
    released_bp: int

    def is_free(self, *, time_s: int) -> bool:
        """Whether a bank may reserve the delivery in a block of this time."""
        ran_out = self.state is LienState.RESERVED and time_s > self.expiry
        return self.state is LienState.NONE or ran_out


class LienRegistryClient(ContractClient):
    """The lien registry at ``address``: its liens, its banks and the nonces of their orders."""

    def lien_of(self, delivery_key: bytes, *, block_number: int | None = None) -> Lien:
        """The lien on a delivery now, or as it stood after a block."""
        block = LATEST if block_number is None else hex(block_number)
        call = {"to": self.address, "data": to_hex(encode_call(LIEN_OF, delivery_key))}
        data = to_bytes(self._ask("eth_call", call, block))
        if len(data) != WORD_BYTES * len(_LIEN_TYPES):
            raise NotARegistryError(address=self.address, function=LIEN_OF)
        state, bank, expiry, released_bp = decode(_LIEN_TYPES, data)
        return Lien(
            state=list(LienState)[state],
            bank=to_checksum_address(bank) if state else "",
            expiry=expiry,
            released_bp=released_bp,
        )

    def order_nonce(self, bank: str) -> int:
        """The nonce that the bank's next order must carry."""
        return int(self._view("nonces(address)", "uint256", bank))

    def is_bank(self, account: str) -> bool:
        """Whether the account may reserve deliveries."""
        return self.has_role(BANK_ROLE, account)
