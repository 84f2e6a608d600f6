"""What is known of photographs that came in: what they look like, which ones they show again."""

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from service.storage.tables.columns import instant, metadata

photograph_look = Table(
    "photograph_look",
    metadata,
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    Column("pixel_sha256", Text),
    Column("decoder", Text, nullable=False),
    Column("likeness", LargeBinary),
    Column("captured_at", DateTime(timezone=True)),
    Column("camera_make", Text),
    Column("has_place", Boolean, nullable=False),
    instant("examined_at"),
    Index("ix_photograph_look_examined_at", "examined_at"),
)

photograph_repeat = Table(
    "photograph_repeat",
    metadata,
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("repeats_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("distance_bits", Integer, nullable=False),
    Column("inliers", Integer, nullable=False),
    Column("agreement_bp", Integer, nullable=False),
    Column("mirrored", Boolean, nullable=False),
    instant("found_at"),
)

public_copy = Table(
    "public_copy",
    metadata,
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    instant("made_at"),
)
