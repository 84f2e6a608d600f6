"""What a document of each kind is called, about what it is, and when it was recorded."""

from collections.abc import Callable, Mapping
from typing import Any

Record = Mapping[str, Any]

RECORDED_AT = {
    "weighing": "recorded_at",
    "weighing-void": "recorded_at",
    "hold-decision": "recorded_at",
    "grade-proposal": "proposed_at",
    "grade-decision": "decided_at",
    "grade-review": "reviewed_at",
    "hazard-release": "released_at",
    "ticket": "issued_at",
    "delivery": "issued_at",
    "plant-receipt": "received_at",
    "carbon-statement": "issued_at",
    "settlement": "approved_at",
    "correction": "corrected_at",
    "payment": "recorded_at",
    "processing-run": "recorded_at",
    "stock-take": "recorded_at",
    "lien": "recorded_at",
    "key-epoch": "stated_at",
    "policy": "stated_at",
    "factor-set": "stated_at",
}
"""By kind: the member of ``record`` that says when the document was recorded."""

NUMBER = {
    "weighing": "weighing_id",
    "weighing-void": "void_id",
    "hold-decision": "weighing_id",
    "grade-proposal": "proposal_id",
    "grade-decision": "decision_id",
    "grade-review": "review_id",
    "hazard-release": "release_id",
    "ticket": "ticket_no",
    "delivery": "delivery_no",
    "plant-receipt": "receipt_no",
    "carbon-statement": "statement_no",
    "settlement": "settlement_no",
    "payment": "payment_id",
    "processing-run": "run_no",
    "stock-take": "take_no",
    "policy": "policy_id",
    "factor-set": "factor_set_id",
}
"""By kind: the member of ``record`` by which the document is called."""

_SUBJECT = {
    "weighing": "visit_id",
    "weighing-void": "visit_id",
    "hold-decision": "visit_id",
    "grade-proposal": "visit_id",
    "grade-decision": "visit_id",
    "grade-review": "visit_id",
    "hazard-release": "visit_id",
    "ticket": "visit_id",
    "delivery": "delivery_id",
    "plant-receipt": "delivery_id",
    "carbon-statement": "delivery_id",
    "settlement": "delivery_id",
    "payment": "delivery_id",
    "processing-run": "run_no",
    "stock-take": "take_no",
    "lien": "delivery_id",
    "appeal": "subject_id",
    "key-epoch": "key_id",
    "policy": "policy_id",
    "factor-set": "factor_set_id",
}
"""By kind: the member of ``record`` that names what the document is about."""

_PLACED: Mapping[str, Callable[[Record], str]] = {
    "correction": lambda record: str(record["values"][NUMBER[record["corrects"]]]) + "-R",
    "lien": lambda record: str(record["lien_id"]) + "-",
    "key-epoch": lambda record: str(record["key_id"]),
}
"""Kinds whose documents are counted: what their numbers begin with."""


def is_called(kind: str, record: Record, document_id: str) -> tuple[str, str]:
    """The name that the document bears and the one it should bear, as far as it alone can tell."""
    if kind == "appeal":
        answered = "" if record["state"] == "raised" else "-D"
        return document_id, f"{record['appeal_id']}{answered}"
    if kind in _PLACED:
        beginning = _PLACED[kind](record)
        return document_id[: len(beginning)], beginning
    return document_id, str(record[NUMBER[kind]])


def subject_of(kind: str, record: Record) -> str:
    """The visit, the delivery or the control object that the document is about."""
    if kind == "correction":
        return str(record["values"][_SUBJECT[record["corrects"]]])
    return str(record[_SUBJECT[kind]])


def recorded_at_of(kind: str, record: Record) -> str:
    """When the document was recorded, as it says: ``recorded_at`` where that was later than what
    it is about, as of what an edge unit sent up."""
    if kind == "appeal":
        return str(record.get("decided_at", record["raised_at"]))
    return str(record.get("recorded_at", record[RECORDED_AT[kind]]))
