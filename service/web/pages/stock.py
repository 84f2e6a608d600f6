"""Stock: what lies where, processing runs, moves within the yard, and counts."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import Field

from service.domain.access import Action
from service.domain.grade import CATALOGUE
from service.domain.instants import BUSINESS_ZONE
from service.domain.processing import LotMass, MeterReading, MeterUnit, ProcessingKind
from service.domain.stock import CountMethod
from service.storage import views
from service.usecases.processing import GradeMass, RecordProcessing, record_processing
from service.usecases.stock import MoveStock, TakeStock, move_stock, take_stock
from service.web.context import actor, allowed, deps, reader
from service.web.pages.figures import named
from service.web.pages.forms import Form, answered_once, shows_again
from service.web.pages.reading import directory, found, own_sites
from service.web.pages.words import COUNT_METHODS, PROCESSES

bp = Blueprint("stock", __name__)

OUTPUT_LINES = 4
_INPUT, _OUTPUT = "input-", "output-"
_MOST_DIGITS = 7


@bp.get("/lots")
def lots() -> ResponseReturnValue:
    """Lots, and beneath each what lies where."""
    who = reader(Action.LOT_VIEW)
    with deps().db.transaction() as tx:
        known = directory(tx)
        placed = views.stock(tx, who)
        held = views.lots(tx, who)
        runs = views.processing_runs(tx, who)
    by_lot: dict[str, list[views.StockRow]] = {}
    for row in placed:
        by_lot.setdefault(row.lot_id, []).append(row)
    return render_template("yard/lots.html", lots=held, by_lot=by_lot, runs=runs, sites=known.sites)


class MoveForm(Form):
    """Kilograms to another place."""

    to_place: str = Field("", max_length=24)
    kg: int = Field(ge=1, le=1_000_000)


class CountForm(Form):
    """What was counted, beside what the books said when the page was opened."""

    book_kg: int
    counted_kg: int = Field(ge=0, le=100_000_000)
    method: CountMethod
    reason: str = Field("", max_length=500)


@bp.get("/lots/<lot:lot_id>/move")
def move(lot_id: str) -> ResponseReturnValue:
    return render_template("yard/stock_move.html", **_place(lot_id, Action.PROCESSING_RECORD))


@bp.post("/lots/<lot:lot_id>/move")
@shows_again(move)
def post_move(lot_id: str) -> ResponseReturnValue:
    form = MoveForm.of_request()
    command = MoveStock(
        lot_id=lot_id,
        from_place=request.args.get("place", ""),
        to_place=form.to_place,
        kg=form.kg,
    )

    def moved() -> str:
        move_stock(command, actor(), deps())
        return url_for("stock.lots")

    return answered_once(moved)


@bp.get("/lots/<lot:lot_id>/count")
def count(lot_id: str) -> ResponseReturnValue:
    methods = [(method.value, str(COUNT_METHODS[method])) for method in CountMethod]
    return render_template(
        "yard/stock_count.html", methods=methods, **_place(lot_id, Action.STOCK_TAKE)
    )


@bp.post("/lots/<lot:lot_id>/count")
@shows_again(count)
def post_count(lot_id: str) -> ResponseReturnValue:
    form = CountForm.of_request()
    command = TakeStock(
        lot_id=lot_id,
        place=request.args.get("place", ""),
        book_kg=form.book_kg,
        counted_kg=form.counted_kg,
        method=form.method,
        reason=form.reason,
        counted_at=deps().now(),
    )

    def counted() -> str:
        take_stock(command, actor(), deps())
        return url_for("stock.lots")

    return answered_once(counted)


class RunForm(Form):
    """A run but for its lines, which have names of their own."""

    process: ProcessingKind
    started_at: datetime
    ended_at: datetime
    loss_reason: str = Field("", max_length=500)
    meter_id: str = Field("", max_length=40)
    meter_before: Decimal | None = Field(None, ge=0, decimal_places=1)
    meter_after: Decimal | None = Field(None, ge=0, decimal_places=1)

    def meters(self) -> list[MeterReading]:
        """The electricity meter, where it was read."""
        if self.meter_before is None or self.meter_after is None:
            return []
        return [
            MeterReading(
                meter_id=self.meter_id or "1",
                unit=MeterUnit.KWH,
                before=self.meter_before,
                after=self.meter_after,
            )
        ]


@bp.get("/sites/<site:site_id>/processing")
def processing(site_id: str) -> ResponseReturnValue:
    who = reader(Action.PROCESSING_RECORD)
    with deps().db.transaction() as tx:
        known = directory(tx)
        rows = [row for row in views.stock(tx, who, site_id) if row.held_kg > 0]
    own = {site.site_id: site for site in own_sites(known.sites.values(), actor().site_ids)}
    now = deps().now().astimezone(BUSINESS_ZONE)
    return render_template(
        "yard/processing.html",
        site=found(own.get(site_id), what="site", key=site_id),
        rows=rows,
        now=now.strftime("%Y-%m-%dT%H:%M"),
        processes=[(kind.value, str(PROCESSES[kind])) for kind in ProcessingKind],
        grades=[(code, f"{code} · {named(grade)}") for code, grade in CATALOGUE.items()],
        output_lines=range(1, OUTPUT_LINES + 1),
    )


@bp.post("/sites/<site:site_id>/processing")
@shows_again(processing)
def post_processing(site_id: str) -> ResponseReturnValue:
    form = RunForm.of_request()
    command = RecordProcessing(
        site_id=site_id,
        process=form.process.value,
        started_at=_at_the_yard(form.started_at),
        ended_at=_at_the_yard(form.ended_at),
        inputs=list(_inputs()),
        outputs=list(_outputs()),
        meters=form.meters(),
        loss_reason=form.loss_reason,
    )

    def recorded() -> str:
        record_processing(command, actor(), deps())
        return url_for("stock.lots")

    return answered_once(recorded)


def _place(lot_id: str, action: Action) -> dict[str, Any]:
    """The lot and the place in the address, with what lies there."""
    who, place = reader(action), request.args.get("place", "")
    with deps().db.transaction() as tx:
        rows = [row for row in views.stock(tx, who) if row.lot_id == lot_id]
        held = [lot for lot in views.lots(tx, who) if lot.lot_id == lot_id]
        known = directory(tx)
    lot = found(held[0] if held else None, what="lot", key=lot_id)
    here = next((row.held_kg for row in rows if row.place == place), 0)
    places = sorted({row.place for row in rows if row.place and row.place != place})
    return {
        "lot": lot,
        "place": place,
        "book_kg": here,
        "places": places,
        "site": known.sites[lot.site_id],
        "may_count": allowed(Action.STOCK_TAKE),
    }


def _inputs() -> Iterator[LotMass]:
    """What was taken: a field for each lot and place that holds something."""
    for name, value in _filled(_INPUT):
        lot_id, _, place = name.partition("@")
        yield LotMass(lot_id=lot_id, kg=_whole_kg(value), place=place)


def _outputs() -> Iterator[GradeMass]:
    for number, value in _filled(_OUTPUT):
        yield GradeMass(
            grade=request.form.get(f"grade-{number}", ""),
            kg=_whole_kg(value),
            place=request.form.get(f"place-{number}", ""),
        )


def _filled(beginning: str) -> Iterator[tuple[str, str]]:
    for name, value in request.form.items():
        if name.startswith(beginning) and value.strip() not in {"", "0"}:
            yield name.removeprefix(beginning), value.strip()


def _whole_kg(text: str) -> int:
    """A whole number of kilograms; -1, which no run moves, for anything else."""
    is_whole = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_whole else -1


def _at_the_yard(at: datetime) -> datetime:
    """What a person typed is the time at the base."""
    return at if at.tzinfo else at.replace(tzinfo=BUSINESS_ZONE)
