"""What the codes of the service are called on a page, and in which of the four states they are.

A code that has no word here is shown as it is: an honest code is better than a wrong word.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel.speaklater import LazyString

from service.web.pages.language import _l

TONE_ICONS = {
    "ok": "okc",
    "bad": "badc",
    "warn": "warnc",
    "skip": "skipc",
    "now": "clock",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A state to show: its colour, its word and its icon, never one of them alone."""

    tone: str
    word: LazyString | str
    icon: str | None = None


STEPS: Mapping[str, LazyString] = {
    "arrived": _l("Arrived"),
    "gross": _l("Gross"),
    "graded": _l("Graded"),
    "unloaded": _l("Unloaded"),
    "loaded": _l("Loaded"),
    "tare": _l("Tare"),
    "ticket": _l("Ticket"),
    "delivered": _l("Delivered"),
    "received": _l("Received"),
    "settled": _l("Settled"),
    "anchored": _l("On record"),
}
PASSES: Mapping[str, LazyString] = {
    "gross": _l("Gross"),
    "tare": _l("Tare"),
    "check": _l("Check weighing"),
}
VISITS: Mapping[str, LazyString] = {
    "RECEIVING": _l("brings scrap"),
    "LOADING": _l("loads for a plant"),
    "UNLOADING": _l("brings a delivery"),
}
ROLES: Mapping[str, LazyString] = {
    "operator": _l("weighbridge operator"),
    "inspector": _l("inspector"),
    "supervisor": _l("supervisor"),
    "clerk": _l("settlement clerk"),
    "approver": _l("approver"),
    "plant": _l("plant"),
    "bank": _l("bank"),
    "carrier": _l("carrier"),
    "supplier": _l("supplier"),
    "auditor": _l("auditor"),
    "administrator": _l("administrator"),
}
KINDS: Mapping[str, LazyString] = {
    "weighing": _l("Weighing"),
    "weighing-void": _l("Void weighing"),
    "hold-decision": _l("Decision on a held weighing"),
    "grade-proposal": _l("Grade proposal"),
    "grade-decision": _l("Grade decision"),
    "grade-review": _l("Blind review of a grade"),
    "hazard-release": _l("Release of a stopped load"),
    "ticket": _l("Weighing ticket"),
    "delivery": _l("Delivery note"),
    "plant-receipt": _l("Plant receipt"),
    "settlement": _l("Settlement"),
    "carbon-statement": _l("Carbon statement"),
    "correction": _l("Correction"),
    "appeal": _l("Appeal"),
    "payment": _l("Payment"),
    "processing-run": _l("Processing run"),
    "stock-take": _l("Stock-taking"),
    "lien": _l("Lien"),
    "key-epoch": _l("Key on record"),
    "policy": _l("Disclosure policy"),
    "factor-set": _l("Emission factors"),
}
PARENTS: Mapping[str, LazyString] = {
    "gross": _l("Gross weighing"),
    "tare": _l("Tare weighing"),
    "gross_release": _l("Release of the gross weighing"),
    "tare_release": _l("Release of the tare weighing"),
    "weighing": _l("Weighing"),
    "proposal": _l("Grade proposal"),
    "decision": _l("Grade decision"),
    "ticket": _l("Weighing ticket"),
    "delivery": _l("Delivery note"),
    "receipt": _l("Plant receipt"),
    "settlement": _l("Settlement"),
    "document": _l("Document"),
    "appeal": _l("Appeal"),
    "second": _l("Second inspector's review"),
    "third": _l("Third inspector's review"),
    "correction": _l("Correction"),
}
SOURCES: Mapping[str, LazyString] = {
    "LIVE": _l("from the indicator"),
    "MANUAL": _l("entered by hand"),
    "SIM": _l("from a simulated indicator"),
    "REPLAY": _l("replayed"),
}
CAMERAS: Mapping[str, LazyString] = {
    "front": _l("Front"),
    "rear": _l("Rear"),
    "load": _l("Load"),
    "gate": _l("Gate"),
    "upload": _l("Uploaded"),
}
BASES: Mapping[str, LazyString] = {
    "per_t_scrap": _l("per tonne of scrap"),
    "per_t_steel": _l("per tonne of steel"),
}
FORMS: Mapping[str, LazyString] = {
    "heavy_mixed": _l("heavy mixed"),
    "plate_structural": _l("plate and structural"),
    "rail_axle_wheel": _l("rails, axles, wheels"),
    "cast_mn": _l("manganese castings"),
    "shredded": _l("shredded"),
    "bales": _l("bales"),
    "turnings": _l("turnings"),
    "rebar_rolling": _l("rebar and rolling scrap"),
    "briq_media": _l("briquettes and grinding media"),
}
FORM_LETTERS: Mapping[str, str] = {
    "heavy_mixed": "H",
    "plate_structural": "P",
    "rail_axle_wheel": "R",
    "cast_mn": "M",
    "shredded": "S",
    "bales": "B",
    "turnings": "T",
    "rebar_rolling": "L",
    "briq_media": "Q",
}
"""As the image engine writes them on the tiles of its picture."""
OUTCOMES: Mapping[str, Mark] = {
    "PASS": Mark("ok", _l("in order")),
    "UNKNOWN": Mark("skip", _l("not known"), "q"),
    "FLAG": Mark("warn", _l("marked")),
    "HOLD": Mark("bad", _l("held"), "hand"),
    "BLOCK": Mark("bad", _l("refused")),
}
HOLDS: Mapping[str, Mark] = {
    "NONE": Mark("skip", _l("not held")),
    "HELD": Mark("bad", _l("waits for a decision"), "hand"),
    "RELEASED": Mark("warn", _l("released, with its mark")),
    "REFUSED": Mark("bad", _l("does not count")),
    "REWEIGH": Mark("skip", _l("weighed again"), "refresh"),
}
HOLD_DECISIONS: Mapping[str, LazyString] = {
    "RELEASE": _l("Released"),
    "REFUSE": _l("Refused"),
    "REWEIGH": _l("To be weighed again"),
}
LIMITS: Mapping[str, LazyString] = {
    "zero_d": _l("zero within, intervals d"),
    "attested_photographs": _l("photographs with an attestation"),
    "above_seen_bp": _l("above the heaviest seen, 1/10,000"),
    "least_history": _l("weighings that make a history"),
    "vehicles": _l("vehicles on the deck"),
    "window_ms": _l("stable window, ms"),
    "spread_d": _l("spread, intervals d"),
    "slope_kg_per_s": _l("slope, kg/s"),
    "empty_s": _l("deck empty within, s"),
    "rise_kg": _l("rise on leaving, kg"),
    "last_tares": _l("tares that count"),
    "band_kg": _l("band at least, kg"),
    "band_bp": _l("band at least, 1/10,000"),
    "shortest_s": _l("shortest time, s"),
    "longest_s": _l("longest time, s"),
    "agreeing_marks": _l("marks that agree"),
    "look_distance": _l("looks apart at most, of 255"),
    "photographs": _l("photographs"),
    "near_bits": _l("alike below, bits of 64 (0: do not ask)"),
    "overrides_bp": _l("overrides, 1/10,000"),
    "shift_h": _l("length of a shift, h"),
    "release_photographs": _l("photographs for a release"),
    "frame_rate_bp": _l("frame rate off by, 1/10,000"),
    "bad_frames_bp": _l("frames that fail, 1/10,000"),
    "check_share_bp": _l("visits drawn, 1/10,000"),
    "last_visits": _l("visits looked at"),
    "least_visits": _l("visits that make a habit"),
    "pairing_bp": _l("same person, 1/10,000"),
    "drift_ms": _l("clock off by, ms"),
}
TRADE_GRADES: Mapping[str, LazyString] = {
    "HMS_1": _l("HMS 1, heavy melting"),
    "HMS_80_20": _l("HMS 80/20, heavy melting"),
    "pns": _l("plate and structural cuts"),
    "Blue_Steel": _l("blue steel"),
    "Mic_Railway_Scrap": _l("mixed railway scrap"),
    "Railway_Lines": _l("railway lines"),
    "Railway_Axels": _l("railway axles"),
    "Railway_Wheels": _l("railway wheels"),
    "Manganese_Scrap": _l("manganese steel"),
    "Shredded": _l("shredded steel"),
    "Tin_Can_Shredded_Scrap": _l("shredded tin cans"),
    "Auto_Factory_Bales": _l("car factory bales"),
    "lms": _l("light melting scrap"),
    "New_Black_Bales": _l("new black bales"),
    "Wire_Bales": _l("wire bales"),
    "Tin_Sheet_Bundles": _l("tin sheet bundles"),
    "Used_Beverage_Can_Bales": _l("beverage can bales"),
    "turning_boring": _l("turnings and borings"),
    "Cast_Iron_Boring": _l("cast iron borings"),
    "Rolling_Scrap": _l("rebar and rolling mill scrap"),
    "Cast_Iron_Briquettes": _l("cast iron briquettes"),
    "Grinding_Media": _l("grinding media"),
    "Alternators": _l("alternators"),
    "Tin_Plate_Sheet_Scrap": _l("tin plate sheet"),
}
ABSTENTIONS: Mapping[str, LazyString] = {
    "Q_DARK": _l("The photograph is too dark."),
    "Q_NO_LOAD": _l("No load can be seen."),
    "ENGINE_FAILED": _l("The image engine failed; the inspector decides without it."),
    "NOT_ASKED": _l("The inspector decided at the scale before the image engine was asked."),
    "Q_NOT_SCRAP": _l("What can be seen does not look like scrap."),
    "Q_TRUNCATED": _l("The photograph cannot be read to its end."),
    "Q_BLUR": _l("The photograph is blurred."),
    "Q_EXPOSURE": _l("The photograph is over- or underexposed."),
    "Q_CAST": _l("The colours of the photograph are off."),
    "Q_DIRT": _l("The lens is dirty or wet."),
    "Q_MAGNET": _l("The magnet hides the load."),
    "Q_MOTION": _l("The load or the camera is moving."),
    "Q_DUPLICATE": _l("The photograph shows the same picture again."),
    "OUT_OF_DISTRIBUTION": _l("The load looks unlike anything the engine has learnt."),
    "OOD": _l("The load looks unlike anything the engine has learnt."),
    "LOW_CONFIDENCE": _l("The confidence is too low."),
    "NO_FORM": _l("What it looks like most has no form of its own."),
    "FORMS_NONE": _l("No form fits what can be seen."),
    "FORMS_SEVERAL": _l("More than one form is possible."),
    "FORM_NOT_OF_CLASS": _l("Trade grade and form contradict each other."),
    "FORM_UNSURE": _l("The form is too uncertain."),
    "NOTHING_SEEN": _l("Nothing of the load could be seen well enough."),
    "CAMERA_MOVED": _l("The bed is not where the camera had it: it may have been moved."),
    "COVERAGE_LOW": _l("Too little of the load was seen."),
    "REPEATED_AREA": _l("The photographs show the same part again and again."),
    "LAYERS_INCONSISTENT": _l("Layers differ from each other: other material may lie below."),
    "LAYERS_FEW": _l("Too few layers of the load were photographed."),
    "INTERVAL_WIDE": _l("The shares are too uncertain."),
    "CONFORMAL_MASS_LOW": _l("Too much of the load could be more than one form."),
    "NO_BAY": _l("Nobody has said where the bed stands in this camera's picture."),
    "REUSED_PHOTOGRAPH": _l("A photograph was used for another load before."),
    "CLOCK_DISAGREES": _l("The clock burnt into the picture says another time."),
    "TIME_OUTSIDE_WEIGHING": _l("A photograph was taken outside the time of this weighing."),
    "MODEL_OFF": _l("The image engine is switched off at this site."),
    "MODEL_IN_SHADOW": _l("The image engine is on trial at this site and shows nothing."),
    "HAZARD_GAS_CYLINDER": _l("There may be a gas cylinder in the load."),
    "HAZARD_FIRE_EXTINGUISHER": _l("There may be a fire extinguisher in the load."),
    "HAZARD_SEALED_VESSEL": _l("There may be a sealed vessel in the load."),
    "HAZARD_BATTERY": _l("There may be a battery in the load."),
    "HAZARD_MUNITION": _l("There may be munition in the load."),
    "HAZARD_RADIOACTIVE_SOURCE": _l("There may be a radioactive source in the load."),
    "CONFORMAL_SET": _l("More than one form is possible."),
    "AMBIGUOUS": _l("More than one form is possible."),
}
HAZARDS: Mapping[str, LazyString] = {
    "gas_cylinder": _l("gas cylinder"),
    "fire_extinguisher": _l("fire extinguisher"),
    "sealed_vessel": _l("sealed vessel"),
    "battery": _l("battery"),
    "munition": _l("munition"),
    "radioactive_source": _l("radioactive source"),
}
INCLUSIONS: Mapping[str, LazyString] = {
    "dirt": _l("dirt"),
    "rubber": _l("rubber"),
    "wood": _l("wood"),
    "plastic": _l("plastic"),
    "concrete": _l("concrete"),
    "other": _l("other"),
}
DIFFERENCES: Mapping[str, LazyString] = {
    "BELOW": _l("Other material below"),
    "UNSEEN": _l("The proposal could not see it"),
    "WRONG": _l("The proposal took it for something else"),
}
"""Why a decision differs from the proposal."""

