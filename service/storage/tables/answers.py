"""Prints of tickets, what sellers answered to them, and wrong codes."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Integer,
    LargeBinary,
    Table,
    Text,
)

from service.storage.tables.columns import hash32, instant, metadata

ticket_print = Table(
    "ticket_print",
    metadata,
    Column("ticket_no", Text, ForeignKey("ticket.ticket_no"), primary_key=True),
    Column("unit", Text, primary_key=True),
    Column(
        "copy_no",
        Integer,
        CheckConstraint("copy_no >= 1", name="from_one"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "target_hash",
        LargeBinary,
        ForeignKey("journal.target_hash"),
        nullable=False,
        index=True,
    ),
    Column(
        "paper",
        Text,
        CheckConstraint("paper IN ('A4', '80MM')", name="paper"),
        nullable=False,
    ),
    instant("printed_at"),
    instant("recorded_at"),
    Column("printed_by", Text, nullable=False),
    Column(
        "code_salt",
        LargeBinary,
        CheckConstraint("length(code_salt) = 16", name="code_salt_is_16_bytes"),
        nullable=False,
    ),
    hash32("code_hash"),
)
"""One row for each copy on paper; ``unit`` is who printed it, the service or a scale's program."""

ticket_answer = Table(
    "ticket_answer",
    metadata,
    Column("target_hash", LargeBinary, ForeignKey("journal.target_hash"), primary_key=True),
    Column("ticket_no", Text, ForeignKey("ticket.ticket_no"), nullable=False, index=True),
    Column(
        "answer",
        Text,
        CheckConstraint("answer IN ('CONFIRMED', 'DISPUTED')", name="answer"),
        nullable=False,
    ),
    Column("ground", Text),
    Column("statement", Text),
    Column("appeal_no", Text, ForeignKey("appeal.appeal_no"), unique=True),
    Column("unit", Text),
    Column("copy_no", Integer),
    Column("user_id", Text),
    instant("answered_at"),
    CheckConstraint(
        "CASE answer WHEN 'DISPUTED' THEN num_nonnulls(ground, statement, appeal_no) = 3"
        " ELSE num_nonnulls(ground, statement, appeal_no) = 0 END",
        name="dispute",
    ),
    CheckConstraint(
        "num_nonnulls(unit, copy_no) IN (0, 2) AND num_nonnulls(copy_no, user_id) = 1",
        name="by_code_or_account",
    ),
    ForeignKeyConstraint(
        ["ticket_no", "unit", "copy_no"],
        ["ticket_print.ticket_no", "ticket_print.unit", "ticket_print.copy_no"],
    ),
)
"""What the seller said to one version of a ticket, named by its document: by the code of a print,
or from the own account. Each version is answered once; silence is no row."""

seller_code_failure = Table(
    "seller_code_failure",
    metadata,
    Column("failure_id", BigInteger, Identity(always=True), primary_key=True),
    Column("ticket_no", Text, ForeignKey("ticket.ticket_no"), nullable=False, index=True),
    instant("failed_at"),
)
