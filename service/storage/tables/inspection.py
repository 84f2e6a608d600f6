"""What stands around a grade decision: blind labels, overlays, stops and their release, bays."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import document, hash32, instant, metadata

grade_label = Table(
    "grade_label",
    metadata,
    Column("label_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    Column("inspector_id", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("grade_class", Text),
    Column("shares", JSONB, nullable=False),
    instant("labelled_at"),
    UniqueConstraint("visit_id", "inspector_id"),
)

proposal_overlay = Table(
    "proposal_overlay",
    metadata,
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("proposal_id", Text, ForeignKey("grade_proposal.proposal_id"), nullable=False),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    hash32("content_sha256"),
)

hazard_stop = Table(
    "hazard_stop",
    metadata,
    Column("stop_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("proposal_id", Text, ForeignKey("grade_proposal.proposal_id"), unique=True),
    instant("stopped_at"),
    Column("stopped_by", Text),
    CheckConstraint("(proposal_id IS NULL) <> (stopped_by IS NULL)", name="cause"),
)

hazard_signature = Table(
    "hazard_signature",
    metadata,
    Column("stop_id", Text, ForeignKey("hazard_stop.stop_id"), primary_key=True),
    Column("place", Integer, CheckConstraint("place IN (1, 2)", name="place"), primary_key=True),
    Column("signed_by", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), nullable=False),
    instant("signed_at"),
    UniqueConstraint("stop_id", "signed_by"),
)

hazard_release = Table(
    "hazard_release",
    metadata,
    Column("release_id", Text, primary_key=True),
    Column("stop_id", Text, ForeignKey("hazard_stop.stop_id"), nullable=False, unique=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    instant("released_at"),
    document(),
)

bay = Table(
    "bay",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("camera_id", Text, primary_key=True),
    Column("version", Integer, CheckConstraint("version > 0", name="version"), primary_key=True),
    Column("frame_width_px", Integer, nullable=False),
    Column("frame_height_px", Integer, nullable=False),
    Column("corners_px", JSONB, nullable=False),
    Column("bed_length_mm", Integer, CheckConstraint("bed_length_mm > 0", name="bed_length")),
    Column("bed_width_mm", Integer, CheckConstraint("bed_width_mm > 0", name="bed_width")),
    Column(
        "clock_rows_px",
        Integer,
        CheckConstraint("clock_rows_px >= 0", name="clock_rows"),
        nullable=False,
    ),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)
