"""The plant's yard: deliveries on the road, trucks on its scale, and the receipt."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from service.domain.access import Action
from service.storage import views
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.web.context import actor, deps, reader
from service.web.pages import masses
from service.web.pages.deduction_form import entered, shown_rows
from service.web.pages.forms import answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.queue import queue_rows
from service.web.pages.reading import directory, found, own_sites
from service.web.pages.ticket import both_kg

bp = Blueprint("plant", __name__)

_ROUTE = "/visits/<record:visit_id>/receipt"


@bp.get("/plant")
def queue() -> ResponseReturnValue:
    on_site = reader(Action.VISIT_VIEW)
    named_in = reader(Action.DELIVERY_VIEW)
    reader(Action.RECEIPT_RECORD)
    with deps().db.transaction() as tx:
        known = directory(tx)
        trucks = views.yard_queue(tx, on_site, deps().now())
        coming = [row for row in views.deliveries(tx, named_in) if row.stage == "on_way"]
    return render_template(
        "plant/queue.html",
        rows=queue_rows(trucks, known, deps().now()),
        coming=coming,
        known=known,
        sites=own_sites(known.sites.values(), actor().site_ids),
    )


@bp.get(_ROUTE)
def receipt(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.VISIT_VIEW)
    reader(Action.RECEIPT_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        known = directory(tx)
    gross_kg, tare_kg = both_kg(detail)
    return render_template(
        "yard/ticket_form.html",
        visit=detail.visit,
        site=known.sites[detail.visit.site_id],
        steps=detail.way,
        heading=_("Plant receipt"),
        button=_("Record the receipt"),
        net_kg=gross_kg - tare_kg,
        grade=None,
        sums_url=url_for("plant.receipt_sums", visit_id=visit_id),
        rows=shown_rows({"kind": "NONE"}),
        photographs=detail.photographs,
        **masses.choices(),
        **masses.sums(gross_kg, tare_kg),
    )


@bp.post(_ROUTE + "/sums")
def receipt_sums(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.VISIT_VIEW)
    reader(Action.RECEIPT_RECORD)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
    return masses.sums_fragment(*both_kg(detail))


@bp.post(_ROUTE)
@shows_again(receipt)
def post_receipt(visit_id: str) -> ResponseReturnValue:
    given = masses.MassesForm.of_request()
    command = RecordPlantReceipt(
        visit_id=visit_id,
        rejected_kg=given.rejected_kg,
        rejected_reason=given.rejected_reason,
        deduction=entered(),
    )

    def received() -> str:
        made = record_plant_receipt(command, actor(), deps())
        return url_for("office.delivery", delivery_id=made.delivery_id)

    return answered_once(received)
