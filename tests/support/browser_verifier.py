"""The verifier of the built page, run by Node over many cases at once, beside the Python one."""

import base64
import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from service.proof.at_hand import FilesAtHand
from service.proof.bundle import LogHead
from service.proof.chain_view import ChainReader
from service.proof.hashing import keccak256
from service.proof.omission import verify_promise
from service.proof.promise import read_promises
from service.proof.trust import read_trust
from service.proof.verdict import Verdict
from service.proof.verify import verify, verify_together
from tests.unit.proof.documents import LIEN_REGISTRY
from tests.unit.proof.made_reader import MadeReader

PAGE = Path(__file__).parents[2] / "service" / "web" / "static" / "verifier" / "verify.html"
_RUNNER = Path(__file__).with_name("browser_verifier.mjs")
_WITHIN_S = 240
_LIEN_OF = "0x" + keccak256(b"lienOf(bytes32)").hex()[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What both verifiers are asked: files by name, and the sources they may believe."""

    files: Mapping[str, bytes]
    trust: bytes | None = None
    audience: str | None = None
    remembered: LogHead | None = None
    chain: ChainReader | None = None
    rpc: Mapping[str, Any] | None = None
    """The answers of ``chain`` as a node gives them, by method and parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseQuestion:
    """A promise alone, as it stands in a QR code, with the log's entries where they are at hand."""

    promise: str
    trust: bytes | None = None
    entries: bytes | None = None
    chain: MadeReader | None = None
    rpc: Mapping[str, Any] | None = None


def python_promise_answer(question: PromiseQuestion) -> dict[str, Any]:
    """The verdict over the one promise, of ``service.proof``."""
    (promise,) = read_promises(question.promise)
    verdict = verify_promise(
        promise,
        trust=None if question.trust is None else read_trust(question.trust),
        entries=question.entries,
        reader_of=lambda _: question.chain,
    )
    return {"promise": verdict.as_json()}


def python_answer(question: Question) -> dict[str, Any]:
    """Verdicts by name, of ``service.proof``."""
    trust = read_trust(question.trust) if question.trust is not None else None

    def judge(raw: bytes, parents: FilesAtHand | None) -> Verdict:
        return verify(
            raw,
            trust=trust,
            chain=question.chain,
            audience=question.audience,
            remembered=question.remembered,
            parents=parents,
        )

    if len(question.files) == 1:
        ((name, raw),) = question.files.items()
        return {name: judge(raw, None).as_json()}
    verdicts = verify_together(question.files, judge)
    return {name: verdict.as_json() for name, verdict in verdicts.items()}


def browser_answers(questions: Sequence[Question | PromiseQuestion]) -> list[dict[str, Any]]:
    """Verdicts by name for each question, of the script in the page; one process for all."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    lines = "".join(json.dumps(_line(question)) + "\n" for question in questions)
    run = subprocess.run(
        [node, str(_RUNNER), str(PAGE)],
        input=lines.encode(),
        capture_output=True,
        check=True,
        timeout=_WITHIN_S,
    )
    return [json.loads(line) for line in run.stdout.splitlines()]


def rpc_answers(
    chain: MadeReader,
    *,
    code: bytes,
    nodes: Sequence[bytes],
    heights: Sequence[int],
    lien_key: str = "",
) -> dict[str, Any]:
    """What a node says that answers like ``chain``; nothing at all where that is silent."""
    if chain.silent:
        return {}
    address = chain.address
    words = {
        "0x949d225d": chain.head.size,
        "0x8f7dcfa3": int.from_bytes(chain.head.head, "big"),
    }
    words |= {"0x163aa631" + node.hex(): int(chain.issued) for node in nodes}
    words |= {"0x6240dded" + node.hex(): chain.issued_at(node) or 0 for node in nodes}
    words |= {"0x4294857f" + node.hex(): int(node in chain.revoked) for node in nodes}
    answers = {
        _key("eth_chainId"): hex(chain.chain_id()),
        _key("eth_blockNumber"): "0x14",
        _key("eth_getCode", address, "latest"): f"0x{code.hex()}",
        _key("eth_getBlockByNumber", "latest", False): _block(chain.latest),  # noqa: FBT003
        _key("eth_getBlockByNumber", "finalized", False): _block(chain.final),  # noqa: FBT003
    }
    for data, word in words.items():
        for at in ("latest", "0x14"):
            answers[_key("eth_call", {"to": address, "data": data}, at)] = f"0x{word:064x}"
    for height in heights:
        digest = chain.block_hash(height)
        block = None if digest is None else {"hash": "0x" + digest.hex()}
        answers[_key("eth_getBlockByNumber", hex(height), False)] = block  # noqa: FBT003
    if lien_key and chain.lien_registry_answers:
        call = {"to": LIEN_REGISTRY, "data": _LIEN_OF + lien_key}
        answers[_key("eth_call", call, "latest")] = _lien(chain.lien_bank)
    return answers


def _lien(bank: str | None) -> str:
    """Financed by ``bank`` as ``lienOf`` tells it: state, bank, expiry, basis points."""
    words = (2, int(bank, 16), 0, 0) if bank else (0, 0, 0, 0)
    return "0x" + "".join(f"{word:064x}" for word in words)


def _block(block: Any) -> dict[str, str] | None:
    return block and {"number": hex(block.number), "timestamp": hex(block.time_s)}


def _key(method: str, *params: Any) -> str:
    return f"{method} {json.dumps(params, separators=(',', ':'))}"


def _line(question: Question | PromiseQuestion) -> dict[str, Any]:
    line: dict[str, Any] = {}
    if isinstance(question, PromiseQuestion):
        line["promise"] = question.promise
        if question.entries is not None:
            line["entries"] = _text(question.entries)
    else:
        head = question.remembered
        line["files"] = {name: _text(raw) for name, raw in question.files.items()}
        line["audience"] = question.audience
        line["remembered"] = None if head is None else {"size": head.size, "root": head.root.hex()}
    if question.trust is not None:
        line["trust"] = _text(question.trust)
    if question.rpc is not None:
        line["chain"] = dict(question.rpc)
    return line


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


__all__ = [
    "PAGE",
    "PromiseQuestion",
    "Question",
    "browser_answers",
    "python_answer",
    "python_promise_answer",
    "rpc_answers",
]
