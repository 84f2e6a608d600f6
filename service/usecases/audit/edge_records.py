"""Which record an entry of an edge unit makes, and what of it the entry says too."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from service.usecases.audit.books import Books
from service.usecases.audit.documents import Journal, OpenedDocument, instant
from service.usecases.audit.edge_envelope import OpenedEntry

Figures = list[tuple[str, object, object]]
"""(column, found in the record, said by the entry)."""

Find: TypeAlias = "Callable[[Books, Journal, OpenedEntry], Record]"

NUMBERED = {"ticket": "ticket_no", "delivery": "delivery_no", "plant-receipt": "receipt_no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """``is_own``: the unit chose the key, so that nothing else can have made the record."""

    table: str
    key: str
    exists: bool
    is_damaged: bool = False
    is_own: bool = True
    figures: tuple[tuple[str, object, object], ...] = ()


def record_of(books: Books, journal: Journal, kind: str, entry: OpenedEntry) -> Record | None:
    """The record that an entry of the kind makes, None where it makes none of its own."""
    find = _RECORDS.get(kind)
    return None if find is None else find(books, journal, entry)


def records_by_number(journal: Journal) -> Iterator[tuple[str, str]]:
    """The numbers of tickets, delivery notes and receipts, with the documents that bear them."""
    for kind, member in NUMBERED.items():
        for document in journal.of_kind(kind):
            yield str(document.record[member]), document.name


def _second(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)


def _of_document(
    journal: Journal, kind: str, key: str, figures: Callable[[OpenedDocument], Figures]
) -> Record:
    found = next((d for d in journal.of_kind(kind) if d.document_id == key), None)
    return Record(
        table=kind.replace("-", "_"),
        key=key,
        exists=found is not None,
        is_damaged=any(row["document_id"] == key for row in journal.damaged.values()),
        figures=() if found is None else tuple(figures(found)),
    )


def _of_row(
    books: Books,
    table: str,
    wanted: Mapping[str, object],
    key: str,
    said: Mapping[str, object] | None = None,
    *,
    is_own: bool = True,
) -> Record:
    found = next(
        (row for row in books[table] if all(row[name] == wanted[name] for name in wanted)), None
    )
    figures = () if found is None else tuple((n, found[n], v) for n, v in (said or {}).items())
    return Record(table=table, key=key, exists=found is not None, figures=figures, is_own=is_own)


def _visit(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    body = entry.body
    said = {"kind": body["visit_kind"], "arrived_at": _second(body["arrived_at"])}
    return _of_row(books, "visit", {"visit_id": body["visit_id"]}, body["visit_id"], said)


def _weighing(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    body, capture = entry.body, entry.body.get("capture", {})
    shared = ("kg", "capture_id", "edge_seq", "frames_sha256", "curve_sha256", "taken_at")

    def figures(document: OpenedDocument) -> Figures:
        record = document.record
        compared: Figures = [(name, record[name], body[name]) for name in ("visit_id", "pass")]
        if "kg" in body:
            compared.append(("kg", record["kg"], body["kg"]))
        compared += [(name, record.get(name), capture[name]) for name in shared if name in capture]
        return [*compared, *_sight(books, body)]

    return _of_document(journal, "weighing", body["weighing_id"], figures)


def _sight(books: Books, body: Mapping[str, Any]) -> Figures:
    """What the cameras saw, as it is kept beside the weighing and as the entry says it."""
    capture = body.get("capture", {})
    sight, photographs = capture.get("sight", {}), capture.get("photographs", ())
    said = {
        "plates": sight.get("plates"),
        "look": sight.get("look"),
        "card_no": body.get("card_no"),
        "nonce": capture.get("nonce"),
        "nonce_ok": {p["camera_id"]: p["nonce_ok"] for p in photographs if "nonce_ok" in p},
    }
    wanted = body["weighing_id"]
    rows = (row for row in books["weighing_sight"] if row["weighing_id"] == wanted)
    found: Mapping[str, Any] = next(rows, {"nonce_ok": {}})
    return [(f"sight.{name}", found.get(name), value) for name, value in said.items()]


def _stored_tare(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del books
    body = entry.body

    def figures(document: OpenedDocument) -> Figures:
        return [(name, document.record[name], body[name]) for name in ("visit_id", "kg")]

    return _of_document(journal, "weighing", body["weighing_id"], figures)


def _ticket(status: str) -> Find:
    def of_entry(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
        del books
        body = entry.body
        at = _second(body["issued_at"]) if "issued_at" in body else _second(entry.content["at"])
        lines = body.get("lines", ())

        def figures(document: OpenedDocument) -> Figures:
            record = document.record
            return [
                ("visit_id", record["visit_id"], body["visit_id"]),
                ("status", record["status"], status),
                ("issued_at", instant(record["issued_at"]), at),
                ("rejected_kg", record.get("rejected_kg", 0), body.get("rejected_kg", 0)),
                ("lines", _as_stated(record.get("lines", {}).values()), _as_stated(lines)),
            ]

        return _of_document(journal, "ticket", body["ticket_no"], figures)

    return of_entry


def _as_stated(lines: Iterable[Mapping[str, Any]]) -> list[tuple[str, str, int]]:
    """Name, way and figure of each line as somebody entered it."""
    ways = [(line, "bp" if "bp" in line else "kg") for line in lines]
    return [(line.get("grade") or line["material"], way, line[way]) for line, way in ways]


def _delivery(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del books
    body = entry.body

    def figures(document: OpenedDocument) -> Figures:
        record = document.record
        return [
            ("visit_id", record["visit_id"], body["visit_id"]),
            ("delivery_id", record["delivery_id"], body["delivery_id"]),
            ("issued_at", instant(record["issued_at"]), _second(body["issued_at"])),
        ]

    return _of_document(journal, "delivery", body["delivery_no"], figures)


def _receipt(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del books
    body = entry.body

    def figures(document: OpenedDocument) -> Figures:
        record = document.record
        return [
            ("visit_id", record["visit_id"], body["visit_id"]),
            ("receipt_id", record["receipt_id"], body["receipt_id"]),
            ("received_at", instant(record["received_at"]), _second(body["received_at"])),
        ]

    return _of_document(journal, "plant-receipt", body["receipt_no"], figures)


def _photograph(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    body = entry.body
    said = {
        "visit_id": body["visit_id"],
        "camera_id": body["camera_id"],
        "origin": body["origin"],
        "taken_at": _second(body["taken_at"]),
    }
    wanted = {"photograph_id": body["photograph_id"]}
    return _of_row(books, "photograph", wanted, body["photograph_id"], said)


def _grade(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del books
    body = entry.body
    decided = [d for d in journal.of_kind("grade-decision") if _is_about(d, body)]
    figures: Figures = []
    if decided:
        record = decided[0].record
        figures = [
            ("grade", record["grade"], body["grade"]),
            ("shares", dict(record["shares"]), dict(body["shares"])),
            ("decided_at", instant(record["decided_at"]), _second(entry.content["at"])),
        ]
    return Record(
        table="grade_decision",
        key=body["visit_id"],
        exists=bool(decided),
        is_damaged=journal.is_damaged(kind="grade-decision", subject_id=body["visit_id"]),
        is_own=False,
        figures=tuple(figures),
    )


def _is_about(document: OpenedDocument, body: Mapping[str, Any]) -> bool:
    return bool(document.record["visit_id"] == body["visit_id"])


def _void_number(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    wanted = {"number": entry.body["ticket_no"], "state": "void"}
    key = f"{wanted['number']}/void"
    return _of_row(books, "edge_number", wanted, key, is_own=False)


def _step(step: str) -> Find:
    def of_entry(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
        del journal
        at = _second(entry.content["at"])
        wanted = {"visit_id": entry.body["visit_id"], "step": step, "at": at}
        key = f"{entry.body['visit_id']}/{step}"
        return _of_row(books, "visit_step", wanted, key, is_own=False)

    return of_entry


def _radiation(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    body = entry.body
    wanted = {"visit_id": body["visit_id"], "at": _second(entry.content["at"])}
    said = {"decision": body["check"]["decision"], "max_nsv_h": body["check"]["max_nsv_h"]}
    return _of_row(books, "radiation_check", wanted, body["visit_id"], said, is_own=False)


def _weighing_void(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    wanted = {"weighing_id": entry.body["weighing_id"]}
    return _of_row(books, "weighing_void", wanted, entry.body["weighing_id"], is_own=False)


def _left(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    body = entry.body
    lines = "".join(f"{ms} {'-' if kg is None else kg}\n" for ms, kg in body["curve"])
    said = {
        "empty_after_ms": body["empty_after_ms"],
        "rise_kg": body["rise_kg"],
        "curve": lines.encode("ascii"),
    }
    wanted = {"weighing_id": body["weighing_id"]}
    return _of_row(books, "weighing_left", wanted, body["weighing_id"], said, is_own=False)


def _hold(books: Books, journal: Journal, entry: OpenedEntry) -> Record:
    del journal
    body = entry.body
    said = {"decision": body["decision"], "reason_code": body["reason_code"]}
    wanted = {"weighing_id": body["weighing_id"]}
    return _of_row(books, "hold_decision", wanted, body["weighing_id"], said, is_own=False)


_RECORDS: Mapping[str, Find] = {
    "visit.opened": _visit,
    "radiation.checked": _radiation,
    "visit.called": _step("CALLED"),
    "visit.inspected": _step("INSPECTED"),
    "visit.unloaded": _step("UNLOADED"),
    "visit.exited": _step("EXITED"),
    "weighing.recorded": _weighing,
    "weighing.left": _left,
    "weighing.typed": _weighing,
    "weighing.voided": _weighing_void,
    "stored_tare.used": _stored_tare,
    "hold.decided": _hold,
    "photograph.added": _photograph,
    "grade.decided": _grade,
    "ticket.issued": _ticket("issued"),
    "ticket.voided": _ticket("void"),
    "delivery.issued": _delivery,
    "receipt.issued": _receipt,
    "number.voided": _void_number,
}
