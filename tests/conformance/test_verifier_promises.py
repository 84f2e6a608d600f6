"""A promise alone: the verifier of the page and the Python one tell the same of it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from service.proof.promise import InclusionPromise, compact_promises
from service.proof.trust import Trust, trust_bytes
from tests.conformance.test_verifier_agrees import REGISTRY_CODE, fragments
from tests.support.browser_verifier import (
    PromiseQuestion,
    browser_answers,
    python_promise_answer,
    rpc_answers,
)
from tests.unit.proof.made_chain import signed_promise, word
from tests.unit.proof.made_reader import MadeBlock, MadeHead, MadeReader
from tests.unit.proof.test_omission import (
    INCLUDE_BY,
    MISSING,
    head,
    lines,
    live,
    target,
    truck,
    trusting,
)

ALL = b"\n".join(lines()) + b"\n"


def asked(
    promise: InclusionPromise | None = None,
    *,
    trust: Trust | None = None,
    entries: bytes | None = ALL,
    chain: MadeReader | None = None,
) -> PromiseQuestion:
    root = truck().parts["ticket"].anchor.batch_root
    believed = trusting(at=INCLUDE_BY) if trust is None else trust
    return PromiseQuestion(
        promise=compact_promises([promise or signed_promise(target())]),
        trust=trust_bytes(believed),
        entries=entries,
        chain=chain,
        rpc=rpc_answers(chain, code=REGISTRY_CODE, nodes=(bytes(32), root), heights=())
        if chain
        else None,
    )


def questions() -> Iterator[PromiseQuestion]:
    missing = signed_promise(MISSING)
    root = truck().parts["ticket"].anchor.batch_root
    timeless, keyless = trusting(at=None), trusting(at=INCLUDE_BY, keys=())
    for promise in (None, missing, signed_promise(target(), key=b"\x07" * 32)):
        for at in (None, INCLUDE_BY - 1, INCLUDE_BY, INCLUDE_BY + 1):
            yield asked(promise, trust=trusting(at=at))
        yield asked(promise, trust=keyless)
        yield asked(promise, trust=Trust())
        yield asked(promise, entries=None)
        yield asked(promise, trust=keyless, entries=None)
        for changes in chains(root):
            yield asked(promise, trust=timeless, chain=live(**changes))
    for entries in (b"", b"x", ALL[:-1], ALL.replace(b"\n", b"\r\n"), ALL + b"anything", ALL[5:]):
        yield asked(entries=entries)
    yield asked(trust=trusting(at=INCLUDE_BY, head=head(lines()[:26])))
    yield asked(trust=trusting(head=None))
    for raw in spoilt():
        spoilt_lines = tuple(raw.split(b"\n"))
        of_spoilt = head(spoilt_lines)
        yield asked(trust=trusting(at=INCLUDE_BY, head=of_spoilt), entries=raw)
        late = live(
            head=MadeHead(of_spoilt.size, of_spoilt.root), issue_times={root: INCLUDE_BY + 1}
        )
        yield asked(trust=timeless, entries=raw, chain=late)
    other = replace(trusting().issuers[0], registry=b"\x01" * 20, keys=())
    yield asked(trust=Trust(issuers=(other, *trusting(at=INCLUDE_BY).issuers)))
    yield asked(trust=Trust(issuers=(other, *keyless.issuers)))


def chains(root: bytes) -> Iterator[dict[str, Any]]:
    yield {}
    yield {"issue_times": {root: INCLUDE_BY}}
    yield {"issue_times": {root: INCLUDE_BY + 1}}
    yield {"latest": MadeBlock(20, INCLUDE_BY)}
    yield {"latest": MadeBlock(20, INCLUDE_BY - 1)}
    yield {"head": MadeHead(80, word(1))}
    yield {"silent": True}


def spoilt() -> Iterator[bytes]:
    """Entries of which the promised one, or a neighbour, is not what it must be."""
    own = lines()[9]
    for changed in (
        own.replace(b'"v":1', b'"v":1 '),
        own.replace(b'"seq":9', b'"seq":8'),
        own.replace(b'"targetHash"', b'"target"'),
        own.replace(b"ticket", b"\xff"),
    ):
        yield b"\n".join((*lines()[:9], changed, *lines()[10:]))
    yield b"\n".join((*lines()[:10], lines()[9], *lines()[11:]))
    yield b"\n".join((*lines()[:10], b"x", *lines()[11:]))


def test_both_tell_the_same_of_a_promise_alone() -> None:
    every = list(questions())
    answers = browser_answers(every)
    found = set()
    for question, answer in zip(every, answers, strict=True):
        assert "failed" not in answer, answer
        expected = python_promise_answer(question)
        assert fragments(answer["promise"]) == fragments(expected["promise"]), question
        assert (
            answer["promise"]["checks"][0]["reason"] == expected["promise"]["checks"][0]["reason"]
        )
        reason = answer["promise"]["checks"][0]["reason"]
        found.add((answer["promise"]["verdict"], reason and reason["code"]))
    assert found == {("VALID", None), ("INVALID", 5), ("INVALID", 6), ("ERROR", 0)}


@pytest.mark.parametrize(
    "text",
    ["", "FT1.", "FT1.AA", "FT2.AAAA", "FT1.A=", "FT1.!!!!", "FT1." + "A" * 143, "FT1." + "." * 16],
)
def test_what_is_no_promise_is_refused(text: str) -> None:
    (answer,) = browser_answers([PromiseQuestion(promise=text)])
    assert "FileShapeError" in answer["failed"] or "breaks its format" in answer["failed"]
