"""Entries about what is printed: tickets, delivery notes, receipts, and numbers given up."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from service.devices.edge.entries import parsed_instant
from service.devices.edge.entry_bodies import (
    DeductionLine,
    DeliveryIssued,
    NumberVoided,
    ReceiptIssued,
    StatedLine,
    TicketIssued,
    TicketPrinted,
    TicketVoided,
)
from service.domain.deduction import (
    NO_DEDUCTION,
    ONCE_E2,
    Deduction,
    DeductionKind,
    DeductionReason,
    Deductions,
)
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.load_lines import LoadLine, LoadLines
from service.domain.seller_code import SALT_BYTES
from service.domain.ticket_number import parse_ticket_number
from service.storage.db import Tx
from service.usecases.delivery import LotTaken, RecordDelivery, record_delivery
from service.usecases.edge_entry.act import Act
from service.usecases.edge_entry.number import Origin, void_number
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.usecases.ports import Deps
from service.usecases.ticket import IssueTicket, VoidTicket, issue_ticket, void_ticket
from service.usecases.ticket_print import PrintedElsewhere, RecordPrint, record_print


class ReasonCodeUnknownError(RuleBrokenError):
    """A deduction gives a reason that is not in the list."""

    message = gettext_noop("%(value)s is no reason of a deduction; allowed are %(limit)s.")


def _ticket(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: TicketIssued = act.body
    command = IssueTicket(
        visit_id=body.visit_id,
        rejected_kg=body.rejected_kg,
        rejected_reason=body.rejected_reason,
        residual_kg=body.residual_kg,
        deduction=_deducted(body.deductions),
        lines=LoadLines(lines=tuple(map(_load_line, body.lines))),
        ticket_no=body.ticket_no,
        at=parsed_instant(body.issued_at),
    )
    issue_ticket(command, act.actor, deps)


def _void_ticket(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: TicketVoided = act.body
    command = VoidTicket(
        visit_id=body.visit_id, reason=body.reason, ticket_no=body.ticket_no, at=act.at
    )
    void_ticket(command, act.actor, deps)


def _printed(tx: Tx, act: Act, deps: Deps) -> None:
    """Count the copy. One without the hash of its code cannot be answered by it."""
    del tx
    body: TicketPrinted = act.body
    salt, digest = body.code_salt, body.code_digest
    elsewhere = PrintedElsewhere(
        unit=parse_ticket_number(body.ticket_no).unit,
        copy_no=body.copy_no,
        printed_at=act.at,
        code_salt=bytes.fromhex(salt) if salt else deps.random_bytes(SALT_BYTES),
        code_hash=bytes.fromhex(digest) if digest else deps.random_bytes(32),
    )
    command = RecordPrint(ticket_no=body.ticket_no, paper=body.paper, elsewhere=elsewhere)
    record_print(command, act.actor, deps)


def _delivery(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: DeliveryIssued = act.body
    command = RecordDelivery(
        visit_id=body.visit_id,
        lines=tuple(LotTaken(lot_id=line.lot_id, kg=line.kg) for line in body.lines),
        delivery_id=body.delivery_id,
        delivery_no=body.delivery_no,
        at=parsed_instant(body.issued_at),
    )
    record_delivery(command, act.actor, deps)


def _receipt(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: ReceiptIssued = act.body
    command = RecordPlantReceipt(
        visit_id=body.visit_id,
        rejected_kg=body.rejected_kg,
        rejected_reason=body.rejected_reason,
        deduction=_deducted(body.deductions),
        receipt_id=body.receipt_id,
        receipt_no=body.receipt_no,
        at=parsed_instant(body.received_at),
    )
    record_plant_receipt(command, act.actor, deps)


def _void_number(tx: Tx, act: Act, deps: Deps) -> None:
    body: NumberVoided = act.body
    origin = Origin(edge_id=act.edge_id, entry_seq=act.entry_seq, site_id=act.site_id, at=act.at)
    void_number(tx, body.ticket_no, body.reason, origin, deps)


def _deducted(lines: Sequence[DeductionLine]) -> Deduction | Deductions:
    return Deductions(lines=tuple(map(_line, lines))) if lines else NO_DEDUCTION


def _reason(code: str) -> DeductionReason:
    known = {reason.value: reason for reason in DeductionReason}
    if code not in known:
        raise ReasonCodeUnknownError(field="reason_code", value=code, limit=", ".join(known))
    return known[code]


def _line(line: DeductionLine) -> Deduction:
    return Deduction(
        kind=DeductionKind(line.kind),
        kg=line.kg or 0,
        bp=line.bp or 0,
        multiplier_e2=line.multiplier_e2 or ONCE_E2,
        free_bp=line.free_bp or 0,
        reason_code=_reason(line.reason_code),
        reason=line.reason,
        photographs=tuple(line.photographs),
    )


def _load_line(line: StatedLine) -> LoadLine:
    return LoadLine(grade=line.grade or "", material=line.material or "", kg=line.kg, bp=line.bp)


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType(
    {
        "ticket.issued": _ticket,
        "ticket.voided": _void_ticket,
        "ticket.printed": _printed,
        "delivery.issued": _delivery,
        "receipt.issued": _receipt,
        "number.voided": _void_number,
    }
)
