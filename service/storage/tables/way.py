"""The way of one truck, from its booking to the settlement."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from service.storage.tables.columns import document, hash32, instant, metadata

booking = Table(
    "booking",
    metadata,
    Column("booking_id", Text, primary_key=True),
    Column("booking_no", Text, nullable=False, unique=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("plate", Text, nullable=False),
    Column("supplier_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id")),
    Column("material", Text, nullable=False),
    Column("expected_on", Date, nullable=False),
    Column("driver_id", Text),
    Column("expected_from", DateTime(timezone=True)),
    Column("expected_to", DateTime(timezone=True)),
    Column("expected_kg", Integer, CheckConstraint("expected_kg > 0", name="kg_positive")),
    instant("created_at"),
    Column("created_by", Text, nullable=False),
    CheckConstraint("expected_to > expected_from", name="window"),
)

visit = Table(
    "visit",
    metadata,
    Column("visit_id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column(
        "kind",
        Text,
        CheckConstraint("kind IN ('RECEIVING', 'LOADING', 'UNLOADING')", name="kind"),
        nullable=False,
    ),
    Column("plate", Text, nullable=False, index=True),
    Column("supplier_id", Text, ForeignKey("organisation.organisation_id")),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id")),
    Column("plant_id", Text, ForeignKey("organisation.organisation_id")),
    Column("booking_id", Text, ForeignKey("booking.booking_id"), unique=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), unique=True),
    Column("distance_km", Text),
    Column("identified_by", Text, nullable=False),
    Column("continues_visit_id", Text, ForeignKey("visit.visit_id"), unique=True),
    Column("driver_id", Text),
    Column("material", Text),
    instant("arrived_at"),
    instant("recorded_at"),
    Column("opened_by", Text, nullable=False),
    Index("ix_visit_site_id_arrived_at", "site_id", "arrived_at"),
)

weighing = Table(
    "weighing",
    metadata,
    Column("weighing_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column(
        "weighing_pass",
        Text,
        CheckConstraint("weighing_pass IN ('gross', 'tare', 'check')", name="pass"),
        nullable=False,
    ),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
    Column("source", Text, nullable=False),
    Column("instrument_id", Text, ForeignKey("instrument.instrument_id"), nullable=False),
    Column("edge_id", Text),
    Column("edge_seq", BigInteger),
    Column("capture_id", Text, unique=True),
    instant("taken_at"),
    instant("recorded_at"),
    Column("operator_id", Text, nullable=False),
    Column("witness_id", Text),
    Column("found_weighing_id", Text, ForeignKey("weighing.weighing_id")),
    Column("frames", LargeBinary),
    Column("curve", LargeBinary),
    document(),
    UniqueConstraint("edge_id", "edge_seq"),
    CheckConstraint(
        "num_nonnulls(edge_id, edge_seq, capture_id, frames, curve) ="
        " CASE WHEN source = 'MANUAL' OR found_weighing_id IS NOT NULL THEN 0 ELSE 5 END",
        name="captured",
    ),
    CheckConstraint(
        "found_weighing_id IS NOT NULL OR (source = 'MANUAL') = (witness_id IS NOT NULL)",
        name="witnessed",
    ),
    Index("ix_weighing_visit_id", "visit_id"),
)

photograph = Table(
    "photograph",
    metadata,
    Column("photograph_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column("weighing_id", Text, ForeignKey("weighing.weighing_id")),
    Column("camera_id", Text, nullable=False),
    Column(
        "origin",
        Text,
        CheckConstraint("origin IN ('CAMERA', 'UPLOADED')", name="origin"),
        nullable=False,
    ),
    Column("media_type", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    hash32("salt"),
    hash32("salted_sha256"),
    instant("taken_at"),
    Column("taken_by", Text, nullable=False),
)

grade_proposal = Table(
    "grade_proposal",
    metadata,
    Column("proposal_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("decision", Text, nullable=False),
    Column("camera_id", Text),
    Column("edge_percent", Integer),
    Column("p50_level", Integer),
    Column("level_range", Integer),
    instant("proposed_at"),
    document(),
    Index("ix_grade_proposal_camera_id", "camera_id", "proposed_at"),
)

grade_decision = Table(
    "grade_decision",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False),
    Column("version", Integer, CheckConstraint("version > 0", name="version"), nullable=False),
    Column("grade", Text, nullable=False),
    Column("inspector_id", Text),
    Column("decided_by_engine", Text),
    instant("decided_at"),
    document(),
    UniqueConstraint("visit_id", "version"),
    CheckConstraint("(inspector_id IS NULL) <> (decided_by_engine IS NULL)", name="decider"),
)

lot = Table(
    "lot",
    metadata,
    Column("lot_id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("grade", Text, nullable=False),
    instant("opened_at"),
    UniqueConstraint("site_id", "grade"),
)

series = Table(
    "series",
    metadata,
    Column("prefix", Text, primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("last_no", Integer, nullable=False),
)

ticket = Table(
    "ticket",
    metadata,
    Column("ticket_no", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column(
        "status",
        Text,
        CheckConstraint("status IN ('issued', 'void')", name="status"),
        nullable=False,
    ),
    Column("lot_id", Text, ForeignKey("lot.lot_id"), index=True),
    Column("accepted_kg", Integer, nullable=False),
    Column("settlement_kg", Integer, nullable=False),
    instant("issued_at"),
    Column("operator_id", Text, nullable=False),
    document(),
    CheckConstraint(
        "(status = 'issued') = (lot_id IS NOT NULL) AND accepted_kg >= settlement_kg"
        " AND settlement_kg >= 0",
        name="masses",
    ),
)

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", Text, primary_key=True),
    Column("delivery_no", Text, nullable=False, unique=True),
    Column("waybill_no", Text, nullable=False, unique=True),
    Column(
        "visit_id", Text, ForeignKey("visit.visit_id", use_alter=True), nullable=False, unique=True
    ),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("plant_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("net_kg", Integer, CheckConstraint("net_kg > 0", name="net_positive"), nullable=False),
    hash32("secret"),
    instant("issued_at"),
    Column("operator_id", Text, nullable=False),
    document(),
)

delivery_line = Table(
    "delivery_line",
    metadata,
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), primary_key=True),
    Column("line_no", Integer, primary_key=True),
    Column("lot_id", Text, ForeignKey("lot.lot_id"), nullable=False, index=True),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
)

plant_receipt = Table(
    "plant_receipt",
    metadata,
    Column("receipt_id", Text, primary_key=True),
    Column("receipt_no", Text, nullable=False, unique=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, unique=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("net_kg", Integer, nullable=False),
    Column("settlement_kg", Integer, nullable=False),
    Column("difference_kg", Integer, nullable=False),
    Column("limit_kg", Integer, nullable=False),
    Column("alarm", Boolean, nullable=False),
    instant("received_at"),
    Column("receiver_id", Text, nullable=False),
    document(),
)

carbon_statement = Table(
    "carbon_statement",
    metadata,
    Column("statement_no", Text, primary_key=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, unique=True),
    Column("method", Text, nullable=False),
    Column("avoided_net_kgco2e", Text, nullable=False),
    Column("coal_saved_tce", Text, nullable=False),
    instant("issued_at"),
    document(),
)

settlement = Table(
    "settlement",
    metadata,
    Column("settlement_id", Text, primary_key=True),
    Column("settlement_no", Text, nullable=False, unique=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("bank_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("price_list_id", Text, ForeignKey("price_list.price_list_id"), nullable=False),
    Column("gross_fen", BigInteger, nullable=False),
    Column("payable_fen", BigInteger, nullable=False),
    Column("calculation", LargeBinary, nullable=False),
    Column("trace", LargeBinary, nullable=False),
    instant("prepared_at"),
    Column("prepared_by", Text, nullable=False),
    UniqueConstraint("delivery_id", "revision"),
)

settlement_approval = Table(
    "settlement_approval",
    metadata,
    Column("settlement_id", Text, ForeignKey("settlement.settlement_id"), primary_key=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, unique=True),
    instant("approved_at"),
    Column("approved_by", Text, nullable=False),
    document(),
)

settlement_return = Table(
    "settlement_return",
    metadata,
    Column("settlement_id", Text, ForeignKey("settlement.settlement_id"), primary_key=True),
    Column("reason", Text, nullable=False),
    instant("returned_at"),
    Column("returned_by", Text, nullable=False),
)
