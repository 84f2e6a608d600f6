"""The delivery note of a truck that was loaded from lots."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.domain.access import Action
from service.storage import views
from service.usecases.delivery import LotTaken, RecordDelivery, record_delivery
from service.web.context import actor, deps, reader
from service.web.pages.forms import answered_once, shows_again
from service.web.pages.reading import directory, found
from service.web.pages.ticket import both_kg

bp = Blueprint("loading", __name__)

_ROUTE = "/visits/<record:visit_id>/delivery"
_LOT = "lot-"
_MOST_DIGITS = 7


@bp.get(_ROUTE)
def form(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.DELIVERY_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
        site_id = detail.visit.site_id
        held = [lot for lot in views.lots(tx, who, site_id) if lot.held_kg > 0]
    gross_kg, tare_kg = both_kg(detail)
    net_kg = gross_kg - tare_kg
    return render_template(
        "yard/load.html",
        visit=detail.visit,
        site=known.sites[site_id],
        steps=detail.way,
        net_kg=net_kg,
        lots=held,
        suggested=_suggested(held, net_kg),
    )


def _suggested(held: list[views.LotRow], net_kg: int) -> dict[str, str]:
    """The whole load from the one lot that can give it; nothing where there is a choice."""
    enough = [lot.lot_id for lot in held if lot.held_kg >= net_kg]
    return {enough[0]: str(net_kg)} if len(enough) == 1 else {}


@bp.post(_ROUTE)
@shows_again(form)
def post_delivery(visit_id: str) -> ResponseReturnValue:
    command = RecordDelivery(visit_id=visit_id, lines=_lines())

    def recorded() -> str:
        made = record_delivery(command, actor(), deps())
        return url_for("office.delivery_note", delivery_id=made.delivery_id)

    return answered_once(recorded)


def _lines() -> tuple[LotTaken, ...]:
    """The kilograms entered beside each lot; empty and zero are not taken from."""
    given = {
        name.removeprefix(_LOT): value.strip()
        for name, value in request.form.items()
        if name.startswith(_LOT) and value.strip() not in {"", "0"}
    }
    return tuple(LotTaken(lot_id=lot_id, kg=_whole_kg(value)) for lot_id, value in given.items())


def _whole_kg(text: str) -> int:
    """A whole number of kilograms; -1, which no lot gives, for anything else."""
    is_whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_whole else -1
