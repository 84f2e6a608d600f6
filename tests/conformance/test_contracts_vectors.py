"""The registry against the worked example and the published RFC 9162 vectors, by ``eth_call``."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from eth_utils.abi import event_signature_to_log_topic, function_signature_to_4byte_selector

from service.chain.contract import registry_artifact, revert_name
from service.chain.registry import ContractRevertedError, anchor_calldata, revocation_calldata
from tests.support.registry_on_chain import RegistryOnChain
from tests.support.shared import shared_path

WORKED_EXAMPLE = json.loads(
    (Path(__file__).parents[1] / "vectors" / "ledger_worked_example.json").read_text("utf-8")
)
LOG = WORKED_EXAMPLE["log"]
CASES = [*LOG["consistency"], *LOG["consistencyNegative"]]
PLEDGE_PARTS = {"pledge", "pledgedAt", "pledgee", "Pledged", "AlreadyPledged", "PLEDGE_ROLE"}

# Liens have a contract of their own, so the registry has no pledge to refuse.
EXPECTED_ERRORS = [
    case
    for case in WORKED_EXAMPLE["expectedContractErrors"]
    if case["error"].removesuffix("()") not in PLEDGE_PARTS
]


def h32(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def consistent(registry: RegistryOnChain, case: dict[str, Any]) -> bool:
    answer = registry.view(
        "verifyConsistency(uint64,uint64,bytes32,bytes32,bytes32[])",
        case["size1"],
        case["size2"],
        h32(case["root1"]),
        h32(case["root2"]),
        [h32(node) for node in case["proof"]],
    )
    return int.from_bytes(answer) == 1


def batch_calldata(number: int, **other: Any) -> bytes:
    """Anchor call of batch 1 or 2 of the worked example, with single values replaced."""
    sizes = [0, 3, 5]
    proofs = {(case["size1"], case["size2"]): case["proof"] for case in LOG["consistency"]}
    proof = proofs[sizes[number - 1], sizes[number]] if number > 1 else []
    values: dict[str, Any] = {
        "batch_root": h32(WORKED_EXAMPLE["batches"][number - 1]["batchRoot"]),
        "new_size": sizes[number],
        "new_head": h32(LOG["roots"][str(sizes[number])]),
        "proof": [h32(node) for node in proof],
    }
    return anchor_calldata(**{**values, **other})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['size1']}-{case['size2']}")
def test_worked_example_consistency_case(registry: RegistryOnChain, case: dict[str, Any]) -> None:
    assert consistent(registry, case) is case["ok"]


def test_worked_example_has_24_consistency_cases() -> None:
    assert len(CASES) == 24


@pytest.mark.parametrize("number", [1, 2])
def test_anchor_calldata_is_that_of_the_worked_example(number: int) -> None:
    assert batch_calldata(number) == h32(WORKED_EXAMPLE["calldata"][f"anchor{number}"])


def test_worked_example_batches_are_anchored_with_its_calldata(registry: RegistryOnChain) -> None:
    for number in (1, 2):
        sent = h32(WORKED_EXAMPLE["calldata"][f"anchor{number}"])
        assert registry.send(registry.anchorer, sent).succeeded
    head = registry.client.log_head()
    assert (head.size, head.seq, head.head) == (5, 2, h32(LOG["roots"]["5"]))


def test_artifact_has_the_selectors_topics_and_roles_of_the_interface(
    registry: RegistryOnChain,
) -> None:
    interface = WORKED_EXAMPLE["interface"]
    in_abi = {
        f"{item['name']}({','.join(given['type'] for given in item['inputs'])})"
        for item in registry_artifact().abi
        if item["type"] in {"function", "event", "error"}
    }
    for kind in ("functions", "events", "errors"):
        for signature in interface[kind]:
            expected = signature.split("(")[0] not in PLEDGE_PARTS
            assert (signature in in_abi) is expected, signature
    for signature, selector in interface["functions"].items():
        assert function_signature_to_4byte_selector(signature) == h32(selector)
    for signature, topic in interface["events"].items():
        assert event_signature_to_log_topic(signature) == h32(topic)
    for signature, selector in interface["errors"].items():
        name = signature.removesuffix("()")
        assert revert_name(selector) == (None if name in PLEDGE_PARTS else name)
    for role, value in interface["roles"].items():
        if role not in PLEDGE_PARTS:
            assert registry.view(f"{role}()") == h32(value)


def refused_calls() -> dict[str, tuple[bytes, bool]]:
    """Calldata of each refused call of the worked example, and whether batch 1 comes first."""
    rewritten = LOG["consistencyNegative"][0]
    return {
        "first anchor with a non-empty proof": (batch_calldata(1, proof=[bytes(32)]), False),
        "anchor repeated with the same size": (batch_calldata(1), True),
        "second anchor with the batch root of batch 1": (
            batch_calldata(2, batch_root=h32(WORKED_EXAMPLE["batches"][0]["batchRoot"])),
            True,
        ),
        "second anchor with log.consistencyNegative[0]": (
            batch_calldata(
                2,
                new_head=h32(rewritten["root2"]),
                proof=[h32(node) for node in rewritten["proof"]],
            ),
            True,
        ),
        "anchor with batch root zero": (batch_calldata(1, batch_root=bytes(32)), False),
        "anchor with 65 proof elements": (batch_calldata(1, proof=[bytes(32)] * 65), False),
        "revoke a hash twice": (
            revocation_calldata(target_hash=b"\x11" * 32, reason=4, superseded_by=None),
            False,
        ),
    }


@pytest.mark.parametrize("case", EXPECTED_ERRORS, ids=lambda c: c["call"])
def test_worked_example_refused_call(registry: RegistryOnChain, case: dict[str, str]) -> None:
    name = case["error"].removesuffix("()")
    calldata, after_first_batch = refused_calls()[case["call"]]
    if after_first_batch:
        assert registry.send(registry.anchorer, batch_calldata(1)).succeeded
    sender = registry.anchorer
    if case["call"].startswith("revoke"):
        sender = registry.revoker
        assert registry.send(sender, calldata).succeeded
    with pytest.raises(ContractRevertedError) as refusal:
        registry.client.check(calldata, sender=sender.address)
    assert refusal.value.error_name == name


def test_rfc_9162_consistency_vectors(registry: RegistryOnChain) -> None:
    run = inexpressible = 0
    for path in sorted(shared_path("vectors/rfc9162/consistency").rglob("*.json")):
        vector = json.loads(path.read_text("utf-8"))
        hashes = [base64.b64decode(vector[name] or "") for name in ("root1", "root2")]
        proof = [base64.b64decode(node) for node in vector["proof"] or []]
        if any(len(value) != 32 for value in (*hashes, *proof)):
            inexpressible += 1
            continue
        answer = registry.view(
            "verifyConsistency(uint64,uint64,bytes32,bytes32,bytes32[])",
            vector["size1"],
            vector["size2"],
            *hashes,
            proof,
        )
        assert (int.from_bytes(answer) == 1) is not vector["wantErr"], path
        run += 1
    assert (run, inexpressible) == (71, 27)
