"""What the columns of all tables have in common."""

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, LargeBinary, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def instant(name: str) -> Column[object]:
    """A time with its zone, always known."""
    return Column(name, DateTime(timezone=True), nullable=False)


def hash32(name: str, *, unique: bool = False) -> Column[bytes]:
    """A digest of 32 raw bytes, always known."""
    return Column(
        name,
        LargeBinary,
        CheckConstraint(f"length({name}) = 32", name=f"{name}_is_32_bytes"),
        nullable=False,
        unique=unique,
    )


def document(name: str = "target_hash") -> Column[bytes]:
    """The evidence document of a row, by its target hash."""
    return Column(name, LargeBinary, ForeignKey("journal.target_hash"), nullable=False, unique=True)
