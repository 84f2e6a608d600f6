"""JSON from outside, read strictly: limited size and depth, one meaning for each byte."""

import json
import re
from typing import Any, NoReturn

from service.proof.errors import FileShapeError
from service.proof.jcs import LARGEST_INTEGER

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 16
_LONGEST_INTEGER = len(str(-LARGEST_INTEGER))
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def parse_json(raw: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """The value that ``raw`` (UTF-8) spells.

    Raises ``FileShapeError`` for more than ``max_bytes``, nesting beyond ``max_depth``, duplicate
    keys, numbers that are not integers within ±(2^53 − 1), lone surrogates, and text that is no
    JSON (RFC 8259 without the liberties that readers usually take).
    """
    if len(raw) > max_bytes:
        raise FileShapeError(field="file", limit=f"{len(raw)} bytes, at most {max_bytes}")
    _require_shallow(raw, max_depth)
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
        )
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise FileShapeError(field="file", limit=f"not JSON in UTF-8 ({error})") from None
    if b"\\ud" in raw.lower():
        _refuse_lone_surrogates(value)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FileShapeError(field=twice, limit=f"the key {twice[:40]} stands twice")
    return result


def _integer(text: str) -> int:
    if len(text) <= _LONGEST_INTEGER and abs(int(text)) <= LARGEST_INTEGER:
        return int(text)
    return _refuse_number(text)


def _refuse_number(text: str) -> NoReturn:
    raise FileShapeError(
        field="file", limit=f"the number {text[:40]} is no integer within ±(2^53 - 1)"
    )


def _require_shallow(raw: bytes, max_depth: int) -> None:
    """Count the brackets before anything parses them: the parser recurses, and where another
    package has raised the recursion limit it ends the process instead of raising."""
    depth = 0
    for bracket in _STRING.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > max_depth:
            raise FileShapeError(field="file", limit=f"nested deeper than {max_depth} levels")


def _refuse_lone_surrogates(value: Any) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise FileShapeError(field="file", limit="lone surrogates are no text") from None
