"""Search by plate, number or hash."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from service.web.api.fields import Answer, Query
from service.web.openapi import Section
from service.web.search import search

SECTION = Section.of("search", "By plate, ticket, waybill or delivery number, or document hash.")


class SearchQuery(Query):
    q: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\u0000-\u001f\u007f]+$")]


class Hit(Answer):
    """``kind`` is visit, ticket, delivery or document; ``key`` its identifier."""

    kind: str
    key: str
    label: str
    at: datetime


class HitList(Answer):
    items: list[Hit]


@SECTION.get("/v1/search", query=SearchQuery, answer=HitList)
def get_search(query: SearchQuery) -> dict[str, object]:
    """Find what the reader may see."""
    return {"items": search(query.q)}
