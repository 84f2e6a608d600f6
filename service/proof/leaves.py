"""Leaves of an evidence document: values salted, flattened and hashed as OpenAttestation v2 does.

A leaf is ``<uuid4>:<type>:<text>``; its hash is keccak-256 of ``{"<path>":"<leaf>"}`` (ledger.md,
section 3.3). Values are text, integers, booleans and null; floats never enter a document.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

from service.proof.errors import DocumentValueError, LeafFormatError
from service.proof.hashing import keccak256_hex
from service.proof.jcs import LARGEST_INTEGER

SaltSource: TypeAlias = Callable[[], str]
"""Returns a fresh UUID v4 as text on every call, from the operating system's random source."""

Scalar: TypeAlias = "str | int | Decimal | None"

_SALT = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-][0-9]+)?"
_LEAF = re.compile(
    rf"{_SALT}:(?:(string):(.*)|(number):({_NUMBER})|(boolean):(true|false)"
    r"|(null):(null)|(undefined):(undefined))",
    re.DOTALL,
)
_FORBIDDEN_IN_KEYS = frozenset(".[]")

_stringify = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def salted(value: Any, salt: SaltSource, path: str = "") -> Any:
    """``value`` with a salt of its own on every leaf; empty lists and objects stay as they are.

    Raises ``DocumentValueError``, naming the path, for what ledger.md, section 3.2 forbids: keys
    that are empty, not ASCII or hold ``. [ ]``; floats and integers beyond ±(2^53 − 1); text with
    white space at an end or lone surrogates; any other type.
    """
    if isinstance(value, str):  # the first question because most values are text
        return f"{salt()}:string:{_fit_text(value, path)}"
    if isinstance(value, Mapping):
        return {
            _fit_key(key, path): salted(member, salt, _join(path, key))
            for key, member in value.items()
        }
    if isinstance(value, list | tuple):
        return [salted(member, salt, _join(path, index)) for index, member in enumerate(value)]
    return f"{salt()}:{_typed_text(value, path)}"


def flattened(data: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of ``data`` with its dotted path; empty lists and objects are leaves."""
    return iter(_leaves(data, path, []))


def _leaves(data: Any, path: str, found: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    if isinstance(data, dict) and data:
        for key, member in data.items():
            _leaves(member, _join(path, key), found)
    elif isinstance(data, list) and data:
        for index, member in enumerate(data):
            _leaves(member, _join(path, index), found)
    else:
        found.append((path, data))
    return found


def leaf_string(path: str, leaf: Any) -> str:
    """``{"path":"leaf"}`` as ECMAScript's ``JSON.stringify`` writes it."""
    return f"{{{_stringify(path)}:{_stringify(leaf)}}}"


def field_hash(path: str, leaf: Any) -> str:
    """Keccak-256 of the leaf string, 64 hex digits."""
    return keccak256_hex(leaf_string(path, leaf).encode())


def leaf_value(leaf: Any, path: str) -> Scalar:
    """The value under the salt: text, an integer, a boolean or None (also for ``undefined``).

    A number that is no integer, which only foreign documents hold, comes back as ``Decimal``.
    Raises ``LeafFormatError`` for a leaf that is not exactly ``uuid4:type:value``.
    """
    match = _LEAF.fullmatch(leaf) if isinstance(leaf, str) else None
    if match is None:
        raise LeafFormatError(field=path, value=repr(leaf)[:80])
    kind, text = (group for group in match.groups() if group is not None)
    match kind:
        case "string":
            return text
        case "number":
            return Decimal(text) if set(text) & {".", "e"} else _integer(text, path)
        case "boolean":
            return text == "true"
        case _:
            return None


def _integer(text: str, path: str) -> int | Decimal:
    if text == "-0":
        raise LeafFormatError(field=path, value=text)
    return int(text) if len(text) <= len(str(-LARGEST_INTEGER)) else Decimal(text)


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)


@lru_cache(maxsize=4096)
def _may_be_key(key: object) -> bool:
    """Whether ``key`` may name a member; remembered, since documents share their keys."""
    return (
        isinstance(key, str) and key.isascii() and bool(key) and _FORBIDDEN_IN_KEYS.isdisjoint(key)
    )


def _fit_key(key: object, path: str) -> str:
    if not _may_be_key(key):
        raise DocumentValueError(
            field=path or "document",
            value=repr(key),
            limit="keys are ASCII text without dots and brackets",
        )
    return str(key)


def _typed_text(value: object, path: str) -> str:
    match value:
        case bool():
            return f"boolean:{str(value).lower()}"
        case int() if abs(value) <= LARGEST_INTEGER:
            return f"number:{value}"
        case None:
            return "null:null"
        case _:
            raise DocumentValueError(
                field=path,
                value=repr(value)[:80],
                limit="values are text, true, false, null and integers within ±(2^53 - 1)",
            )


def _fit_text(text: str, path: str) -> str:
    if text.isascii() and text == text.strip():
        return text
    if text != text.strip() or (not text.isascii() and "\ufeff" in (text[0], text[-1])):
        raise DocumentValueError(
            field=path, value=repr(text)[:80], limit="no white space at the ends of a text"
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise DocumentValueError(
            field=path, value=repr(text)[:80], limit="no lone surrogates"
        ) from None
    return text
