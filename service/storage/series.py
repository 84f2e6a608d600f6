"""Number series without gap or duplicate.

A number is drawn in the transaction that uses it: what is rolled back or killed draws nothing.
"""

from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.tables import series


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
