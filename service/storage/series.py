"""Number series without gap or duplicate.

A number is drawn in the transaction that uses it: what is rolled back or killed draws nothing.
"""

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert

from service.domain.errors import ConflictError, gettext_noop
from service.storage.db import Tx
from service.storage.tables import series


class NumberNotNextError(ConflictError):
    """A number that was drawn elsewhere does not follow the last one of its series."""

    message = gettext_noop(
        "Number %(value)s of the series is not the next one, which is %(limit)s."
    )


def draw_number(tx: Tx, prefix: str, year: int) -> int:
    """The next number of the series, from 1 on; its row stays locked until the end."""
    statement = (
        insert(series)
        .values(prefix=prefix, year=year, last_no=1)
        .on_conflict_do_update(
            index_elements=["prefix", "year"], set_={"last_no": series.c.last_no + 1}
        )
        .returning(series.c.last_no)
    )
    return int(tx.execute(statement).scalar_one())


def take_number(tx: Tx, prefix: str, year: int, number: int) -> None:
    """Count on to ``number``, which somebody else drew from this series.

    Raises ``NumberNotNextError`` for any but the one after the last, so that no gap can be stored.
    """
    if number == 1:
        first = insert(series).values(prefix=prefix, year=year, last_no=1)
        taken = tx.execute(first.on_conflict_do_nothing()).rowcount
    else:
        following = update(series).where(
            series.c.prefix == prefix, series.c.year == year, series.c.last_no == number - 1
        )
        taken = tx.execute(following.values(last_no=number)).rowcount
    if not taken:
        expected = last_number(tx, prefix, year) + 1
        raise NumberNotNextError(field="number", value=number, limit=expected)


def last_number(tx: Tx, prefix: str, year: int) -> int:
    """The highest number of the series that is on record, 0 before the first."""
    query = select(series.c.last_no).where(series.c.prefix == prefix, series.c.year == year)
    return int(tx.execute(query).scalar_one_or_none() or 0)