PROOFS: Mapping[str, Mark] = {
    "recorded": Mark("now", _l("recorded, to be sealed")),
    "sealed": Mark("now", _l("sealed")),
    "submitted": Mark("now", _l("sealed, on its way")),
    "mined": Mark("now", _l("sealed, being confirmed")),
    "confirmed": Mark("ok", _l("on record, nearly final")),
    "final": Mark("ok", _l("on record")),
    "reorged": Mark("warn", _l("to be sealed again")),
    "failed": Mark("bad", _l("sealing failed")),
}
SETTLEMENTS: Mapping[str, Mark] = {
    "SUBMITTED": Mark("now", _l("Waits for the second person")),
    "APPROVED": Mark("ok", _l("Approved")),
    "RETURNED": Mark("warn", _l("Returned"), "back"),
}
STAGES: Mapping[str, Mark] = {
    "on_way": Mark("now", _l("on the road"), "truck"),
    "at_plant": Mark("now", _l("at the plant"), "truck"),
    "received": Mark("now", _l("to be settled")),
    "settled": Mark("ok", _l("settled")),
}
TICKETS: Mapping[str, Mark] = {
    "issued": Mark("ok", _l("issued")),
    "void": Mark("skip", _l("Void"), "stop"),
}
PROMISES: Mapping[str, Mark] = {
    "signed": Mark("ok", _l("receipt signed")),
    "pending": Mark("now", _l("receipt pending")),
    "missed": Mark("bad", _l("no receipt")),
}
FULFILMENTS: Mapping[str, Mark] = {
    "kept": Mark("ok", _l("promise kept")),
    "late": Mark("bad", _l("kept too late")),
    "waiting": Mark("now", _l("time runs")),
    "broken": Mark("bad", _l("promise broken")),
}
APPEALS: Mapping[str, Mark] = {
    "raised": Mark("now", _l("waits for an answer")),
    "upheld": Mark("ok", _l("upheld")),
    "rejected": Mark("bad", _l("rejected")),
    "withdrawn": Mark("skip", _l("taken back")),
}
APPEAL_REASONS: Mapping[str, LazyString] = {
    "GRADE_CHANGED": _l("Most of the load is another grade."),
    "SHARES_CHANGED": _l("The shares of the load are others, by more than is tolerated."),
    "SECOND_AGREES": _l("The second inspector sees what was decided."),
    "MEDIAN_CONFIRMS": _l("Of three opinions the middle one is what was decided."),
}
GROUNDS: Mapping[str, LazyString] = {
    "weight": _l("the weight"),
    "grade": _l("the grade"),
    "deduction": _l("the deduction"),
    "price": _l("the price"),
    "goods": _l("the goods"),
    "other": _l("something else"),
}
LIENS: Mapping[str, Mark] = {
    "free": Mark("skip", _l("free"), "plus"),
    "reserved": Mark("now", _l("reserved")),
    "expired": Mark("warn", _l("reservation over")),
    "financed": Mark("ok", _l("financed")),
    "released": Mark("ok", _l("released")),
    "cancelled": Mark("skip", _l("cancelled")),
}
ORDERS: Mapping[str, Mark] = {
    "waiting": Mark("now", _l("waits to be sent")),
    "sent": Mark("now", _l("sent, being confirmed")),
    "done": Mark("ok", _l("carried out")),
    "refused": Mark("bad", _l("refused by the registry")),
}
ORDER_KINDS: Mapping[str, LazyString] = {
    "reserve": _l("Reserve"),
    "finance": _l("Finance"),
    "release": _l("Release"),
    "cancel": _l("Cancel"),
}
PAID: Mapping[str, Mark] = {
    "unpaid": Mark("now", _l("to be paid")),
    "part": Mark("now", _l("paid in part")),
    "paid": Mark("ok", _l("paid")),
}
DEDUCTIONS: Mapping[str, LazyString] = {
    "NONE": _l("none"),
    "PCT": _l("in per cent"),
    "KG": _l("in kg"),
    "IMPURITY": _l("impurity, so many times"),
    "MOISTURE": _l("moisture above the allowance"),
}
DEDUCTION_REASONS: Mapping[str, LazyString] = {
    "SOIL": _l("soil, dirt"),
    "NONMETAL": _l("rubber, wood, plastics"),
    "OIL": _l("oil"),
    "MOISTURE": _l("water"),
    "PLAIN": _l("metal that is no scrap steel"),
    "DOUBLE": _l("ore, slag"),
    "ADULTERATION": _l("deliberate filling"),
    "OTHER": _l("other, said in words"),
}
ANSWERS: Mapping[str, Mark] = {
    "CONFIRMED": Mark("ok", _l("confirmed by the seller")),
    "DISPUTED": Mark("bad", _l("disputed by the seller")),
    "": Mark("skip", _l("not answered by the seller")),
}
MATERIALS: Mapping[str, LazyString] = {
    "heavy": _l("heavy scrap"),
    "medium": _l("medium scrap"),
    "light": _l("light scrap"),
    "shredded": _l("shredded scrap"),
    "bales": _l("bales"),
    "turnings": _l("turnings"),
    "mixed": _l("mixed scrap"),
}
MATERIALS_OF_TABLETS: Mapping[str, LazyString] = {
    "baled": _l("baled scrap"),
    "alloy": _l("alloy steel scrap"),
    "cast": _l("cast iron scrap"),
}
"""What only a tablet of a yard offers."""


def word(table: Mapping[str, LazyString], code: object) -> str:
    """The word for ``code``, or the code itself."""
    return str(table.get(str(code), str(code)))


def mark(table: Mapping[str, Mark], code: object) -> Mark:
    """The state to show for ``code``; unknown codes are grey and shown as they are."""
    return table.get(str(code), Mark("skip", str(code)))


def tone_icon(tone: str) -> str:
    return TONE_ICONS.get(tone, "skipc")


def language_name(code: str) -> str:
    """Each language in its own name, so that its readers find it."""
    return {"zh": "中文", "en": "EN"}.get(code, code)


__all__ = ["Mark", "language_name", "mark", "tone_icon", "word"]
PROCESSES: Mapping[str, LazyString] = {
    "CUTTING": _l("Cutting"),
    "BALING": _l("Baling"),
    "SHREDDING": _l("Shredding"),
}
COUNT_METHODS: Mapping[str, LazyString] = {
    "SURVEY": _l("Survey (volume and density)"),
    "WEIGHED": _l("Weighed on the scale"),
    "ESTIMATE": _l("Estimate by eye"),
}
