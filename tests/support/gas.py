"""Gas that the contracts use, measured on a local chain: ``python -m tests.support.gas`` writes it.

Gas depends on the bytes of a call and on the state before it, not on the machine, so the committed
report is compared with a fresh measurement on a chain of its own.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from eth_utils.crypto import keccak

from service.chain.contract import (
    CONTRACTS_FOLDER,
    encode_call,
    lien_registry_artifact,
    registry_artifact,
)
from service.chain.lien_orders import LienOrder
from service.chain.node import LocalNode
from service.chain.registry import revocation_calldata
from service.chain.values import to_bytes
from service.proof.batch import BatchTree
from service.proof.log import LogTree, entry_bytes, leaf_hash
from tests.support.gas_documents import delivery_documents
from tests.support.liens_on_chain import LiensOnChain
from tests.support.registry_on_chain import RegistryOnChain, deployed

REPORT = CONTRACTS_FOLDER / "gas.md"
BATCH_RECORDS = 137
MOST_GAS_PER_RECORD = 700
EAS_ATTESTATION = 179_772  # one `attest` of 32 bytes on the Ethereum Attestation Service
_VECTORS = Path(__file__).parents[1] / "vectors" / "ledger_worked_example.json"
# Published figures of a smaller contract for the anchors of a log of 1, 4, 11, 61, 198 entries.
_REFERENCE_BY_SIZE = {3: 65_844, 7: 66_008, 50: 73_626, 137: 77_865}
_FAR_TIME_S = 4_000_000_000  # in orders: the bytes of a call must not depend on the day
_FIGURE = re.compile(r"^\| ([a-z][^|]*?) \| ([\d,]+) \|", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gas:
    """Gas used, by what was done; ``reference`` has the published figure where there is one."""

    registry: Mapping[str, int]
    records: Mapping[str, int]
    liens: Mapping[str, int]
    reference: Mapping[str, int] = field(default_factory=dict)

    @property
    def per_record(self) -> int:
        """Gas of one record in a later batch of real documents, rounded up."""
        return -(-self.records[_BATCH] // BATCH_RECORDS)

    @property
    def figures(self) -> dict[str, int]:
        """Every figure that the report states."""
        return {**self.registry, **self.records, **self.liens}


def report_figures(text: str) -> dict[str, int]:
    """The figures that a report states, by what was done."""
    return {what: int(gas.replace(",", "")) for what, gas in _FIGURE.findall(text)}


_FIRST_BATCH = f"first anchor, {BATCH_RECORDS} delivery documents"
_BATCH = f"later anchor, {BATCH_RECORDS} delivery documents"


@contextmanager
def chain_of_its_own() -> Iterator[RegistryOnChain]:
    """Both contracts on a fresh chain: addresses are bytes of the calls that are measured."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with LocalNode(folder / "chain") as node, deployed(node.rpc_url, folder) as registry:
            yield registry


def measured(registry: RegistryOnChain) -> Gas:
    """Gas of every call, from transactions on the node."""
    example = json.loads(_VECTORS.read_text("utf-8"))
    published = example["gas"]
    calls = {
        "deploy": (_deployment(registry, registry.client.address), published["deploy"]),
        **_worked_example(registry, example),
        **_growing_log(registry),
        **_revocations(registry, published),
    }
    return Gas(
        registry={what: gas for what, (gas, _) in calls.items()},
        records=_real_documents(registry),
        liens=_liens(registry),
        reference={what: reference for what, (_, reference) in calls.items()},
    )


