# ruff: noqa: S608 - the statements are the test's own
"""One row of what edge units sent is tampered with: the audit finds it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest
from sqlalchemy import text

from service.storage.db import Database
from service.storage.embedded import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from service.usecases.audit import Kind, audit_within
from service.usecases.edge_entry import set_aside
from tests.integration.test_audit_tampering import unguard
from tests.support.company import TEMPLATE, company_on
from tests.support.edge_entries import Yard


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A database with a truck, a held ticket and one that was set aside, and who may change it."""

    owner: Database
    ticket_no: str

    def after(self, *statements: str) -> set[str]:
        """Tables and columns that an audit names after the rows were changed."""
        with self.owner.engine.connect() as tx:
            for statement in statements:
                assert tx.execute(text(statement)).rowcount >= 1, statement
            found = audit_within(tx, None).differences
            tx.rollback()
        return {f"{d.table}.{d.column}" for d in found if d.kind is not Kind.UNKNOWN}


@pytest.fixture(scope="module")
def sent(moved_in: EmbeddedPostgres) -> Iterator[Sent]:
    name = f"sent_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    company = company_on(moved_in.url(APP_ROLE, name))
    yard = Yard(company)
    for _ in range(2):
        yard.ticket(yard.arrive(f"辽E1000{yard.unit.last_no}"))
    _, ticket_no = yard.receive()
    yard.send()
    set_aside(yard.unit.edge_id, 2, "typed twice", company.people["supervisor"], company.deps)
    owner = Database(moved_in.url(OWNER_ROLE, name))
    with owner.transaction() as tx:
        unguard(tx)
    yield Sent(owner=owner, ticket_no=ticket_no)
    company.deps.db.close()
    owner.close()
    moved_in.drop_database(name)


def test_what_nobody_touched_is_clean(sent: Sent) -> None:
    assert sent.after("SELECT 1") == set()


@pytest.mark.parametrize(
    ("statement", "column"),
    [
        ("UPDATE edge_entry SET hash = sha256('x') WHERE entry_seq = 5", "hash"),
        ("UPDATE edge_entry SET kind = 'visit.exited' WHERE entry_seq = 5", "kind"),
        ("UPDATE edge_entry SET at = at - interval '1 day' WHERE entry_seq = 5", "at"),
        ("UPDATE edge_entry SET entry_id = 'other' WHERE entry_seq = 5", "entry_id"),
        ("UPDATE edge_entry SET person_id = 'other' WHERE entry_seq = 5", "person_id"),
        ("UPDATE edge_entry SET subject_id = 'other' WHERE entry_seq = 5", "subject_id"),
        ("UPDATE edge_entry SET site_id = 'BASE02' WHERE entry_seq = 5", "site_id"),
        ("UPDATE edge_entry SET key_version = 2 WHERE entry_seq = 5", "key_version"),
        ("UPDATE edge_entry SET outcome = 'held' WHERE entry_seq = 9", "outcome"),
        ("UPDATE edge_entry SET envelope = '{}' WHERE entry_seq = 5", "envelope"),
        ("UPDATE edge_key SET public_key = sha256('x')", "envelope"),
    ],
)
def test_a_changed_entry_is_found(statement: str, column: str, sent: Sent) -> None:
    assert f"edge_entry.{column}" in sent.after(statement)


def test_an_entry_that_says_something_else_is_found(sent: Sent) -> None:
    with sent.owner.transaction() as tx:
        query = text("SELECT envelope FROM edge_entry WHERE entry_seq = 9")
        envelope = json.loads(bytes(tx.execute(query).scalar_one()))
    envelope["body"]["rejected_kg"] = 500
    changed = json.dumps(envelope, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    statement = (
        rf"UPDATE edge_entry SET envelope = '\x{changed.encode().hex()}' WHERE entry_seq = 9"
    )
    assert {"edge_entry.envelope", "ticket.rejected_kg"} <= sent.after(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("DELETE FROM edge_entry WHERE entry_seq = 6", "edge_entry.-"),
        ("DELETE FROM edge_entry WHERE entry_seq = 9", "edge_entry.-"),
        ("DELETE FROM edge_key", "edge_key.-"),
        ("DELETE FROM edge_number WHERE entry_seq = 4", "ticket.-"),
        ("DELETE FROM edge_entry_decision", "edge_number.-"),
        ("DELETE FROM ticket", "ticket.-"),
        ("UPDATE edge_entry_decision SET entry_seq = 5", "edge_entry_decision.-"),
        ("UPDATE edge_entry_decision SET decision = 'applied'", "ticket.-"),
        ("UPDATE edge_number SET entry_seq = 5 WHERE entry_seq = 4", "edge_number.-"),
        ("UPDATE series SET last_no = 4 WHERE prefix = 'BASE01-E1'", "ticket.-"),
        ("UPDATE weighing SET kg = 40000 WHERE weighing_pass = 'gross'", "weighing.kg"),
        (
            "INSERT INTO weighing_sight (weighing_id, look, nonce_ok)"
            " SELECT weighing_id, 'ff', '{}' FROM weighing",
            "weighing.sight.look",
        ),
    ],
)
def test_a_row_that_is_gone_or_belongs_elsewhere_is_found(
    statement: str, found: str, sent: Sent
) -> None:
    assert found in sent.after(statement)
