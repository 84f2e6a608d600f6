"""The registry of the image engine's heads: their bytes, who uses which how, what they said beside,
and whether the loads of a week still look like those on which a head began.

Bytes lie by their own SHA-256. The newest row of a head at a site says what it does there.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import hash32, instant, metadata

grading_blob = Table(
    "grading_blob",
    metadata,
    Column(
        "sha256",
        LargeBinary,
        CheckConstraint("sha256 = sha256(content)", name="sha256_is_of_content"),
        primary_key=True,
    ),
    Column(
        "kind", Text, CheckConstraint("kind IN ('head', 'settings')", name="kind"), nullable=False
    ),
    Column("content", LargeBinary, nullable=False),
    instant("stored_at"),
)

grading_model = Table(
    "grading_model",
    metadata,
    Column("head_sha256", LargeBinary, ForeignKey("grading_blob.sha256"), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("licence", Text, nullable=False),
    Column("data_sheet", JSONB, nullable=False),
    Column("metrics", JSONB, nullable=False),
    instant("registered_at"),
    Column("registered_by", Text, nullable=False),
)

model_use = Table(
    "model_use",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("head_sha256", LargeBinary, ForeignKey("grading_model.head_sha256"), nullable=False),
    Column(
        "mode",
        Text,
        CheckConstraint("mode IN ('off', 'shadow', 'assist', 'auto')", name="mode"),
        nullable=False,
    ),
    Column("settings_sha256", LargeBinary, ForeignKey("grading_blob.sha256")),
    Column("figures", JSONB, nullable=False),
    Column("reason", Text, nullable=False),
    instant("since"),
    Column("set_by", Text, nullable=False),
)

shadow_proposal = Table(
    "shadow_proposal",
    metadata,
    Column("visit_id", Text, ForeignKey("visit.visit_id"), primary_key=True),
    Column("head_sha256", LargeBinary, ForeignKey("grading_model.head_sha256"), primary_key=True),
    hash32("settings_sha256"),
    Column("answer", JSONB, nullable=False),
    instant("proposed_at"),
)

drift_judgement = Table(
    "drift_judgement",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("head_sha256", LargeBinary, ForeignKey("grading_model.head_sha256"), primary_key=True),
    Column("week", Date, primary_key=True),
    Column("trucks", Integer, nullable=False),
    Column("reference_trucks", Integer, nullable=False),
    Column("psi_bp", Integer),
    Column("unfamiliar_bp", Integer, nullable=False),
    Column("reference_unfamiliar_bp", Integer, nullable=False),
    Column("alarm", Boolean, nullable=False),
    instant("judged_at"),
)
