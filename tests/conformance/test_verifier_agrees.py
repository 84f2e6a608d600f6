"""The verifier of the page and the Python one give the same answers, check by check."""

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from service.domain.carbon import Leg, Method, Processing, carbon_statement
from service.proof.bundle import LogHead
from service.proof.document import wrap
from service.proof.hashing import keccak256
from service.proof.trust import Trust, trust_bytes
from service.proof.verdict import Status
from service.proof.verify import verify
from tests.conformance.test_proof_worked_example import bundle as example_bundle
from tests.conformance.test_proof_worked_example import example
from tests.conformance.test_proof_worked_example import trust as example_trust
from tests.support.browser_verifier import (
    Question,
    browser_answers,
    python_answer,
    rpc_answers,
)
from tests.support.bundles import corpus
from tests.support.mutations import mutations
from tests.unit.proof import documents
from tests.unit.proof.documents import LIEN_REGISTRY, fixed_salts
from tests.unit.proof.made_chain import Truck, anchored_truck
from tests.unit.proof.made_reader import MadeBlock, MadeHead, MadeReader, reader_of

MUTANTS_OF = {"gross": 110, "ticket": 110, "settlement": 110, "lien": 110, "correction": 60}
SEED = 20_261_122
OTHER_CODE = b"another contract's code"
REGISTRY_CODE = b"the registry's code"
LIEN_ADDRESS = bytes.fromhex(LIEN_REGISTRY[2:])

STRANGE_JSON = (
    b"",
    b"{}",
    b"null",
    b"[1]",
    b'{"v":1}',
    b'{"v":1,"document":null}',
    b'{"v":true,"document":{}}',
    b'{"v":2,"document":{}}',
    b'{"v":"1","document":{}}',
    b'{"v":1,"v":1,"document":{}}',
    b'{"v":1.0,"document":{}}',
    b'{"v":1e0,"document":{}}',
    b'{"v":01,"document":{}}',
    b'{"v":-0,"document":{}}',
    b'{"v":9007199254740992,"document":{}}',
    b'{"v":NaN,"document":{}}',
    b'{"v":1,"document":"\xff"}',
    b'{"v":1,"document":"\\ud800"}',
    b'{"v":1,"document":"\\ud83d\\ude00"}',
    b'{"v":1,"document":"\n"}',
    b'{"v":1,"document":[,]}',
    b'{"v":1,"document":{},}',
    b'{"v":1,"document":{}} x',
    b"\xef\xbb\xbf{}",
    b"[" * 17 + b"]" * 17,
    b"[" * 16 + b"]" * 16,
    b'{"v":3,"a":' + b"[" * 15 + b"]" * 15 + b',"document":1}',
    b'{"v":3,"a":"' + b"[" * 40 + b'","document":1}',
)
EDITS: tuple[Callable[[bytes], bytes], ...] = (
    lambda raw: b" \t\r\n" + raw + b"\n",
    lambda raw: b"\x0c" + raw,
    lambda raw: b"\xef\xbb\xbf" + raw,
    lambda raw: raw + b"\x00",
    lambda raw: raw.replace(b'"v":1', b'"v":1,"__proto__":{}'),
    lambda raw: raw.replace(b'"personal":{', b'"constructor":[],"personal":{'),
    lambda raw: raw.replace(b"\xe6\x9d\x8e", b"\\u674e").replace(b"record", b"\\u0072ecord"),
    lambda raw: raw.replace(b"FERROTRACE", b"FERROTRACE\\u0000"),
    lambda raw: raw.replace(b"string:", b"string:\xe2\x80\xa8", 1),
    lambda raw: raw.replace(b'"0x', b'"0X', 1),
    lambda raw: raw + b" " * 4_194_304,
)


def fragments(verdict: dict[str, Any]) -> dict[str, Any]:
    """A verdict without its sentences, which each verifier writes in its own words."""
    checks = [
        (
            check["name"],
            check["type"],
            check["status"],
            check["reason"] and (check["reason"]["code"], check["reason"]["codeString"]),
            check.get("data"),
        )
        for check in verdict["checks"]
    ]
    return {"verdict": verdict["verdict"], "as_of": verdict["as_of"], "checks": checks}


