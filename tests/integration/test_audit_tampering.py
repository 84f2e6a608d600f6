# ruff: noqa: S608 - tables and columns come from the schema
"""One byte flipped in every column of every evidence table, one row of each taken away: found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from service.chain.registry import RegistryClient
from service.domain.appeal import Ground
from service.storage import batches
from service.storage.chain_task import corrections_on_chain
from service.storage.db import Database, Tx
from service.storage.embedded import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from service.storage.tables import EVIDENCE
from service.storage.trail import TASKS
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from service.usecases.audit import Difference, Kind, audit_within
from service.usecases.audit.books import EVIDENCE_TABLES
from service.usecases.key_epoch import rotate_site_key, state_site_keys
from service.usecases.lien_recording import record_relayed
from tests.support.anvil import rolled_back
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE, Company, Delivered, Truck, company_on
from tests.support.later import answered, appealed, corrected, liens_on, noted, ordered, paid
from tests.support.liens_on_chain import LiensOnChain
from tests.support.registry_on_chain import RegistryOnChain
from tests.support.yard_rows import yard_rows

EVERY = 5
COLUMNS = [
    pytest.param(table.name, column.name, marks=[] if place % EVERY == 0 else [pytest.mark.soak])
    for table in EVIDENCE
    for place, column in enumerate(table.columns)
]
"""Every column of the evidence; the suite changes one of five in each table, the soak all."""

TABLES = {table.name: table for table in EVIDENCE}


@dataclass(frozen=True, kw_only=True)
class Anchored:
    """A database that nothing guards: two trucks and a delivery, all that is said of them later,
    in final batches, and what a correction replaces revoked."""

    company: Company
    owner: Database
    chain: RegistryClient

    def after(self, statement: str) -> list[Difference]:
        """What an audit finds after ``statement`` changed one row; the change is undone."""
        with self.owner.engine.connect() as tx:
            result = tx.execute(text(statement))
            assert result.rowcount == 1, statement
            found = audit_within(tx, self.chain).differences
            tx.rollback()
        return list(found)


@pytest.fixture(scope="module")
def anchored(moved_in: EmbeddedPostgres, registry_chain: RegistryOnChain) -> Iterator[Anchored]:
    name = f"audited_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    client = registry_chain.client
    company = company_on(
        moved_in.url(APP_ROLE, name),
        registry=client.address,
        lien_registry=registry_chain.liens.address,
    )
    owner = Database(moved_in.url(OWNER_ROLE, name))
    with rolled_back(client.rpc):
        registry_chain.let_anchorer_revoke()
        anchorage = Anchorage(registry=client, signer=registry_chain.anchorer)
        state_site_keys(company.deps)
        trucks = [company.receive()]
        anchor(company, anchorage)
        rotate_site_key("BASE01", "rotated", company.deps)
        trucks.append(company.receive())
        say_more(company, registry_chain, trucks, company.deliver({"BASE01-HRS101": 30_000}))
        for truck in trucks:
            yard_rows(company, truck)
        company.clock.forward(timedelta(hours=1))  # the time of every promise is over
        anchor(company, anchorage)
        record_relayed(company.deps, registry_chain.liens)
        anchor(company, anchorage)
        with owner.transaction() as tx:
            unguard(tx)
        yield Anchored(company=company, owner=owner, chain=client)
    company.deps.db.close()
    owner.close()
    moved_in.drop_database(name)


def say_more(
    company: Company, chain: RegistryOnChain, trucks: Sequence[Truck], done: Delivered
) -> None:
    """Two of everything that is said later, so that the first row and the last are judged."""
    for ground in (Ground.DEDUCTION, Ground.GRADE):
        answered(company, appealed(company, trucks[0], ground))
    for place, truck in enumerate(trucks, 1):
        corrected(company, truck, 100 * place)
        noted(company, company.load({"BASE01-HRS101": 100}), f"HY-{place}001")
        paid(company, done, 1_000, f"PAY-{place}")
    liens = liens_on(chain, done.delivery)
    ordered(company, done.delivery, liens, LiensOnChain.reserve, cap_fen=5_000_000)
    ordered(company, done.delivery, liens, lambda on: on.finance(nonce=on.finance().nonce + 1))


def anchor(company: Company, anchorage: Anchorage) -> None:
    """Run the worker until everything is final, what a correction replaces revoked."""
    steps = []
    for _ in range(200):
        tick(company.deps, anchorage)
        with company.deps.db.transaction() as tx:
            steps = batches.states(tx) + TASKS.states(tx)
            waiting = batches.pending_entries(tx, limit=1) or corrections_on_chain(tx)
        if not waiting and {step.state for step in steps} == {"final"}:
            return
    raise AssertionError(f"not everything became final: {steps}")


def unguard(tx: Tx) -> None:
    """Drop what would refuse the tampering: foreign keys, checks, unique columns, the identity."""
    tx.execute(text("ALTER TABLE journal ALTER COLUMN journal_id DROP IDENTITY"))
    constraints = tx.execute(
        text(
            "SELECT format('ALTER TABLE %I DROP CONSTRAINT %I CASCADE', c.relname, k.conname)"
            " FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid"
            " WHERE k.contype IN ('f', 'c', 'u')"
            " AND k.connamespace = 'public'::regnamespace ORDER BY k.contype = 'u'"
        )
    )
    for (statement,) in constraints.all():
        tx.execute(text(statement))


def flipped(column: Column[object]) -> str:
    """SQL of the column's value with one byte changed; of something where there is nothing."""
    name = column.name
    match column.type:
        case Text():
            bit = 64 if column.primary_key else 1  # the neighbour of a key may exist
            changed = f"left({name}, -1) || chr(ascii(right({name}, 1)) # {bit})"
            filled = "'x'"
        case LargeBinary():
            middle = f"length({name}) / 2"
            changed = f"set_byte({name}, {middle}, get_byte({name}, {middle}) # 1)"
            filled = "decode('01', 'hex')"
        case Integer():
            changed, filled = f"{name} # {4096 if column.primary_key else 1}", "1"
        case Boolean():
            changed, filled = f"NOT {name}", "true"
        case DateTime() | Date():
            step = "1" if isinstance(column.type, Date) else "interval '1 second'"
            changed, filled = f"{name} + {step}", "'2026-01-01'"
        case JSONB():
            first = f"(SELECT min(k) FROM jsonb_object_keys({name}) k)"
            changed = f"{name} || jsonb_build_object({first}, ({name} ->> {first}) || '7')"
            filled = """'{"x": 1}'"""
        case ARRAY():
            changed, filled = f"array_append({name}, 'x')", "ARRAY['x']"
        case other:
            raise AssertionError(f"no way to flip {other}")
    return f"CASE WHEN {is_empty(column)} THEN {filled} ELSE {changed} END"


