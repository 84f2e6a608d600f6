import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.proof import schemas
from service.proof.checks.semantics import RULES, VOID_TICKET
from service.proof.document import document_data
from service.proof.policy import CORRECTION
from service.proof.schema import Schema, document_schema, violations
from tests.unit.proof.documents import one_truck

NAMES = [*RULES, CORRECTION, VOID_TICKET]
DATA = [document_data(wrapped) for wrapped in one_truck().values()]


def schema_of(name: str) -> Schema:
    return document_schema(name)


def name_of(data: dict[str, Any]) -> str:
    return VOID_TICKET if data["record"].get("status") == "void" else str(data["kind"])


def test_every_kind_has_a_schema_and_every_schema_a_kind() -> None:
    folder = Path(str(schemas.__file__)).parent
    assert {path.stem for path in folder.glob("*.json")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_schemas_are_json_schemas(name: str) -> None:
    jsonschema_rs.meta.validate(dict(schema_of(name)))


@pytest.mark.parametrize("data", DATA, ids=list(one_truck()))
def test_the_documents_of_a_truck_fit(data: dict[str, Any]) -> None:
    schema = schema_of(name_of(data))
    assert violations(data, schema) == []
    assert jsonschema_rs.is_valid(dict(schema), data)


def paths_of(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(node, dict | list):
        return [path]
    members = node.items() if isinstance(node, dict) else enumerate(node)
    return [path, *(p for key, member in members for p in paths_of(member, (*path, key)))]


odd = st.sampled_from([None, True, -1, 0, 10**9, "", "x", "x" * 3000, [], {}, {"a": 1}, [1, 2]])


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(DATA), st.data())
def test_the_answer_is_the_one_of_the_reference_library(
    data: dict[str, Any], draw: st.DataObject
) -> None:
    spoilt = json.loads(json.dumps(data))
    *above, last = draw.draw(st.sampled_from([path for path in paths_of(spoilt) if path]))
    node = spoilt
    for step in above:
        node = node[step]
    match draw.draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            node[last] = draw.draw(odd)
        case "remove":
            del node[last]
        case "add" if isinstance(node, dict):
            node["unheard_of"] = draw.draw(odd)
        case _:
            node.append(draw.draw(odd))
    schema = schema_of(name_of(data))
    assert (violations(spoilt, schema) == []) is jsonschema_rs.is_valid(dict(schema), spoilt)


def test_missing_members_are_forgiven_in_part_of_a_document() -> None:
    data = DATA[0]
    part = {name: member for name, member in data.items() if name != "record"}
    assert violations(part, schema_of("weighing"))
    assert violations(part, schema_of("weighing"), partial=True) == []


def test_a_keyword_that_is_not_checked_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        violations("x", {"type": "string", "format": "uri"})
