"""The database and its transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from service.domain.errors import ConflictError, UnavailableError, gettext_noop

Tx = Connection
"""An open transaction."""


class DatabaseUnavailableError(UnavailableError):
    """PostgreSQL does not answer."""

    message = gettext_noop("The database does not answer. Nothing was stored; try again.")


class DatabaseLostError(DatabaseUnavailableError):
    """PostgreSQL fell silent in the middle: whether the last word was stored is unknown."""

    message = gettext_noop(
        "The database stopped answering. Try again with the same Idempotency-Key: what was stored"
        " is not stored twice."
    )


class OnRecordError(ConflictError):
    """What is to be stored contradicts what is on record, by a rule of the database itself."""

    message = gettext_noop("This is on record already, or contradicts what is (%(value)s).")


class Database:
    """One PostgreSQL database. ``transaction`` is re-entrant: an inner one joins the outer."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.url = url
        self.engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=8,
            pool_pre_ping=True,
            connect_args={"options": "-c timezone=UTC", "application_name": "ferrotrace"},
        )
        self._open: ContextVar[Tx | None] = ContextVar("open_transaction", default=None)
        self._afterwards: ContextVar[list[Callable[[], None]]] = ContextVar("afterwards")

    @contextmanager
    def transaction(self) -> Iterator[Tx]:
        outer = self._open.get()
        if outer is not None:
            yield outer
            return
        afterwards: list[Callable[[], None]] = []
        with _loss_told(), self._connection() as tx, tx.begin():
            opened, listed = self._open.set(tx), self._afterwards.set(afterwards)
            try:
                yield tx
            finally:
                self._open.reset(opened)
                self._afterwards.reset(listed)
        for work in afterwards:
            work()

    @contextmanager
    def attempt(self) -> Iterator[Tx]:
        """A part of the open transaction that is undone as a whole when it raises, with what it
        put off until after the commit; what came before it stays.

        Raises ``OnRecordError`` for what a condition of the database refuses.
        """
        afterwards = self._afterwards.get()
        put_off = len(afterwards)
        with self.transaction() as tx:
            try:
                with tx.begin_nested():
                    yield tx
            except BaseException as error:
                del afterwards[put_off:]
                if isinstance(error, IntegrityError):
                    raise OnRecordError(value=_condition(error)) from error
                raise

    def after_commit(self, work: Callable[[], None]) -> None:
        """Do ``work`` once the open transaction is committed; never, where it is rolled back.

        A process may die in between: whatever must happen needs another way to be found again.
        """
        self._afterwards.get().append(work)

    def _connection(self) -> Connection:
        try:
            return self.engine.connect()
        except OperationalError as error:
            raise DatabaseUnavailableError from error

    def answers(self) -> bool:
        """Whether the database can be asked now; for readiness."""
        try:
            with self.transaction() as tx:
                return bool(tx.execute(text("SELECT 1")).scalar())
        except (OperationalError, DatabaseUnavailableError):
            return False

    def close(self) -> None:
        self.engine.dispose()


def _condition(error: IntegrityError) -> str:
    """The name of the condition that refused."""
    diagnosis = getattr(error.orig, "diag", None)
    return str(getattr(diagnosis, "constraint_name", None) or "condition")


@contextmanager
def _loss_told() -> Iterator[None]:
    """Say in our own words that the server went away; other failures stay what they are."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseLostError from error
        raise
