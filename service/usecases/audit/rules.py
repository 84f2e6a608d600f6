"""Rules that follow from the documents alone: lineage, sources, masses, lots, money, carbon.

The arithmetic is written here a second time from weighbridge.md, settlement.md and carbon.md.
"""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from math import isqrt
from typing import Any

from service.usecases.audit.books import Books
from service.usecases.audit.controls import without_releases
from service.usecases.audit.corrections import correction_rules
from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.grade_reviews import lot_of_first, review_rules, wanted_of_reviews
from service.usecases.audit.later_rules import later_rules
from service.usecases.audit.money import settlement_rules
from service.usecases.audit.stock import lot_rules
from service.usecases.audit.weighings import unfit_parent, void_rules

Record = Mapping[str, Any]

PARENTS: dict[str, dict[str, tuple[str, str]]] = {
    "weighing": {},
    "weighing-void": {},
    "hold-decision": {"weighing": ("weighing", "weighing_id")},
    "grade-proposal": {"gross": ("weighing", "visit_id")},
    "grade-decision": {"proposal": ("grade-proposal", "visit_id")},
    "hazard-release": {},
    "ticket": {
        "gross": ("weighing", "visit_id"),
        "tare": ("weighing", "visit_id"),
        "decision": ("grade-decision", "visit_id"),
    },
    "delivery": {"gross": ("weighing", "visit_id"), "tare": ("weighing", "visit_id")},
    "plant-receipt": {
        "delivery": ("delivery", "delivery_id"),
        "gross": ("weighing", "visit_id"),
        "tare": ("weighing", "visit_id"),
    },
    "carbon-statement": {"receipt": ("plant-receipt", "receipt_id")},
    "settlement": {"receipt": ("plant-receipt", "receipt_id")},
    "payment": {"settlement": ("settlement", "settlement_no")},
    "grade-review": {"appeal": ("appeal", ""), "decision": ("grade-decision", "visit_id")},
    "processing-run": {},
    "stock-take": {},
    "lien": {"delivery": ("delivery", "delivery_id")},
}
"""By kind and part: the kind of the parent, and the member that both records share. A correction
has the parents of the kind it corrects; an appeal those of ``_wanted_parents``."""

WHOLE_BP = 10_000
MPE_STEPS = ((500, 1), (2_000, 2))
"""(load up to, error), both in e; 3 e above (JJG 539, in service)."""


def audit_rules(books: Books, journal: Journal) -> list[Difference]:
    """Statements of documents that contradict a rule or their parents."""
    visits = {row["visit_id"]: row for row in books["visit"]}
    differences: list[Difference] = []
    for document in journal.documents:
        parents = {
            part: journal.by_hash[digest]
            for part, digest in document.parents.items()
            if digest in journal.by_hash
        }
        differences += _lineage(document, journal, parents, visits)
        differences += _facts(document, books, visits)
        fitting = _fitting(document, parents)
        if _is_whole(document, fitting) and document.speaks_as in _FIGURES:
            differences += _said(document, _FIGURES[document.speaks_as](document, fitting))
    differences += lot_rules(journal)
    differences += void_rules(journal)
    differences += correction_rules(journal)
    differences += later_rules(journal)
    differences += review_rules(journal)
    return differences + settlement_rules(books, journal)


def table_of(document: OpenedDocument) -> str:
    """The table whose rows the document stands for."""
    return document.kind.replace("-", "_")


def _said(document: OpenedDocument, figures: Mapping[str, tuple[Any, Any]]) -> Iterator[Difference]:
    """A difference for each figure (found, expected) that is not as it must be."""
    for column, (found, expected) in figures.items():
        if found != expected:
            yield broken(table_of(document), document.document_id, column, found, expected)


def _fitting(
    document: OpenedDocument, parents: Mapping[str, OpenedDocument]
) -> dict[str, OpenedDocument]:
    """The parents that are of the kind that their part asks for."""
    kinds = {part: kind for part, (kind, _) in _wanted_parents(document).items()}
    return {part: parent for part, parent in parents.items() if parent.speaks_as == kinds.get(part)}


def _wanted_parents(document: OpenedDocument) -> dict[str, tuple[str, str]]:
    """The parents that the document must name; control documents name none."""
    if document.kind == "weighing" and "stored_tare" in document.record:
        return {"found": ("weighing", "")}
    if document.kind == "hazard-release" and document.record["cause"] == "PROPOSAL":
        return {"proposal": ("grade-proposal", "visit_id")}
    if document.kind != "appeal":
        return PARENTS.get(document.speaks_as, {})
    wanted = {"document": (str(document.record["appeals"]), "")}
    if document.record["state"] != "raised":
        wanted["appeal"] = ("appeal", "appeal_id")
    return wanted | wanted_of_reviews(document)