def require_agreement(questions: dict[str, Question]) -> list[dict[str, Any]]:
    """Ask both; all answers, for a look at how far the cases reach."""
    answers = browser_answers(list(questions.values()))
    assert len(answers) == len(questions)
    for (what, question), answer in zip(questions.items(), answers, strict=True):
        assert "failed" not in answer, (what, answer)
        expected = python_answer(question)
        assert list(answer) == list(expected), what
        for name, verdict in expected.items():
            assert fragments(answer[name]) == fragments(verdict), (what, name)
    return answers


@cache
def good() -> tuple[dict[str, bytes], Trust]:
    return corpus()["good"]


def corpus_questions() -> Iterator[tuple[str, Question]]:
    for folder, (files, believed) in corpus().items():
        trust = trust_bytes(believed)
        for audience in (None, "plant", "bank"):
            together = Question(files=files, trust=trust, audience=audience)
            yield f"{folder} together for {audience}", together
        yield f"{folder} without trust", Question(files=files)
        for name, raw in files.items():
            yield f"{folder} {name} alone", Question(files={name: raw}, trust=trust)


def test_both_agree_on_documents_of_every_kind_alone_and_together() -> None:
    answers = require_agreement(dict(corpus_questions()))
    assert len(answers) >= 80


def test_both_agree_on_damaged_files() -> None:
    files, believed = good()
    trust = trust_bytes(believed)
    questions = {
        f"{name}: {what}": Question(files={name: raw}, trust=trust, audience="bank")
        for name, most in MUTANTS_OF.items()
        for what, raw in itertools.islice(mutations(files[name], trust, SEED), most)
    }
    answers = require_agreement(questions)
    assert len(answers) >= 480
    assert {answer[name]["verdict"] for answer in answers for name in answer} == {
        "VALID",
        "INVALID",
        "ERROR",
    }


def test_both_agree_on_the_worked_example() -> None:
    redacted = example()["redaction"]["document"]
    revoked = example()["evm"]["statusAfterRevocation"]
    head = LogHead(size=5, root=bytes.fromhex(example()["log"]["roots"]["5"]))
    unasked = trust_bytes(example_trust(dns_txt=None))
    trust = trust_bytes(example_trust())
    one = {"0": example_bundle()}
    require_agreement(
        {
            "as it is": Question(files=one, trust=trust),
            "remembered": Question(files=one, trust=trust, remembered=head),
            "redacted": Question(files={"0": example_bundle(document=redacted)}, trust=trust),
            "revoked": Question(files={"0": example_bundle(status=revoked)}, trust=trust),
            "DNS not asked": Question(files=one, trust=unasked),
            "nobody trusted": Question(files=one),
        }
    )


CHAINS: dict[str, dict[str, Any]] = {
    "as it is": {},
    "silent": {"silent": True},
    "another chain": {"chain": 1},
    "no block": {"latest": None},
    "nothing final": {"final": None},
    "not final yet": {"final": MadeBlock(6, 1_772_339_000)},
    "other blocks": {"hashes": {7: b"\x07" * 32, 9: b"\x09" * 32}},
    "no such blocks": {"hashes": {}},
    "never issued": {"issued": False},
    "another contract": {"code": keccak256(OTHER_CODE)},
    "went back": {"head": MadeHead(3, b"\x03" * 32)},
    "split": {"head": None},
    "lien of another bank": {"lien_bank": "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"},
    "lien registry silent": {"lien_registry_answers": False},
}


