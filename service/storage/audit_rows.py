"""Rows as they lie in the tables, for the audit alone: plain dictionaries and nothing else.

It knows no table: the audit names them, so that a mistake in the schema module is not shared.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, literal_column, select, table, text

from service.storage.db import Tx

ROWS_AT_ONCE = 20
"""Photographs are read a few at a time: all of them would not fit into memory."""


def see_one_moment(tx: Tx) -> None:
    """Let every later read of ``tx`` see the same moment, and refuse writes; call it first."""
    tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def stored_rows(tx: Tx, table_name: str) -> Iterator[dict[str, Any]]:
    """Every row of the table in no order, column by column as PostgreSQL gives it."""
    query: Select[Any] = select(literal_column("*")).select_from(table(table_name))
    answer = tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    for row in answer.mappings():
        yield dict(row)
