"""The contracts on a local chain, with their accounts, as tests use them.

Fixtures are in ``anvil.py``; what tests do with liens is in ``liens_on_chain.py``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from service.chain.contract import GRANT_ROLE, REVOKER_ROLE, encode_call
from service.chain.deploy import (
    ZERO_ADDRESS,
    Deployment,
    ensure_lien_registry,
    ensure_registry,
    fund_on_local_chain,
)
from service.chain.fees import FeeBudget, offer
from service.chain.liens import LienRegistryClient
from service.chain.node import LOCAL_CHAIN_ID, NodeBinaryMissingError, anvil_binary
from service.chain.registry import RegistryClient, anchor_calldata
from service.chain.signer import LocalSigner, SignedTransaction
from service.chain.values import Receipt, to_bytes

ADMIN_KEY = "0x" + "a1" * 32
ANCHORER_KEY = "0x" + "a2" * 32
REVOKER_KEY = "0x" + "a3" * 32
STRANGER_KEY = "0x" + "a4" * 32
BANK_KEY = "0x" + "a5" * 32
OTHER_BANK_KEY = "0x" + "a6" * 32
GAS_LIMIT = 3_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryOnChain:
    """A deployed registry with its accounts; ``client`` speaks to it, ``liens`` to the other one.

    Both banks may reserve deliveries; they sign and send nothing themselves.
    """

    client: RegistryClient
    deployment: Deployment
    liens: LienRegistryClient
    bank: LocalSigner
    other_bank: LocalSigner
    admin: LocalSigner
    anchorer: LocalSigner
    revoker: LocalSigner
    stranger: LocalSigner
    rpc_url: str

    def signed(self, signer: LocalSigner, calldata: bytes) -> SignedTransaction:
        """The call under the account's next nonce, at the fees of now."""
        fees = offer(self.client.fee_market(), FeeBudget(gas_limit=GAS_LIMIT, max_cost_wei=10**18))
        assert fees is not None
        nonce = self.client.next_nonce(signer.address)
        return self.client.sign(signer, calldata, nonce=nonce, gas_limit=GAS_LIMIT, fees=fees)

    def send(self, signer: LocalSigner, calldata: bytes) -> Receipt:
        """Receipt of the call, mined."""
        transaction = self.signed(signer, calldata)
        self.client.broadcast(transaction)
        return self.mined(transaction.tx_hash)

    def mined(self, tx_hash: bytes) -> Receipt:
        """Receipt of a transaction; the node mines a moment after it took it."""
        for _ in range(200):
            receipt = self.client.receipt(tx_hash)
            if receipt is not None:
                return receipt
            time.sleep(0.01)
        raise AssertionError(f"not mined: {tx_hash.hex()}")

    def anchor(
        self, *, batch_root: bytes, new_size: int, new_head: bytes, proof: list[bytes]
    ) -> Receipt:
        """Receipt of an anchor call by the account that has the role."""
        calldata = anchor_calldata(
            batch_root=batch_root, new_size=new_size, new_head=new_head, proof=proof
        )
        return self.send(self.anchorer, calldata)

    def let_anchorer_revoke(self) -> None:
        """Give the account that anchors the role to revoke, as an installation does."""
        self.send(self.admin, encode_call(GRANT_ROLE, REVOKER_ROLE, self.anchorer.address))

    def view(self, signature: str, *arguments: object) -> bytes:
        """Raw result of a view, given by its full signature."""
        calldata = "0x" + encode_call(signature, *arguments).hex()
        call = {"to": self.client.address, "data": calldata}
        return to_bytes(self.client.rpc.call("eth_call", call, "latest"))


def require_anvil() -> None:
    """Skip the test where the node's program is not installed, with the line to type."""
    try:
        anvil_binary()
    except NodeBinaryMissingError as missing:
        pytest.skip(str(missing))


@contextmanager
def deployed(rpc_url: str, folder: Path) -> Iterator[RegistryOnChain]:
    """Fund the accounts of the tests and deploy both contracts, recorded in ``folder``."""
    bank, other_bank = LocalSigner(BANK_KEY), LocalSigner(OTHER_BANK_KEY)
    admin, anchorer, revoker, stranger = (
        LocalSigner(key) for key in (ADMIN_KEY, ANCHORER_KEY, REVOKER_KEY, STRANGER_KEY)
    )
    with (
        RegistryClient([rpc_url], ZERO_ADDRESS, chain_id=LOCAL_CHAIN_ID) as client,
        LienRegistryClient([rpc_url], ZERO_ADDRESS, chain_id=LOCAL_CHAIN_ID) as liens,
    ):
        fund_on_local_chain(client, [who.address for who in (admin, anchorer, revoker, stranger)])
        deployment = ensure_registry(
            client, folder=folder, admin=admin, anchorer=anchorer.address, revoker=revoker.address
        )
        banks = [bank.address, other_bank.address]
        ensure_lien_registry(liens, folder=folder, admin=admin, banks=banks)
        yield RegistryOnChain(
            client=client,
            deployment=deployment,
            liens=liens,
            bank=bank,
            other_bank=other_bank,
            admin=admin,
            anchorer=anchorer,
            revoker=revoker,
            stranger=stranger,
            rpc_url=rpc_url,
        )
