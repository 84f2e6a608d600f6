"""Price lists of a plant."""

from datetime import date
from typing import Annotated

from pydantic import Field

from service.domain.access import Action
from service.domain.price_list import PriceList
from service.storage import views
from service.usecases.price_list import SetPriceList, set_price_list
from service.web.api.fields import (
    Answer,
    FenPerTonne,
    GradeCode,
    Hash,
    PartyId,
    Query,
    Request,
    VersionText,
)
from service.web.context import actor, deps, reader
from service.web.openapi import Section

SECTION = Section.of("price lists", "Prices by grade, each list valid between two business dates.")


class PriceListRequest(Request):
    plant_id: PartyId
    version: VersionText
    valid_from: date
    valid_to: date
    prices: Annotated[dict[GradeCode, FenPerTonne], Field(min_length=1, max_length=100)]

    def to_command(self) -> SetPriceList:
        return SetPriceList(**dict(self))


class PriceListAnswer(Answer):
    price_list_id: str
    version: str
    valid_from: date
    valid_to: date
    plant_id: str
    prices: dict[str, int]
    sha256: Hash


class PriceListList(Answer):
    items: list[PriceListAnswer]


class PriceListQuery(Query):
    plant_id: PartyId | None = None


@SECTION.post("/v1/price-lists", body=PriceListRequest, answer=PriceListAnswer)
def post_price_list(body: PriceListRequest) -> PriceListAnswer:
    """Set the prices of a plant. A change is a new version, never an edit."""
    return _answer(set_price_list(body.to_command(), actor(), deps()))


@SECTION.get("/v1/price-lists", query=PriceListQuery, answer=PriceListList)
def get_price_lists(query: PriceListQuery) -> dict[str, object]:
    """Price lists, the latest first; prices in fen per tonne by grade."""
    with deps().db.transaction() as tx:
        rows = views.price_lists(tx, reader(Action.PRICE_LIST_VIEW), query.plant_id)
    return {"items": rows}


def _answer(prices: PriceList) -> PriceListAnswer:
    return PriceListAnswer(
        price_list_id=prices.price_list_id,
        version=prices.version,
        valid_from=prices.valid_from,
        valid_to=prices.valid_to,
        plant_id=prices.buyer_id,
        prices={price.grade: price.price_fen_per_t for price in prices.prices},
        sha256=prices.sha256,
    )
