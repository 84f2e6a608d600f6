"""Stops, blind labels, overlays, bays: what stands around a grade decision."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

APP_ROLE = "ferrotrace_app"
APPEND_ONLY = (
    "grade_label",
    "proposal_overlay",
    "hazard_stop",
    "hazard_signature",
    "hazard_release",
    "bay",
)

CHECKS = (
    (
        "proposal_overlay",
        "ck_proposal_overlay_content_sha256_is_32_bytes",
        "length(content_sha256) = 32",
    ),
    ("hazard_signature", "ck_hazard_signature_place", "place IN (1, 2)"),
    ("bay", "ck_bay_version", "version > 0"),
    ("bay", "ck_bay_bed_length", "bed_length_mm > 0"),
    ("bay", "ck_bay_bed_width", "bed_width_mm > 0"),
    ("bay", "ck_bay_clock_rows", "clock_rows_px >= 0"),
    ("hazard_stop", "ck_hazard_stop_cause", "(proposal_id IS NULL) <> (stopped_by IS NULL)"),
    ("grade_decision", "ck_grade_decision_version", "version > 0"),
    (
        "grade_decision",
        "ck_grade_decision_decider",
        "(inspector_id IS NULL) <> (decided_by_engine IS NULL)",
    ),
)
"""Conditions: table, name, condition."""


def upgrade() -> None:
    op.create_table(
        "grade_label",
        sa.Column("label_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("inspector_id", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("grade_class", sa.Text(), nullable=True),
        sa.Column("shares", JSONB(), nullable=False),
        sa.Column("labelled_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_grade_label_visit_id")
        ),
        sa.PrimaryKeyConstraint("label_id", name=op.f("pk_grade_label")),
        sa.UniqueConstraint(
            "visit_id", "inspector_id", name=op.f("uq_grade_label_visit_id_inspector_id")
        ),
    )
    op.create_table(
        "proposal_overlay",
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_sha256", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_proposal_overlay_photograph_id"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["grade_proposal.proposal_id"],
            name=op.f("fk_proposal_overlay_proposal_id"),
        ),
        sa.PrimaryKeyConstraint("photograph_id", name=op.f("pk_proposal_overlay")),
    )
    op.create_table(
        "hazard_stop",
        sa.Column("stop_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposal_id", sa.Text(), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stopped_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["grade_proposal.proposal_id"], name=op.f("fk_hazard_stop_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_hazard_stop_visit_id")
        ),
        sa.PrimaryKeyConstraint("stop_id", name=op.f("pk_hazard_stop")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_hazard_stop_proposal_id")),
    )
    op.create_index(op.f("ix_hazard_stop_visit_id"), "hazard_stop", ["visit_id"], unique=False)
    op.create_table(
        "hazard_signature",
        sa.Column("stop_id", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("signed_by", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("photograph_id", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["photograph_id"],
            ["photograph.photograph_id"],
            name=op.f("fk_hazard_signature_photograph_id"),
        ),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["hazard_stop.stop_id"], name=op.f("fk_hazard_signature_stop_id")
        ),
        sa.PrimaryKeyConstraint("stop_id", "place", name=op.f("pk_hazard_signature")),
        sa.UniqueConstraint(
            "stop_id", "signed_by", name=op.f("uq_hazard_signature_stop_id_signed_by")
        ),
    )
    op.create_table(
        "hazard_release",
        sa.Column("release_id", sa.Text(), nullable=False),
        sa.Column("stop_id", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Text(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["stop_id"], ["hazard_stop.stop_id"], name=op.f("fk_hazard_release_stop_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_hash"], ["journal.target_hash"], name=op.f("fk_hazard_release_target_hash")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.visit_id"], name=op.f("fk_hazard_release_visit_id")
        ),
        sa.PrimaryKeyConstraint("release_id", name=op.f("pk_hazard_release")),
        sa.UniqueConstraint("stop_id", name=op.f("uq_hazard_release_stop_id")),
        sa.UniqueConstraint("target_hash", name=op.f("uq_hazard_release_target_hash")),
    )
    op.create_table(
        "bay",
        sa.Column("site_id", sa.Text(), nullable=False),
        sa.Column("camera_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("frame_width_px", sa.Integer(), nullable=False),
        sa.Column("frame_height_px", sa.Integer(), nullable=False),
        sa.Column("corners_px", JSONB(), nullable=False),
        sa.Column("bed_length_mm", sa.Integer(), nullable=True),
        sa.Column("bed_width_mm", sa.Integer(), nullable=True),
        sa.Column("clock_rows_px", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["site_id"], ["site.site_id"], name=op.f("fk_bay_site_id")),
        sa.PrimaryKeyConstraint("site_id", "camera_id", "version", name=op.f("pk_bay")),
    )
    op.add_column("grade_decision", sa.Column("version", sa.Integer(), server_default="1"))
    op.alter_column("grade_decision", "version", nullable=False, server_default=None)
    op.add_column("grade_decision", sa.Column("decided_by_engine", sa.Text()))
    op.alter_column("grade_decision", "inspector_id", nullable=True)
    op.drop_constraint("uq_grade_decision_visit_id", "grade_decision", type_="unique")
    op.create_unique_constraint(
        op.f("uq_grade_decision_visit_id_version"), "grade_decision", ["visit_id", "version"]
    )
    for table, name, condition in CHECKS:
        op.create_check_constraint(op.f(name), table, condition)
    op.execute(f"GRANT SELECT, INSERT ON {', '.join(APPEND_ONLY)} TO {APP_ROLE}")


def downgrade() -> None:
    """There is no way back: records are never taken away."""
