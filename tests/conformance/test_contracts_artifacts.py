"""The committed builds are what the sources compile to, and their storage is where proofs look."""

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
    LIENS_SLOT,
    REVOKE_REASON_SLOT,
    REVOKED_AT_SLOT,
    SIZE_SEQ_SLOT,
    SUPERSEDED_BY_SLOT,
)

ARTIFACTS = CONTRACTS_FOLDER / "artifacts"
NAMES = ("EvidenceRegistry", "LienRegistry")
BUILT = {name: json.loads((ARTIFACTS / f"{name}.json").read_text("utf-8")) for name in NAMES}
each_contract = pytest.mark.parametrize("name", NAMES)


def test_committed_artifacts_are_what_the_sources_compile_to(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (CONTRACTS_FOLDER / "node_modules" / "solc").exists():
        pytest.skip("the Solidity compiler is not installed: npm ci --prefix contracts")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=CONTRACTS_FOLDER, check=True)
    for folder in (tmp_path, ARTIFACTS):
        assert {path.stem for path in folder.iterdir()} == set(NAMES)
    for name in NAMES:
        committed = ARTIFACTS / f"{name}.json"
        assert (tmp_path / committed.name).read_bytes() == committed.read_bytes()


@each_contract
def test_runtime_code_hash_is_that_of_the_runtime_code(name: str) -> None:
    runtime = bytes.fromhex(BUILT[name]["deployedBytecode"][2:])
    assert BUILT[name]["runtimeCodeHash"] == "0x" + keccak(runtime).hex()


@each_contract
def test_build_settings_are_the_published_ones(name: str) -> None:
    assert BUILT[name]["compiler"] == {
        "version": "0.8.29+commit.ab55807c",
        "settings": {
            "optimizer": {"enabled": True, "runs": 200},
            "evmVersion": "cancun",
            "metadata": {"bytecodeHash": "none"},
        },
        "openzeppelin": "5.7.0",
    }


def places(name: str) -> dict[str, tuple[int, int]]:
    """Slot and offset of each variable."""
    layout = BUILT[name]["storageLayout"]
    return {item["name"]: (item["slot"], item["offset"]) for item in layout}


def test_storage_slots_are_those_that_proofs_name() -> None:
    found = places("EvidenceRegistry")
    assert found["_predecessor"] == (3, 0)
    assert found["_predecessorSize"] == (3, 20)
    assert found["_size"] == (SIZE_SEQ_SLOT, 0) == (4, 0)
    assert found["_seq"] == (SIZE_SEQ_SLOT, 8)
    assert found["_head"] == (HEAD_SLOT, 0) == (5, 0)
    assert found["_issuedAt"] == (ISSUED_AT_SLOT, 0) == (6, 0)
    assert found["_revokedAt"] == (REVOKED_AT_SLOT, 0) == (7, 0)
    assert found["_revokeReason"] == (REVOKE_REASON_SLOT, 0) == (8, 0)
    assert found["_supersededBy"] == (SUPERSEDED_BY_SLOT, 0) == (9, 0)
    assert found["_predecessorHead"] == (10, 0)


def test_liens_stand_in_the_slot_that_proofs_name() -> None:
    assert places("LienRegistry")["_nonces"] == (3, 0)
    assert places("LienRegistry")["_liens"] == (LIENS_SLOT, 0) == (4, 0)


@each_contract
def test_every_external_part_of_the_interface_is_in_the_artifact(name: str) -> None:
    kinds = {item["type"] for item in BUILT[name]["abi"]}
    assert kinds == {"constructor", "function", "event", "error"}
