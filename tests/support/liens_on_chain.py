"""Orders of banks on a local chain: signed, relayed by a stranger, refused."""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import decode, encode
from eth_utils.abi import collapse_if_tuple, function_signature_to_4byte_selector
from eth_utils.address import to_checksum_address

from service.chain.contract import CONTRACTS_FOLDER, lien_registry_artifact
from service.chain.fees import FeeBudget, offer
from service.chain.lien_order_file import SignedLienOrder
from service.chain.lien_orders import (
    CancelOrder,
    FinanceOrder,
    LienOrder,
    ReleaseOrder,
    ReserveOrder,
    order_digest,
)
from service.chain.liens import Lien, LienRegistryClient
from service.chain.rpc import ChainRefusedError
from service.chain.signer import LocalSigner, SignedTransaction, UnsignedTransaction
from service.chain.values import Receipt, to_bytes, to_hex
from service.proof.hashing import keccak256
from tests.support.registry_on_chain import GAS_LIMIT, RegistryOnChain

HOUR_S = 3_600
Signing = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiensOnChain:
    """The lien registry with a relaying stranger; orders are of ``bank`` unless said otherwise."""

    registry: RegistryOnChain
    key: bytes = keccak256(b"a delivery")

    @property
    def client(self) -> LienRegistryClient:
        return self.registry.liens

    @property
    def now_s(self) -> int:
        block = self.client.block("latest")
        assert block is not None
        return block.time_s

    def reserve(self, bank: str | None = None, **other: Any) -> ReserveOrder:
        order = ReserveOrder(**self._common(bank), expiry=self.now_s + HOUR_S)
        return replace(order, **other)

    def finance(self, bank: str | None = None, **other: Any) -> FinanceOrder:
        return replace(FinanceOrder(**self._common(bank)), **other)

    def release(self, basis_points: int, bank: str | None = None, **other: Any) -> ReleaseOrder:
        order = ReleaseOrder(**self._common(bank), basis_points=basis_points)
        return replace(order, **other)

    def cancel(self, bank: str | None = None, **other: Any) -> CancelOrder:
        return replace(CancelOrder(**self._common(bank)), **other)

    def signed(self, order: LienOrder, signing: Signing | None = None) -> SignedLienOrder:
        """The order as its bank signs it, or as ``signing`` does."""
        chain_id, contract = self.client.chain_id(), self.client.address
        digest = order_digest(order, chain_id=chain_id, contract=contract)
        signature = (signing or self._signer(order.bank).sign_digest)(digest)
        return SignedLienOrder(
            order=order, signature=signature, chain_id=chain_id, contract=contract
        )

    def relayed(self, *orders: LienOrder) -> Receipt:
        """Receipt of the last of the orders, each carried out."""
        receipts = [self.send(self.registry.stranger, self.signed(order)) for order in orders]
        assert all(receipt.succeeded for receipt in receipts)
        return receipts[-1]

    def send(self, relayer: LocalSigner, signed: SignedLienOrder) -> Receipt:
        """Receipt of the call, mined, whether it succeeded or not."""
        transaction = self.transaction(relayer, signed.calldata)
        self.client.broadcast(transaction)
        return self.registry.mined(transaction.tx_hash)

    def transaction(self, sender: LocalSigner, calldata: bytes) -> SignedTransaction:
        """A call of the lien registry under the sender's next nonce."""
        return sender.sign(self._unsigned(sender, self.client.address, calldata))

    def created(self, creator: LocalSigner, code: bytes) -> str:
        """Address of a new contract of the creation ``code``."""
        transaction = creator.sign(self._unsigned(creator, None, code))
        self.client.broadcast(transaction)
        address = self.registry.mined(transaction.tx_hash).contract_address
        assert address is not None
        return str(to_checksum_address(address))

    def refusal(self, signed: LienOrder | SignedLienOrder) -> tuple[Any, ...]:
        """Name of the custom error and its values, as the chain would refuse the order now."""
        if not isinstance(signed, SignedLienOrder):
            signed = self.signed(signed)
        return refusal(self.client, signed.calldata)

    def lien(self) -> Lien:
        return self.client.lien_of(self.key)

    def _common(self, bank: str | None) -> dict[str, Any]:
        bank = bank or self.registry.bank.address
        return {
            "delivery_key": self.key,
            "bank": bank,
            "nonce": self.client.order_nonce(bank),
            "deadline": self.now_s + HOUR_S,
        }

    def _unsigned(self, sender: LocalSigner, to: str | None, data: bytes) -> UnsignedTransaction:
        fees = offer(self.client.fee_market(), FeeBudget(gas_limit=GAS_LIMIT, max_cost_wei=10**18))
        assert fees is not None
        return UnsignedTransaction(
            chain_id=self.client.chain_id(),
            nonce=self.client.next_nonce(sender.address),
            to=to,
            calldata=data,
            gas_limit=GAS_LIMIT,
            fees=fees,
        )

    def _signer(self, bank: str) -> LocalSigner:
        known = (self.registry.bank, self.registry.other_bank, self.registry.stranger)
        return next(signer for signer in known if signer.address == bank)


def refusal(client: LienRegistryClient, calldata: bytes) -> tuple[Any, ...]:
    """Name and values of the custom error with which the lien registry refuses a call."""
    call = {"to": client.address, "data": to_hex(calldata)}
    with pytest.raises(ChainRefusedError) as refused:
        client.rpc.call("eth_call", call, "latest")
    data = to_bytes(refused.value.data)
    for item in lien_registry_artifact().abi:
        if item["type"] != "error":
            continue
        types = [collapse_if_tuple(argument) for argument in item["inputs"]]
        signature = f"{item['name']}({','.join(types)})"
        if function_signature_to_4byte_selector(signature) == data[:4]:
            values = zip(types, decode(types, data[4:]), strict=True)
            return (item["name"], *(_shown(type_name, value) for type_name, value in values))
    raise AssertionError(f"no error of the contract: {data.hex()}")


def _shown(type_name: str, value: Any) -> Any:
    return to_checksum_address(value) if type_name == "address" else value


def each_order(liens: LiensOnChain, **other: Any) -> list[LienOrder]:
    """One order of each kind, with single members replaced."""
    return [
        liens.reserve(**other),
        liens.finance(**other),
        liens.release(1, **other),
        liens.cancel(**other),
    ]


def pass_time(liens: LiensOnChain, seconds: int) -> None:
    liens.client.rpc.call("evm_increaseTime", hex(seconds))
    liens.client.mine_empty_blocks(1)


def logs(liens: LiensOnChain, receipt: Receipt) -> list[tuple[list[str], str]]:
    answer = liens.client.rpc.call("eth_getTransactionReceipt", to_hex(receipt.tx_hash))
    assert {log["address"] for log in answer["logs"]} == {liens.client.address.lower()}
    return [(log["topics"], log["data"]) for log in answer["logs"]]


def deployed_wallet(liens: LiensOnChain, folder: Path, owner: str) -> str:
    """Address of a wallet contract whose ``owner`` signs for it; skips without the compiler."""
    node = shutil.which("node")
    if node is None or not (CONTRACTS_FOLDER / "node_modules" / "solc").exists():
        pytest.skip("the Solidity compiler is not installed: npm ci --prefix contracts")
    built = folder / "OwnedWallet.json"
    subprocess.run(
        [node, "build.mjs", str(folder), built.stem],
        cwd=CONTRACTS_FOLDER,
        check=True,
        capture_output=True,
    )
    code = to_bytes(json.loads(built.read_text("utf-8"))["bytecode"])
    return liens.created(liens.registry.stranger, code + encode(["address"], [owner]))
