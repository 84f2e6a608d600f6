"""What the controls said of each weighing, what was decided about held ones, and the policies.

``control_verdict`` holds one row for each control that applied. The newest version of a site's
policy counts; a site without one has the defaults.
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.storage.tables.columns import hash32, instant, metadata

control_judgement = Table(
    "control_judgement",
    metadata,
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("combo", Text, nullable=False, index=True),
    Column("policy_version", Integer, nullable=False),
    Column("operator_role", Text, nullable=False),
    instant("judged_at"),
)

control_verdict = Table(
    "control_verdict",
    metadata,
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), primary_key=True),
    Column("control", Text, primary_key=True),
    Column("field", Text, nullable=False),
    Column(
        "outcome",
        Text,
        CheckConstraint("outcome IN ('PASS', 'UNKNOWN', 'FLAG', 'HOLD', 'BLOCK')", name="outcome"),
        nullable=False,
    ),
    Column("value", Text, nullable=False),
    Column("allowed", Text, nullable=False),
    Index(
        "ix_control_verdict_held", "weighing_id", postgresql_where="outcome IN ('HOLD', 'BLOCK')"
    ),
)

weighing_sight = Table(
    "weighing_sight",
    metadata,
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), primary_key=True),
    Column("plates", JSONB(none_as_null=True)),
    Column("look", Text),
    Column("card_no", Text),
    Column("nonce", Text),
    Column("nonce_ok", JSONB, nullable=False),
)

photograph_hash = Table(
    "photograph_hash",
    metadata,
    Column("photograph_id", Text, ForeignKey("photograph.photograph_id"), primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    hash32("sha256"),
    Column("phash", Text, CheckConstraint("phash ~ '^[0-9a-f]{16}$'", name="phash_is_16_hex")),
    instant("taken_at"),
    Index("ix_photograph_hash_sha256", "sha256"),
    Index("ix_photograph_hash_taken_at", "taken_at"),
)

hold_decision = Table(
    "hold_decision",
    metadata,
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), primary_key=True),
    Column(
        "decision",
        Text,
        CheckConstraint("decision IN ('RELEASE', 'REFUSE', 'REWEIGH')", name="decision"),
        nullable=False,
    ),
    Column("reason_code", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("photograph_ids", ARRAY(Text), nullable=False),
    instant("decided_at"),
    instant("recorded_at"),
    Column("decided_by", Text, nullable=False),
    Column("decided_as", Text, nullable=False),
    Column("target_hash", LargeBinary, ForeignKey("journal.target_hash"), unique=True),
)

control_policy = Table(
    "control_policy",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("policy", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    instant("set_at"),
    Column("set_by", Text, nullable=False),
)
