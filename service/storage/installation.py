"""What kind of database this is: demo or real, written once and for ever."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select

from service.storage.db import Tx
from service.storage.tables import installation

Kind = Literal["demo", "real"]


def kind_of(tx: Tx) -> Kind | None:
    """The kind, or None before the database was created as one."""
    return tx.execute(select(installation.c.kind)).scalar_one_or_none()


def declare(tx: Tx, kind: Kind, *, at: datetime) -> None:
    tx.execute(installation.insert().values(singleton=True, kind=kind, created_at=at))
