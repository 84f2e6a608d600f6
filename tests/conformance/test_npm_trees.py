"""Batch trees and their proofs before the libraries of others, unmodified."""

import json
import shutil
import subprocess

import pytest

from service.proof.batch import BatchTree
from service.proof.hashing import keccak256
from tests.support.stock_verifiers import FOLDER

pytestmark = pytest.mark.xdist_group("npm")
LIBRARIES = ("openZeppelin", "openAttestation")
SIZES = (1, 2, 3, 5, 8, 33, 137)


def judged(trees: list[dict[str, object]]) -> list[dict[str, list[bool]]]:
    """What the two libraries say of each proof of each tree."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").exists():
        pytest.skip("the npm packages are not installed: npm ci in tests/conformance/npm")
    answered = subprocess.run(
        [node, "trees.mjs"],
        cwd=FOLDER,
        input=json.dumps(trees),
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[dict[str, list[bool]]] = json.loads(answered.stdout)
    return found


def told(tree: BatchTree, leaves: list[bytes]) -> dict[str, object]:
    proofs = tree.proofs()
    return {
        "root": tree.root.hex(),
        "leaves": [leaf.hex() for leaf in leaves],
        "proofs": [[node.hex() for node in proofs[leaf]] for leaf in leaves],
    }


def test_both_libraries_accept_every_proof_of_every_batch_and_none_under_another_root() -> None:
    batches = [[keccak256(b"%d of %d" % (n, size)) for n in range(size)] for size in SIZES]
    trees = [told(BatchTree(leaves), leaves) for leaves in batches]
    others = [{**tree, "root": keccak256(b"another").hex()} for tree in trees]
    for tree, leaves in zip(judged(trees), batches, strict=True):
        assert tree == dict.fromkeys(LIBRARIES, [True] * len(leaves))
    for tree, leaves in zip(judged(others), batches, strict=True):
        assert tree == dict.fromkeys(LIBRARIES, [False] * len(leaves))