def report(gas: Gas) -> str:
    """The page ``contracts/gas.md``."""
    rows = "\n".join(
        f"| {what} | {used:,} | {gas.reference[what]:,} | {used - gas.reference[what]:+,} |"
        for what, used in gas.registry.items()
    )
    batches = "\n".join(
        f"| {what} | {used:,} | {-(-used // BATCH_RECORDS):,} |"
        for what, used in gas.records.items()
    )
    liens = "\n".join(f"| {what} | {used:,} |" for what, used in gas.liens.items())
    code_bytes, lien_code_bytes = (
        len(artifact().bytecode) for artifact in (registry_artifact, lien_registry_artifact)
    )
    return f"""# Gas

From transactions on the local chain with the committed builds (solc 0.8.29, optimizer 200 runs, EVM
cancun; creation code {code_bytes:,} and {lien_code_bytes:,} bytes). Written by
`python -m tests.support.gas`; a test measures again and fails where a figure rose, or where this
page says another one. Gas does not depend on the machine.

## Evidence registry

The reference is the figure for the same call in the published worked example, whose contract has
`pledge` besides; for growing logs it is that of a smaller contract.

| Call | Gas | Reference | Difference |
|---|---:|---:|---:|
{rows}

## A batch of {BATCH_RECORDS} real documents

Wrapped delivery documents, their entries and their root. A later batch carries the consistency
proof, which the contract checks; at most {MOST_GAS_PER_RECORD} gas a record are allowed for it. The
first batch of a log needs no proof, and fills its slots for the first time.

| Call | Gas | Per record |
|---|---:|---:|
{batches}
| one EAS attestation, for comparison | {EAS_ATTESTATION:,} | {EAS_ATTESTATION:,} |

One attestation costs as much as {EAS_ATTESTATION // gas.per_record:,} records.

## Lien registry

Orders of a bank with a key of its own; a bank that is a contract pays for its own check besides.

| Call | Gas |
|---|---:|
{liens}
"""


def _deployment(registry: RegistryOnChain, address: str) -> int:
    """Gas of the transaction that created a contract: the one whose receipt names it."""
    chain = registry.client
    for number in range(registry.deployment.from_block, chain.log_head().block_number + 1):
        for receipt in chain.rpc.call("eth_getBlockReceipts", hex(number)):
            if str(receipt.get("contractAddress")).lower() == address.lower():
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


def _real_documents(registry: RegistryOnChain) -> dict[str, int]:
    """Two batches of real documents on an empty log, as the worker seals them."""
    hashes = [
        document["signature"]["targetHash"] for document in delivery_documents(2 * BATCH_RECORDS)
    ]
    entries = [
        entry_bytes(
            kind="delivery", seq=seq, target_hash=target_hash, batch=seq // BATCH_RECORDS + 1
        )
        for seq, target_hash in enumerate(hashes)
    ]
    log = LogTree([leaf_hash(entry) for entry in entries])
    used = {}
    snapshot = registry.client.rpc.call("evm_snapshot")
    for what, old in ((_FIRST_BATCH, 0), (_BATCH, BATCH_RECORDS)):
        new = old + BATCH_RECORDS
        receipt = registry.anchor(
            batch_root=BatchTree(bytes.fromhex(text) for text in hashes[old:new]).root,
            new_size=new,
            new_head=log.root(new),
            proof=log.consistency_proof(old, new) if old else [],
        )
        assert receipt.succeeded
        used[what] = receipt.gas_used
    registry.client.rpc.call("evm_revert", snapshot)
    return used


def _liens(registry: RegistryOnChain) -> dict[str, int]:
    """One delivery on its whole way, and another one that is given up."""
    liens = LiensOnChain(registry=registry)
    other = LiensOnChain(registry=registry, key=keccak(text="another delivery"))
    far = _FAR_TIME_S

    def used(order: LienOrder) -> int:
        return liens.relayed(order).gas_used

    snapshot = registry.client.rpc.call("evm_snapshot")
    figures = {
        "deploy the lien registry": _deployment(registry, liens.client.address),
        "first reserve of a bank": used(liens.reserve(expiry=far, deadline=far)),
        "later reserve of a bank": used(other.reserve(expiry=far, deadline=far)),
        "cancel": used(other.cancel(deadline=far)),
        "finance": used(liens.finance(deadline=far)),
        "release of a part": used(liens.release(2_500, deadline=far)),
        "release of the rest": used(liens.release(7_500, deadline=far)),
    }
    registry.client.rpc.call("evm_revert", snapshot)
    return figures


def main() -> None:
    """Measure and write the report."""
    with chain_of_its_own() as registry:
        REPORT.write_text(report(measured(registry)), "utf-8")


if __name__ == "__main__":
    main()
