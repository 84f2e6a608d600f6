"""The committed build is what the sources compile to, and its storage is where proofs look."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from service.chain.contract import (
    CONTRACTS_FOLDER,
    HEAD_SLOT,
    ISSUED_AT_SLOT,
    REVOKE_REASON_SLOT,
    REVOKED_AT_SLOT,
    SIZE_SEQ_SLOT,
    SUPERSEDED_BY_SLOT,
)

COMMITTED = CONTRACTS_FOLDER / "artifacts" / "EvidenceRegistry.json"
BUILT = json.loads(COMMITTED.read_text("utf-8"))


def test_committed_artifact_is_what_the_sources_compile_to(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (CONTRACTS_FOLDER / "node_modules" / "solc").exists():
        pytest.skip("the Solidity compiler is not installed: npm ci --prefix contracts")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=CONTRACTS_FOLDER, check=True)
    assert (tmp_path / COMMITTED.name).read_bytes() == COMMITTED.read_bytes()


def test_runtime_code_hash_is_that_of_the_runtime_code() -> None:
    runtime = bytes.fromhex(BUILT["deployedBytecode"][2:])
    assert BUILT["runtimeCodeHash"] == "0x" + keccak(runtime).hex()


def test_build_settings_are_the_published_ones() -> None:
    assert BUILT["compiler"] == {
        "version": "0.8.29+commit.ab55807c",
        "settings": {
            "optimizer": {"enabled": True, "runs": 200},
            "evmVersion": "cancun",
            "metadata": {"bytecodeHash": "none"},
        },
        "openzeppelin": "5.7.0",
    }


def test_storage_slots_are_those_that_proofs_name() -> None:
    places = {item["name"]: (item["slot"], item["offset"]) for item in BUILT["storageLayout"]}
    assert places["_predecessor"] == (3, 0)
    assert places["_predecessorSize"] == (3, 20)
    assert places["_size"] == (SIZE_SEQ_SLOT, 0) == (4, 0)
    assert places["_seq"] == (SIZE_SEQ_SLOT, 8)
    assert places["_head"] == (HEAD_SLOT, 0) == (5, 0)
    assert places["_issuedAt"] == (ISSUED_AT_SLOT, 0) == (6, 0)
    assert places["_revokedAt"] == (REVOKED_AT_SLOT, 0) == (7, 0)
    assert places["_revokeReason"] == (REVOKE_REASON_SLOT, 0) == (8, 0)
    assert places["_supersededBy"] == (SUPERSEDED_BY_SLOT, 0) == (9, 0)
    assert places["_predecessorHead"] == (10, 0)


def test_every_external_part_of_the_interface_is_in_the_artifact() -> None:
    kinds = {item["type"] for item in BUILT["abi"]}
    assert kinds == {"constructor", "function", "event", "error"}
