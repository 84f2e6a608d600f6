"""Price lists: what a plant pays for each grade, and on which days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field, TypeAdapter

from service.domain.access import Action
from service.domain.grade import CATALOGUE
from service.storage import views
from service.usecases.price_list import SetPriceList, set_price_list
from service.web.context import actor, deps, reader
from service.web.pages.figures import instant
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory

bp = Blueprint("prices", __name__)

_PRICE = "price-"


class PriceListForm(Form):
    """Plant, version and days; the prices stand beside it, in yuan per tonne."""

    plant_id: str = Field(max_length=64)
    version: str = Field(max_length=32)
    valid_from: date
    valid_to: date


class Price(Form):
    """Yuan per tonne, with two decimals."""

    yuan: Decimal = Field(ge=0, le=1_000_000, decimal_places=2)


_PRICES = TypeAdapter(dict[str, Price])


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownList:
    """A price list as it is shown."""

    plant: views.OrganisationRow
    version: str
    valid_from: date
    valid_to: date
    prices: Mapping[str, int]
    in_force: bool


@bp.get("/price-lists")
def price_lists() -> ResponseReturnValue:
    who = reader(Action.PRICE_LIST_VIEW)
    today = instant(deps().now()).date()
    with deps().db.transaction() as tx:
        known = directory(tx)
        rows = views.price_lists(tx, who)
    lists = [
        ShownList(
            plant=known.organisations[row.plant_id],
            version=row.version,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
            prices=row.prices,
            in_force=row.valid_from <= today <= row.valid_to,
        )
        for row in rows
    ]
    return render_template("office/price_lists.html", lists=lists)


@bp.get("/price-lists/new")
def new_price_list() -> ResponseReturnValue:
    reader(Action.PRICE_LIST_SET)
    with deps().db.transaction() as tx:
        known = directory(tx)
    return render_template(
        "office/price_list_new.html",
        plants=known.choices("plant"),
        grades=list(CATALOGUE.values()),
    )


@bp.post("/price-lists/new")
@shows_again(new_price_list)
def post_price_list() -> ResponseReturnValue:
    form = PriceListForm.of_request()
    command = SetPriceList(
        plant_id=form.plant_id,
        version=form.version,
        valid_from=form.valid_from,
        valid_to=form.valid_to,
        prices=_prices_fen_per_t(),
    )

    def laid_down() -> str:
        set_price_list(command, actor(), deps())
        return url_for("prices.price_lists")

    return answered_once(laid_down)


def _prices_fen_per_t() -> dict[str, int]:
    """The prices that were entered, in fen per tonne."""
    entered = {
        name.removeprefix(_PRICE): {"yuan": value.strip()}
        for name, value in request.form.items()
        if name.startswith(_PRICE) and value.strip()
    }
    return {
        grade: int(price.yuan * 100) for grade, price in _PRICES.validate_python(entered).items()
    }
