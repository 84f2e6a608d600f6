"""Key epochs: what was stated of each signing key, and when. Only ever added to."""

from dataclasses import dataclass
from datetime import datetime

from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import journal, key_epoch


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyEpochRow:
    """One statement; the last one of a ``key_id`` holds. ``address`` has 20 bytes."""

    target_hash: bytes
    key_id: str
    purpose: str
    site_id: str | None
    address: bytes
    public_key: bytes | None
    valid_from: datetime
    valid_to: datetime | None
    reason: str
    stated_at: datetime


def add_key_epoch(tx: Tx, row: KeyEpochRow) -> None:
    add(tx, key_epoch, row)


def statements(tx: Tx) -> list[KeyEpochRow]:
    """Every statement, oldest first."""
    query = select_as(KeyEpochRow, key_epoch).join(
        journal, journal.c.target_hash == key_epoch.c.target_hash
    )
    return every(tx, KeyEpochRow, query.order_by(journal.c.journal_id))


def epochs(tx: Tx) -> list[KeyEpochRow]:
    """What holds now of each key: its last statement, in the order in which keys came."""
    return list({row.key_id: row for row in statements(tx)}.values())


def current_epoch(tx: Tx, purpose: str, site_id: str | None) -> KeyEpochRow | None:
    """The key that signs now, None where none is on record."""
    found = [
        row
        for row in epochs(tx)
        if (row.purpose, row.site_id, row.valid_to) == (purpose, site_id, None)
    ]
    return found[-1] if found else None
