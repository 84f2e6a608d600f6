import json
import sys

import pytest

from service.proof.errors import FileShapeError
from service.proof.strict_json import MAX_DEPTH, parse_json


def test_plain_json_is_read() -> None:
    assert parse_json(b'{"a":[1,true,null,"x"],"b":{}}') == {"a": [1, True, None, "x"], "b": {}}


def test_escaped_pairs_of_surrogates_are_one_character() -> None:
    assert parse_json(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b'{"a":1,"a":2}', "twice"),
        (b'{"b":{"a":1,"c":0,"a":1}}', "twice"),
        (b"1.0", "no integer"),
        (b"1e2", "no integer"),
        (b"NaN", "no integer"),
        (b"-Infinity", "no integer"),
        (b"9007199254740992", "no integer"),
        (b"-" + b"9" * 5000, "no integer"),
        (b'"\\ud800"', "surrogate"),
        (b"\xff", "UTF-8"),
        (b"\xef\xbb\xbf{}", "JSON"),
        (b"", "JSON"),
        (b"{} {}", "JSON"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
        (b"[" * 10 + b"]", "JSON"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "nested"),
    ],
)
def test_anything_with_two_meanings_or_none_is_refused(raw: bytes, why: str) -> None:
    with pytest.raises(FileShapeError, match=why):
        parse_json(raw)


def test_depth_up_to_the_limit_is_read() -> None:
    assert parse_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None


def test_brackets_in_texts_nest_nothing() -> None:
    assert parse_json(b'["[[[[[[[[[[[[[[[[[[[[", "\\"[[[[[[[[[[[[[[[[[[[[["]') is not None


def test_depth_is_refused_where_the_interpreter_allows_any_recursion() -> None:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(2**31 - 1)  # some packages of the chain do
    try:
        with pytest.raises(FileShapeError, match="nested"):
            parse_json(b"[" * 1_000_000)
    finally:
        sys.setrecursionlimit(before)


def test_files_beyond_the_limit_are_not_even_parsed() -> None:
    with pytest.raises(FileShapeError, match="at most 10"):
        parse_json(json.dumps("x" * 10).encode(), max_bytes=10)
