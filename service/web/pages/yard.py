"""The yard: trucks on site, arrival, and everything about one truck."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.devices.codes import decode_codes
from service.domain.access import Action
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.instants import business_date
from service.domain.visit import VisitKind
from service.storage import views
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.visit import OpenVisit, open_visit, scan_gate
from service.web.context import actor, allowed, deps, reader
from service.web.kept import require_told
from service.web.pages import yard_words
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.language import _
from service.web.pages.queue import next_action_of, next_step, queue_rows
from service.web.pages.reading import directory, found, own_sites
from service.web.pictures import shown_to, shown_to_outsiders

bp = Blueprint("yard", __name__)

_A_YEAR = "private, max-age=31536000, immutable"


class NoCodeSeenError(RuleBrokenError):
    """A picture shows no code."""

    message = gettext_noop("No code can be read. Hold it flat and still, or type the plate.")


class ArrivalForm(Form):
    """A truck at the gate: by its code, or by its plate and what it comes for."""

    kind: VisitKind = VisitKind.RECEIVING
    code: str | None = Field(None, max_length=200)
    plate: str | None = Field(None, max_length=32)
    supplier_id: str | None = Field(None, max_length=64)
    plant_id: str | None = Field(None, max_length=64)
    carrier_id: str | None = Field(None, max_length=64)
    distance_km: str | None = Field(None, max_length=12)
    card_no: str | None = Field(None, max_length=64)
    material: str | None = Field(None, max_length=200)

    def command(self, site: views.SiteRow) -> OpenVisit:
        kind = VisitKind.UNLOADING if site.kind == "PLANT" else self.kind
        is_loading = kind is VisitKind.LOADING
        by_code = self.code is not None and not is_loading
        return OpenVisit(
            site_id=site.site_id,
            kind=kind,
            plate=None if by_code else self.plate,
            code=self.code if by_code else None,
            supplier_id=None if is_loading or by_code else self.supplier_id,
            plant_id=self.plant_id if is_loading else None,
            carrier_id=self.carrier_id if is_loading else None,
            distance_km=self.distance_km if is_loading else None,
            card_no=None if by_code else self.card_no,
            material=self.material,
        )


@bp.get("/yard")
def queue() -> ResponseReturnValue:
    who = reader(Action.VISIT_VIEW)
    with deps().db.transaction() as tx:
        known = directory(tx)
        trucks = views.yard_queue(tx, who, deps().now())
    return render_template(
        "yard/queue.html",
        rows=queue_rows(trucks, known, deps().now()),
        sites=own_sites(known.sites.values(), actor().site_ids),
    )


@bp.get("/yard/arrival")
def arrival() -> ResponseReturnValue:
    reader(Action.VISIT_OPEN)
    with deps().db.transaction() as tx:
        known = directory(tx)
    sites = own_sites(known.sites.values(), actor().site_ids)
    return render_template(
        "yard/arrival.html",
        site=_chosen_site(sites),
        sites=sites,
        code=request.args.get("code", ""),
        suppliers=known.choices("supplier"),
        plants=known.choices("plant"),
        carriers=known.choices("carrier"),
    )


@bp.post("/yard/arrival")
@shows_again(arrival)
def post_arrival() -> ResponseReturnValue:
    form = ArrivalForm.of_request()
    with deps().db.transaction() as tx:
        known = directory(tx)
    site = _chosen_site(own_sites(known.sites.values(), actor().site_ids))

    def opened() -> str:
        return url_for(
            "yard.visit", visit_id=open_visit(form.command(site), actor(), deps()).visit_id
        )

    return answered_once(opened)


@bp.post("/yard/gate-scan")
@shows_again(arrival)
def post_gate_scan() -> ResponseReturnValue:
    """Read the code that the driver holds before the gate camera."""
    seen = scan_gate(request.args.get("site", ""), actor(), deps())
    return _with_code([code.text for code in seen.codes], field="gate")


@bp.post("/yard/picture-scan")
@shows_again(arrival)
def post_picture_scan() -> ResponseReturnValue:
    """Read the code in a photograph that the person at the gate took."""
    reader(Action.VISIT_OPEN)
    picture = request.files["picture"].read() if "picture" in request.files else b""
    return _with_code([code.text for code in decode_codes(picture)], field="picture")


def _with_code(codes: Sequence[str], *, field: str) -> ResponseReturnValue:
    code = next((text for text in codes if text.startswith("FERROTRACE:")), None)
    if code is None:
        raise NoCodeSeenError(field=field)
    return redirect(url_for("yard.arrival", site=request.args.get("site"), code=code))


def _chosen_site(sites: Sequence[views.SiteRow]) -> views.SiteRow:
    """The site named in the address where the reader works there, else the first of the own."""
    wanted = request.args.get("site", "")
    own = {site.site_id: site for site in sites}
    first = sites[0] if sites else None
    return found(own.get(wanted, first), what="site", key=wanted)


@bp.get("/visits/<record:visit_id>")
def visit(visit_id: str) -> ResponseReturnValue:
    who = reader(Action.VISIT_VIEW)
    with deps().db.transaction() as tx:
        detail = found(views.visit(tx, who, visit_id), what="visit", key=visit_id)
        require_told(tx, visit_id)
        yard = found(views.yard_detail(tx, who, visit_id, deps().now()), what="visit", key=visit_id)
        return render_template("yard/visit.html", yard=yard, **_visit_page(tx, who, detail, yard))


def _visit_page(
    tx: Any, who: views.Reader, detail: views.VisitDetail, yard: views.YardDetail
) -> dict[str, Any]:
    known = directory(tx)
    row, gross, tare = detail.visit, detail.gross, detail.tare
    is_open = bool(detail.next_action)
    return {
        "visit": row,
        "site": known.sites[row.site_id],
        "steps": detail.way,
        "who": known.who(row.supplier_id, row.plant_id, row.carrier_id),
        "stopped_at": yard.truck.facts.stopped_at,
        "next": next_step(row.visit_id, next_action_of(yard.truck), on_visit=True),
        "net_kg": gross.kg - tare.kg if gross and tare else None,
        "weighings": sorted(filter(None, (gross, tare)), key=lambda pass_: pass_.taken_at),
        "photographs": detail.photographs,
        "can_upload": is_open and detail.decision is None and allowed(Action.PHOTOGRAPH_UPLOAD),
        "decision": detail.decision,
        "ticket": detail.ticket,
        "delivery_id": detail.delivery_id,
        "rows": views.documents(tx, who, row.visit_id),
        "can_void_weighing": is_open and allowed(Action.WEIGHING_VOID),
        "kept": [tare.weighing_id for tare in yard.tares],
        "today": business_date(deps().now()),
        "radiation_words": [(code, str(word)) for code, word in yard_words.RADIATION.items()],
        "can_void": is_open and row.kind == "RECEIVING" and allowed(Action.TICKET_VOID),
    }


@bp.post("/visits/<record:visit_id>/photographs")
@shows_again(visit)
def post_photograph(visit_id: str) -> ResponseReturnValue:
    upload = request.files.get("picture")
    command = UploadPhotograph(
        visit_id=visit_id,
        content=upload.read() if upload else b"",
        media_type=(upload.mimetype if upload else None) or "-",
    )

    def uploaded() -> str:
        upload_photograph(command, actor(), deps())
        return url_for("yard.visit", visit_id=visit_id)

    return answered_once(uploaded)


@bp.get("/photographs/<record:photograph_id>")
def photograph(photograph_id: str) -> ResponseReturnValue:
    """The picture itself, or the copy that papers show; neither changes, so a tablet asks once."""
    who = reader(Action.VISIT_VIEW)
    with deps().db.transaction() as tx:
        picture = found(
            views.photograph(tx, who, photograph_id), what=_("photograph"), key=photograph_id
        )
    if request.args.get("copy") == "public":
        content, media_type = shown_to_outsiders(photograph_id, picture)
    else:
        content, media_type = shown_to(who, photograph_id, picture)
    return Response(content, mimetype=media_type, headers={"Cache-Control": _A_YEAR})
