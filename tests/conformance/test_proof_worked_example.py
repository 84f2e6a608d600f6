"""The worked example of the ledger: every intermediate value, byte for byte."""

import json
from base64 import b64decode
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode

from service.proof.batch import BatchTree, folded_nodes
from service.proof.bundle import LogHead
from service.proof.bundle_reader import read_bundle
from service.proof.bundle_writer import bundle_bytes
from service.proof.document import document_data, hidden_hashes, target_hash, with_proof, wrap
from service.proof.hashing import keccak256
from service.proof.header import decode_header
from service.proof.jcs import canonical_json
from service.proof.leaves import field_hash, flattened, leaf_string, leaf_value
from service.proof.log import (
    LogTree,
    consistency_holds,
    entry_bytes,
    inclusion_holds,
    leaf_hash,
)
from service.proof.redaction import redact
from service.proof.registry import dns_record, slots_of_document
from service.proof.rlp import decode_rlp, decode_uint
from service.proof.trie import trie_value
from service.proof.trust import Trust, TrustedIssuer
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify
from tests.unit.proof.made_reader import MadeHead, MadeReader

VECTORS = Path(__file__).parents[1] / "vectors" / "ledger_worked_example.json"
REQUIRED = ("DOCUMENT_INTEGRITY", "DOCUMENT_STATUS", "ISSUER_IDENTITY")


@cache
def example() -> Any:
    return json.loads(VECTORS.read_bytes())


def evm(text: str) -> bytes:
    return bytes.fromhex(text[2:])


def bundle(**changed: Any) -> bytes:
    return canonical_json({**example()["evm"]["bundle"], **changed})


def trust(*, dns_txt: str | None = "", **changed: Any) -> Trust:
    parts = example()["evm"]["bundle"]
    revoked = example()["evm"]["statusAfterRevocation"]["asOfBlock"]
    blocks = [parts["anchor"]["block"], parts["status"]["asOfBlock"], revoked]
    registry = evm(parts["anchor"]["address"])
    issuer = TrustedIssuer(
        name="回收基地 A",
        location="base-a.example",
        chain_id=1337,
        registry=registry,
        code_hash=evm(parts["status"]["codeHash"]),
        dns_txt=dns_record(1337, registry) if dns_txt == "" else dns_txt,
    )
    known = {1337: {block["number"]: evm(block["hash"]) for block in blocks}}
    return replace(Trust(issuers=(issuer,), known_blocks=known), **changed)


def fragment(verdict: Verdict, type_name: str) -> list[object]:
    check = verdict.check(type_name)
    reason = [check.reason.code, check.reason.code_string] if check.reason else []
    return [check.status.value, *reason]


def expected(case: str, document: int = 0) -> dict[str, list[object]]:
    for row in example()["expectedVerdicts"]:
        if row["case"] == case and row["document"] == document:
            return {name: row[name] for name in REQUIRED}
    raise AssertionError(case)


def assert_as_expected(verdict: Verdict, case: str, document: int = 0) -> None:
    for name, wanted in expected(case, document).items():
        assert fragment(verdict, name) == wanted, name


def test_scalars_are_hashed_as_given() -> None:
    for case in example()["scalars"]:
        assert leaf_string(case["path"], case["salted"]) == case["leafString"]
        assert field_hash(case["path"], case["salted"]) == case["leafHash"]


def test_scalars_without_floats_are_salted_as_given() -> None:
    for case in example()["scalars"]:
        if isinstance(case["value"], float | list | dict) or case["value"] in ("\u2028",):
            continue
        salt, _, rest = str(case["salted"]).partition(":")
        if rest.partition(":")[2] != rest.partition(":")[2].strip():
            continue
        wrapped = wrap({case["path"]: case["value"]}, repeat(salt).__next__)
        assert wrapped["data"] == {case["path"]: case["salted"]}


def test_scalars_are_read_as_given() -> None:
    for case in example()["scalars"]:
        if isinstance(case["salted"], str):
            value = case["value"]
            number = isinstance(value, int | float) and not isinstance(value, bool)
            read = leaf_value(case["salted"], case["path"])
            assert read == (Decimal(case["salted"].rpartition(":")[2]) if number else value)


def test_empty_scalars_stay_as_they_are() -> None:
    empty = [case for case in example()["scalars"] if case["value"] in ({}, [])]
    assert len(empty) == 2
    for case in empty:
        wrapped = wrap({case["path"]: case["value"]}, repeat("unused").__next__)
        assert wrapped["data"] == {case["path"]: case["salted"]}


@pytest.mark.parametrize("index", range(5))
def test_documents_give_their_leaves_and_target_hash(index: int) -> None:
    document = example()["documents"][index]
    data = document["wrapped"]["data"]
    leaves = {path: field_hash(path, leaf) for path, leaf in flattened(data)}
    assert sorted(leaves.values()) == document["sortedLeafHashes"]
    assert [leaves[leaf["path"]] for leaf in document["leaves"]] == [
        leaf["leafHash"] for leaf in document["leaves"]
    ]
    assert target_hash(data) == document["wrapped"]["signature"]["targetHash"]
    assert document_data(document["wrapped"]) == document["plain"]


