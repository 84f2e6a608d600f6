"""What no sequence of calls can do to the contracts: forge's fuzz and invariant tests, in Solidity.

The tests lie in ``contracts/test``; the log that they compare with is written down a second time
there, as the standard defines it.
"""

import os
import re
import shutil
import subprocess

import pytest

from service.chain.contract import CONTRACTS_FOLDER

PACKAGES = CONTRACTS_FOLDER / "node_modules"
EXPECTED = {
    "invariantDeliveryIsNeverFinancedTwice",
    "invariantHeadContainsEveryEarlierOne",
    "invariantHeadNeverShrinks",
    "invariantHonestBatchIsTaken",
    "invariantNobodyButItsBankMovesALien",
    "invariantReleasedPartOnlyGrows",
    "testEveryPairOfSmallSizesIsConsistent",
    "testFuzzBentProofFails",
    "testFuzzHonestProofHolds",
    "testFuzzLogWithoutAnEntryHasNoProof",
    "testFuzzNothingHoldsByChance",
    "testFuzzProofFailsForATreeOfAnotherHeight",
    "testFuzzRewrittenLogHasNoProof",
    "testOrdersOfTheBanksAreCarriedOut",
}


def passed_by_forge(profile: str, *options: str) -> set[str]:
    """Names of the tests that pass under a profile of ``foundry.toml``; fails with the others."""
    binaries = sorted((PACKAGES / "@foundry-rs").glob("forge-*/bin/forge*"))
    if not binaries:
        pytest.skip(
            "forge is not installed, or not made for this machine: npm ci --prefix contracts"
        )
    if shutil.which("node") is None or not (PACKAGES / "solc").exists():
        pytest.skip("the Solidity compiler is not installed: npm ci --prefix contracts")
    answer = subprocess.run(
        [binaries[0], "test", "--color", "never", *options],
        cwd=CONTRACTS_FOLDER,
        env={**os.environ, "FOUNDRY_PROFILE": profile},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return set(re.findall(r"^\[PASS\] (\w+)\(", answer.stdout, re.MULTILINE))


def test_invariants_of_the_contracts_hold() -> None:
    """The same calls every time; the long runs draw new ones."""
    assert passed_by_forge("default", "--fuzz-seed", "1") == EXPECTED


@pytest.mark.soak
def test_invariants_of_the_contracts_hold_in_long_runs() -> None:
    assert passed_by_forge("soak") == EXPECTED
