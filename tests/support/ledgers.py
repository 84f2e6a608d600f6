"""What a database holds, told so that two moments of it can be compared."""

import re
from collections import defaultdict

from sqlalchemy import text

from service.chain.values import LogHead
from service.proof.log import LogTree, leaf_hash
from service.storage import batches
from service.storage.db import Database, Tx
from service.storage.tables import metadata

NUMBERS = {
    "booking": "booking_no",
    "ticket": "ticket_no",
    "delivery": "delivery_no",
    "plant_receipt": "receipt_no",
    "carbon_statement": "statement_no",
    "settlement": "settlement_no",
}
ON_THEIR_WAY = {
    *("batch", "batch_entry", "batch_transition", "anchor_attempt", "anchor_proof"),
    *("chain_task_attempt", "chain_task_transition", "status_proof"),
}
_NUMBER = re.compile(r"(.+)-(\d\d)-(\d{6})")


def digests(db: Database) -> set[str]:
    """One text for every row of every table but the counters of the series."""
    with db.transaction() as tx:
        return {
            f"{name} {digest}"
            for name in sorted(metadata.tables)
            if name != "series"
            for digest in tx.execute(text(f'SELECT md5(r::text) FROM "{name}" r')).scalars()  # noqa: S608
        }


def row_counts(db: Database, *, all_tables: bool = False) -> dict[str, int]:
    """Rows of every table; of ``all_tables`` or without those of the batches, which may be cut
    differently and tried more than once."""
    left_out = set() if all_tables else ON_THEIR_WAY
    with db.transaction() as tx:
        return {name: _count(tx, name) for name in set(metadata.tables) - left_out}


def assert_gapless(db: Database) -> None:
    """Fail unless every series runs from 1 to its last number, each number on one record."""
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    with db.transaction() as tx:
        for table, column in NUMBERS.items():
            for number in tx.execute(text(f'SELECT "{column}" FROM "{table}"')).scalars():  # noqa: S608
                matched = _NUMBER.fullmatch(number)
                assert matched, number
                found[matched[1], 2000 + int(matched[2])].append(int(matched[3]))
        last = {
            (row.prefix, row.year): row.last_no
            for row in tx.execute(text("SELECT prefix, year, last_no FROM series"))
        }
        assert _count(tx, "ticket") == len(set(tx.execute(text("SELECT visit_id FROM ticket"))))
    assert {key: sorted(numbers) for key, numbers in found.items()} == {
        key: list(range(1, last_no + 1)) for key, last_no in last.items()
    }


def assert_promised(db: Database) -> None:
    """Fail unless each weighing and each ticket has its signed receipt."""
    with db.transaction() as tx:
        signed = tx.execute(text("SELECT target_hash FROM promise WHERE signature IS NOT NULL"))
        query = "SELECT target_hash FROM weighing UNION SELECT target_hash FROM ticket"
        assert set(signed.scalars()) == set(tx.execute(text(query)).scalars())


def assert_in_batches(db: Database, head: LogHead) -> list[bytes]:
    """Target hashes of the journal, which stands in batches entry by entry and on the chain."""
    with db.transaction() as tx:
        journal = tx.execute(text("SELECT journal_id, target_hash FROM journal ORDER BY 1")).all()
        query = "SELECT journal_id, leaf_index FROM batch_entry ORDER BY leaf_index"
        entries = tx.execute(text(query)).all()
        tree = LogTree([leaf_hash(entry) for entry in batches.all_entries(tx)])
    assert sorted(row.journal_id for row in entries) == [row.journal_id for row in journal]
    assert [row.leaf_index for row in entries] == list(range(len(entries)))
    assert (head.size, head.head) == (tree.size, tree.root())
    return [row.target_hash for row in journal]


def _count(tx: Tx, table: str) -> int:
    return int(tx.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one())  # noqa: S608
