"""Smaller copies: every field that may be hidden can be, and the copy verifies without it."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from service.proof.bundle_writer import make_bundle
from service.proof.checks.disclosure import mandatory_in
from service.proof.document import document_data, wrap
from service.proof.leaves import flattened
from service.proof.verdict import Verdict
from service.proof.verify import verify
from service.usecases.redaction import (
    ALWAYS_VISIBLE,
    AUDIENCES,
    AlwaysVisibleError,
    Field,
    Lock,
    MandatoryFieldError,
    NoPolicyError,
    NothingHiddenError,
    UnknownFieldError,
    fields_of,
    smaller_bundle,
)
from tests.unit.proof.documents import document, fixed_salts
from tests.unit.proof.made_chain import Truck, anchored_truck

NAMES = list(anchored_truck().parts)
MOST_FIELDS = 40


@cache
def truck() -> Truck:
    return anchored_truck()


@cache
def alone(name: str) -> bytes:
    """The document without its proofs: quick to judge for what it says."""
    return make_bundle(document=truck().parts[name].document)


def statuses(verdict: Verdict) -> dict[str, str]:
    return {check.type: check.status.value for check in verdict.checks}


def hideable(bundle: bytes, audience: str | None = None) -> list[Field]:
    return [field for field in fields_of(bundle, audience) if field.lock is None]


def spread(fields: list[Field]) -> list[Field]:
    """At most some fields, evenly spread: a policy has hundreds, all of a kind."""
    return fields[:: len(fields) // MOST_FIELDS + 1]


def leaves_under(bundle: bytes, path: str) -> Iterator[str]:
    data = json.loads(bundle)["document"]["data"]
    for leaf_path, leaf in flattened(data):
        if leaf_path == path or leaf_path.startswith(f"{path}."):
            yield str(leaf)


@pytest.mark.parametrize("name", NAMES)
def test_every_single_field_that_may_be_hidden_can_be_and_leaves_no_trace(name: str) -> None:
    for field in spread(hideable(alone(name))):
        content = smaller_bundle(alone(name), [field.path]).content
        found = statuses(verify(content))
        assert found["DOCUMENT_INTEGRITY"] == "VALID", field.path
        assert found["RECORD_SEMANTICS"] != "INVALID", field.path
        for leaf in leaves_under(alone(name), field.path):
            assert leaf[:36].encode() not in content, field.path


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("name", NAMES)
def test_what_a_policy_lets_hide_leaves_its_audience_content(name: str, audience: str) -> None:
    for field in spread(hideable(alone(name), audience)):
        content = smaller_bundle(alone(name), [field.path], audience).content
        found = statuses(verify(content, audience=audience))
        assert found["DOCUMENT_INTEGRITY"] == "VALID", field.path
        assert found["DISCLOSURE_POLICY"] == "VALID", field.path


@pytest.mark.parametrize("audience", [None, *AUDIENCES])
@pytest.mark.parametrize("name", NAMES)
def test_with_everything_hidden_that_may_be_the_bundle_is_still_valid(
    name: str, audience: str | None
) -> None:
    raw = truck().parts[name].file()
    paths = [field.path for field in hideable(raw, audience)]
    smaller = smaller_bundle(raw, paths, audience)
    verdict = verify(smaller.content, trust=truck().trust, audience=audience)
    assert verdict.verdict.value == "VALID", verdict.as_json()
    assert (statuses(verdict)["DISCLOSURE_POLICY"] == "VALID") == (audience is not None)
    left = {field.path for field in fields_of(smaller.content, audience)}
    assert not left & set(paths)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("name", NAMES)
def test_what_the_audience_needs_is_refused_in_one_sentence(name: str, audience: str) -> None:
    data = document_data(truck().parts[name].document)
    needed = [field for field in fields_of(alone(name), audience) if field.lock is Lock.AUDIENCE]
    assert {path for path in mandatory_in(data, audience) or () if path.startswith("record.")} <= {
        field.path for field in needed
    }
    for field in spread(needed):
        with pytest.raises(MandatoryFieldError, match=f"cannot be hidden from a {audience}"):
            smaller_bundle(alone(name), [field.path], audience)


@pytest.mark.parametrize("path", [*ALWAYS_VISIBLE, "issuers.0.name", "$template.name"])
def test_issuer_and_kind_stay_visible_for_everybody(path: str) -> None:
    with pytest.raises(AlwaysVisibleError, match="stays visible in every copy"):
        smaller_bundle(alone("ticket"), [path])


@pytest.mark.parametrize("path", ["record.nothing", "nothing", "", "record.gross_kg.x"])
def test_a_field_that_is_not_there_is_named(path: str) -> None:
    with pytest.raises(UnknownFieldError):
        smaller_bundle(alone("ticket"), [path])


def test_nothing_hidden_is_no_smaller_copy() -> None:
    with pytest.raises(NothingHiddenError):
        smaller_bundle(alone("ticket"), [])


def test_the_last_member_takes_its_object_along() -> None:
    members = ["record.deduction.kind", "record.deduction.bp", "record.deduction.reason"]
    smaller = smaller_bundle(alone("ticket"), members)
    whole = smaller_bundle(alone("ticket"), ["record.deduction", "record.deduction.kind"])
    assert smaller.content == whole.content
    assert smaller.hidden == 3


def test_a_copy_can_be_made_smaller_again() -> None:
    once = smaller_bundle(alone("ticket"), ["personal"])
    twice = smaller_bundle(once.content, ["record.rejected_reason"])
    assert twice.hidden == once.hidden + 1
    assert twice.visible + twice.hidden == once.visible + once.hidden
    assert statuses(verify(twice.content))["DOCUMENT_INTEGRITY"] == "VALID"


def test_proofs_are_copied_as_they_are() -> None:
    raw = truck().parts["ticket"].file()
    before, after = json.loads(raw), json.loads(smaller_bundle(raw, ["personal"]).content)
    hidden = after["document"].pop("privacy")
    assert len(hidden["obfuscatedData"]) == 1
    assert after["document"]["data"].keys() ^ before["document"]["data"].keys() == {"personal"}
    before["document"].pop("data"), after["document"].pop("data")
    assert after == before


def test_where_no_policy_speaks_nothing_is_promised() -> None:
    foreign: dict[str, Any] = document("ticket", "X", {"a": 1, "b": 2})
    foreign["$template"]["name"] = "SOMEBODY_ELSE"
    raw = make_bundle(document=wrap(foreign, fixed_salts("foreign")))
    with pytest.raises(NoPolicyError, match="No policy says what a bank must see"):
        fields_of(raw, "bank")
    assert smaller_bundle(raw, ["record.a"]).hidden == 1
