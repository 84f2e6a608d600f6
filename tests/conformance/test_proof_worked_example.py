"""The worked example of the ledger: every intermediate value, byte for byte."""

import json
from dataclasses import replace
from functools import cache
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest

from service.proof.batch import BatchTree, folded_nodes
from service.proof.bundle import LogHead
from service.proof.bundle_reader import read_bundle
from service.proof.bundle_writer import bundle_bytes
from service.proof.document import document_data, hidden_hashes, target_hash, with_proof, wrap
from service.proof.jcs import canonical_json
from service.proof.leaves import field_hash, flattened, leaf_string
from service.proof.log import (
    LogTree,
    consistency_holds,
    entry_bytes,
    inclusion_holds,
    leaf_hash,
)
from service.proof.redaction import redact
from service.proof.registry import dns_record
from service.proof.trust import Trust, TrustedIssuer
from service.proof.verdict import Status, Verdict
from service.proof.verify import verify

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
        nodes = {node for layer in batch["layers"] for node in layer}
        for digest, signature in zip(hashes, signatures, strict=True):
            assert [sibling.hex() for sibling in tree.proof(digest)] == signature["proof"]
            assert {node.hex() for node in folded_nodes(digest, tree.proof(digest))} <= nodes


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


def test_consistency_cases_are_answered_as_given() -> None:
    log = example()["log"]
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
