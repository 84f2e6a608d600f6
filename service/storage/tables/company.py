"""What kind of database this is, who takes part and where, and answers given before."""

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
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.storage.tables.columns import hash32, instant, metadata

installation = Table(
    "installation",
    metadata,
    Column("singleton", Boolean, CheckConstraint("singleton", name="one_row"), primary_key=True),
    Column("kind", Text, CheckConstraint("kind IN ('demo', 'real')", name="kind"), nullable=False),
    instant("created_at"),
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
    hash32("sha256"),
    instant("set_at"),
    Column("set_by", Text, nullable=False),
    UniqueConstraint("plant_id", "version"),
    CheckConstraint("valid_from <= valid_to", name="interval"),
)


# Requests that were answered, so that a repetition gets the first answer.

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    hash32("fingerprint"),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("location", Text),
    instant("answered_at"),
)
