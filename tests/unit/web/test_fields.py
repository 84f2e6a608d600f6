"""The kinds of fields of requests, at their limits."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from service.web.api import fields
from service.web.api.reading import Instant, ListQuery, QueryBool


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (fields.Kg, b"0"),
        (fields.Kg, b"1000000"),
        (fields.Kg, b"45521.0"),
        (fields.BasisPoints, b"10000"),
        (fields.Decimal, b'"62.5"'),
        (fields.Line, '"雨水，湿"'.encode()),
        (fields.OptionalLine, b'""'),
        (fields.GradeCode, b'"HRS101"'),
    ],
)
def test_a_value_at_the_limit_is_taken(kind: Any, value: bytes) -> None:
    TypeAdapter(kind).validate_json(value, strict=True)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (fields.Kg, b"-1"),
        (fields.Kg, b"1000001"),
        (fields.Kg, b"0.5"),
        (fields.Kg, b"true"),
        (fields.Kg, b'"1"'),
        (fields.Kg, b"1e400"),
        (fields.BasisPoints, b"10001"),
        (fields.Decimal, b'"1e5"'),
        (fields.Decimal, b'"62.5\\n"'),
        (fields.Decimal, b'"-1"'),
        (fields.Line, b'""'),
        (fields.Line, b'"  "'),
        (fields.Line, b'"a\\u0000b"'),
        (fields.Line, b'"a\\u202eb"'),
        (fields.Line, b'"a\\nb"'),
        (fields.SiteId, b'"BASE01\\n"'),
        (fields.RecordId, b'"00000000-0000-0000-0000-00000000000G"'),
    ],
)
def test_a_value_beyond_the_limit_is_refused(kind: Any, value: bytes) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_json(value, strict=True)


@pytest.mark.parametrize("text", ["2026-11-21T00:00:00Z", "2026-11-21T08:00:00.5+08:00"])
def test_an_instant_is_rfc_3339(text: str) -> None:
    assert TypeAdapter(Instant).validate_python(text).tzinfo is not None


@pytest.mark.parametrize("text", ["1", "2026-11-21", "2026-11-21T00:00:00", "2026-11-21 00:00:00Z"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Instant).validate_python(text)


def test_the_query_of_a_list_has_a_limit_and_a_cursor() -> None:
    query = ListQuery.model_validate({"limit": "200", "before": "2026-11-21T00:00:00Z"})
    assert query.limit == 200
    assert ListQuery.model_validate({}).before is None
    assert TypeAdapter(QueryBool).validate_python("true") is True
