"""Rows as they lie in the tables, for the audit alone: plain dictionaries and nothing else.

It knows no table: the audit names them, so that a mistake in the schema module is not shared.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text

from service.storage.db import Tx

ROWS_AT_ONCE = 20
"""Photographs are read a few at a time: all of them would not fit into memory."""


def see_one_moment(tx: Tx) -> None:
    """Let every later read of ``tx`` see the same moment, and refuse writes; call it first."""
    tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))


def stored_rows(
    tx: Tx, table_name: str, *, without: Collection[str] = ()
) -> Iterator[dict[str, Any]]:
    """Every row of the table in no order, column by column as PostgreSQL gives it; the columns
    ``without`` are not read."""
    columns = [literal_column("*")] if not without else _columns(tx, table_name, without)
    query: Select[Any] = select(*columns).select_from(table(table_name))
    answer = tx.execute(query, execution_options={"yield_per": ROWS_AT_ONCE})
    for row in answer.mappings():
        yield dict(row)


def row_count(tx: Tx, table_name: str) -> int:
    """How many rows the table has."""
    return int(tx.execute(select(func.count()).select_from(table(table_name))).scalar_one())


def stored_contents(
    tx: Tx, table_name: str, key: str, columns: Collection[str], keys: Sequence[str]
) -> Iterator[dict[str, Any]]:
    """The column ``key`` and ``columns`` of the rows with these ``keys``, a few at a time."""
    wanted: list[ColumnElement[Any]] = [column(name) for name in (key, *columns)]
    for start in range(0, len(keys), ROWS_AT_ONCE):
        part = keys[start : start + ROWS_AT_ONCE]
        query = select(*wanted).select_from(table(table_name)).where(column(key).in_(part))
        for row in tx.execute(query).mappings():
            yield dict(row)


def _columns(tx: Tx, table_name: str, without: Collection[str]) -> list[ColumnElement[Any]]:
    query = text(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = current_schema() AND table_name = :name"
    )
    names = tx.execute(query, {"name": table_name}).scalars()
    return [column(name) for name in names if name not in without]
