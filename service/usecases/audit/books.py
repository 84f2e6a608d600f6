"""Everything an audit reads, read once; large contents are replaced by their hashes at once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.proof.hashing import sha256
from service.storage.audit_rows import row_count, stored_contents, stored_rows
from service.storage.db import Tx
from service.usecases.audit.edge_envelope import opened_entry
from service.usecases.audit.run import Run, Stage
from service.usecases.audit.trees import Log

KEPT_EVERY = 100
"""After how many rows what was read is safe from an interruption."""

EVIDENCE_TABLES = (
    "journal",
    "weighing",
    "weighing_void",
    "control_verdict",
    "hold_decision",
    "photograph",
    "grade_proposal",
    "grade_decision",
    "hazard_release",
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
    "grade_review",
    "appeal_decision",
    "payment",
    "lien",
    "processing_run",
    "processing_line",
    "stock_take",
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
    "stock_move",
    "lien_order",
    "visit_step",
    "radiation_check",
    "weighing_left",
    "weighing_sight",
    "grade_rules",
    "hazard_stop",
    "hazard_signature",
    "proposal_overlay",
    "edge_key",
    "edge_entry",
    "edge_entry_decision",
    "edge_number",
    "ticket_print",
    "ticket_answer",
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Large:
    """Contents that are too large to be kept: only their digests are, by the name of a column."""

    key: str
    columns: tuple[str, ...]
    digests: Callable[[Mapping[str, bytes]], dict[str, bytes]]


LARGE: Mapping[str, Large] = {
    "photograph": Large(
        key="photograph_id",
        columns=("salt", "content"),
        digests=lambda row: {"salt+content": sha256(row["salt"] + row["content"])},
    ),
    "proposal_overlay": Large(
        key="photograph_id",
        columns=("content",),
        digests=lambda row: {"content": sha256(row["content"])},
    ),
    "weighing": Large(
        key="weighing_id",
        columns=("frames", "curve"),
        digests=lambda row: {name: sha256(row[name] or b"") for name in ("frames", "curve")},
    ),
}


def read_books(tx: Tx, run: Run | None = None) -> Books:
    """All rows, as ``tx`` sees them."""
    reading = _Reading(tx, run or Run())
    tables = {name: list(reading.rows(name)) for name in (*EVIDENCE_TABLES, *BESIDE)}
    entries = sorted(tables["batch_entry"], key=lambda row: int(row["leaf_index"]))
    installation = " ".join(str(value) for row in tables["installation"] for value in row.values())
    reading.run.memory.begin(Log([row["entry"] for row in entries]), installation)
    for name in LARGE:
        reading.add_digests(name, tables[name])
    return Books(tables=tables)


class _Reading:
    """Rows on their way into the books, counted; large contents are counted once more."""

    def __init__(self, tx: Tx, run: Run) -> None:
        self._tx = tx
        self.run = run
        counts = {name: row_count(tx, name) for name in (*EVIDENCE_TABLES, *BESIDE)}
        self._total = sum(counts.values()) + sum(counts[name] for name in LARGE)
        self._done = 0

    def rows(self, table: str) -> Iterator[dict[str, Any]]:
        without = LARGE[table].columns if table in LARGE else ()
        for row in stored_rows(self._tx, table, without=without):
            self._count()
            yield _digested(table, row)

    def add_digests(self, table: str, rows: list[dict[str, Any]]) -> None:
        """Put the digests of the large contents into ``rows``; what is remembered is not read."""
        large, memory = LARGE[table], self.run.memory
        by_key = {row[large.key]: row for row in rows}
        unread = []
        for key, row in by_key.items():
            known = memory.digests(table, str(key))
            if known is None:
                unread.append(key)
            else:
                row.update(known)
                self._count()
        for read in stored_contents(self._tx, table, large.key, large.columns, unread):
            digests = large.digests(read)
            by_key[read[large.key]].update(digests)
            memory.remember_digests(table, str(read[large.key]), digests)
            self._count()
        memory.keep()

    def _count(self) -> None:
        self._done += 1
        self.run.tells(Stage.JOURNAL, self._done, self._total)
        if self._done % KEPT_EVERY == 0:
            self.run.memory.keep()


def _digested(table: str, row: dict[str, Any]) -> dict[str, Any]:
    if table == "anchor_proof":
        row["anchor+status"] = sha256(row["anchor"] + row["status"])
    elif table == "status_proof":
        row["text"], row["status"] = row["status"], sha256(row["status"])
    elif table == "chain_task":
        row["call"], row["calldata"] = row["calldata"], sha256(row["calldata"])
    elif table == "edge_entry":
        row["opened"] = opened_entry(row.pop("envelope"))
    return row
