"""The plain document of a ticket, from which ``domain.ticket_sheet`` makes the printed sheet."""

from collections.abc import Mapping
from typing import Any

from service.devices.edge.book import YardBook
from service.devices.edge.brief import Brief
from service.devices.edge.document import instrument_document
from service.devices.edge.entries import Envelope, parsed_instant
from service.devices.edge.entry_bodies import TicketIssued
from service.devices.edge.guards import deductions_of, lines_of, masses_of
from service.domain.deduction import NO_DEDUCTION
from service.domain.grade import GRADE_STANDARD
from service.domain.instants import business_date, utc_text
from service.domain.weighing import Instrument, WeighingPass
from service.domain.yard import PassFact, VisitFacts

PASSES = (WeighingPass.GROSS, WeighingPass.TARE, WeighingPass.CHECK)


class TicketDocuments:
    """Makes the documents of tickets drawn on one scale."""

    def __init__(self, instrument: Instrument) -> None:
        self._instrument = instrument

    def of(
        self,
        entry: Envelope,
        facts: VisitFacts,
        weighings: Mapping[str, Envelope],
        book: YardBook,
    ) -> dict[str, Any]:
        """The document of the ticket that ``entry`` issues or voids.

        ``weighings`` are the entries of the visit's weighings by their id, those made here.
        """
        brief = book.brief
        document = {
            "ticket_no": entry.body["ticket_no"],
            "visit_id": facts.visit_id,
            "status": "issued" if entry.kind == "ticket.issued" else "void",
            "version": 1,
            "issued_at": utc_text(parsed_instant(entry.at)),
            "demo": self._instrument.simulated if brief is None else brief.demo,
            "site": _site(facts.site_id, brief),
            "issuer": _issuer(facts.site_id, brief),
            "kind": facts.kind.value,
            "plate": facts.plate,
            "supplier": _party(facts.supplier_id, brief),
            "carrier": _party(facts.carrier_id, brief),
            "driver": _driver(facts.driver_id, brief),
            "material": facts.material,
            "booking_no": facts.booking_no,
            "grade": facts.graded,
            "grade_standard": GRADE_STANDARD if facts.graded else None,
            "radiation": facts.radiation,
            "operator": entry.person.name,
            **{wanted.value: self._weighed(facts, wanted, weighings, brief) for wanted in PASSES},
        }
        if entry.kind == "ticket.voided":
            return {**document, "void_reason": entry.body["reason"]}
        return {**document, **_masses(entry, facts)}

    def _weighed(
        self,
        facts: VisitFacts,
        wanted: WeighingPass,
        weighings: Mapping[str, Envelope],
        brief: Brief | None,
    ) -> dict[str, Any] | None:
        found = _last(facts, wanted)
        if found is None:
            return None
        weighed = {
            "kg": found.kg,
            "taken_at": utc_text(found.taken_at),
            "source": found.source,
            "instrument": instrument_document(self._instrument),
            "weigher": None,
        }
        entry = weighings.get(found.weighing_id)
        if found.stored:
            return {**weighed, "stored_on": _found_on(found, entry, brief)}
        return weighed if entry is None else {**weighed, **_of_entry(entry)}


def _last(facts: VisitFacts, wanted: WeighingPass) -> PassFact | None:
    if wanted is not WeighingPass.CHECK:
        return facts.effective(wanted)
    checks = [p for p in facts.passes if p.weighing_pass is wanted and not p.voided]
    return checks[-1] if checks else None


def _found_on(used: PassFact, entry: Envelope | None, brief: Brief | None) -> str:
    """The business date on which the truck was weighed empty; of a tare that is not told of any
    more, when it was used."""
    tare_id = None if entry is None else entry.body["tare_id"]
    told = (
        tare for vehicle in (brief.vehicles if brief else ()) for tare in vehicle.get("tares", ())
    )
    found = next((tare.get("found_at") for tare in told if tare["tare_id"] == tare_id), None)
    return business_date(used.taken_at if found is None else parsed_instant(found)).isoformat()


def _of_entry(entry: Envelope) -> dict[str, Any]:
    told: dict[str, Any] = {
        "weigher": entry.person.name,
        "controls": entry.body.get("controls", []),
    }
    told["capture_hash"] = entry.hash
    if "witness" in entry.body:
        told["witness"] = entry.body["witness"]["name"]
    if "capture" in entry.body:
        told["instrument"] = entry.body["capture"]["instrument"]
        told["capture_hash"] = entry.body["capture"]["hash"]
    return told


def _masses(entry: Envelope, facts: VisitFacts) -> dict[str, Any]:
    body = entry.content()
    assert isinstance(body, TicketIssued)  # noqa: S101 # the caller's kind
    masses = masses_of(facts, body)
    deductions = deductions_of(body)
    lines = lines_of(facts, body).record(masses.settlement_kg)
    by_pass = {past.weighing_pass.value: past.kg for past in facts.counted}
    return {
        "gross_kg": by_pass["gross"],
        "tare_kg": by_pass["tare"],
        "net_kg": masses.net_kg,
        "rejected_kg": body.rejected_kg,
        "rejected_reason": body.rejected_reason or None,
        "residual_kg": body.residual_kg,
        "accepted_kg": masses.accepted_kg,
        "deduction": deductions.record() if deductions.lines else NO_DEDUCTION.record(),
        "deducted_kg": masses.deducted_kg,
        "settlement_kg": masses.settlement_kg,
        **({} if lines is None else {"lines": lines}),
        "lot_id": f"{facts.site_id}-{facts.graded}",
    }


def _site(site_id: str, brief: Brief | None) -> dict[str, str]:
    names = {"name_zh": site_id, "name_en": site_id}
    if brief is not None:
        names = {"name_zh": brief.site.name_zh, "name_en": brief.site.name_en}
    return {"site_id": site_id, **names}


def _issuer(site_id: str, brief: Brief | None) -> str:
    party = _party(brief.site.organisation_id, brief) if brief else None
    return f"{party['name_zh']} {party['name_en']}" if party else site_id


def _party(organisation_id: str | None, brief: Brief | None) -> dict[str, str] | None:
    for party in brief.parties if brief else ():
        if party["organisation_id"] == organisation_id:
            return {"name_zh": party["name_zh"], "name_en": party["name_en"]}
    return None


def _driver(driver_id: str | None, brief: Brief | None) -> str | None:
    for driver in brief.drivers if brief else ():
        if driver.get("driver_id") == driver_id:
            return str(driver["name"])
    return None
