"""The audit: journal → documents → rows → batches → log → chain, rebuilt and compared.

Nothing of the writers is used here but the two hash functions: what they do wrong must not be
done wrong a second time. What the audit does not see, and what is no difference, is in
``docs/audit.md``.
"""

from collections.abc import Callable, Iterable

from service.domain.errors import FerrotraceError
from service.storage.audit_rows import see_one_moment
from service.storage.db import Database, Tx
from service.usecases.audit.answers import audit_answers
from service.usecases.audit.books import Books, read_books
from service.usecases.audit.chain import Chain, Sight, audit_chain, sight_of
from service.usecases.audit.controls import audit_controls
from service.usecases.audit.difference import Difference, Kind, Report, unknown
from service.usecases.audit.documents import Journal, opened_journal
from service.usecases.audit.edge_entries import audit_edge_entries
from service.usecases.audit.later import audit_later
from service.usecases.audit.log import RebuiltLog, audit_log
from service.usecases.audit.memory import Memory
from service.usecases.audit.numbers import audit_numbers
from service.usecases.audit.price_differences import audit_price_differences
from service.usecases.audit.promises import audit_promises
from service.usecases.audit.rules import audit_rules
from service.usecases.audit.run import Run, Stage, Tells, silent
from service.usecases.audit.stock import audit_stock
from service.usecases.audit.stops import audit_stops
from service.usecases.audit.tasks import audit_tasks, tasks_on_chain
from service.usecases.audit.trade import audit_trade
from service.usecases.audit.transactions import Destination, audit_attempts
from service.usecases.audit.transitions import audit_transitions
from service.usecases.audit.yard import audit_yard

__all__ = [
    "Chain",
    "Difference",
    "Kind",
    "Memory",
    "Report",
    "Run",
    "Stage",
    "audit",
    "audit_within",
    "silent",
]


def audit(db: Database, chain: Chain | None, run: Run | None = None) -> Report:
    """Everything that is not as the evidence has it, as of one moment of the database.

    Without a chain, or where it does not answer, one difference of kind UNKNOWN says so.
    """
    run = run or Run()
    sight, silence = _looked_at(chain)
    try:
        with db.transaction() as tx:
            see_one_moment(tx)
            report = _audited(read_books(tx, run), chain, sight, silence, run)
        run.memory.end()
    finally:
        run.memory.close()
    return report


def audit_within(tx: Tx, chain: Chain | None) -> Report:
    """The same as ``tx`` sees the database, its own uncommitted changes included."""
    sight, silence = _looked_at(chain)
    return _audited(read_books(tx), chain, sight, silence, Run())


def _looked_at(chain: Chain | None) -> tuple[Sight | None, str]:
    """The chain as it is now, or why it cannot be told."""
    if chain is None:
        return None, "no chain was asked"
    try:
        return sight_of(chain), ""
    except FerrotraceError as error:
        return None, str(error)


def _audited(
    books: Books, chain: Chain | None, sight: Sight | None, silence: str, run: Run
) -> Report:
    journal = opened_journal(books["journal"], run)
    differences = [
        *journal.differences,
        *_told("yard", lambda: audit_yard(books, journal)),
        *_told("controls", lambda: audit_controls(books, journal)),
        *_told("stops", lambda: audit_stops(books, journal)),
        *_told("stock", lambda: audit_stock(books, journal)),
        *_told("trade", lambda: audit_trade(books, journal)),
        *_told("later", lambda: audit_later(books, journal)),
        *_told("rules", lambda: audit_rules(books, journal)),
        *_told("price differences", lambda: audit_price_differences(books, journal)),
        *_told("numbers", lambda: audit_numbers(books, journal)),
        *_told("edge entries", lambda: audit_edge_entries(books, journal)),
        *_told("answers", lambda: audit_answers(books, journal)),
    ]
    chain_id = None if sight is None else sight.chain_id
    differences += _told("promises", lambda: audit_promises(books, journal, chain_id))
    rebuilt = audit_log(books, journal, run.tells)
    to = None
    if sight is not None:
        to = Destination(chain_id=sight.chain_id, address=sight.address)
    differences += rebuilt.differences
    differences += _told("transitions", lambda: audit_transitions(books, rebuilt))
    differences += _told("attempts", lambda: audit_attempts(books, rebuilt, to))
    differences += _told("tasks", lambda: audit_tasks(books, journal, to))
    if chain is None or sight is None:
        differences.append(unknown("chain", "-", silence))
    else:
        differences += _of_chain(books, journal, rebuilt, chain, sight, run.tells)
    last = max(rebuilt.batches, default=0)
    return Report(
        differences=_once(differences),
        documents=len(books["journal"]),
        batches=len(rebuilt.batches),
        size=rebuilt.batches[last]["new_size"] if last else 0,
        head=rebuilt.batches[last]["head"] if last else None,
        block=None if sight is None else sight.head.block_number,
        is_continued=run.memory.is_continued,
    )


def _of_chain(
    books: Books,
    journal: Journal,
    rebuilt: RebuiltLog,
    chain: Chain,
    sight: Sight,
    tells: Tells,
) -> list[Difference]:
    try:
        return [
            *_told("chain", lambda: audit_chain(books, journal, rebuilt, chain, sight, tells)),
            *_told("chain", lambda: list(tasks_on_chain(books, chain))),
        ]
    except FerrotraceError as error:
        return [unknown("chain", chain.address, str(error))]


def _told(part: str, compare: Callable[[], list[Difference]]) -> list[Difference]:
    """What ``compare`` finds; evidence that it cannot read leaves the whole part untold."""
    try:
        return compare()
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, ArithmeticError) as error:
        return [unknown("journal", part, f"{type(error).__name__} {error}")]


def _once(differences: Iterable[Difference]) -> list[Difference]:
    return list(dict.fromkeys(differences))
