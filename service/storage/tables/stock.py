"""Stock: what processing made of lots, where material was moved, and what was counted."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
)

from service.storage.tables.columns import document, instant, metadata

processing_run = Table(
    "processing_run",
    metadata,
    Column("run_no", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column(
        "process",
        Text,
        CheckConstraint("process IN ('CUTTING', 'BALING', 'SHREDDING')", name="process"),
        nullable=False,
    ),
    instant("started_at"),
    instant("ended_at"),
    Column("input_kg", Integer, nullable=False),
    Column("output_kg", Integer, nullable=False),
    Column(
        "loss_kg",
        Integer,
        CheckConstraint("loss_kg = input_kg - output_kg AND loss_kg >= 0", name="loss"),
        nullable=False,
    ),
    instant("recorded_at"),
    Column("recorded_by", Text, nullable=False),
    document(),
)

processing_line = Table(
    "processing_line",
    metadata,
    Column("run_no", Text, ForeignKey("processing_run.run_no"), primary_key=True),
    Column(
        "side", Text, CheckConstraint("side IN ('input', 'output')", name="side"), primary_key=True
    ),
    Column("line_no", Integer, primary_key=True),
    Column("lot_id", Text, ForeignKey("lot.lot_id"), nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
)

stock_move = Table(
    "stock_move",
    metadata,
    Column("move_no", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("lot_id", Text, ForeignKey("lot.lot_id"), nullable=False, index=True),
    Column("from_place", Text, nullable=False),
    Column(
        "to_place",
        Text,
        CheckConstraint("to_place <> from_place", name="elsewhere"),
        nullable=False,
    ),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
    instant("moved_at"),
    Column("moved_by", Text, nullable=False),
)

stock_take = Table(
    "stock_take",
    metadata,
    Column("take_no", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("lot_id", Text, ForeignKey("lot.lot_id"), nullable=False, index=True),
    Column("place", Text, nullable=False),
    Column("book_kg", Integer, nullable=False),
    Column(
        "counted_kg",
        Integer,
        CheckConstraint("counted_kg >= 0", name="counted_not_negative"),
        nullable=False,
    ),
    Column(
        "difference_kg",
        Integer,
        CheckConstraint("difference_kg = counted_kg - book_kg", name="difference"),
        nullable=False,
    ),
    Column(
        "method",
        Text,
        CheckConstraint("method IN ('SURVEY', 'WEIGHED', 'ESTIMATE')", name="method"),
        nullable=False,
    ),
    instant("counted_at"),
    instant("recorded_at"),
    Column("counted_by", Text, nullable=False),
    document(),
)
