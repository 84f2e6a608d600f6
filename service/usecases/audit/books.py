"""Everything an audit reads, read once; large contents are replaced by their hashes at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from service.proof.hashing import sha256
from service.storage.audit_rows import stored_rows
from service.storage.db import Tx

EVIDENCE_TABLES = (
    "journal",
    "weighing",
    "photograph",
    "grade_proposal",
    "grade_decision",
    "lot",
    "ticket",
    "delivery",
    "delivery_line",
    "plant_receipt",
    "carbon_statement",
    "settlement",
    "settlement_approval",
    "correction",
    "ticket_version",
    "delivery_version",
    "appeal",
    "appeal_decision",
    "payment",
    "lien",
    "batch",
    "batch_entry",
    "anchor_attempt",
    "batch_transition",
    "anchor_proof",
    "chain_task",
    "chain_task_attempt",
    "chain_task_transition",
    "status_proof",
    "key_epoch",
    "promise",
)
"""Tables of which every row and every column is held against the evidence."""

BESIDE = (
    "installation",
    "visit",
    "series",
    "booking",
    "price_list",
    "settlement_return",
    "lien_order",
)
"""Tables that the evidence speaks of and that are read to be compared with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The rows of every table, by table name."""

    tables: dict[str, list[dict[str, Any]]]

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        return self.tables[table]

    @property
    def is_demo(self) -> bool:
        """Whether the database was created as a demo."""
        return [row["kind"] for row in self["installation"]] == ["demo"]


def read_books(tx: Tx) -> Books:
    """All rows, as ``tx`` sees them."""
    return Books(tables={name: list(_rows(tx, name)) for name in EVIDENCE_TABLES + BESIDE})


def _rows(tx: Tx, table: str) -> Iterator[dict[str, Any]]:
    for row in stored_rows(tx, table):
        if table == "photograph":
            row["salt+content"] = sha256(row.pop("salt") + row.pop("content"))
        elif table == "weighing":
            row["frames"], row["curve"] = sha256(row["frames"]), sha256(row["curve"])
        elif table == "anchor_proof":
            row["anchor+status"] = sha256(row["anchor"] + row["status"])
        elif table == "status_proof":
            row["text"], row["status"] = row["status"], sha256(row["status"])
        elif table == "chain_task":
            row["call"], row["calldata"] = row["calldata"], sha256(row["calldata"])
        yield row