def test_wrapping_with_the_same_salts_gives_the_same_document() -> None:
    for document in example()["documents"]:
        leaves = [str(leaf) for _, leaf in flattened(document["wrapped"]["data"])]
        signature = document["wrapped"]["signature"]
        wrapped = with_proof(
            wrap(document["plain"], iter(leaf.partition(":")[0] for leaf in leaves).__next__),
            proof=[bytes.fromhex(sibling) for sibling in signature["proof"]],
            merkle_root=bytes.fromhex(signature["merkleRoot"]),
        )
        assert wrapped == document["wrapped"]


def test_redaction_keeps_the_fingerprint() -> None:
    vector = example()["redaction"]
    redacted = redact(example()["documents"][0]["wrapped"], [vector["path"]])
    assert redacted == vector["document"]
    assert (
        target_hash(redacted["data"], hidden_hashes(redacted))
        == (vector["document"]["signature"]["targetHash"])
    )


def test_batches_have_the_given_layers_and_proofs() -> None:
    for batch in example()["batches"]:
        documents = example()["documents"][slice(*batch["entries"])]
        signatures = [document["wrapped"]["signature"] for document in documents]
        hashes = [bytes.fromhex(signature["targetHash"]) for signature in signatures]
        tree = BatchTree(hashes)
        assert tree.root.hex() == batch["batchRoot"]
        assert batch["layers"][0] == sorted(digest.hex() for digest in hashes)
        nodes, folded = {node for layer in batch["layers"] for node in layer}, set()
        for digest, signature in zip(hashes, signatures, strict=True):
            assert [sibling.hex() for sibling in tree.proof(digest)] == signature["proof"]
            folded |= {node.hex() for node in folded_nodes(digest, tree.proof(digest))}
        assert folded == nodes


def test_log_entries_roots_and_proofs_are_those_given() -> None:
    log = example()["log"]
    leaves = []
    for entry in log["entries"]:
        of = entry["object"]
        raw = entry_bytes(
            kind=of["type"], seq=of["seq"], target_hash=of["targetHash"], batch=of["batch"]
        )
        assert raw.decode() == entry["jcs"]
        assert leaf_hash(raw).hex() == entry["leafHash"]
        leaves.append(leaf_hash(raw))
    tree = LogTree(leaves)
    for size, root in log["roots"].items():
        assert tree.root(int(size)).hex() == root
    for case in log["inclusion"]:
        proof = tree.inclusion_proof(case["index"], case["size"])
        assert [node.hex() for node in proof] == case["proof"]
        assert inclusion_holds(
            leaf=bytes.fromhex(case["leafHash"]),
            index=case["index"],
            size=case["size"],
            proof=proof,
            root=bytes.fromhex(case["root"]),
        )


def test_consistency_proofs_are_made_as_given() -> None:
    log = example()["log"]
    tree = LogTree([bytes.fromhex(entry["leafHash"]) for entry in log["entries"]])
    assert len(log["consistency"]) == 15
    for case in log["consistency"]:
        proof = tree.consistency_proof(case["size1"], case["size2"])
        assert [node.hex() for node in proof] == case["proof"]
        assert tree.root(case["size1"]).hex() == case["root1"]
        assert tree.root(case["size2"]).hex() == case["root2"]


def test_the_traced_check_ends_where_the_trace_ends() -> None:
    *_, last = example()["log"]["trace_3_to_5"]
    roots = example()["log"]["roots"]
    assert (last["sn"], last["fr"], last["sr"]) == (0, roots["3"], roots["5"])


def test_consistency_cases_are_answered_as_given() -> None:
    log = example()["log"]
    assert len(log["consistencyNegative"]) == 9
    for case in log["consistency"] + log["consistencyNegative"]:
        assert case["ok"] is consistency_holds(
            first=case["size1"],
            second=case["size2"],
            first_root=bytes.fromhex(case["root1"]),
            second_root=bytes.fromhex(case["root2"]),
            proof=[bytes.fromhex(node) for node in case["proof"]],
        ), case


def test_the_bundle_is_valid_as_of_its_block() -> None:
    verdict = verify(bundle(), trust=trust())
    assert verdict.verdict is Status.VALID
    assert verdict.as_of is not None
    assert verdict.as_of.as_json() == {"block": 6, "time": "2026-03-01T02:04:00Z"}
    assert_as_expected(verdict, "after both anchor calls")


def test_the_bundle_is_read_and_written_byte_for_byte() -> None:
    assert bundle_bytes(read_bundle(bundle())) == bundle()


def test_without_trust_and_chain_nobody_can_tell() -> None:
    assert verify(bundle()).verdict is Status.ERROR


def test_the_redacted_document_is_valid() -> None:
    verdict = verify(bundle(document=example()["redaction"]["document"]), trust=trust())
    assert verdict.verdict is Status.VALID
    assert_as_expected(verdict, "after both anchor calls, redaction.document")


