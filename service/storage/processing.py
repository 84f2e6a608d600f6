"""Processing runs and the lines by which lots go in and come out."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, add_all
from service.storage.tables import processing_line, processing_run


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingRunRow:
    run_no: str
    site_id: str
    process: str
    started_at: datetime
    ended_at: datetime
    input_kg: int
    output_kg: int
    loss_kg: int
    recorded_at: datetime
    recorded_by: str
    target_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingLineRow:
    """``side`` is input or output; ``line_no`` counts from 1 on each side."""

    run_no: str
    side: str
    line_no: int
    lot_id: str
    place: str
    kg: int


def add_run(tx: Tx, row: ProcessingRunRow, lines: list[ProcessingLineRow]) -> None:
    add(tx, processing_run, row)
    add_all(tx, processing_line, lines)
