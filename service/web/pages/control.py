"""The control room: figures of the day, alarms, search, and the audit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel.speaklater import LazyString

from service.domain.access import Action
from service.domain.instants import whole_second
from service.storage import views
from service.usecases.audit import audit as run_audit
from service.web.context import actor, allowed, deps, outside, reader
from service.web.pages.charts import Chart, mass_bars
from service.web.pages.figures import instant, kg, named, percent, signed_kg, span
from service.web.pages.forms import shows_again
from service.web.pages.language import _, _l, ngettext
from service.web.pages.reading import Directory, directory
from service.web.pages.words import Mark

bp = Blueprint("control", __name__)

SEALED_SOON = timedelta(minutes=2)
"""Where all goes well a record is sealed and final within this; later it is said to be late."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline figure with its unit and what to know of it."""

    word: str
    value: str
    unit: str
    note: str
    state: Mark | None = None


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """Something to look at, with the page that shows it."""

    tone: str
    title: str
    text: str
    at: datetime
    url: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found."""

    title: str
    kind: str
    at: datetime
    url: str


@bp.get("/dashboard")
def dashboard() -> ResponseReturnValue:
    who = reader(Action.DASHBOARD_VIEW)
    now = deps().now()
    midnight = instant(now).replace(hour=0, minute=0, second=0, microsecond=0)
    with deps().db.transaction() as tx:
        day = views.dashboard(tx, who, since=midnight)
        waiting = views.waiting_alarms(tx, now=now, within=_sealed_within())
        known = directory(tx)
        held = views.lots(tx, reader(Action.LOT_VIEW)) if allowed(Action.LOT_VIEW) else []
    return render_template(
        "office/dashboard.html",
        alarms=day.alarms + len(waiting),
        figures=_figures(day, now),
        charts=[_received(day, known), _held(held)],
    )


def _figures(day: views.Dashboard, now: datetime) -> list[Figure]:
    oldest_at = day.oldest_unanchored_at
    age = None if oldest_at is None else now - oldest_at
    return [
        Figure(_("On site"), str(day.on_site), "", _("trucks now")),
        Figure(
            _("Received"),
            kg(day.accepted_kg),
            "kg",
            ngettext("%(num)s ticket today", "%(num)s tickets today", day.tickets),
        ),
        Figure(
            _("Delivered"),
            kg(day.delivered_kg),
            "kg",
            ngettext("%(num)s truck today", "%(num)s trucks today", day.deliveries),
        ),
        Figure(_("Settled"), str(day.settlements), "", _("settlements today")),
        Figure(
            _("Oldest not sealed"),
            _("nothing waits") if age is None else span(age),
            "",
            _(
                "limit %(limit)s; %(n)s documents today",
                limit=span(_sealed_within()),
                n=day.documents,
            ),
            _sealing(age),
        ),
    ]


def _sealed_within() -> timedelta:
    """How long a record may wait: what every receipt promises."""
    return timedelta(seconds=deps().merge_delay_s)


def _sealing(age: timedelta | None) -> Mark:
    """Whether records are sealed in time, by the age of the oldest that is not."""
    if age is None or age <= SEALED_SOON:
        return Mark("ok", _("sealed in time"))
    if age <= _sealed_within():
        return Mark("warn", _("sealing is late"))
    return Mark("bad", _("sealing stands still"))


def _received(day: views.Dashboard, known: Directory) -> Chart:
    bars = [(named(known.sites.get(site_id)), mass_kg) for site_id, mass_kg in day.by_site]
    return Chart(
        title=_("%(kg)s kg accepted today", kg=kg(day.accepted_kg)),
        note=_("by base, since midnight"),
        label=_("Base"),
        unit="kg",
        bars=mass_bars(bars),
    )


def _held(lots: Sequence[views.LotRow]) -> Chart:
    by_grade: dict[str, int] = {}
    for lot in lots:
        by_grade[lot.grade] = by_grade.get(lot.grade, 0) + lot.held_kg
    return Chart(
        title=_("%(kg)s kg lie in the lots", kg=kg(sum(by_grade.values()))),
        note=_("by grade, all bases that you see"),
        label=_("Grade"),
        unit="kg",
        bars=mass_bars(sorted(by_grade.items())),
    )


@bp.get("/alarms")
def alarms() -> ResponseReturnValue:
    who = reader(Action.ALARM_VIEW)
    with deps().db.transaction() as tx:
        rows = views.alarms(tx, who)
        waiting = views.waiting_alarms(tx, now=deps().now(), within=_sealed_within())
    shown = [_shown(row) for row in [*waiting, *rows]]
    return render_template("office/alarms.html", alarms=shown)


def _shown(row: views.AlarmRow) -> ShownAlarm:
    if row.kind in _SHOWN:
        return _SHOWN[row.kind](row)
    if row.kind == "waiting":
        text = _(
            "The oldest record has waited %(age)s to be sealed; promised are %(limit)s. See that"
            " the worker runs and that the chain answers.",
            age=span(timedelta(seconds=row.value)),
            limit=span(timedelta(seconds=row.limit or 0)),
        )
        return ShownAlarm("bad", _("Sealing stands still"), text, row.at, url_for("monitor.log"))
    if row.kind == "receipt":
        text = _(
            "Nobody signed the receipt of a weighing in time. See that the edge unit answers and"
            " that its key is on record (ferrotrace keys list)."
        )
        url = url_for("yard.visit", visit_id=row.subject_id)
        return ShownAlarm("warn", _("No receipt at %(site)s", site=row.label), text, row.at, url)
    if row.kind.startswith("edge-"):
        return _shown_edge_unit(row)
    if row.kind == "chain-task":
        text = _("The contract refused it: %(reason)s. A person is needed.", reason=row.label)
        return ShownAlarm("bad", _("A revocation or an order failed"), text, row.at, None)
    text = _("Sealing batch %(no)s failed and needs a person.", no=row.label)
    return ShownAlarm("bad", _("Sealing failed"), text, row.at, None)


def _shown_difference(row: views.AlarmRow) -> ShownAlarm:
    """Two scales that do not agree."""
    text = _(
        "The two scales differ by %(kg)s kg, beyond the limit of ±%(limit)s kg",
        kg=signed_kg(row.value),
        limit=kg(row.limit),
    )
    url = url_for("office.delivery", delivery_id=row.subject_id)
    return ShownAlarm("bad", _("Delivery %(no)s", no=row.label), text, row.at, url)


def _shown_drift(row: views.AlarmRow) -> ShownAlarm:
    """A base whose loads no longer look like those on which its head began."""
    text = _(
        "Last week %(part)s of the loads were unlike the training of the head; the stability index"
        " of the shares is %(psi)s. Compare decisions, and label new pictures.",
        part=percent(row.value),
        psi="——" if row.limit is None else f"{row.limit / 10_000:.2f}",
    )
    url = url_for("model.site", site_id=row.label) if allowed(Action.MODEL_VIEW) else None
    return ShownAlarm("warn", _("Grading drifts at %(site)s", site=row.label), text, row.at, url)


def _shown_edge_unit(row: views.AlarmRow) -> ShownAlarm:
    """What is wrong with the unit at a scale, or waits for a supervisor."""
    url = url_for("held_entry.held_entries") if allowed(Action.ENTRY_VIEW) else None
    if row.kind == "edge-log":
        text = _("Its log broke; what it sends is not taken until a supervisor has looked at it.")
        return ShownAlarm("bad", _("Edge unit %(unit)s", unit=row.label), text, row.at, url)
    if row.kind == "edge-clock":
        text = _("Its clock and that of the service are more than two seconds apart.")
    else:
        text = ngettext(
            "%(num)s entry of the yard is held: a rule refuses it here.",
            "%(num)s entries of the yard are held: rules refuse them here.",
            row.value,
        )
    return ShownAlarm("warn", _("Edge unit %(unit)s", unit=row.label), text, row.at, url)


_SHOWN = {"difference": _shown_difference, "grading-drift": _shown_drift}

_HITS: dict[str, tuple[LazyString, Callable[[str], str]]] = {
    "visit": (_l("truck on site"), lambda key: url_for("yard.visit", visit_id=key)),
    "ticket": (_l("weighing ticket"), lambda key: url_for("ticket.ticket", ticket_no=key)),
    "delivery": (_l("delivery"), lambda key: url_for("office.delivery", delivery_id=key)),
    "document": (_l("document"), lambda key: url_for("public.document", target_hash=key)),
}


@bp.get("/search")
def search() -> ResponseReturnValue:
    """By plate, ticket, waybill or hash, among what the reader may see."""
    who = _widest_reader()
    wanted = request.args.get("q", "").strip()[:100]
    with deps().db.transaction() as tx:
        found = views.search(tx, who, wanted)
    hits = [
        Hit(hit.label, str(_HITS[hit.kind][0]), hit.at, _HITS[hit.kind][1](hit.key))
        for hit in found
    ]
    return render_template("office/search.html", q=wanted, hits=hits)


def _widest_reader() -> views.Reader:
    """The first right that lets the reader see any of what can be found."""
    actor()
    for action in (Action.VISIT_VIEW, Action.DELIVERY_VIEW, Action.SETTLEMENT_VIEW):
        if allowed(action):
            return reader(action)
    return views.Reader()


@bp.get("/audit")
def audit() -> ResponseReturnValue:
    reader(Action.AUDIT_RUN)
    return render_template("office/audit.html", report=None)


@bp.post("/audit")
@shows_again(audit)
def post_audit() -> ResponseReturnValue:
    reader(Action.AUDIT_RUN)
    at = whole_second(deps().now())
    ask = outside().audit or (lambda: run_audit(deps().db, None))
    return render_template("office/audit.html", report=ask(), audited_at=at)
