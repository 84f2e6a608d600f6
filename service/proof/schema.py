"""A small, strict reader of the JSON Schemas that describe the product's documents.

It knows the keywords those schemas use and refuses any other, so that a schema never says more
than is checked. Patterns match the whole text.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, TypeAlias

Schema: TypeAlias = Mapping[str, Any]

_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
}
_IGNORED = frozenset({"$schema", "$id", "$defs", "title", "description"})
KEYWORDS = _IGNORED | {
    *("$ref", "type", "const", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum"),
    *("properties", "required", "additionalProperties", "minProperties", "items"),
    *("minItems", "maxItems"),
}


@cache
def document_schema(name: str) -> Schema:
    """The schema of documents of kind ``name`` (or ``ticket-void``), one of those that ship."""
    file = resources.files("service.proof.schemas").joinpath(f"{name}.json")
    schema: Schema = json.loads(file.read_text(encoding="utf-8"))
    return schema


def record_schema(name: str) -> Schema:
    """The schema of the ``record`` in documents of kind ``name``."""
    whole = document_schema(name)
    return {"$defs": whole["$defs"], **whole["properties"]["record"]}


def violations(value: Any, schema: Schema, *, partial: bool = False, path: str = "") -> list[str]:
    """What in ``value`` breaks ``schema``, each with its dotted path; empty where nothing does.

    ``partial`` forgives missing members: they may be hidden. ``path`` is that of ``value``.
    """
    return list(_Walk(schema, partial=partial).broken(value, schema, path))


class _Walk:
    def __init__(self, root: Schema, *, partial: bool) -> None:
        self._definitions: Mapping[str, Schema] = root.get("$defs", {})
        self._partial = partial

    def broken(self, value: Any, schema: Schema, path: str) -> Iterator[str]:
        unknown = schema.keys() - KEYWORDS
        if unknown:
            raise ValueError(f"schema keywords {sorted(unknown)} are not known here")
        if "$ref" in schema:
            name = schema["$ref"].removeprefix("#/$defs/")
            yield from self.broken(value, self._definitions[name], path)
            return
        if not _TYPES[schema["type"]](value):
            yield f"{path or 'document'}: no {schema['type']}"
            return
        if "const" in schema and value != schema["const"]:
            yield f"{path}: not {schema['const']!r}"
        if "enum" in schema and value not in schema["enum"]:
            yield f"{path}: none of {', '.join(schema['enum'])}"
        match value:
            case str():
                yield from _broken_text(value, schema, path)
            case dict():
                yield from self._broken_object(value, schema, path)
            case list():
                yield from self._broken_list(value, schema, path)
            case _:
                yield from _broken_number(value, schema, path)

    def _broken_object(self, value: dict[str, Any], schema: Schema, path: str) -> Iterator[str]:
        properties = schema.get("properties", {})
        others = schema.get("additionalProperties", False)
        for name in sorted(set(schema.get("required", ())) - value.keys()):
            if not self._partial:
                yield f"{_join(path, name)}: missing"
        if len(value) < schema.get("minProperties", 0) and not self._partial:
            yield f"{path}: fewer than {schema['minProperties']} members"
        for name, member in value.items():
            if name in properties:
                yield from self.broken(member, properties[name], _join(path, name))
            elif others is True:
                continue
            elif others:
                yield from self.broken(member, others, _join(path, name))
            else:
                yield f"{_join(path, name)}: not part of the record"

    def _broken_list(self, value: list[Any], schema: Schema, path: str) -> Iterator[str]:
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{path}: {len(value)} elements"
        for index, member in enumerate(value):
            yield from self.broken(member, schema["items"], _join(path, str(index)))


def _broken_text(value: str, schema: Schema, path: str) -> Iterator[str]:
    if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
        yield f"{path}: a text of {len(value)} characters"
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        yield f"{path}: not of the form {schema['pattern']}"


def _broken_number(value: int, schema: Schema, path: str) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{path}: {value} is below {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{path}: {value} is above {schema['maximum']}"


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
