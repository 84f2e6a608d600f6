"""The plain document of a ticket's sheet, gathered from what is on record."""

from collections.abc import Mapping
from typing import Any

from service.domain.grade import GRADE_STANDARD
from service.domain.instants import business_date, parse_utc, utc_text
from service.domain.plate import shown_plate
from service.domain.weighing import WeighingPass
from service.storage import views
from service.storage.correction import correction_by_hash
from service.storage.db import Tx
from service.storage.party import organisation_by_id, site_by_id
from service.storage.register import driver_now
from service.storage.views.visit import weighing_view
from service.storage.visit_flow import radiation_checks_of
from service.storage.weighing import every_weighing_of, voids_of
from service.usecases.ports import Deps

_MASSES = (
    "net_kg",
    "rejected_kg",
    "rejected_reason",
    "residual_kg",
    "accepted_kg",
    "deduction",
    "deducted_kg",
    "settlement_kg",
    "lines",
    "grade",
    "lot_id",
    "void_reason",
)


def ticket_paper(
    tx: Tx, row: views.TicketRow, detail: views.VisitDetail, deps: Deps
) -> dict[str, Any]:
    """What ``service.domain.ticket_sheet`` makes a sheet of, for a ticket that may be seen."""
    correction = correction_by_hash(tx, bytes.fromhex(row.target_hash))
    booking = detail.booking
    return {
        "ticket_no": row.ticket_no,
        "status": row.status,
        "version": row.version,
        "correction_reason": None if correction is None else correction.reason,
        "issued_at": utc_text(row.issued_at),
        "demo": deps.demo,
        "site": _site(tx, row.site_id),
        "issuer": deps.issuer.name,
        "kind": detail.visit.kind,
        "plate": shown_plate(row.plate),
        "supplier": _party(tx, detail.visit.supplier_id),
        "carrier": _party(tx, detail.visit.carrier_id),
        "driver": _driver(tx, detail.visit.driver_id),
        "radiation": _radiation(tx, detail.visit.visit_id),
        "material": None if booking is None else booking.material,
        "booking_no": None if booking is None else booking.booking_no,
        "grade_standard": GRADE_STANDARD if row.status == "issued" else None,
        "inspector": _person(tx, detail, "grade-decision", "inspector"),
        "decided_by_engine": bool(detail.decision and "decided_by_engine" in detail.decision),
        "gross": _weighed(tx, detail.gross),
        "tare": _weighed(tx, detail.tare),
        "check": _weighed(tx, _checked(tx, detail.visit.visit_id)),
        **{name: row.record[name] for name in _MASSES if name in row.record},
        "target_hash": row.target_hash,
    }


def _site(tx: Tx, site_id: str) -> dict[str, str]:
    site = site_by_id(tx, site_id)
    assert site is not None  # noqa: S101 # a foreign key holds it
    return {"site_id": site_id, "name_zh": site.name_zh, "name_en": site.name_en}


def _party(tx: Tx, organisation_id: str | None) -> dict[str, str] | None:
    party = None if organisation_id is None else organisation_by_id(tx, organisation_id)
    return None if party is None else {"name_zh": party.name_zh, "name_en": party.name_en}


def _driver(tx: Tx, driver_id: str | None) -> str | None:
    driver = None if driver_id is None else driver_now(tx, driver_id)
    return None if driver is None else driver.name


def _radiation(tx: Tx, visit_id: str) -> str | None:
    """The decision of the visit's newest radiation check."""
    checks = radiation_checks_of(tx, [visit_id])
    return checks[-1].decision if checks else None


def _checked(tx: Tx, visit_id: str) -> views.WeighingView | None:
    """The newest check weighing of the visit that is not void."""
    void = {row.weighing_id for row in voids_of(tx, visit_id)}
    checks = [
        row
        for row in every_weighing_of(tx, visit_id)
        if row.weighing_pass == WeighingPass.CHECK and row.weighing_id not in void
    ]
    return weighing_view(tx, checks[-1]) if checks else None


def _weighed(tx: Tx, weighing: views.WeighingView | None) -> dict[str, Any] | None:
    if weighing is None:
        return None
    record = weighing.record
    personal = _personal(tx, weighing.target_hash)
    stored = record.get("stored_tare")
    controls: Mapping[str, Mapping[str, str]] = record.get("controls", {})
    return {
        "kg": weighing.kg,
        "taken_at": utc_text(weighing.taken_at),
        "source": weighing.source,
        "instrument": record["instrument"],
        "weigher": personal.get("operator"),
        "witness": personal.get("witness"),
        "stored_on": None if stored is None else _day(stored["found_at"]),
        "controls": [{"control": name, **told} for name, told in controls.items()],
    }


def _day(found_at: str) -> str:
    return business_date(parse_utc(found_at)).isoformat()


def _personal(tx: Tx, target_hash: str) -> Mapping[str, str]:
    content = views.document_content(tx, views.EVERYTHING, target_hash) or {}
    named: Mapping[str, str] = content.get("personal", {})
    return named


def _person(tx: Tx, detail: views.VisitDetail, kind: str, part: str) -> str | None:
    """The person whom the newest document of ``kind`` names as ``part``."""
    hashes = [each.target_hash for each in detail.documents if each.kind == kind]
    return _personal(tx, hashes[-1]).get(part) if hashes else None
