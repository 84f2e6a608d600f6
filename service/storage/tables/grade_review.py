"""Blind reviews of appealed grades, and what a site sets for grades: mapping, prices, appeals."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import document, instant, metadata

grade_review = Table(
    "grade_review",
    metadata,
    Column("review_id", Text, primary_key=True),
    Column("appeal_no", Text, ForeignKey("appeal.appeal_no"), nullable=False),
    Column("place", Integer, CheckConstraint("place IN (2, 3)", name="place"), nullable=False),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    Column("grade", Text, nullable=False),
    Column("shares", JSONB, nullable=False),
    instant("reviewed_at"),
    Column("reviewer_id", Text, nullable=False),
    document(),
    UniqueConstraint("appeal_no", "place"),
    UniqueConstraint("appeal_no", "reviewer_id"),
)

grade_rules = Table(
    "grade_rules",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("version", Integer, CheckConstraint("version > 0", name="version"), primary_key=True),
    Column("form_grades", JSONB, nullable=False),
    Column("prices_fen_per_t", JSONB, nullable=False),
    Column(
        "appeal_hours",
        Integer,
        CheckConstraint("appeal_hours > 0", name="appeal_hours"),
        nullable=False,
    ),
    Column(
        "tolerance_bp",
        Integer,
        CheckConstraint("tolerance_bp BETWEEN 0 AND 10000", name="tolerance"),
        nullable=False,
    ),
    Column("reason", Text, nullable=False),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)
