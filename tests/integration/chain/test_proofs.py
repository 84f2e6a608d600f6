"""Offline proofs: the worked example byte for byte, and proofs of a live node checked apart."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import rlp
from eth_keys.datatypes import PrivateKey
from eth_utils.crypto import keccak
from trie.hexary import HexaryTrie

from service.chain.contract import encode_call, registry_artifact
from service.chain.header import HeaderHashError, header_rlp, proven_block
from service.chain.node import LocalNode
from service.chain.proofs import (
    StateProofError,
    anchor_proof,
    document_slots,
    mapping_slot,
    status_proofs,
)
from service.chain.reader import ChainReader
from service.chain.receipts import ReceiptsRootError, receipt_bytes, receipt_proof
from service.chain.registry import anchor_calldata, revocation_calldata
from service.domain.errors import NotFoundError
from service.proof.qbft import is_sealed
from tests.support.json_rpc import FakeNode, RpcFault, fake_node
from tests.support.registry_on_chain import RegistryOnChain, deployed

Json = dict[str, Any]

EVM = json.loads(
    (Path(__file__).parents[2] / "vectors" / "ledger_worked_example.json").read_text("utf-8")
)["evm"]
ANCHOR: Json = EVM["bundle"]["anchor"]
STATUS: Json = EVM["bundle"]["status"]
REVOKED: Json = EVM["statusAfterRevocation"]
HEADER_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot"),
    *("logsBloom", "difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData"),
    *("mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas"),
    *("parentBeaconBlockRoot", "requestsHash"),
)
INTEGER_FIELDS = {
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp"),
    *("baseFeePerGas", "blobGasUsed", "excessBlobGas"),
}


def h(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def block_json(block: Json, transactions: Sequence[str] = ()) -> Json:
    """What a node says of a block, from the header bytes of the worked example."""
    said: Json = {"hash": block["hash"], "transactions": list(transactions)}
    for name, value in zip(HEADER_FIELDS, rlp.decode(h(block["headerRlp"])), strict=True):
        number = hex(int.from_bytes(value))
        said[name] = number if name in INTEGER_FIELDS else "0x" + value.hex()
    return said


def receipt_json(anchor: Json) -> Json:
    """What a node says of the receipt, from the receipt bytes of the worked example."""
    encoded = h(anchor["receipt"])
    status, gas, bloom, logs = rlp.decode(encoded[1:])
    return {
        "type": hex(encoded[0]),
        "status": "0x" + status.hex(),
        "cumulativeGasUsed": "0x" + gas.hex(),
        "logsBloom": "0x" + bloom.hex(),
        "transactionHash": anchor["txHash"],
        "transactionIndex": hex(anchor["txIndex"]),
        "blockHash": anchor["block"]["hash"],
        "blockNumber": hex(anchor["block"]["number"]),
        "logs": [
            {
                "address": "0x" + address.hex(),
                "topics": ["0x" + topic.hex() for topic in topics],
                "data": "0x" + data.hex(),
                "transactionHash": anchor["txHash"],
                "blockHash": anchor["block"]["hash"],
                "blockNumber": hex(anchor["block"]["number"]),
            }
            for address, topics, data in logs
        ],
    }


def proof_json(status: Json) -> Json:
    storage = {entry["slot"]: entry for entry in status["storage"]}
    return {
        "accountProof": status["accountProof"],
        "storageProof": [{"key": slot, "proof": storage[slot]["proof"]} for slot in storage],
    }


def example_node(status: Json) -> dict[str, Any]:
    block = block_json(ANCHOR["block"], [ANCHOR["txHash"]])
    return {
        "eth_getTransactionReceipt": receipt_json(ANCHOR),
        "eth_getBlockReceipts": [receipt_json(ANCHOR)],
        "eth_getBlockByHash": block,
        "eth_getBlockByNumber": block_json(status["asOfBlock"]),
        "eth_getProof": proof_json(status),
    }


def example_reader(node: FakeNode) -> ChainReader:
    return ChainReader([node.url], ANCHOR["address"], chain_id=1337)


def example_path(status: Json) -> list[bytes]:
    return [h(entry["key"]) for entry in status["storage"] if entry["name"] == "revokedAt"]


FINALITY = {"kind": "trusted-hash"}


def test_anchor_of_the_worked_example_is_made_byte_for_byte() -> None:
    with fake_node(example_node(STATUS)) as node, example_reader(node) as reader:
        made = anchor_proof(reader, h(ANCHOR["txHash"]), finality=FINALITY)
    assert made.to_json() == ANCHOR


def test_node_without_a_call_for_all_receipts_is_asked_for_each() -> None:
    answers = {**example_node(STATUS), "eth_getBlockReceipts": RpcFault(code=-32601, message="no")}
    with fake_node(answers) as node, example_reader(node) as reader:
        made = anchor_proof(reader, h(ANCHOR["txHash"]), finality=FINALITY)
    assert made.to_json() == ANCHOR


@pytest.mark.parametrize("status", [STATUS, REVOKED], ids=["active", "revoked"])
def test_status_of_the_worked_example_is_made_byte_for_byte(status: Json) -> None:
    with fake_node(example_node(status)) as node, example_reader(node) as reader:
        (made,) = status_proofs(reader, [example_path(status)])
    assert made.to_json() == status


@pytest.mark.parametrize("method", ["eth_getTransactionReceipt", "eth_getBlockByHash"])
def test_anchor_that_is_not_on_the_chain_is_not_found(method: str) -> None:
    answers = {**example_node(STATUS), method: None}
    with fake_node(answers) as node, example_reader(node) as reader, pytest.raises(NotFoundError):
        anchor_proof(reader, h(ANCHOR["txHash"]), finality=FINALITY)


def test_event_of_another_contract_is_no_anchor() -> None:
    with (
        fake_node(example_node(STATUS)) as node,
        ChainReader([node.url], "0x" + "22" * 20) as reader,
        pytest.raises(NotFoundError, match="HeadAdvanced"),
    ):
        anchor_proof(reader, h(ANCHOR["txHash"]), finality=FINALITY)


def test_header_that_does_not_hash_to_its_block_is_refused() -> None:
    block = {**block_json(ANCHOR["block"]), "timestamp": "0x1"}
    with pytest.raises(HeaderHashError, match="block 5"):
        proven_block(block)


def test_sealed_header_of_a_qbft_chain_is_carried_as_it_is_hashed() -> None:
    vanity, validators, seals = bytes(32), [b"\x01" * 20], [b"\x02" * 65]
    sealed = rlp.encode([vanity, validators, [], b"\x07", seals])
    hashed = rlp.encode([vanity, validators, [], b"", []])
    block = {**block_json(ANCHOR["block"]), "extraData": "0x" + hashed.hex()}
    block_hash = keccak(header_rlp(block))
    shown = {**block, "extraData": "0x" + sealed.hex(), "hash": "0x" + block_hash.hex()}
    made = proven_block(shown)
    assert made.block_hash == keccak(made.header_rlp) == block_hash
    assert made.to_json()["seals"] == {"round": 7, "signatures": ["0x" + "02" * 65]}


def test_seals_that_a_node_shows_make_the_block_a_trusted_one() -> None:
    keys = [PrivateKey(bytes([n]) * 32) for n in range(1, 4)]
    validators = [key.public_key.to_canonical_address() for key in keys]
    block = block_json(ANCHOR["block"])

    def header(agreed_in: bytes, seals: list[bytes]) -> Json:
        extra = rlp.encode([bytes(32), validators, [], agreed_in, seals])
        return {**block, "extraData": "0x" + extra.hex()}

    digest = keccak(header_rlp(header(b"\x01", [])))
    seals = [key.sign_msg_hash(digest).to_bytes() for key in keys[:2]]
    block_hash = keccak(header_rlp(header(b"", [])))
    made = proven_block({**header(b"\x01", seals), "hash": "0x" + block_hash.hex()})
    assert is_sealed(made.header_rlp, made.seals, validators)


def test_header_of_an_early_fork_has_fewer_fields() -> None:
    block = block_json(ANCHOR["block"])
    for name in HEADER_FIELDS[15:]:
        del block[name]
    assert len(rlp.decode(header_rlp(block))) == 15


def test_receipt_of_type_0_has_no_type_byte() -> None:
    receipt = {**receipt_json(ANCHOR), "type": "0x0"}
    assert receipt_bytes(receipt) == h(ANCHOR["receipt"])[1:]


def test_receipts_that_build_another_root_are_refused() -> None:
    with pytest.raises(ReceiptsRootError, match="block 5"):
        receipt_proof([receipt_json(ANCHOR)], 0, number=5, receipts_root=bytes(32))


def tampered(status: Json, change: str) -> Json:
    """What a node says whose proofs have one byte wrong, or that leaves one out."""
    answer: Json = json.loads(json.dumps(proof_json(status)))
    account, first = answer["accountProof"], answer["storageProof"][0]["proof"]
    if change == "account":
        account[1] = account[1][:-2] + "ff"
    elif change == "no account":
        account.pop()
    elif change == "storage":
        first[1] = first[1][:-2] + "ff"
    else:
        first[1] = "0x83"
    return answer


@pytest.mark.parametrize("change", ["account", "no account", "storage", "not RLP"])
def test_state_proof_that_does_not_hold_is_refused(change: str) -> None:
    answers = {**example_node(STATUS), "eth_getProof": tampered(STATUS, change)}
    with (
        fake_node(answers) as node,
        example_reader(node) as reader,
        pytest.raises(StateProofError, match="block 6"),
    ):
        status_proofs(reader, [example_path(STATUS)])


def test_address_without_account_has_no_status(registry: RegistryOnChain) -> None:
    with (
        ChainReader([registry.rpc_url], "0x" + "77" * 20) as reader,
        pytest.raises(StateProofError, match="no account"),
    ):
        status_proofs(reader, [[bytes(32)]])


def test_slot_of_a_mapping_entry_is_that_of_the_worked_example() -> None:
    issued = next(entry for entry in STATUS["storage"] if entry["name"] == "issuedAt")
    assert mapping_slot(h(issued["key"]), 6) == h(issued["slot"])


# --- a live node, its proofs checked with the trie library alone

DOCUMENTS = [keccak(text=f"document {index}") for index in range(3)]
NODE = keccak(b"".join(sorted(DOCUMENTS[:2])))
ROOT = keccak(b"".join(sorted([NODE, DOCUMENTS[2]])))
HEAD = keccak(text="head")
SUCCESSOR = keccak(text="successor")
CALL = anchor_calldata(batch_root=ROOT, new_size=3, new_head=HEAD, proof=[])
PATHS = [[DOCUMENTS[0], NODE, ROOT], [DOCUMENTS[1], NODE, ROOT], [DOCUMENTS[2], ROOT]]


def proven(root: bytes, key: bytes, proof: Sequence[str]) -> bytes:
    nodes = [rlp.decode(h(node)) for node in proof]
    return bytes(HexaryTrie.get_from_proof(root, key, nodes))  # type: ignore[no-untyped-call]


def check_anchor(anchor: Json) -> None:
    header = rlp.decode(h(anchor["block"]["headerRlp"]))
    assert keccak(h(anchor["block"]["headerRlp"])) == h(anchor["block"]["hash"])
    key = rlp.encode(anchor["txIndex"])
    assert proven(header[5], key, anchor["receiptProof"]) == h(anchor["receipt"])
    status, _gas, _bloom, logs = rlp.decode(h(anchor["receipt"])[1:])
    address, topics, data = logs[anchor["logIndex"]]
    assert (status, address) == (b"\x01", h(anchor["address"]))
    assert topics[1:] == [anchor["seq"].to_bytes(32), h(anchor["batchRoot"])]
    sizes = (int.from_bytes(data[:32]), int.from_bytes(data[32:64]))
    assert (*sizes, data[64:]) == (anchor["oldSize"], anchor["newSize"], h(anchor["head"]))


def check_status(status: Json, address: str) -> dict[str, int]:
    """Proven values by name and key; raises where a proof does not hold."""
    header = rlp.decode(h(status["asOfBlock"]["headerRlp"]))
    assert keccak(h(status["asOfBlock"]["headerRlp"])) == h(status["asOfBlock"]["hash"])
    account = rlp.decode(proven(header[3], keccak(h(address)), status["accountProof"]))
    assert account[2:] == [h(status["storageHash"]), h(status["codeHash"])]
    for entry in status["storage"]:
        value = proven(account[2], keccak(h(entry["slot"])), entry["proof"])
        found = int.from_bytes(rlp.decode(value)) if value else 0
        assert found == int(entry["value"], 16)
    return {
        f"{entry['name']} {entry.get('key', '')}".strip(): int(entry["value"], 16)
        for entry in status["storage"]
    }


def test_anchor_proof_of_a_live_node_holds(registry: RegistryOnChain) -> None:
    receipt = registry.send(registry.anchorer, CALL)
    made = anchor_proof(registry.client, receipt.tx_hash, finality={"kind": "finalized"})
    check_anchor(made.to_json())
    assert made.log_index == 1
    assert made.to_json()["finality"] == {"kind": "finalized"}


def test_anchor_in_the_middle_of_a_full_block_is_proven(registry: RegistryOnChain) -> None:
    registry.client.rpc.call("evm_setAutomine", False)  # noqa: FBT003
    try:
        anchor = registry.signed(registry.anchorer, CALL)
        registry.client.broadcast(anchor)
        for signer in (registry.revoker, registry.stranger, registry.admin):
            useless = encode_call("supportsInterface(bytes4)", bytes(4))
            registry.client.broadcast(registry.signed(signer, useless))
        registry.client.mine_empty_blocks(1)
    finally:
        registry.client.rpc.call("evm_setAutomine", True)  # noqa: FBT003
    made = anchor_proof(registry.client, anchor.tx_hash, finality=FINALITY).to_json()
    check_anchor(made)
    assert len(made["receiptProof"]) > 1


def test_status_proofs_of_a_batch_hold_and_share_one_block(registry: RegistryOnChain) -> None:
    registry.send(registry.anchorer, CALL)
    correction = revocation_calldata(target_hash=DOCUMENTS[0], reason=4, superseded_by=SUCCESSOR)
    registry.send(registry.revoker, correction)
    made = [proof.to_json() for proof in status_proofs(registry.client, PATHS)]
    assert len({proof["asOfBlock"]["hash"] for proof in made}) == 1
    assert made[0]["codeHash"] == "0x" + registry_artifact().runtime_code_hash.hex()
    first, second, third = (check_status(proof, registry.deployment.address) for proof in made)
    time_s = registry.client.issued_at(ROOT)
    assert first["size_seq"] == (1 << 64) + 3
    assert first["head"] == int.from_bytes(HEAD)
    assert first[f"issuedAt 0x{ROOT.hex()}"] == time_s
    assert first[f"revokedAt 0x{DOCUMENTS[0].hex()}"] > 0
    assert first[f"revokeReason 0x{DOCUMENTS[0].hex()}"] == 4
    assert first[f"supersededBy 0x{DOCUMENTS[0].hex()}"] == int.from_bytes(SUCCESSOR)
    assert first[f"revokedAt 0x{NODE.hex()}"] == 0
    assert second[f"revokedAt 0x{DOCUMENTS[1].hex()}"] == 0
    assert f"revokedAt 0x{NODE.hex()}" not in third


def test_batch_of_one_document_names_each_slot_once() -> None:
    names = [slot.name for slot in document_slots([ROOT])]
    assert names == ["size_seq", "head", "issuedAt", "revokedAt", "revokeReason", "supersededBy"]


def test_proofs_of_the_head_are_answered_after_a_restart(
    anvil_node: LocalNode, tmp_path: Path
) -> None:
    assert anvil_node.is_running()
    with LocalNode(tmp_path) as node, deployed(node.rpc_url, tmp_path) as registry:
        receipt = registry.send(registry.anchorer, CALL)
        before = anchor_proof(registry.client, receipt.tx_hash, finality=FINALITY)
        node.stop()
        node.start()
        after = anchor_proof(registry.client, receipt.tx_hash, finality=FINALITY)
        assert after == before
        (status,) = status_proofs(registry.client, PATHS[:1])
        values = check_status(status.to_json(), registry.deployment.address)
        assert values["size_seq"] == (1 << 64) + 3
        registry.client.mine_empty_blocks(2)
        (later,) = status_proofs(registry.client, PATHS[:1])
        check_status(later.to_json(), registry.deployment.address)
