"""Trucks in the order of the yard, each with what it waits for and who may do that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel.speaklater import LazyString

from service.domain.access import Action
from service.domain.yard import VisitFacts
from service.domain.yard_steps import Step
from service.storage import views
from service.web.context import allowed
from service.web.pages.figures import named, span
from service.web.pages.language import _, _l
from service.web.pages.reading import Directory

SOON_MINUTES, LATE_MINUTES = 45, 60


@dataclass(frozen=True, slots=True)
class _Step:
    """A next action: the right it takes, its page, what the truck waits for, and the button."""

    action: Action
    endpoint: str
    ready: LazyString
    waits: LazyString
    button: LazyString


_STEPS = {
    "gross": _Step(
        Action.WEIGHING_RECORD,
        "weighing.page",
        _l("ready for gross"),
        _l("waits for the gross weighing"),
        _l("Weigh gross"),
    ),
    "tare": _Step(
        Action.WEIGHING_RECORD,
        "weighing.page",
        _l("ready for tare"),
        _l("waits for the tare weighing"),
        _l("Weigh tare"),
    ),
    "grade": _Step(
        Action.GRADE_DECIDE,
        "inspector.grade",
        _l("ready for grading"),
        _l("waits for grading"),
        _l("Grade the load"),
    ),
    "ticket": _Step(
        Action.TICKET_ISSUE,
        "ticket.form",
        _l("ready for the ticket"),
        _l("waits for the ticket"),
        _l("Issue the ticket"),
    ),
    "delivery": _Step(
        Action.DELIVERY_RECORD,
        "loading.form",
        _l("ready for the delivery note"),
        _l("waits for the delivery note"),
        _l("Issue the delivery note"),
    ),
    "check-radiation": _Step(
        Action.VISIT_OPEN,
        "yard.visit",
        _l("ready for the radiation check"),
        _l("waits for the radiation check"),
        _l("Check radiation"),
    ),
    "call": _Step(
        Action.VISIT_OPEN,
        "yard.visit",
        _l("ready to be called"),
        _l("waits to be called"),
        _l("Call the truck"),
    ),
    "inspect": _Step(
        Action.PHOTOGRAPH_UPLOAD,
        "yard.visit",
        _l("ready for the inspection"),
        _l("waits for the inspection"),
        _l("Inspect the load"),
    ),
    "unload": _Step(
        Action.VISIT_OPEN,
        "yard.visit",
        _l("ready to be unloaded"),
        _l("waits to be unloaded"),
        _l("Record the unloading"),
    ),
    "decide-hold": _Step(
        Action.HOLD_DECIDE,
        "hold.holds",
        _l("held: to be decided"),
        _l("held by a control"),
        _l("Decide"),
    ),
    "renew": _Step(
        Action.VISIT_RENEW,
        "yard.visit",
        _l("too long on site"),
        _l("too long on site"),
        _l("Renew or end"),
    ),
    "receipt": _Step(
        Action.RECEIPT_RECORD,
        "plant.receipt",
        _l("ready for the receipt"),
        _l("waits for the receipt"),
        _l("Accept the delivery"),
    ),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """The page of the next action, for one who may do it."""

    url: str
    word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueRow:
    """A truck on site. ``url`` is None where the reader may not do what comes next."""

    visit_id: str
    plate: str
    kind: str
    who: str
    site: str
    word: str
    url: str | None
    button: str
    state: str
    place: str
    dwell: str
    minutes: int
    tone: str


def next_step(visit_id: str, next_action: str, *, on_visit: bool = False) -> NextStep | None:
    """What the reader can do next for the truck; None where it is done or somebody else's, and
    where the page of the visit, which is shown (``on_visit``), has the form for it."""
    step = _STEPS.get(next_action)
    if step is None or not allowed(step.action) or (on_visit and step.endpoint == "yard.visit"):
        return None
    if step.endpoint == "hold.holds":
        url = url_for(step.endpoint)
    elif step.endpoint == "weighing.page":
        url = url_for(step.endpoint, visit_id=visit_id, weighing_pass=next_action)
    else:
        url = url_for(step.endpoint, visit_id=visit_id)
    return NextStep(url, str(step.button))


def queue_rows(
    trucks: Sequence[views.TruckOnYard], known: Directory, now: datetime
) -> list[QueueRow]:
    """The trucks as they are shown: those called in the order of their numbers, then by arrival."""
    return [_row(truck, known, now) for truck in trucks]


def next_action_of(truck: views.TruckOnYard) -> str:
    """The main action of the truck by the name that its page has; empty where it has ended."""
    main = truck.actions[0] if truck.actions else Step.EXIT
    return _ACTIONS.get(main, main.value)


_ACTIONS = {Step.WEIGH_GROSS: "gross", Step.WEIGH_TARE: "tare", Step.EXIT: ""}


def _row(truck: views.TruckOnYard, known: Directory, now: datetime) -> QueueRow:
    row, next_action = truck.facts, next_action_of(truck)
    step = _STEPS.get(next_action)
    can = next_step(row.visit_id, next_action)
    stay = now - row.arrived_at
    minutes = _minutes(stay)
    word = "" if step is None else str(step.ready if can else step.waits)
    return QueueRow(
        visit_id=row.visit_id,
        plate=row.plate,
        kind=row.kind,
        who=known.who(row.supplier_id, row.plant_id, row.carrier_id),
        site=named(known.sites.get(row.site_id)),
        word=word,
        url=can.url if can else None,
        button=can.word if can else _("View"),
        state=truck.state.value,
        place=_place(row),
        dwell=stay_of(stay),
        minutes=min(minutes, LATE_MINUTES),
        tone=tone_of(minutes),
    )


def _place(facts: VisitFacts) -> str:
    """Where the truck was called to, with its number; empty where it was not."""
    if facts.called_to is None:
        return ""
    return _("no. %(order)s to %(place)s", order=facts.calling_order, place=facts.called_to)


def stay_of(stay: timedelta) -> str:
    """How long the truck has been on site, and whether that is too long."""
    minutes, shown = _minutes(stay), span(stay)
    if minutes > LATE_MINUTES:
        return _("%(stay)s, over time", stay=shown)
    if minutes >= SOON_MINUTES:
        return _("%(stay)s, nearly over", stay=shown)
    return shown


def tone_of(minutes: int) -> str:
    """ok, warn from 45 minutes on site, bad beyond 60."""
    if minutes > LATE_MINUTES:
        return "bad"
    return "warn" if minutes >= SOON_MINUTES else "ok"


def _minutes(stay: timedelta) -> int:
    return max(0, int(stay.total_seconds()) // 60)
