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
    PartyId,
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


class Price(Answer):
    grade: str
    price_fen_per_t: int


class PriceListAnswer(Answer):
    price_list_id: str
    version: str
    valid_from: date
    valid_to: date
    buyer_id: str
    prices: list[Price]
    sha256: str


@SECTION.post("/v1/price-lists", body=PriceListRequest, answer=PriceListAnswer)
def post_price_list(body: PriceListRequest) -> PriceList:
    """Set the prices of a plant. A change is a new version, never an edit."""
    return set_price_list(body.to_command(), actor(), deps())
