"""Gas that the registry uses, measured on a local chain: ``python -m tests.support.gas`` writes it.

Gas depends on the bytes of a call and on the state before it, not on the machine, so the committed
report is compared with a fresh measurement.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from service.chain.contract import CONTRACTS_FOLDER, encode_call, registry_artifact
from service.chain.node import LocalNode
from service.chain.registry import revocation_calldata
from service.chain.values import to_bytes
from service.proof.log import LogTree
from tests.support.registry_on_chain import RegistryOnChain, deployed

REPORT = CONTRACTS_FOLDER / "gas.md"
_VECTORS = Path(__file__).parents[1] / "vectors" / "ledger_worked_example.json"
# Published figures of a smaller contract for the anchors of a log of 1, 4, 11, 61, 198 entries.
_REFERENCE_BY_SIZE = {3: 65_844, 7: 66_008, 50: 73_626, 137: 77_865}


def measured(registry: RegistryOnChain) -> dict[str, tuple[int, int]]:
    """Gas used and the figure of the reference, by what was done."""
    example = json.loads(_VECTORS.read_text("utf-8"))
    reference = example["gas"]
    return {
        "deploy": (_deployment(registry), reference["deploy"]),
        **_worked_example(registry, example),
        **_growing_log(registry),
        **_revocations(registry, reference),
    }


def report(figures: Mapping[str, tuple[int, int]]) -> str:
    """The page ``contracts/gas.md``."""
    artifact = registry_artifact()
    rows = "\n".join(
        f"| {what} | {gas:,} | {reference:,} | {gas - reference:+,} |"
        for what, (gas, reference) in figures.items()
    )
    return f"""# Gas

Measured on the local chain with the committed build (solc 0.8.29, optimizer 200 runs, EVM cancun;
creation code {len(artifact.bytecode):,} bytes). Written by `python -m tests.support.gas`; a test
measures again and compares. Gas does not depend on the machine. The reference is the figure for the
same call in the published worked example, whose contract has `pledge` besides; for growing logs it
is that of a smaller contract.

| Call | Gas | Reference | Difference |
|---|---:|---:|---:|
{rows}
"""


def _deployment(registry: RegistryOnChain) -> int:
    """Gas of the transaction that created the registry: the one whose receipt names it."""
    chain = registry.client
    for number in range(registry.deployment.from_block, chain.log_head().block_number + 1):
        for receipt in chain.rpc.call("eth_getBlockReceipts", hex(number)):
            if str(receipt.get("contractAddress")).lower() == chain.address.lower():
                return int(receipt["gasUsed"], 16)
    raise AssertionError("no receipt of the deployment")


def _worked_example(
    registry: RegistryOnChain, example: dict[str, Any]
) -> dict[str, tuple[int, int]]:
    snapshot = registry.client.rpc.call("evm_snapshot")
    used = [
        registry.send(registry.anchorer, to_bytes(example["calldata"][name])).gas_used
        for name in ("anchor1", "anchor2")
    ]
    registry.client.rpc.call("evm_revert", snapshot)
    gas = example["gas"]
    return {
        "first anchor, 3 entries, no proof": (used[0], gas["anchor1_3_entries_empty_proof"]),
        "later anchor, 2 entries, 4 proof elements": (
            used[1],
            gas["anchor2_2_entries_4_proof_elements"],
        ),
    }


def _growing_log(registry: RegistryOnChain) -> dict[str, tuple[int, int]]:
    """Anchors of 1, 3, 7, 50 and 137 entries, one after the other."""
    used = dict(_anchors(registry, [1, *_REFERENCE_BY_SIZE]))
    return {
        f"later anchor, {count} entries more": (used[count], gas)
        for count, gas in _REFERENCE_BY_SIZE.items()
    }


def _anchors(registry: RegistryOnChain, counts: list[int]) -> Iterator[tuple[int, int]]:
    size = 0
    log = LogTree([sha256(b"\0" + index.to_bytes(4)).digest() for index in range(sum(counts))])
    snapshot = registry.client.rpc.call("evm_snapshot")
    for count in counts:
        old, size = size, size + count
        receipt = registry.anchor(
            batch_root=keccak(text=f"batch {count}"),
            new_size=size,
            new_head=log.root(size),
            proof=log.consistency_proof(old, size) if old else [],
        )
        assert receipt.succeeded
        yield count, receipt.gas_used
    registry.client.rpc.call("evm_revert", snapshot)


def _revocations(
    registry: RegistryOnChain, reference: Mapping[str, int]
) -> dict[str, tuple[int, int]]:
    first, second = (keccak(text=f"document {index}") for index in range(2))
    root = keccak(b"".join(sorted([first, second])))
    snapshot = registry.client.rpc.call("evm_snapshot")
    registry.anchor(batch_root=root, new_size=2, new_head=bytes(32), proof=[])
    with_reason = revocation_calldata(target_hash=first, reason=4, superseded_by=second)
    with_proof = encode_call("revoke(bytes32,bytes32,bytes32[])", root, second, [first])
    used = [registry.send(registry.revoker, call).gas_used for call in (with_reason, with_proof)]
    registry.client.rpc.call("evm_revert", snapshot)
    return {
        "revoke with reason and successor": (used[0], reference["revokeWithReason"]),
        "revoke with proof": (used[1], reference["revoke_root_document_proof"]),
    }


def main() -> None:
    """Measure on a chain of its own and write the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LocalNode(folder / "chain") as node, deployed(node.rpc_url, folder) as registry:
            REPORT.write_text(report(measured(registry)), "utf-8")


if __name__ == "__main__":
    main()
