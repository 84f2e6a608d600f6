"""Other people's npm packages at the same work, for ``ferrotrace bench evidence``.

They are those that the conformance tests use; a checkout that ran ``make test`` has them.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from service.domain.errors import UnavailableError, gettext_noop

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "npm"
TIMEOUT_S = 300


class PeersMissingError(UnavailableError):
    """Node or the packages are not installed."""

    message = gettext_noop("To measure the packages of others type: npm ci --prefix %(folder)s")


class NpmPeers:
    """The packages of the conformance tests; ``key`` pays for transactions on a local chain."""

    def __init__(self) -> None:
        """Find Node and the packages; raises ``PeersMissingError`` where one is not there."""
        beside = str(Path(sys.executable).parent)
        node = shutil.which("node", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))
        if node is None or not (FOLDER / "node_modules").is_dir():
            raise PeersMissingError(folder=FOLDER)
        self._node = node

    def named(self, package: str) -> str:
        """The package and its version as installed."""
        manifest = FOLDER / "node_modules" / package / "package.json"
        return f"{package} {json.loads(manifest.read_text('utf-8'))['version']}"

    def wrap_ms(self, documents: list[dict[str, Any]], *, runs: int) -> float:
        """Median time to wrap ``documents`` as one batch, with all proofs."""
        return self._median_ms({"do": "wrap", "documents": documents, "runs": runs})

    def tree_ms(self, leaves: list[bytes], *, runs: int) -> float:
        """Median time to build the tree over ``leaves`` and the proof of each."""
        texts = [f"0x{leaf.hex()}" for leaf in leaves]
        return self._median_ms({"do": "tree", "leaves": texts, "runs": runs})

    def attestation_gas(self, rpc_url: str, key: str) -> int:
        """Gas of one attestation of 32 bytes by contracts of EAS deployed for it."""
        return int(self._ask({"do": "attest", "rpc": rpc_url, "key": key})["gas"])

    def _median_ms(self, question: dict[str, Any]) -> float:
        times_ms: list[float] = self._ask(question)["ms"]
        return statistics.median(times_ms)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        answered = subprocess.run(  # noqa: S603  our own program, no shell
            [self._node, str(FOLDER / "peers.mjs")],
            input=json.dumps(question),
            capture_output=True,
            text=True,
            check=True,
            timeout=TIMEOUT_S,
        )
        answer: dict[str, Any] = json.loads(answered.stdout)
        return answer
