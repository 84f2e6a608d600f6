"""What every reading operation shares: limits and cursors of lists, and what is not found."""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

from service.domain.errors import NotFoundError
from service.web.api.fields import Query

Row = TypeVar("Row")

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,9}\Z", re.ASCII)
_BOOLEANS = {"true": True, "false": False}


def _instant(text: Any) -> Any:
    """RFC 3339 and nothing else: not the seconds and short forms that pydantic also takes."""
    if not _INSTANT.match(str(text)):
        raise ValueError("not an instant")
    return text


def _number(text: Any) -> Any:
    return int(text) if _NUMBER.match(str(text)) else None


def _boolean(text: Any) -> Any:
    return _BOOLEANS.get(text)


Instant = Annotated[
    AwareDatetime,
    BeforeValidator(_instant),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
QueryInt = Annotated[int, BeforeValidator(_number)]
QueryBool = Annotated[bool, BeforeValidator(_boolean)]


class ListQuery(Query):
    """``before`` is the ``next`` of the page before."""

    limit: Annotated[QueryInt, Field(ge=1, le=200)] = 50
    before: Instant | None = None


def page(rows: Sequence[Row], query: ListQuery, at: Callable[[Row], datetime]) -> dict[str, object]:
    """One page of a list that is ordered by ``at``, newest first."""
    is_full = len(rows) == query.limit
    return {"items": rows, "next": at(rows[-1]) if is_full else None}


def found(row: Row | None, what: str, key: str) -> Row:
    """``row``; raises ``NotFoundError`` where there is none, or not for this reader."""
    if row is None:
        raise NotFoundError(what=what, key=key)
    return row