def test_after_the_revocation_the_document_is_revoked() -> None:
    raw = bundle(status=example()["evm"]["statusAfterRevocation"])
    verdict = verify(raw, trust=trust())
    assert verdict.verdict is Status.INVALID
    assert_as_expected(verdict, "after revokeWithReason(document 0, 4, document 3)")
    assert fragment(verdict, "LINEAGE") == ["INVALID", 3, "SUPERSEDED"]


def test_after_the_revocation_every_word_is_proven_or_proven_absent() -> None:
    status = example()["evm"]["statusAfterRevocation"]
    bundle_document = example()["evm"]["bundle"]["document"]["signature"]
    nodes = folded_nodes(
        bytes.fromhex(bundle_document["targetHash"]),
        [bytes.fromhex(node) for node in bundle_document["proof"]],
    )
    slots = slots_of_document(nodes)
    assert [slot.slot for slot in slots] == [evm(word["slot"]) for word in status["storage"]]
    absent = 0
    for word in status["storage"]:
        proof = [evm(node) for node in word["proof"]]
        stored = trie_value(evm(status["storageHash"]), keccak256(evm(word["slot"])), proof)
        absent += stored is None
        assert int(word["value"], 16) == (decode_uint(decode_rlp(stored)) if stored else 0)
    assert absent == 2
    header = decode_header(evm(status["asOfBlock"]["headerRlp"]))
    assert header.hash == evm(status["asOfBlock"]["hash"])


def test_the_pledge_is_hashed_as_given() -> None:
    pledge = example()["pledge"]
    tag, secret = keccak256(pledge["tagText"].encode()), evm(pledge["secret"])
    assert tag == evm(pledge["tag"])
    assert keccak256(tag + evm(pledge["settlementTargetHash"]) + secret) == evm(pledge["nullifier"])
    encoded = encode(["bytes32", "string", "bytes32"], [tag, pledge["pledgeeText"], secret])
    assert keccak256(encoded) == evm(pledge["pledgee"])


def test_a_checkpoint_names_the_head_of_the_log() -> None:
    origin, size, root, _ = example()["checkpoint"]["body"].split("\n")
    assert origin == "base-a.example/scrap-log"
    assert b64decode(root).hex() == example()["log"]["roots"][size]


@pytest.mark.parametrize("row", range(16))
def test_every_expected_verdict_is_given_over_a_live_chain(row: int) -> None:
    """Document, trust file and chain alone, as the stock verifiers are asked."""
    case = example()["expectedVerdicts"][row]
    document = deepcopy(example()["documents"][case["document"]]["wrapped"])
    said = str(case["case"])
    if said.endswith("redaction.document"):
        document = example()["redaction"]["document"]
    if said == "one salted value changed":
        document["data"]["id"] += "x"
    first = bytes.fromhex(example()["documents"][0]["wrapped"]["signature"]["targetHash"])
    chain = MadeReader(
        head=MadeHead(5, bytes.fromhex(example()["log"]["roots"]["5"])),
        code=evm(example()["evm"]["bundle"]["status"]["codeHash"]),
        issued=not said.startswith("before the first"),
        revoked=frozenset({first} if said.startswith("after revoke") else ()),
        silent=said.startswith("RPC"),
    )
    dns_txt = {
        "DNS answer without a matching record": dns_record(1337, b"\x01" * 20),
        "DNS cannot be queried": None,
    }.get(said, "")
    raw = canonical_json({"v": 1, "document": document})
    verdict = verify(raw, trust=trust(dns_txt=dns_txt), chain=chain)
    assert {name: fragment(verdict, name) for name in REQUIRED} == {
        name: case[name] for name in REQUIRED
    }


def test_a_changed_value_is_tampering_and_nothing_else() -> None:
    parts = json.loads(bundle())
    salt = parts["document"]["data"]["record"]["netG"].partition(":")[0]
    parts["document"]["data"]["record"]["netG"] = f"{salt}:number:34540001"
    verdict = verify(canonical_json(parts), trust=trust())
    assert_as_expected(verdict, "one salted value changed", 1)
    assert verdict.verdict is Status.INVALID


def test_another_dns_record_is_no_match() -> None:
    other = trust(dns_txt=dns_record(1337, b"\x01" * 20))
    assert_as_expected(verify(bundle(), trust=other), "DNS answer without a matching record", 1)


def test_dns_that_nobody_asked_is_an_error() -> None:
    assert_as_expected(verify(bundle(), trust=trust(dns_txt=None)), "DNS cannot be queried", 1)


def test_without_state_and_chain_the_status_is_unknown() -> None:
    parts = json.loads(bundle())
    del parts["status"], parts["log"]["consistency"]
    verdict = verify(canonical_json(parts), trust=trust())
    assert_as_expected(verdict, "RPC endpoint cannot be reached", 1)
    assert verdict.verdict is Status.ERROR


def test_the_remembered_head_is_found_again() -> None:
    roots = example()["log"]["roots"]
    head = LogHead(size=5, root=bytes.fromhex(roots["5"]))
    verdict = verify(bundle(), trust=trust(), remembered=head)
    assert fragment(verdict, "LOG_CONSISTENCY") == ["VALID"]
