"""Other people's npm packages at the same work, for ``ferrotrace bench evidence``.

They are those that the conformance tests use; a checkout that ran ``make test`` has them.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, Any, TypeAlias

from service.domain.errors import UnavailableError, gettext_noop

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "conformance" / "npm"

Run: TypeAlias = Callable[[], float]
"""Does the work once; milliseconds that it took."""


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

    def wrapping(self, documents: list[dict[str, Any]]) -> AbstractContextManager[Run]:
        """Wrapping ``documents`` as one batch, with all proofs."""
        return self._at({"do": "wrap", "documents": documents})

    def trees(self, leaves: list[bytes]) -> AbstractContextManager[Run]:
        """Building the tree over ``leaves`` and the proof of each."""
        return self._at({"do": "tree", "leaves": [f"0x{leaf.hex()}" for leaf in leaves]})

    def attestation_gas(self, rpc_url: str, key: str) -> int:
        """Gas of one attestation of 32 bytes by contracts of EAS deployed for it."""
        with self._asked({"do": "attest", "rpc": rpc_url, "key": key}) as answers:
            return int(json.loads(next(answers))["gas"])

    @contextmanager
    def _at(self, question: dict[str, Any]) -> Iterator[Run]:
        """A package at one kind of work; each call is a run and returns its milliseconds."""
        with self._asked(question) as answers:
            yield lambda: float(json.loads(next(answers))["ms"])

    @contextmanager
    def _asked(self, question: dict[str, Any]) -> Iterator[Iterator[str]]:
        process = subprocess.Popen(  # noqa: S603  our own program, no shell
            [self._node, str(FOLDER / "peers.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdin  # noqa: S101 # asked for above
            assert process.stdout  # noqa: S101 # the same
            process.stdin.write(json.dumps(question) + "\n")
            yield _answers(process.stdin, process.stdout)
            process.stdin.close()


def _answers(questions: IO[str], answers: IO[str]) -> Iterator[str]:
    """The next answer, for each time it is asked for."""
    while True:
        questions.write("\n")
        questions.flush()
        yield answers.readline()
