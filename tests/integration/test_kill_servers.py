"""kill -9 of the database and of the local chain while work is under way."""

import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from service.chain.node import LocalNode
from service.storage import batches
from service.storage.db import Database, DatabaseLostError, DatabaseUnavailableError
from service.storage.embedded import EmbeddedPostgres
from service.storage.migrate import migrate
from service.usecases.anchorage import Anchorage
from service.usecases.anchoring import tick
from tests.support.audits import assert_audit_clean
from tests.support.company import Company, Truck, company_on
from tests.support.database import TestDatabase
from tests.support.devices import until
from tests.support.ledgers import assert_gapless, assert_in_batches
from tests.support.registry_on_chain import deployed, require_anvil


def _kill_postmaster(folder: Path) -> None:
    pid_file = folder / "data" / "postmaster.pid"
    os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)


def _tickets(db: Database) -> dict[str, bytes]:
    with db.transaction() as tx:
        found = tx.exec_driver_sql("SELECT ticket_no, target_hash FROM ticket").all()
    return {row.ticket_no: bytes(row.target_hash) for row in found}


def test_what_was_answered_outlives_a_killed_database(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "pg")
    answered: list[Truck] = []
    refused: list[BaseException] = []
    with server.running():
        migrate(server.owner_url)
        company = company_on(server.app_url)

        def receive() -> None:
            try:
                while True:
                    answered.append(company.receive())
            except DatabaseUnavailableError as refusal:
                refused.append(refusal)

        office = threading.Thread(target=receive)
        office.start()
        until(lambda: len(answered) >= 2)
        _kill_postmaster(tmp_path / "pg")
        office.join(30)
        assert refused
        with pytest.raises(DatabaseUnavailableError):
            company.receive()
        company.deps.db.close()
    with server.running():
        again = replace(company, deps=replace(company.deps, db=Database(server.app_url)))
        kept = _tickets(again.deps.db)
        for truck in answered:
            assert kept[truck.ticket.ticket_no] == truck.ticket.target_hash
        again.receive()
        assert_gapless(again.deps.db)
        assert_audit_clean(again)
        again.deps.db.close()


def test_a_session_that_is_cut_says_that_the_outcome_is_unknown(database: TestDatabase) -> None:
    db = Database(database.app_url)
    with pytest.raises(DatabaseLostError, match="same Idempotency-Key"):
        _cut_off(db, database.app_url)
    assert db.answers()
    db.close()


def _cut_off(db: Database, url: str) -> None:
    with db.transaction() as tx:
        (pid,) = tx.exec_driver_sql("SELECT pg_backend_pid()").one()
        with psycopg.connect(url.replace("+psycopg", "")) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (pid,))
        tx.exec_driver_sql("SELECT 1")


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[LocalNode]:
    require_anvil()
    with LocalNode(tmp_path / "chain") as node:
        yield node


def test_a_killed_chain_loses_a_second_at_most_and_gets_its_anchors_again(
    company_database: TestDatabase, own_node: LocalNode, tmp_path: Path
) -> None:
    state_file = tmp_path / "chain" / "state.json"
    with deployed(own_node.rpc_url, tmp_path) as registry:
        address = registry.client.address.removeprefix("0x").lower()
        until(lambda: state_file.exists() and address in state_file.read_text())
        company = company_on(company_database.app_url, registry=registry.client.address)
        anchorage = Anchorage(registry=registry.client, signer=registry.anchorer)
        for _ in range(2):
            company.receive()
            _until_final(company, anchorage)
            assert own_node.pid is not None
            os.kill(own_node.pid, signal.SIGKILL)
            until(lambda: not own_node.is_running())
            own_node.start()
            _until_final(company, anchorage)
        assert_in_batches(company.deps.db, registry.client.log_head())
        assert_audit_clean(company, registry.client)
        company.deps.db.close()


def _until_final(company: Company, anchorage: Anchorage) -> None:
    until(lambda: _is_final(company, anchorage))


def _is_final(company: Company, anchorage: Anchorage) -> Any:
    tick(company.deps, anchorage)
    with company.deps.db.transaction() as tx:
        states = {row.state for row in batches.states(tx)}
        return states == {"final"} and not batches.pending_entries(tx, limit=1)