def chain_questions() -> Iterator[tuple[str, Question]]:
    truck = anchored_truck()
    issuer = truck.trust.issuers[0]
    remembering = replace(issuer, head=truck.later_head, lien_registry=LIEN_ADDRESS)
    trusts = {
        "blocks": replace(truck.trust, issuers=(remembering,)),
        "no blocks": Trust(issuers=(remembering,)),
    }
    for what, changes in CHAINS.items():
        split = {"head": MadeHead(truck.later_head.size, b"\x05" * 32)}
        chain = reader_of(truck, **(split if what == "split" else changes))
        for believing, trust in trusts.items():
            for name in ("ticket", "lien"):
                yield f"{what}, {believing}, {name}", of_chain(truck, chain, trust, name)
    for place, node in enumerate(truck.nodes["ticket"]):
        chain = reader_of(truck, revoked=frozenset({node}))
        yield f"node {place} revoked", of_chain(truck, chain, trusts["blocks"], "ticket")


def of_chain(truck: Truck, chain: MadeReader, trust: Trust, name: str) -> Question:
    code = REGISTRY_CODE if chain.code == keccak256(REGISTRY_CODE) else OTHER_CODE
    lien_key = "" if name != "lien" else documents.lien()["record"]["lien_key"]
    return Question(
        files={name: truck.parts[name].file()},
        trust=trust_bytes(trust),
        chain=chain,
        rpc=rpc_answers(
            chain, code=code, nodes=truck.nodes[name], heights=(7, 9), lien_key=lien_key
        ),
    )


def test_both_agree_where_a_chain_answers_and_where_it_does_not() -> None:
    answers = require_agreement(dict(chain_questions()))
    found = {
        (check["type"], check["reason"]["code"])
        for answer in answers
        for verdict in answer.values()
        for check in verdict["checks"]
        if check["reason"]
    }
    assert {
        ("CHAIN_ANCHOR", 1),
        ("CHAIN_ANCHOR", 6),
        ("CHAIN_ANCHOR", 8),
        ("CHAIN_ANCHOR", 9),
        ("DOCUMENT_STATUS", 1),
        ("DOCUMENT_STATUS", 5),
        ("LOG_CONSISTENCY", 2),
        ("LOG_CONSISTENCY", 3),
        ("LINEAGE", 5),
    } <= found


def long_decimals(chosen: random.Random, places: int) -> Decimal:
    return Decimal(chosen.randrange(10 ** (places + 3))).scaleb(-chosen.randrange(places))


def test_both_compute_the_same_carbon_figures_to_the_last_digit() -> None:
    chosen = random.Random(SEED)  # noqa: S311 - the same figures each time
    truck = anchored_truck()
    questions = {}
    for number in range(40):
        places = 4 + number // 2
        statement = carbon_statement(
            settlement_kg=chosen.randrange(1, 60_000),
            carried_kg=chosen.randrange(1, 60_000),
            legs=[
                Leg(
                    name="outbound",
                    distance_km=long_decimals(chosen, places),
                    factor_id="TRK-CN-46",
                )
            ],
            processing=Processing(
                grid_year=2023,
                grid_region="全国",
                electricity_kwh_per_t=long_decimals(chosen, places),
            ),
            method=chosen.choice(list(Method)),
        )
        data = documents.carbon()
        data["record"] = {**data["record"], **statement.record()}
        wrapped = wrap(data, fixed_salts(str(number)))
        raw = truck.parts["carbon"].file(document=wrapped)
        questions[str(number)] = Question(files={"carbon": raw})
    for answer in require_agreement(questions):
        checks = {check["type"]: check for check in answer["carbon"]["checks"]}
        assert checks["RECORD_SEMANTICS"]["status"] == "VALID"


DEDUCTIONS: dict[str, dict[str, Any]] = {
    "soil": {"kind": "KG", "kg": 203, "reason_code": "SOIL"},
    "slag": {"kind": "IMPURITY", "kg": 51, "multiplier_e2": 150, "reason_code": "DOUBLE"},
    "rain": {"kind": "MOISTURE", "bp": 415, "free_bp": 200, "reason_code": "MOISTURE"},
    "dirt": {"kind": "PCT", "bp": 125, "reason_code": "OTHER", "reason": "dirt"},
    "nothing": {"kind": "KG", "kg": 0, "reason_code": "OIL"},
    "silence": {"kind": "KG", "kg": 1, "reason_code": "OTHER"},
    "too often": {"kind": "IMPURITY", "kg": 1, "multiplier_e2": 10_001, "reason_code": "PLAIN"},
}


