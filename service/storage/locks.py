"""Locks by name, held until the transaction ends.

Rows that are only ever added cannot be locked themselves: ``SELECT … FOR UPDATE`` asks for the
right to change them, which the application's role does not have.
"""

from sqlalchemy import text

from service.storage.db import Tx

_HOLD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
_TRY = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 0))")


def hold(tx: Tx, name: str) -> None:
    """Wait until nobody else holds ``name``, then hold it."""
    tx.execute(_HOLD, {"name": name})


def try_hold(tx: Tx, name: str) -> bool:
    """Hold ``name`` if nobody else does; whether it is held now."""
    return bool(tx.execute(_TRY, {"name": name}).scalar_one())
