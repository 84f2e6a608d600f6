"""What is said later about a document: corrections, appeals, payments, liens."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from service.storage.tables.columns import document, hash32, instant, metadata

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
    instant("corrected_at"),
    Column("corrected_by", Text, nullable=False),
    document("supersedes"),
    document(),
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
        CheckConstraint(
            "ground IN ('weight', 'grade', 'deduction', 'price', 'goods', 'other')", name="ground"
        ),
        nullable=False,
    ),
    Column("statement", Text, nullable=False),
    instant("raised_at"),
    Column("raised_by", Text, nullable=False),
    document(),
    UniqueConstraint("document", "ground"),
)

appeal_decision = Table(
    "appeal_decision",
    metadata,
    Column("appeal_no", Text, ForeignKey("appeal.appeal_no"), primary_key=True),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('upheld', 'rejected', 'withdrawn')", name="state"),
        nullable=False,
    ),
    Column("answer", Text, nullable=False),
    Column("reason_code", Text),
    Column("difference_fen", BigInteger),
    instant("decided_at"),
    Column("decided_by", Text, nullable=False),
    document(),
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
    instant("recorded_at"),
    Column("recorded_by", Text, nullable=False),
    document(),
    UniqueConstraint("bank_id", "bank_reference"),
)

lien_order = Table(
    "lien_order",
    metadata,
    Column("order_id", Text, primary_key=True),
    Column("lien_id", Text, ForeignKey("lien_order.order_id"), nullable=False, index=True),
    Column("delivery_id", Text, ForeignKey("delivery.delivery_id"), nullable=False, index=True),
    hash32("lien_key"),
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
    hash32("digest", unique=True),
    Column("contract", Text, nullable=False),
    Column("chain_id", BigInteger, nullable=False),
    instant("received_at"),
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
    hash32("tx_hash"),
    instant("recorded_at"),
    document(),
    CheckConstraint("(state = 'released') = (released_bp = 10000)", name="released_whole"),
)
