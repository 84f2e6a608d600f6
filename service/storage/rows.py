"""Rows and values: a dataclass whose fields carry the names of a table's columns."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import FromClause, Row, Select, Table, select

from service.storage.db import Tx

Value = TypeVar("Value")


def add(tx: Tx, table: Table, value: Any) -> None:
    """Insert ``value`` (a dataclass) as one row."""
    tx.execute(table.insert().values({f.name: getattr(value, f.name) for f in fields(value)}))


def add_all(tx: Tx, table: Table, values: Sequence[Any]) -> None:
    """Insert ``values`` (dataclasses of one kind, at least one) as a row each, in one go."""
    names = [f.name for f in fields(values[0])]
    tx.execute(table.insert(), [{name: getattr(value, name) for name in names} for value in values])


def select_as(cls: type[Value], table: FromClause) -> Select[Any]:
    """``SELECT`` of just the columns that ``cls`` has."""
    return select(*(table.c[f.name] for f in fields(cls)))  # type: ignore[arg-type] # any dataclass


def one(tx: Tx, cls: type[Value], query: Select[Any]) -> Value | None:
    row = tx.execute(query).one_or_none()
    return None if row is None else value_of(cls, row)


def every(tx: Tx, cls: type[Value], query: Select[Any]) -> list[Value]:
    return [value_of(cls, row) for row in tx.execute(query)]


def value_of(cls: type[Value], row: Row[Any]) -> Value:
    return cls(**row._asdict())
