"""What a document says, as words and figures for people."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel.speaklater import LazyString

from service.web.pages import figures, words
from service.web.pages.language import _, _l

_FIELDS: Mapping[str, LazyString] = {
    "ticket_no": _l("Ticket"),
    "delivery_no": _l("Delivery"),
    "waybill_no": _l("Waybill"),
    "receipt_no": _l("Plant receipt"),
    "settlement_no": _l("Settlement"),
    "statement_no": _l("Carbon statement"),
    "pass": _l("Weighing"),
    "status": _l("State"),
    "kg": _l("Weight"),
    "gross_kg": _l("Gross"),
    "tare_kg": _l("Tare"),
    "net_kg": _l("Net"),
    "rejected_kg": _l("Rejected"),
    "accepted_kg": _l("Accepted"),
    "deducted_kg": _l("Deduction"),
    "settlement_kg": _l("Settlement mass"),
    "difference_kg": _l("Difference of the scales"),
    "limit_kg": _l("Limit of the difference"),
    "grade": _l("Grade"),
    "grade_class": _l("Trade grade"),
    "inclusions_bp": _l("Inclusions"),
    "reason": _l("Reason"),
    "decision": _l("Decision"),
    "lot_id": _l("Lot"),
    "source": _l("Source"),
    "site_id": _l("Site"),
    "plant_id": _l("Plant"),
    "carrier_id": _l("Carrier"),
    "seller_id": _l("Seller"),
    "buyer_id": _l("Buyer"),
    "distance_km": _l("Distance (km)"),
    "price_on": _l("Price of the day"),
    "gross_fen": _l("Amount (CNY)"),
    "net_fen": _l("Net of tax (CNY)"),
    "tax_fen": _l("VAT (CNY)"),
    "payable_fen": _l("Payable (CNY)"),
    "avoided_gross_tco2e": _l("Avoided, gross (tCO₂e)"),
    "avoided_net_tco2e": _l("Avoided, net (tCO₂e)"),
    "coal_saved_tce": _l("Standard coal saved (tce)"),
    "method": _l("Method"),
    "taken_at": _l("Weighed"),
    "issued_at": _l("Issued"),
    "decided_at": _l("Decided"),
    "proposed_at": _l("Proposed"),
    "received_at": _l("Received"),
    "approved_at": _l("Approved"),
    "void_reason": _l("Void because"),
    "plate": _l("Plate"),
    "supplier": _l("Supplier"),
    "operator": _l("Weigher"),
    "inspector": _l("Inspector"),
    "decided_by_engine": _l("Decided by the image engine"),
    "stopped_at": _l("Stopped"),
    "released_at": _l("Released"),
}
_GROUPS: Mapping[str, LazyString] = {
    "id": _l("Number"),
    "kind": _l("Kind"),
    "demo": _l("Simulated data"),
    "$template": _l("Form of the document"),
    "issuers": _l("Issued by"),
    "record": _l("What it says"),
    "personal": _l("Personal data"),
    "links": _l("Comes from"),
    "images": _l("Photographs"),
    "carbon": _l("Carbon method"),
}
"""The parts of a document."""

_HASH = re.compile("[0-9a-f]{64}")
_SUMS = {"net_kg", "settlement_kg", "payable_fen", "avoided_net_tco2e"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what a document says."""

    word: str
    value: str
    sum: bool = False


def facts(content: Mapping[str, Any]) -> list[Fact]:
    """The fields of a document's data that people ask for, in the order of the trade."""
    said = {**content.get("record", {}), **content.get("personal", {})}
    kind = str(content.get("kind", ""))
    shown = [Fact(_("Kind"), words.word(words.KINDS, kind))] if kind else []
    return shown + [
        Fact(str(_FIELDS[key]), _value(key, said[key]), key in _SUMS) for key in _in(said)
    ]


def _in(said: Mapping[str, Any]) -> Iterator[str]:
    return (key for key in _FIELDS if key in said)


def _value(key: str, value: Any) -> str:
    if key.endswith("_kg") or key == "kg":
        return f"{figures.kg(int(value))} kg"
    if key.endswith("_fen"):
        return figures.yuan(int(value))
    if key.endswith("_bp"):
        return figures.percent(int(value))
    if key.endswith("_at"):
        return figures.moment(str(value))
    tables = {"pass": words.PASSES, "source": words.SOURCES}
    if key in tables:
        return words.word(tables[key], value)
    return figures.plate(str(value)) if key == "plate" else str(value)


def part_word(path: str) -> str:
    """What the member at the dotted ``path`` of a document is called; its own name at worst."""
    name = path.rpartition(".")[2]
    known = _GROUPS if path == name else _FIELDS
    return str(known[name]) if name in known else figures.short_id(name)


def part_value(name: str, value: Any) -> str:
    """The value of a member, with its unit, as people read it; long hashes are cut."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "kind":
        return words.word(words.KINDS, value)
    shown = _value(name, value) if isinstance(value, int | str) else str(value)
    return figures.short_hash(shown) if _HASH.fullmatch(shown) else shown