def is_empty(column: Column[object]) -> str:
    """SQL that says whether a row has nothing in the column."""
    no_bytes = f" OR length({column.name}) = 0" if isinstance(column.type, LargeBinary) else ""
    return f"({column.name} IS NULL{no_bytes})"


def one_row(table: Table, column: Column[object], order: str) -> str:
    """SQL of the first or last row, one with something in the column where there is one."""
    rows = f"SELECT ctid FROM {table.name} ORDER BY {is_empty(column)}, ctid {order} LIMIT 1"
    return f"ctid = ({rows})"


def names(difference: Difference, table: str, column: str) -> bool:
    """Whether the difference is about this column, or about the row whose key it is part of."""
    if difference.table != table:
        return False
    if difference.kind in (Kind.MISSING, Kind.UNEXPECTED):
        return TABLES[table].c[column].primary_key
    return column in difference.column.split("+")


def test_the_audit_names_all_evidence_tables() -> None:
    assert set(EVIDENCE_TABLES) == set(TABLES)


def test_two_anchored_trucks_and_a_delivery_are_clean(anchored: Anchored) -> None:
    assert_audit_clean(anchored.company, anchored.chain)


@pytest.mark.parametrize("order", ["ASC", pytest.param("DESC", marks=pytest.mark.soak)])
@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_one_flipped_byte_is_found_and_named(
    anchored: Anchored, table: str, column: str, order: str
) -> None:
    target = TABLES[table].c[column]
    found = anchored.after(
        f"UPDATE {table} SET {column} = {flipped(target)}"
        f" WHERE {one_row(TABLES[table], target, order)}"
    )
    assert any(names(difference, table, column) for difference in found), "\n".join(map(str, found))
    assert all(difference.kind is not Kind.UNKNOWN for difference in found)


@pytest.mark.parametrize("order", ["ASC", "DESC"])
@pytest.mark.parametrize("table", TABLES)
def test_one_missing_row_is_found_and_named(anchored: Anchored, table: str, order: str) -> None:
    row = f"ctid = (SELECT ctid FROM {table} ORDER BY ctid {order} LIMIT 1)"
    found = anchored.after(f"DELETE FROM {table} WHERE {row}")
    assert any(
        difference.table == table and difference.kind is Kind.MISSING for difference in found
    ), "\n".join(map(str, found))
    assert all(difference.kind is not Kind.UNKNOWN for difference in found)