def _is_whole(document: OpenedDocument, parents: Mapping[str, OpenedDocument]) -> bool:
    """Whether everything is there from which the figures follow."""
    is_void = document.standing.get("status") == "void"
    return not is_void and parents.keys() >= _wanted_parents(document).keys()


def _lineage(
    document: OpenedDocument,
    journal: Journal,
    parents: Mapping[str, OpenedDocument],
    visits: Mapping[str, Record],
) -> Iterator[Difference]:
    """Every parent is in the journal, of the right kind, and about the same thing."""
    wanted = _wanted_parents(document)
    key, table = document.document_id, table_of(document)
    named = without_releases(document.parents)
    if document.record.get("status") != "void" and named.keys() != wanted.keys():
        yield broken(table, key, "links.parents", sorted(named), sorted(wanted))
    for part, digest in named.items():
        parent = parents.get(part)
        if parent is None:
            if digest not in journal.damaged:
                yield missing("journal", digest.hex(), document.name)
            continue
        kind, shared = wanted.get(part, ("-", "visit_id"))
        if parent.speaks_as != kind:
            yield broken(table, key, f"links.parents.{part}", parent.speaks_as, kind)
        elif kind == "weighing":
            unfit = unfit_parent(document, part, parent, visits)
            if unfit is not None:
                yield broken(table, key, f"links.parents.{part}", *unfit)
        elif shared and parent.standing[shared] != document.standing[shared]:
            pair = parent.standing[shared], document.standing[shared]
            yield broken(table, key, f"links.parents.{part}", *pair)


def _facts(
    document: OpenedDocument, books: Books, visits: Mapping[str, Record]
) -> Iterator[Difference]:
    """What is true of every document: its kind of database, source, visit and plate."""
    record, key, table = document.standing, document.document_id, table_of(document)
    if document.data["demo"] is not books.is_demo:
        yield broken(table, key, "demo", document.data["demo"], books.is_demo)
    if record.get("source") == "SIM" and not books.is_demo:
        yield broken(table, key, "source", "SIM", "LIVE")
    simulated = record.get("instrument", {}).get("simulated")
    if simulated is not None and record["source"] not in _source_of(simulated):
        yield broken(table, key, "source", record["source"], f"simulated {simulated}")
    if "visit_id" not in record:
        return
    visit = visits.get(record["visit_id"])
    if visit is None:
        yield missing("visit", record["visit_id"], document.name)
        return
    plate = document.data.get("personal", {}).get("plate", visit["plate"])
    if plate != visit["plate"]:
        yield broken("visit", record["visit_id"], "plate", visit["plate"], plate)
    if record.get("site_id", visit["site_id"]) != visit["site_id"]:
        yield broken("visit", record["visit_id"], "site_id", visit["site_id"], record["site_id"])


def _source_of(simulated: bool) -> tuple[str, str]:  # noqa: FBT001 # a member of the record
    """What an instrument may be the source of; people read the display of any."""
    return ("SIM" if simulated else "LIVE", "MANUAL")


Figures = dict[str, tuple[Any, Any]]
Parents = Mapping[str, OpenedDocument]


def _no_figures(document: OpenedDocument, parents: Parents) -> Figures:
    del document, parents
    return {}


def _weighing(document: OpenedDocument, parents: Parents) -> Figures:
    del parents
    kg = document.record["kg"]
    return {"kg": (kg, max(kg, 1))}


def _decision(document: OpenedDocument, parents: Parents) -> Figures:
    del parents
    return {"shares": (sum(document.record["shares"].values()), 10_000)}


def _ticket(document: OpenedDocument, parents: Parents) -> Figures:
    record = document.standing
    grade = parents["decision"].record["grade"]
    return {
        **_masses(record, parents),
        **_settled(record, record["residual_kg"]),
        "grade": (record["grade"], grade),
        **_lines(record, parents["decision"].record["shares"]),
        **lot_of_first(document, grade),
    }


def _delivery(document: OpenedDocument, parents: Parents) -> Figures:
    record = document.standing
    total = sum(line["kg"] for line in record["lines"].values())
    return {**_masses(record, parents), "lines": (total, record["net_kg"])}


def _receipt(document: OpenedDocument, parents: Parents) -> Figures:
    record, base, sent = document.record, document.record["base"], parents["delivery"].standing
    intervals = [parents[part].record["instrument"]["e_kg"] for part in ("gross", "tare")]
    difference_kg = record["net_kg"] - base["net_kg"]
    limit_kg = _limit_kg(base, record)
    return {
        **_masses(record, parents),
        **_settled(record, 0),
        "base.gross_kg": (base["gross_kg"], sent["gross_kg"]),
        "base.tare_kg": (base["tare_kg"], sent["tare_kg"]),
        "base.net_kg": (base["net_kg"], sent["net_kg"]),
        "e_kg": (record["e_kg"], max(intervals)),
        "difference_kg": (record["difference_kg"], difference_kg),
        "limit_kg": (record["limit_kg"], limit_kg),
        "alarm": (record["alarm"], abs(difference_kg) > limit_kg),
    }


