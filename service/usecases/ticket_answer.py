"""The seller's answer to a ticket: by the code on a print, without an account, or from his own.

A dispute is an appeal, which is evidence and waits for a supervisor. A confirmation is a row that
names the version by its document, which the audit holds against tickets and prints.
"""

from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, require
from service.domain.appeal import Ground, appeal_statement
from service.domain.errors import NotFoundError
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.seller_code import (
    MOST_TRIES,
    SellerCodeClosedError,
    SellerCodeWrongError,
    is_seller_code,
    require_code_form,
)
from service.domain.ticket_answer import Answer, AnswerGivenError, require_answerable
from service.storage import appeal as appeals
from service.storage import ticket as tickets
from service.storage import ticket_answer as answers
from service.storage import ticket_print as prints
from service.storage import visit as visits
from service.storage.db import Tx
from service.usecases.appeal import (
    Appeal,
    Objection,
    RaiseAppeal,
    appeal_on_record,
    disputed,
    raise_appeal,
    withdrawn,
)
from service.usecases.ports import Deps
from service.usecases.visit import resource_of

MOST_PRINTS = 5
"""How many of the last prints of a version are good for an answer: each costs a slow hash."""

BY_CODE = "seller"
"""Who raised an appeal that came with the code of a print: whoever held the paper."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTicket:
    """``target_hash`` is the version that was looked at; a dispute has ground and statement."""

    ticket_no: str
    target_hash: bytes
    answer: Answer
    ground: Ground = Ground.OTHER
    statement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketAnswer:
    """An answer on record."""

    ticket_no: str
    target_hash: bytes
    answer: Answer
    appeal_no: str | None
    answered_at: datetime


def answer_by_code(command: AnswerTicket, code: str, deps: Deps) -> TicketAnswer:
    """Record the answer of whoever holds a print with this code.

    Raises ``SellerCodeWrongError`` after noting the try, ``SellerCodeClosedError`` after too many.
    """
    require_code_form(code)
    with deps.db.transaction() as tx:
        ticket = _locked(tx, command.ticket_no)
        _require_answerable(tx, ticket, command)
        paper = _print_with(tx, ticket, code)
        if paper is not None:
            return _recorded(tx, ticket, command, deps, paper=paper)
        failures = _failures(tx, ticket)
    with deps.db.transaction() as tx:
        answers.add_code_failure(tx, command.ticket_no, deps.now())
    raise SellerCodeWrongError(field="code", limit=MOST_TRIES - failures - 1)


def answer_as_supplier(command: AnswerTicket, actor: Actor, deps: Deps) -> TicketAnswer:
    """Record the answer that a supplier gives to the ticket of the own load in the own account."""
    with deps.db.transaction() as tx:
        ticket = _locked(tx, command.ticket_no)
        visit = visits.visit_by_id(tx, ticket.visit_id)
        assert visit is not None  # noqa: S101 # a foreign key holds it
        require(actor, Action.TICKET_ANSWER, resource_of(visit))
        _require_answerable(tx, ticket, command)
        if command.answer is Answer.CONFIRMED:
            return _recorded(tx, ticket, command, deps, user_id=actor.user_id)
        objection = RaiseAppeal(
            ticket_no=command.ticket_no, ground=command.ground, statement=command.statement
        )
        raise_appeal(objection, actor, deps)
        given = answers.answer_of(tx, ticket.target_hash)
        assert given is not None  # noqa: S101 # the appeal is the answer
        return _answer(given)


def withdraw_by_code(ticket_no: str, appeal_no: str, code: str, deps: Deps) -> Appeal:
    """Take back the appeal of a ticket, for whoever holds a print of it with this code.

    Raises ``SellerCodeWrongError`` after noting the try, ``SellerCodeClosedError`` after too many.
    """
    require_code_form(code)
    with deps.db.transaction() as tx:
        ticket = _locked(tx, ticket_no)
        row = appeals.appeal_by_no(tx, appeal_no, lock=True)
        if row is None or row.visit_id != ticket.visit_id:
            raise NotFoundError(field="appeal_no", what="appeal", key=appeal_no[:64])
        if _print_with(tx, ticket, code) is not None:
            return withdrawn(tx, row, by=BY_CODE, deps=deps)
        failures = _failures(tx, ticket)
    with deps.db.transaction() as tx:
        answers.add_code_failure(tx, ticket_no, deps.now())
    raise SellerCodeWrongError(field="code", limit=MOST_TRIES - failures - 1)


def _locked(tx: Tx, ticket_no: str) -> tickets.StandingTicket:
    ticket = tickets.ticket_by_no(tx, ticket_no, lock=True)
    if ticket is None:
        raise NotFoundError(field="ticket_no", what="ticket", key=ticket_no[:64])
    return ticket


def _require_answerable(tx: Tx, ticket: tickets.StandingTicket, command: AnswerTicket) -> None:
    """Return where the version that was looked at stands, and nobody answered it yet."""
    require_answerable(
        ticket.ticket_no,
        status=ticket.status,
        version=ticket.version,
        shown=command.target_hash,
        standing=ticket.target_hash,
    )
    given = answers.answer_of(tx, ticket.target_hash)
    if given is not None:
        raise AnswerGivenError(field="answer", value=ticket.ticket_no, limit=given.answer)


def _print_with(tx: Tx, ticket: tickets.StandingTicket, code: str) -> prints.TicketPrintRow | None:
    """The print of this version that bears ``code``; raises ``SellerCodeClosedError``."""
    failures = _failures(tx, ticket)
    if failures >= MOST_TRIES:
        raise SellerCodeClosedError(field="code", value=failures)
    for row in reversed(_prints(tx, ticket)):
        if is_seller_code(code, salt=row.code_salt, digest=row.code_hash):
            return row
    return None


def _prints(tx: Tx, ticket: tickets.StandingTicket) -> list[prints.TicketPrintRow]:
    copies = prints.prints_of(tx, ticket.ticket_no)
    return [row for row in copies if row.target_hash == ticket.target_hash][-MOST_PRINTS:]


def _failures(tx: Tx, ticket: tickets.StandingTicket) -> int:
    """Wrong codes since the last print, which opens the ticket again."""
    since = max((row.recorded_at for row in _prints(tx, ticket)), default=ticket.issued_at)
    return answers.code_failures(tx, ticket.ticket_no, since=since)


def _recorded(
    tx: Tx,
    ticket: tickets.StandingTicket,
    command: AnswerTicket,
    deps: Deps,
    *,
    paper: prints.TicketPrintRow | None = None,
    user_id: str | None = None,
) -> TicketAnswer:
    unit, copy_no = (paper.unit, paper.copy_no) if paper else (None, None)
    if command.answer is Answer.CONFIRMED:
        row = answers.TicketAnswerRow(
            target_hash=ticket.target_hash,
            ticket_no=ticket.ticket_no,
            answer=command.answer.value,
            ground=None,
            statement=None,
            appeal_no=None,
            unit=unit,
            copy_no=copy_no,
            user_id=user_id,
            answered_at=whole_second(deps.now()),
        )
    else:
        statement = appeal_statement(command.statement)
        objection = Objection(ground=command.ground, statement=statement, raised_by=BY_CODE)
        appeal = appeal_on_record(tx, ticket, objection, deps)
        row = disputed(ticket, appeal, unit=unit, copy_no=copy_no)
    answers.add_answer(tx, row)
    return _answer(row)


def _answer(row: answers.TicketAnswerRow) -> TicketAnswer:
    return TicketAnswer(
        ticket_no=row.ticket_no,
        target_hash=row.target_hash,
        answer=Answer(row.answer),
        appeal_no=row.appeal_no,
        answered_at=row.answered_at,
    )
