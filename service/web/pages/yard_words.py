"""The yard in words: where a truck stands, and what may be done with it."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from service.domain.yard import VisitState
from service.domain.yard_steps import Step
from service.web.pages.language import _l
from service.web.pages.words import Mark

STATES: Mapping[str, Mark] = {
    VisitState.BOOKED: Mark("skip", _l("booked"), "clock"),
    VisitState.ARRIVED: Mark("now", _l("arrived"), "truck"),
    VisitState.QUEUED: Mark("now", _l("in the queue"), "clock"),
    VisitState.CALLED: Mark("now", _l("called"), "arrow"),
    VisitState.ON_DECK_1: Mark("now", _l("on the scale"), "weight"),
    VisitState.WEIGHED_1: Mark("now", _l("weighed once"), "weight"),
    VisitState.AT_UNLOAD: Mark("now", _l("at the unloading place"), "truck"),
    VisitState.INSPECTED: Mark("now", _l("inspected"), "check"),
    VisitState.GRADED: Mark("now", _l("graded"), "check"),
    VisitState.PARTIALLY_REJECTED: Mark("warn", _l("partly rejected"), "warn"),
    VisitState.ON_DECK_2: Mark("now", _l("on the scale again"), "weight"),
    VisitState.WEIGHED_2: Mark("now", _l("weighed twice"), "weight"),
    VisitState.NET_FIXED: Mark("now", _l("net fixed"), "check"),
    VisitState.DEDUCTED: Mark("ok", _l("ticket issued"), "check"),
    VisitState.SELLER_CONFIRMED: Mark("ok", _l("confirmed by the seller"), "check"),
    VisitState.DISPUTED: Mark("warn", _l("disputed by the seller"), "warn"),
    VisitState.CLOSED: Mark("ok", _l("left the site"), "check"),
    VisitState.RADIATION_HOLD: Mark("bad", _l("radiation: isolated"), "stop"),
    VisitState.WEIGH_ABORTED: Mark("bad", _l("weighing refused"), "stop"),
    VisitState.REWEIGH_REQUIRED: Mark("warn", _l("to be weighed again"), "refresh"),
    VisitState.EXPIRED_ON_SITE: Mark("warn", _l("too long on site"), "clock"),
    VisitState.VOIDED: Mark("skip", _l("ended without a ticket"), "x"),
}

STEP_NAMES: Mapping[str, LazyString] = {
    Step.CHECK_RADIATION: _l("Radiation check"),
    Step.CALL: _l("Call"),
    Step.WEIGH_GROSS: _l("Gross weighing"),
    Step.INSPECT: _l("Inspection"),
    Step.GRADE: _l("Grading"),
    Step.UNLOAD: _l("Unloading"),
    Step.WEIGH_TARE: _l("Tare weighing"),
    Step.DECIDE_HOLD: _l("Decision of a supervisor"),
    Step.RENEW: _l("Renewal of the stay"),
    Step.TICKET: _l("Ticket"),
    Step.DELIVERY: _l("Delivery note"),
    Step.RECEIPT: _l("Receipt of the plant"),
    Step.VOID: _l("Void ticket"),
    Step.EXIT: _l("Exit"),
}

RADIATION: Mapping[str, LazyString] = {
    "OK": _l("nothing found"),
    "NORM_RELEASE": _l("natural radioactivity, released"),
    "HOLD": _l("hold: isolate and measure again"),
    "NOTIFY": _l("notify the environment authority"),
}

DONE: Mapping[str, LazyString] = {
    "CALLED": _l("called"),
    "INSPECTED": _l("inspected"),
    "UNLOADED": _l("unloaded"),
    "REJECTED": _l("partly rejected"),
    "RENEWED": _l("stay renewed"),
    "EXITED": _l("left the site"),
}

TYPED_REASONS: Mapping[str, LazyString] = {
    "INDICATOR_SILENT": _l("The indicator sends nothing"),
    "EDGE_DOWN": _l("The program at the scale does not answer"),
    "CAMERA_DOWN": _l("Cameras are out of order"),
    "OTHER": _l("Another reason, as written"),
}
"""Why a weight is typed, by code."""
