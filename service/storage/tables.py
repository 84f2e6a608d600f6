"""Every table of the service, in the order in which a truck fills them.

Rows are only ever added: the application's role has no UPDATE and no DELETE on them (see
``APPEND_ONLY``). Masses are integer kilograms, money integer fen; hashes are raw 32 bytes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _instant(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False)


def _hash(name: str, *, unique: bool = False) -> Column[bytes]:
    return Column(
        name,
        LargeBinary,
        CheckConstraint(f"length({name}) = 32", name=f"{name}_is_32_bytes"),
        nullable=False,
        unique=unique,
    )


def _document(name: str = "target_hash") -> Column[bytes]:
    """The evidence document of a row, by its target hash."""
    return Column(name, LargeBinary, ForeignKey("journal.target_hash"), nullable=False, unique=True)


# What kind of database this is, who takes part, and where.

installation = Table(
    "installation",
    metadata,
    Column("singleton", Boolean, CheckConstraint("singleton", name="one_row"), primary_key=True),
    Column("kind", Text, CheckConstraint("kind IN ('demo', 'real')", name="kind"), nullable=False),
    _instant("created_at"),
)

organisation = Table(
    "organisation",
    metadata,
    Column("organisation_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
)

site = Table(
    "site",
    metadata,
    Column("site_id", Text, primary_key=True),
    Column("kind", Text, CheckConstraint("kind IN ('BASE', 'PLANT')", name="kind"), nullable=False),
    Column("organisation_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("name_zh", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("grid_region", Text, nullable=False),
)

instrument = Table(
    "instrument",
    metadata,
    Column("instrument_id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("record", JSONB, nullable=False),
)

price_list = Table(
    "price_list",
    metadata,
    Column("price_list_id", Text, primary_key=True),
    Column("plant_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("version", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date, nullable=False),
    Column("prices", JSONB, nullable=False),
    _hash("sha256"),
    _instant("set_at"),
    Column("set_by", Text, nullable=False),
    UniqueConstraint("plant_id", "version"),
    CheckConstraint("valid_from <= valid_to", name="interval"),
)

# The journal: the exact bytes that are hashed; at once the outbox of the anchoring worker.

journal = Table(
    "journal",
    metadata,
    Column("journal_id", BigInteger, Identity(always=True), primary_key=True),
    _hash("target_hash", unique=True),
    Column("kind", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("subject_id", Text, nullable=False, index=True),
    Column("document", LargeBinary, nullable=False),
    _instant("recorded_at"),
    UniqueConstraint("kind", "document_id"),
)

# The way of one truck.

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
    _instant("created_at"),
    Column("created_by", Text, nullable=False),
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
    _instant("arrived_at"),
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
        CheckConstraint("weighing_pass IN ('gross', 'tare')", name="pass"),
        nullable=False,
    ),
    Column("kg", Integer, CheckConstraint("kg > 0", name="kg_positive"), nullable=False),
    Column("source", Text, nullable=False),
    Column("instrument_id", Text, ForeignKey("instrument.instrument_id"), nullable=False),
    Column("edge_id", Text, nullable=False),
    Column("edge_seq", BigInteger, nullable=False),
    Column("capture_id", Text, nullable=False, unique=True),
    _instant("taken_at"),
    _instant("recorded_at"),
    Column("operator_id", Text, nullable=False),
    Column("frames", LargeBinary, nullable=False),
    Column("curve", LargeBinary, nullable=False),
    _document(),
    UniqueConstraint("visit_id", "weighing_pass"),
    UniqueConstraint("edge_id", "edge_seq"),
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
    _hash("salt"),
    _hash("salted_sha256"),
    _instant("taken_at"),
    Column("taken_by", Text, nullable=False),
)

grade_proposal = Table(
    "grade_proposal",
    metadata,
    Column("proposal_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("decision", Text, nullable=False),
    _instant("proposed_at"),
    _document(),
)

grade_decision = Table(
    "grade_decision",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, unique=True),
    Column("grade", Text, nullable=False),
    Column("inspector_id", Text, nullable=False),
    _instant("decided_at"),
    _document(),
)

lot = Table(
    "lot",
    metadata,
    Column("lot_id", Text, primary_key=True),
    Column("site_id", Text, ForeignKey("site.site_id"), nullable=False),
    Column("grade", Text, nullable=False),
    _instant("opened_at"),
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
    _instant("issued_at"),
    Column("operator_id", Text, nullable=False),
    _document(),
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
    _hash("secret"),
    _instant("issued_at"),
    Column("operator_id", Text, nullable=False),
    _document(),
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
    _instant("received_at"),
    Column("receiver_id", Text, nullable=False),
    _document(),
)

carbon_statement = Table(
    "carbon_statement",
    metadata,
    Column("statement_no", Text, primary_key=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, unique=True),
    Column("method", Text, nullable=False),
    Column("avoided_net_kgco2e", Text, nullable=False),
    Column("coal_saved_tce", Text, nullable=False),
    _instant("issued_at"),
    _document(),
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
    _instant("prepared_at"),
    Column("prepared_by", Text, nullable=False),
    UniqueConstraint("delivery_id", "revision"),
)

settlement_approval = Table(
    "settlement_approval",
    metadata,
    Column("settlement_id", Text, ForeignKey("settlement.settlement_id"), primary_key=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, unique=True),
    _instant("approved_at"),
    Column("approved_by", Text, nullable=False),
    _document(),
)

settlement_return = Table(
    "settlement_return",
    metadata,
    Column("settlement_id", Text, ForeignKey("settlement.settlement_id"), primary_key=True),
    Column("reason", Text, nullable=False),
    _instant("returned_at"),
    Column("returned_by", Text, nullable=False),
)

# What is said later about a document: corrections, appeals, payments, liens.

correction = Table(
    "correction",
    metadata,
    Column("correction_no", Text, primary_key=True),
    Column(
        "corrects",
        Text,
        CheckConstraint("corrects IN ('ticket', 'delivery')", name="kind"),
        nullable=False,
    ),
    Column("reason", Text, nullable=False),
    _instant("corrected_at"),
    Column("corrected_by", Text, nullable=False),
    _document("supersedes"),
    _document(),
    CheckConstraint("supersedes <> target_hash", name="another"),
)

ticket_version = Table(
    "ticket_version",
    metadata,
    Column("correction_no", Text, ForeignKey("correction.correction_no"), primary_key=True),
    Column("ticket_no", Text, ForeignKey("ticket.ticket_no"), nullable=False),
    Column("version", Integer, CheckConstraint("version >= 2", name="later"), nullable=False),
    Column("accepted_kg", Integer, nullable=False),
    Column("settlement_kg", Integer, nullable=False),
    UniqueConstraint("ticket_no", "version"),
    CheckConstraint("accepted_kg >= settlement_kg AND settlement_kg >= 0", name="masses"),
)

delivery_version = Table(
    "delivery_version",
    metadata,
    Column("correction_no", Text, ForeignKey("correction.correction_no"), primary_key=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False),
    Column("version", Integer, CheckConstraint("version >= 2", name="later"), nullable=False),
    Column("waybill_no", Text, nullable=False, index=True),
    Column("carrier_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("distance_km", Text, nullable=False),
    UniqueConstraint("delivery_id", "version"),
)

appeal = Table(
    "appeal",
    metadata,
    Column("appeal_no", Text, primary_key=True),
    Column(
        "appeals",
        Text,
        CheckConstraint("appeals IN ('ticket', 'grade-decision')", name="kind"),
        nullable=False,
    ),
    Column("document", LargeBinary, ForeignKey("journal.target_hash"), nullable=False),
    Column("visit_id", Text, ForeignKey("visit.visit_id"), nullable=False, index=True),
    Column(
        "ground",
        Text,
        CheckConstraint("ground IN ('weight', 'grade', 'deduction', 'other')", name="ground"),
        nullable=False,
    ),
    Column("statement", Text, nullable=False),
    _instant("raised_at"),
    Column("raised_by", Text, nullable=False),
    _document(),
    UniqueConstraint("document", "ground"),
)

appeal_decision = Table(
    "appeal_decision",
    metadata,
    Column("appeal_no", Text, ForeignKey("appeal.appeal_no"), primary_key=True),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('upheld', 'rejected')", name="state"),
        nullable=False,
    ),
    Column("answer", Text, nullable=False),
    _instant("decided_at"),
    Column("decided_by", Text, nullable=False),
    _document(),
)

payment = Table(
    "payment",
    metadata,
    Column("payment_no", Text, primary_key=True),
    Column(
        "settlement_id",
        Text,
        ForeignKey("settlement_approval.settlement_id"),
        nullable=False,
        index=True,
    ),
    Column(
        "amount_fen",
        BigInteger,
        CheckConstraint("amount_fen > 0", name="amount_positive"),
        nullable=False,
    ),
    Column("paid_on", Date, nullable=False),
    Column("bank_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column("bank_reference", Text, nullable=False),
    _instant("recorded_at"),
    Column("recorded_by", Text, nullable=False),
    _document(),
    UniqueConstraint("bank_id", "bank_reference"),
)

lien_order = Table(
    "lien_order",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("lien_id", Text, ForeignKey("lien_order.order_id"), nullable=False, index=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, index=True),
    _hash("lien_key"),
    Column(
        "kind",
        Text,
        CheckConstraint("kind IN ('reserve', 'finance', 'release', 'cancel')", name="kind"),
        nullable=False,
    ),
    Column("financier_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column(
        "financier",
        Text,
        CheckConstraint("financier ~ '^0x[0-9a-fA-F]{40}$'", name="financier_is_address"),
        nullable=False,
    ),
    Column(
        "cap_fen",
        BigInteger,
        CheckConstraint("cap_fen > 0", name="cap_positive"),
        nullable=False,
    ),
    Column("nonce", BigInteger, CheckConstraint("nonce >= 0", name="nonce"), nullable=False),
    Column("deadline", BigInteger, nullable=False),
    Column("expiry", BigInteger),
    Column(
        "basis_points",
        Integer,
        CheckConstraint("basis_points BETWEEN 1 AND 10000", name="basis_points"),
    ),
    Column(
        "signature",
        LargeBinary,
        CheckConstraint("length(signature) = 65", name="signature_is_65_bytes"),
        nullable=False,
    ),
    _hash("digest", unique=True),
    Column("contract", Text, nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    _instant("received_at"),
    Column("received_by", Text, nullable=False),
    CheckConstraint(
        "(kind = 'reserve') = (expiry IS NOT NULL)"
        " AND (kind = 'release') = (basis_points IS NOT NULL)"
        " AND (kind = 'reserve') = (lien_id = order_id)",
        name="members",
    ),
)

lien = Table(
    "lien",
    metadata,
    Column(
        "lien_key",
        LargeBinary,
        CheckConstraint("length(lien_key) = 32", name="lien_key_is_32_bytes"),
        primary_key=True,
    ),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("lien_id", Text, ForeignKey("lien_order.order_id"), nullable=False, index=True),
    Column("order_id", Text, ForeignKey("lien_order.order_id"), nullable=False, unique=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, index=True),
    Column("financier_id", Text, ForeignKey("organisation.organisation_id"), nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('reserved', 'financed', 'released', 'cancelled')", name="state"),
        nullable=False,
    ),
    Column(
        "released_bp",
        Integer,
        CheckConstraint("released_bp BETWEEN 0 AND 10000", name="released"),
        nullable=False,
    ),
    _hash("tx_hash"),
    _instant("recorded_at"),
    _document(),
    CheckConstraint("(state = 'released') = (released_bp = 10000)", name="released_whole"),
)

# From the journal to the chain.

batch = Table(
    "batch",
    metadata,
    Column("batch_no", Integer, primary_key=True, autoincrement=False),
    Column("old_size", BigInteger, nullable=False),
    Column("new_size", BigInteger, nullable=False, unique=True),
    _hash("batch_root", unique=True),
    _hash("head", unique=True),
    Column("consistency_proof", LargeBinary, nullable=False),
    _instant("sealed_at"),
    CheckConstraint("new_size > old_size", name="grows"),
)

batch_entry = Table(
    "batch_entry",
    metadata,
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("journal_id", BigInteger, ForeignKey("journal.journal_id"), nullable=False, unique=True),
    Column("entry", LargeBinary, nullable=False),
)

anchor_attempt = Table(
    "anchor_attempt",
    metadata,
    Column("tx_hash", LargeBinary, primary_key=True),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("max_fee_wei", BigInteger, nullable=False),
    Column("priority_fee_wei", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    _instant("signed_at"),
)
batch_transition = Table(
    "batch_transition",
    metadata,
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    _instant("at"),
    _hash("chained_sha256"),
)

anchor_proof = Table(
    "anchor_proof",
    metadata,
    Column("batch_no", Integer, primary_key=True, autoincrement=False),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("anchor", LargeBinary, nullable=False),
    Column("status", LargeBinary, nullable=False),
    _hash("sha256"),
    _instant("stored_at"),
    ForeignKeyConstraint(
        ["batch_no", "step"], ["batch_transition.batch_no", "batch_transition.step"]
    ),
)

# What else the chain is asked for: revocations and orders of liens.

chain_task = Table(
    "chain_task",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column(
        "kind", Text, CheckConstraint("kind IN ('revoke', 'lien')", name="kind"), nullable=False
    ),
    Column(
        "to_address",
        Text,
        CheckConstraint("to_address ~ '^0x[0-9a-fA-F]{40}$'", name="to_address"),
        nullable=False,
    ),
    Column(
        "calldata",
        LargeBinary,
        CheckConstraint("length(calldata) >= 4", name="calldata_has_a_selector"),
        nullable=False,
    ),
    Column("subject_id", Text, nullable=False, index=True),
    _instant("requested_at"),
)

chain_task_attempt = Table(
    "chain_task_attempt",
    metadata,
    Column("tx_hash", LargeBinary, primary_key=True),
    Column("task_id", Text, ForeignKey("chain_task.task_id"), nullable=False, index=True),
    Column("nonce", BigInteger, nullable=False),
    Column("max_fee_wei", BigInteger, nullable=False),
    Column("priority_fee_wei", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    _instant("signed_at"),
)

chain_task_transition = Table(
    "chain_task_transition",
    metadata,
    Column("task_id", Text, ForeignKey("chain_task.task_id"), primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("detail", JSONB, nullable=False),
    _instant("at"),
    _hash("chained_sha256"),
)

status_proof = Table(
    "status_proof",
    metadata,
    Column("task_id", Text, primary_key=True),
    Column("step", Integer, primary_key=True, autoincrement=False),
    Column("batch_no", Integer, ForeignKey("batch.batch_no"), nullable=False, index=True),
    Column("status", LargeBinary, nullable=False),
    _hash("sha256"),
    _instant("stored_at"),
    ForeignKeyConstraint(
        ["task_id", "step"], ["chain_task_transition.task_id", "chain_task_transition.step"]
    ),
)

# Keys and what they promise. A promise that nobody signed in time stands there without a signature.

key_epoch = Table(
    "key_epoch",
    metadata,
    Column("target_hash", LargeBinary, ForeignKey("journal.target_hash"), primary_key=True),
    Column("key_id", Text, nullable=False),
    Column(
        "purpose",
        Text,
        CheckConstraint("purpose IN ('promise', 'anchor')", name="purpose"),
        nullable=False,
    ),
    Column("site_id", Text, ForeignKey("site.site_id")),
    Column(
        "address",
        LargeBinary,
        CheckConstraint("length(address) = 20", name="address_is_20_bytes"),
        nullable=False,
    ),
    Column(
        "public_key",
        LargeBinary,
        CheckConstraint("length(public_key) = 65", name="public_key_is_65_bytes"),
    ),
    _instant("valid_from"),
    Column("valid_to", DateTime(timezone=True)),
    Column(
        "reason",
        Text,
        CheckConstraint(
            "reason IN ('installed', 'rotated', 'compromised', 'retired')", name="reason"
        ),
        nullable=False,
    ),
    _instant("stated_at"),
    CheckConstraint("valid_to >= valid_from", name="in_order"),
)

promise = Table(
    "promise",
    metadata,
    Column("target_hash", LargeBinary, ForeignKey("journal.target_hash"), primary_key=True),
    Column("key_id", Text),
    Column("include_by", DateTime(timezone=True)),
    Column(
        "signature",
        LargeBinary,
        CheckConstraint("length(signature) = 65", name="signature_is_65_bytes"),
    ),
    CheckConstraint(
        "num_nonnulls(key_id, include_by, signature) IN (0, 3)", name="signed_or_missed"
    ),
)

# What the issuer's domain said of itself, for bundles; the evidence does not hang on it.

dns_answer = Table(
    "dns_answer",
    metadata,
    Column("location", Text, primary_key=True),
    Column("queried_at", DateTime(timezone=True), primary_key=True),
    Column("records", JSONB, nullable=False),
    Column("dnssec", Boolean, nullable=False),
)

# Requests that were answered, so that a repetition gets the first answer.

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _hash("fingerprint"),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("location", Text),
    _instant("answered_at"),
)

EVIDENCE = (
    journal,
    weighing,
    photograph,
    grade_proposal,
    grade_decision,
    lot,
    ticket,
    delivery,
    delivery_line,
    plant_receipt,
    carbon_statement,
    settlement,
    settlement_approval,
    correction,
    ticket_version,
    delivery_version,
    appeal,
    appeal_decision,
    payment,
    lien,
    batch,
    batch_entry,
    anchor_attempt,
    batch_transition,
    anchor_proof,
    chain_task,
    chain_task_attempt,
    chain_task_transition,
    status_proof,
    key_epoch,
    promise,
)
"""Tables that ``audit`` rebuilds from the documents and the chain, column by column."""

APPEND_ONLY = tuple(table for table in metadata.sorted_tables if table is not series)
"""Tables on which the application may only insert; the number series alone counts on in place."""