def test_both_reckon_several_deductions_alike() -> None:
    truck = anchored_truck()
    questions = {}
    for one, two in itertools.combinations(DEDUCTIONS, 2):
        for deducted_kg in (203 + 77, 203 + 688, 203 + 400, 77 + 688, 77 + 400):
            data = documents.ticket()
            data["record"] |= {
                "deduction": {"1": DEDUCTIONS[one], "2": DEDUCTIONS[two]},
                "deducted_kg": deducted_kg,
                "settlement_kg": 32_000 - deducted_kg,
            }
            wrapped = wrap(data, fixed_salts(f"{one} {two} {deducted_kg}"))
            raw = truck.parts["ticket"].file(document=wrapped)
            questions[f"{one} {two} {deducted_kg}"] = Question(files={"ticket": raw})
    verdicts = [
        check["status"]
        for answer in require_agreement(questions)
        for check in answer["ticket"]["checks"]
        if check["type"] == "RECORD_SEMANTICS"
    ]
    assert verdicts.count("VALID") == 5
    assert set(verdicts) == {"VALID", "INVALID"}


SPLITS: dict[str, dict[str, dict[str, Any]]] = {
    "by kg": {"1": {"grade": "HRS101", "kg": 16_200}, "2": {"material": "铜", "kg": 15_000}},
    "less": {"1": {"grade": "HRS101", "kg": 16_200}, "2": {"material": "铜", "kg": 14_999}},
    "by share": {
        "1": {"grade": "HRS101", "bp": 3_333, "kg": 10_399},
        "2": {"grade": "MRS201", "bp": 3_333, "kg": 10_399},
        "10": {"material": "铜", "bp": 3_334, "kg": 10_402},
    },
    "rest astray": {
        "1": {"grade": "HRS101", "bp": 3_333, "kg": 10_400},
        "2": {"grade": "MRS201", "bp": 6_667, "kg": 20_800},
    },
    "no whole": {
        "1": {"grade": "HRS101", "bp": 3_333, "kg": 10_399},
        "2": {"grade": "MRS201", "bp": 6_666, "kg": 20_801},
    },
    "both ways": {"1": {"grade": "HRS101", "bp": 10_000, "kg": 1}, "2": {"grade": "B", "kg": 1}},
    "twice": {"1": {"grade": "HRS101", "kg": 16_200}, "2": {"grade": "HRS101", "kg": 15_000}},
    "unnamed": {"1": {"grade": "HRS101", "kg": 16_200}, "2": {"kg": 15_000}},
    "nothing": {"1": {"grade": "HRS101", "kg": 31_200}, "2": {"material": "铜", "kg": 0}},
}


def test_both_split_a_load_alike() -> None:
    truck = anchored_truck()
    questions = {}
    for name, lines in SPLITS.items():
        data = documents.ticket()
        data["record"]["lines"] = lines
        raw = truck.parts["ticket"].file(document=wrap(data, fixed_salts(name)))
        questions[name] = Question(files={"ticket": raw})
    verdicts = [
        check["status"]
        for answer in require_agreement(questions)
        for check in answer["ticket"]["checks"]
        if check["type"] == "RECORD_SEMANTICS"
    ]
    assert dict(zip(SPLITS, verdicts, strict=True)) == {
        name: "VALID" if name in {"by kg", "by share"} else "INVALID" for name in SPLITS
    }


@pytest.mark.parametrize("raw", STRANGE_JSON)
def test_strange_files_are_no_bundles(raw: bytes) -> None:
    assert verify(raw).verdict is not Status.VALID


def test_both_read_the_same_json() -> None:
    files, believed = good()
    trust = trust_bytes(believed)
    bundle = files["ticket"]
    raws = [*STRANGE_JSON, *(edit(bundle) for edit in EDITS)]
    questions = {
        repr(raw[:60]) + str(place): Question(files={"x": raw}, trust=trust)
        for place, raw in enumerate(raws)
    }
    require_agreement(questions)