def _statement(document: OpenedDocument, parents: Parents) -> Figures:
    """Sums and products of the statement; Decimal is exact at this precision."""
    record, received = document.record, parents["receipt"].record
    legs = [Decimal(record[f"{name}_tco2e"]) for name in record["legs"]]
    burden = sum(legs, Decimal(record["processing_tco2e"]))
    mass_t = Decimal(record["settlement_kg"]).scaleb(-3)
    gross = mass_t * Decimal(record["avoided"]["factor_tco2e_per_t"])
    coal = mass_t * Decimal(record["coal"]["factor_tce_per_t"])
    figures: dict[str, tuple[Any, Any]] = {
        name: (Decimal(record[name]), expected)
        for name, expected in (
            ("burden_tco2e", burden),
            ("avoided_gross_tco2e", gross),
            ("avoided_net_tco2e", gross - burden),
            ("avoided_net_kgco2e", (gross - burden).scaleb(3)),
            ("coal_saved_tce", coal),
        )
    }
    figures["settlement_kg"] = (record["settlement_kg"], received["settlement_kg"])
    figures["carried_kg"] = (record["carried_kg"], received["base"]["net_kg"])
    return figures


_FIGURES: dict[str, Callable[[OpenedDocument, Parents], Figures]] = {
    "weighing": _weighing,
    "grade-proposal": _no_figures,
    "grade-decision": _decision,
    "ticket": _ticket,
    "delivery": _delivery,
    "plant-receipt": _receipt,
    "carbon-statement": _statement,
    "settlement": _no_figures,
}


def _masses(record: Record, parents: Parents) -> Figures:
    """Gross and tare are those of the weighings; net is their difference."""
    gross_kg, tare_kg = parents["gross"].record["kg"], parents["tare"].record["kg"]
    return {
        "gross_kg": (record["gross_kg"], gross_kg),
        "tare_kg": (record["tare_kg"], tare_kg),
        "net_kg": (record["net_kg"], gross_kg - tare_kg),
    }


def _settled(record: Record, residual_kg: int) -> Figures:
    """Accepted is net less what stays on the truck; settlement is accepted less the deduction."""
    accepted_kg = record["net_kg"] - record["rejected_kg"] - residual_kg
    stated = record["deduction"]
    entries = [stated] if "kind" in stated else list(stated.values())
    deducted_kg = sum(_deducted_kg(entry, accepted_kg) for entry in entries)
    by_percent = sum(entry["kind"] in {"PCT", "MOISTURE"} for entry in entries)
    return {
        "deduction": (by_percent, min(by_percent, 1)),
        "accepted_kg": (record["accepted_kg"], accepted_kg),
        "deducted_kg": (record["deducted_kg"], deducted_kg),
        "settlement_kg": (record["settlement_kg"], max(accepted_kg - deducted_kg, 0)),
    }


def _deducted_kg(entry: Record, accepted_kg: int) -> int:
    """Kilograms of one entry: each share of what was accepted, an impurity so many times."""
    if entry["kind"] == "IMPURITY":
        return int(2 * entry["kg"] * entry["multiplier_e2"] + 100) // 200
    if entry["kind"] not in {"PCT", "MOISTURE"}:
        return int(entry.get("kg", 0))
    share_bp = max(entry["bp"] - entry.get("free_bp", 0), 0)
    return int(2 * accepted_kg * share_bp + 10_000) // 20_000


def _lines(record: Record, shares_bp: Record) -> Figures:
    """Lines are the settlement mass, each by its share, of grades that the decision names."""
    lines = list(record.get("lines", {}).values())
    if not lines:
        return {}
    settled_kg, total_kg = record["settlement_kg"], sum(line["kg"] for line in lines)
    named = {line["grade"] for line in lines if "grade" in line}
    off = [line for line in lines if "bp" in line and _is_off(line, settled_kg)]
    return {
        "lines": (total_kg, settled_kg),
        "lines.bp": (off, []),
        "lines.grade": (sorted(named - {record["grade"], *shares_bp}), []),
    }


def _is_off(line: Record, settled_kg: int) -> bool:
    """Whether the line is a whole kilogram or more away from its share."""
    return bool(abs(line["kg"] * WHOLE_BP - line["bp"] * settled_kg) >= WHOLE_BP)


def _limit_kg(base: Record, plant: Record) -> int:
    """Nearest whole root of the sum of squares of the four permissible errors in service."""
    square = sum(
        _mpe_kg(scale[load], scale["e_kg"]) ** 2
        for scale in (base, plant)
        for load in ("gross_kg", "tare_kg")
    )
    return (isqrt(4 * square) + 1) // 2


def _mpe_kg(load_kg: int, e_kg: int) -> int:
    return e_kg * next((error for up_to, error in MPE_STEPS if load_kg <= up_to * e_kg), 3)
