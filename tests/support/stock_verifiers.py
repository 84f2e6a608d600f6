"""The npm verifiers of others as one Node process that answers line by line, and what they said."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from service.chain.node import LOCAL_CHAIN_ID
from service.proof.verdict import Verdict

FOLDER = Path(__file__).parents[1] / "conformance" / "npm"
INTEGRITY = "OpenAttestationHash"
STATUS = "OpenAttestationEthereumDocumentStoreStatus"
IDENTITY = "OpenAttestationDnsTxtIdentityProof"

Finding: TypeAlias = tuple[object, ...]
"""``("VALID",)``, or a status with the code and the code string of its reason."""
VALID: Finding = ("VALID",)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAnswer:
    """What the verifiers found, by fragment name; ``oa_valid`` is oa-verify's own ``isValid``.

    ``error`` is set where a verifier threw instead of answering.
    """

    oa: Mapping[str, Finding]
    tt: Mapping[str, Finding]
    oa_valid: bool
    error: str = ""


class StockVerifiers:
    """``@govtechsg/oa-verify`` and ``@tradetrust-tt/tt-verify``, running."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def judge(self, document: object, *, rpc_url: str, dns: list[str] | None) -> StockAnswer:
        """Their fragments over ``document``; ``dns`` are the TXT records, None for no DNS."""
        assert self._process.stdin
        assert self._process.stdout
        question = {
            "document": document,
            "rpc": rpc_url,
            "chainId": LOCAL_CHAIN_ID,
            "dns": dns,
        }
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        said = json.loads(self._process.stdout.readline())
        return StockAnswer(
            oa=_findings(said.get("oa", [])),
            tt=_findings(said.get("tt", [])),
            oa_valid=said.get("oaValid", False),
            error=said.get("error", ""),
        )


@contextmanager
def stock_verifiers() -> Iterator[StockVerifiers]:
    """The verifiers while the block runs; skips the test where Node or its packages are absent."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").exists():
        pytest.skip("the npm verifiers are not installed: npm ci in tests/conformance/npm")
    process = subprocess.Popen(
        [node, "verifiers.mjs"],
        cwd=FOLDER,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield StockVerifiers(process)
        assert process.stdin
        process.stdin.close()
        process.wait(30)


def our_findings(verdict: Verdict) -> dict[str, Finding]:
    """Our fragments in the same form, by name."""
    return {
        check.name: (check.status.value, check.reason.code, check.reason.code_string)
        if check.reason
        else (check.status.value,)
        for check in verdict.checks
    }


def _findings(fragments: list[dict[str, Any]]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for fragment in fragments:
        reason = fragment.get("reason")
        said = (reason["code"], reason["codeString"]) if reason else ()
        found[fragment["name"]] = (fragment["status"], *said)
    return found
