import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.proof.document import (
    document_data,
    hidden_hashes,
    target_hash,
    unsalted_paths,
    with_proof,
    wrap,
)
from service.proof.errors import DocumentValueError, LeafFormatError, RedactionError
from service.proof.jcs import LARGEST_INTEGER, canonical_json
from service.proof.leaves import leaf_value
from service.proof.redaction import redact
from tests.unit.proof.documents import fixed_salts, one_truck

SALT = "5c40e741-ece4-478c-a914-17bfd031bc3f"
GOLDEN = Path(__file__).parent / "golden"

names = st.text("abcXYZ_09$-", min_size=1, max_size=6)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10).map(str.strip)
fit_texts = texts.filter(lambda text: "\ufeff" not in text)
scalars = st.none() | st.booleans() | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER) | fit_texts
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3)
)
documents = st.dictionaries(names, trees, min_size=1, max_size=5)


@given(documents)
def test_what_is_wrapped_comes_out_the_same(data: dict[str, Any]) -> None:
    wrapped = wrap(data, fixed_salts("any"))
    assert document_data(wrapped) == data
    assert unsalted_paths(wrapped) == []


@given(documents, st.data())
def test_hiding_a_member_keeps_the_fingerprint(data: dict[str, Any], draw: st.DataObject) -> None:
    data = {"first": "stays", **data}
    wrapped = wrap(data, fixed_salts("any"))
    redacted = redact(wrapped, [draw.draw(st.sampled_from([k for k in data if k != "first"]))])
    hidden = hidden_hashes(redacted)
    assert target_hash(redacted["data"], hidden) == wrapped["signature"]["targetHash"]
    assert hidden


@pytest.mark.parametrize("name", list(one_truck()))
def test_documents_of_every_kind_have_the_bytes_they_always_had(name: str) -> None:
    wrapped = one_truck()[name]
    assert canonical_json(wrapped) == (GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize(
    "value",
    [
        {"a.b": 1},
        {"a[": 1},
        {"a]": 1},
        {"": 1},
        {"é": 1},
        {5: 1},
        {"a": 1.0},
        {"a": float("nan")},
        {"a": Decimal(1)},
        {"a": LARGEST_INTEGER + 1},
        {"a": [{"b": b"bytes"}]},
        {"a": " x"},
        {"a": "x\n"},
        {"a": "x\ufeff"},
        {"a": "\ufeffx"},
        {"a": "x\ud800"},
    ],
)
def test_values_that_may_not_stand_in_a_document_are_refused(value: dict[str, Any]) -> None:
    with pytest.raises(DocumentValueError):
        wrap(value, fixed_salts("any"))


def test_the_refusal_names_the_path() -> None:
    with pytest.raises(DocumentValueError) as refused:
        wrap({"record": {"lines": [{"kg": 1.5}]}}, fixed_salts("any"))
    assert refused.value.field == "record.lines.0.kg"


@pytest.mark.parametrize(
    "leaf",
    [
        "plain text",
        f"{SALT}:text:x",
        f"{SALT}:number:01",
        f"{SALT}:number:-0",
        f"{SALT}:number:+1",
        f"{SALT}:boolean:yes",
        f"{SALT}:null:",
        f"{SALT}:undefined:null",
        f"{SALT.upper()}:string:x",
        "5c40e741-ece4-178c-a914-17bfd031bc3f:string:x",
        "5c40e741-ece4-478c-c914-17bfd031bc3f:string:x",
        5,
        None,
    ],
)
def test_leaves_of_another_form_are_refused(leaf: object) -> None:
    with pytest.raises(LeafFormatError):
        leaf_value(leaf, "record.kg")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("string:a:b\nc", "a:b\nc"),
        ("number:-5", -5),
        ("number:1e-7", Decimal("1e-7")),
        ("number:0.5", Decimal("0.5")),
        ("number:100000000000000000000", Decimal(10**20)),
        ("boolean:true", True),
        ("boolean:false", False),
        ("null:null", None),
        ("undefined:undefined", None),
    ],
)
def test_leaves_are_read_by_their_type(text: str, value: object) -> None:
    assert leaf_value(f"{SALT}:{text}", "x") == value


def test_every_leaf_gets_a_salt_of_its_own() -> None:
    def salts() -> Iterator[str]:
        yield from (f"{SALT[:-1]}{n}" for n in range(5))

    source = salts()
    wrapped = wrap({"a": 1, "b": [2, {"c": None}], "d": {}, "e": []}, lambda: next(source))
    assert wrapped["data"] == {
        "a": f"{SALT[:-1]}0:number:1",
        "b": [f"{SALT[:-1]}1:number:2", {"c": f"{SALT[:-1]}2:null:null"}],
        "d": {},
        "e": [],
    }


def test_empty_objects_and_lists_count_in_the_fingerprint() -> None:
    plain = wrap({"a": 1}, fixed_salts("x"))["data"]
    more: list[dict[str, Any]] = [{}, {"b": {}}, {"b": []}]
    assert len({target_hash({**plain, **each}) for each in more}) == 3


def test_unsalted_leaves_are_found() -> None:
    wrapped = wrap({"a": 1, "b": {"c": 2}}, fixed_salts("x"))
    wrapped["data"]["b"]["c"] = 2
    wrapped["data"]["d"] = {}
    assert unsalted_paths(wrapped) == ["b.c"]


def test_a_document_placed_in_a_batch_is_another_object() -> None:
    wrapped = wrap({"a": 1}, fixed_salts("x"))
    before = deepcopy(wrapped)
    placed = with_proof(wrapped, proof=[b"\x01" * 32], merkle_root=b"\x02" * 32)
    assert wrapped == before
    assert placed["signature"]["proof"] == ["01" * 32]
    assert placed["signature"]["targetHash"] == wrapped["signature"]["targetHash"]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("issuers", "visible"),
        ("issuers.0.name", "visible"),
        ("$template.name", "as a whole"),
        ("record.nothing", "no object"),
        ("nothing.at.all", "no object"),
        ("list.0", "no object"),
        ("alone.only", "last member"),
    ],
)
def test_what_would_break_the_document_cannot_be_hidden(path: str, why: str) -> None:
    data = {
        "issuers": [{"name": "x"}],
        "$template": {"name": "x", "type": "y"},
        "record": {"a": 1, "b": 2},
        "list": [1],
        "alone": {"only": 1},
    }
    with pytest.raises(RedactionError, match=why):
        redact(wrap(data, fixed_salts("x")), [path])


def test_hiding_in_two_steps_is_hiding_both() -> None:
    wrapped = wrap({"issuers": [], "a": {"b": 1, "c": 2}, "d": {"e": 3}}, fixed_salts("x"))
    once = redact(wrapped, ["a.b", "d"])
    twice = redact(redact(wrapped, ["a.b"]), ["d"])
    assert once == twice
    assert json.dumps(once).count(":number:") == 1
