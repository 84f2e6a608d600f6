"""Keys and what they promise; what the issuer's domain said of itself."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    LargeBinary,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import instant, metadata

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
    instant("valid_from"),
    Column("valid_to", DateTime(timezone=True)),
    Column(
        "reason",
        Text,
        CheckConstraint(
            "reason IN ('installed', 'rotated', 'compromised', 'retired')", name="reason"
        ),
        nullable=False,
    ),
    instant("stated_at"),
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
