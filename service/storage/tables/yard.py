"""What happens on the yard beside the evidence: steps of a visit, and who and what comes there.

Registers are versions: the newest counts, the former ones stay.
"""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from service.storage.tables.columns import document, instant, metadata

visit_step = Table(
    "visit_step",
    metadata,
    Column("step_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column(
        "step",
        Text,
        CheckConstraint(
            "step IN ('CALLED', 'INSPECTED', 'UNLOADED', 'REJECTED', 'RENEWED', 'EXITED')",
            name="step",
        ),
        nullable=False,
    ),
    Column("place", Text),
    Column("calling_order", Integer),
    Column("kg", Integer),
    Column("sealed_vessels_ok", Boolean),
    Column("remark", Text),
    instant("at"),
    instant("recorded_at"),
    Column("recorded_by", Text, nullable=False),
)

radiation_check = Table(
    "radiation_check",
    metadata,
    Column("check_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("background_nsv_h", ARRAY(Integer), nullable=False),
    Column("max_nsv_h", Integer, nullable=False),
    Column("alarm_level_nsv_h", Integer, nullable=False),
    Column("rescans_nsv_h", ARRAY(Integer), nullable=False),
    Column(
        "decision",
        Text,
        CheckConstraint("decision IN ('OK', 'NORM_RELEASE', 'HOLD', 'NOTIFY')", name="decision"),
        nullable=False,
    ),
    Column("officer", Text, nullable=False),
    Column("instrument", Text, nullable=False),
    Column("calibration_due", Date, nullable=False),
    Column("vehicle_speed_kmh", Integer),
    Column("handheld_max_nsv_h", Integer),
    Column("handheld_position", Text),
    Column("nuclide", Text),
    instant("at"),
    instant("recorded_at"),
    Column("recorded_by", Text, nullable=False),
)

weighing_left = Table(
    "weighing_left",
    metadata,
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), primary_key=True),
    Column("empty_after_ms", Integer, nullable=False),
    Column("rise_kg", Integer, nullable=False),
    Column("curve", LargeBinary, nullable=False),
    instant("left_at"),
    instant("recorded_at"),
)

weighing_void = Table(
    "weighing_void",
    metadata,
    Column("void_id", Text, primary_key=True),
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), nullable=False, unique=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("reason", Text, nullable=False),
    instant("voided_at"),
    instant("recorded_at"),
    Column("operator_id", Text, nullable=False),
    document(),
)

yard_rules = Table(
    "yard_rules",
    metadata,
    Column("site_id", Text, ForeignKey("site.site_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("rules", JSONB, nullable=False),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)

vehicle_version = Table(
    "vehicle_version",
    metadata,
    Column("plate", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("plate_colour", Text),
    Column("vehicle_type", Text),
    Column("axles", Integer),
    Column("legal_max_kg", Integer),
    Column("body_capacity_kg", Integer),
    Column("trailer_plate", Text),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id")),
    Column("papers", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)

driver_version = Table(
    "driver_version",
    metadata,
    Column("driver_id", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id")),
    Column("licence_valid_to", Date),
    Column("papers", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)

card_version = Table(
    "card_version",
    metadata,
    Column("card_no", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("plate", Text, nullable=False),
    Column("driver_id", Text),
    Column("active", Boolean, nullable=False),
    instant("made_at"),
    Column("made_by", Text, nullable=False),
)

stored_tare = Table(
    "stored_tare",
    metadata,
    Column("tare_id", Text, primary_key=True),
    Column("plate", Text, nullable=False),
    Column("combo", Text, nullable=False),
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id"), nullable=False, unique=True),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
    instant("found_at"),
    Column("expires_on", Date, nullable=False),
    instant("stored_at"),
    Column("stored_by", Text, nullable=False),
    Index("ix_stored_tare_plate", "plate"),
)

stored_tare_end = Table(
    "stored_tare_end",
    metadata,
    Column("tare_id", Text, ForeignKey("stored_tare.tare_id"), primary_key=True),
    Column("reason", Text, nullable=False),
    instant("ended_at"),
    Column("ended_by", Text, nullable=False),
)
