"""Lots: accepted material of one grade at one base."""

from datetime import datetime

from service.domain.access import Action
from service.storage import views
from service.web.api.fields import Answer, Query, SiteId
from service.web.context import deps, reader
from service.web.openapi import Section

SECTION = Section.of("lots", "Accepted material by base and grade, and what is left of it.")


class LotAnswer(Answer):
    lot_id: str
    site_id: str
    grade: str
    opened_at: datetime
    received_kg: int
    delivered_kg: int
    held_kg: int


class LotList(Answer):
    items: list[LotAnswer]


class LotQuery(Query):
    site_id: SiteId | None = None


@SECTION.get("/v1/lots", query=LotQuery, answer=LotList)
def get_lots(query: LotQuery) -> dict[str, object]:
    """Lots by site and grade."""
    with deps().db.transaction() as tx:
        return {"items": views.lots(tx, reader(Action.LOT_VIEW), query.site_id)}
