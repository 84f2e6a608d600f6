"""Whether the yard takes an entry: the domain's rules over the book, as the server has them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from service.devices.edge import entry_bodies as bodies
from service.devices.edge.book import YardBook
from service.domain.access import Action
from service.domain.deduction import Deduction, DeductionKind, DeductionReason, Deductions
from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.grade import decide_grade
from service.domain.load_lines import LoadLine, LoadLines
from service.domain.ticket import TicketMasses, masses, rejection_reason, require_residual
from service.domain.visit import (
    TruckOnSiteError,
    VisitEndedError,
    VisitKind,
    VisitKindError,
    WeighingMissingError,
)
from service.domain.weighing import WeighingPass
from service.domain.yard import VisitFacts
from service.domain.yard_guard import require_step, require_weighing
from service.domain.yard_steps import Step

ACTION_OF_KIND: Mapping[str, Action] = MappingProxyType(
    {
        "visit.opened": Action.VISIT_OPEN,
        "radiation.checked": Action.VISIT_OPEN,
        "visit.called": Action.VISIT_OPEN,
        "weighing.recorded": Action.WEIGHING_RECORD,
        "weighing.left": Action.WEIGHING_RECORD,
        "weighing.typed": Action.WEIGHING_RECORD,
        "weighing.voided": Action.WEIGHING_VOID,
        "stored_tare.used": Action.WEIGHING_RECORD,
        "photograph.added": Action.PHOTOGRAPH_UPLOAD,
        "visit.inspected": Action.PHOTOGRAPH_UPLOAD,
        "grade.decided": Action.GRADE_DECIDE,
        "visit.unloaded": Action.VISIT_OPEN,
        "ticket.issued": Action.TICKET_ISSUE,
        "ticket.voided": Action.TICKET_VOID,
        "ticket.printed": Action.TICKET_PRINT,
        "delivery.issued": Action.DELIVERY_RECORD,
        "receipt.issued": Action.RECEIPT_RECORD,
        "hold.decided": Action.HOLD_DECIDE,
        "visit.exited": Action.VISIT_OPEN,
        "number.voided": Action.TICKET_VOID,
        "yard.marked": Action.WEIGHING_RECORD,
    }
)
"""The right that an entry of each kind needs."""

SITE_KIND = {
    VisitKind.RECEIVING: "BASE",
    VisitKind.LOADING: "BASE",
    VisitKind.UNLOADING: "PLANT",
}


class FieldMissingError(RuleBrokenError):
    """The entry leaves out what this kind of visit needs."""

    message = gettext_noop("%(value)s is missing: %(limit)s.")


class CodeUsedError(RuleBrokenError):
    """A booking or a waybill was already used for another visit."""

    message = gettext_noop("%(value)s was used for visit %(limit)s already.")


class LinesNotNetError(RuleBrokenError):
    """The kilograms named from the lots are not what the scale says."""

    message = gettext_noop("The lines add up to %(value)s kg, the scale says %(limit)s kg net.")


class NotHeldError(ConflictError):
    """A decision on a weighing that no control holds."""

    message = gettext_noop("Weighing %(value)s is not held.")


class AlreadyVoidError(ConflictError):
    """A weighing that does not count any more."""

    message = gettext_noop("Weighing %(value)s is void already.")


def require_admissible(body: bodies.Body, book: YardBook) -> None:
    """Return where the yard's state allows what ``body`` says; raises the domain's refusals."""
    guard = _GUARDS.get(type(body))
    if guard is not None:
        guard(body, book)


def masses_of(facts: VisitFacts, body: bodies.TicketIssued | bodies.ReceiptIssued) -> TicketMasses:
    """The masses that ``body`` comes to on the weighings of the visit; raises what they refuse."""
    gross, tare = _kg(facts, WeighingPass.GROSS), _kg(facts, WeighingPass.TARE)
    rejection_reason(body.rejected_kg, body.rejected_reason)
    residual_kg = body.residual_kg if isinstance(body, bodies.TicketIssued) else 0
    tare_fact = facts.effective(WeighingPass.TARE)
    require_residual(residual_kg, tare_is_stored=tare_fact is not None and tare_fact.stored)
    return masses(
        gross,
        tare,
        rejected_kg=body.rejected_kg,
        residual_kg=residual_kg,
        deduction=deductions_of(body),
    )


def lines_of(facts: VisitFacts, body: bodies.TicketIssued) -> LoadLines:
    """The lines into which ``body`` splits the load; raises what the domain refuses of them."""
    lines = LoadLines(
        lines=tuple(
            LoadLine(grade=line.grade or "", material=line.material or "", kg=line.kg, bp=line.bp)
            for line in body.lines
        )
    )
    decided = dict.fromkeys((facts.graded or "", *(code for code, bp in facts.shares if bp)))
    lines.require_decided(tuple(decided))
    return lines


def deductions_of(body: bodies.TicketIssued | bodies.ReceiptIssued) -> Deductions:
    """The deductions that ``body`` states; raises what the domain refuses of them."""
    return Deductions(lines=tuple(map(_deduction, body.deductions)))


def _deduction(line: bodies.DeductionLine) -> Deduction:
    stated = line.model_dump(exclude_none=True)
    return Deduction(
        **{
            **stated,
            "kind": DeductionKind(line.kind),
            "reason_code": _reason_code(line.reason_code),
            "photographs": tuple(line.photographs),
        }
    )


def _reason_code(code: str) -> DeductionReason:
    if code not in set(DeductionReason):
        allowed = ", ".join(DeductionReason)
        raise FieldMissingError(field="deductions.reason_code", value=code, limit=allowed)
    return DeductionReason(code)


def _kg(facts: VisitFacts, wanted: WeighingPass) -> int:
    found = facts.effective(wanted)
    if found is None:
        raise WeighingMissingError(field="visit_id", value=wanted.value)
    return found.kg


def _require_not_ended(facts: VisitFacts) -> None:
    if facts.ended_no is not None or facts.exited_at is not None:
        raise VisitEndedError(field="visit_id", value=facts.visit_id)


def _opening(body: bodies.VisitOpened, book: YardBook) -> None:
    kind = VisitKind(body.visit_kind)
    brief = book.brief
    if brief is not None and brief.site.kind.upper() != SITE_KIND[kind]:
        raise VisitKindError(field="visit_kind", value=kind.value, limit=brief.site.kind)
    for name, value, what in _needed(kind, body):
        if value is None:
            raise FieldMissingError(field=name, value=name, limit=what)
    for facts in book.visits():
        if facts.ended_no is None and facts.plate == body.plate:
            raise TruckOnSiteError(field="plate", value=body.plate, limit=facts.site_id)
        if body.booking_no is not None and facts.booking_no == body.booking_no:
            raise CodeUsedError(field="code", value=body.booking_no, limit=facts.visit_id)
    for elsewhere in brief.open_elsewhere if brief else ():
        if elsewhere["plate"] == body.plate:
            raise TruckOnSiteError(field="plate", value=body.plate, limit=elsewhere["site_id"])


def _needed(kind: VisitKind, body: bodies.VisitOpened) -> tuple[tuple[str, str | None, str], ...]:
    """Each member that a visit of ``kind`` must have, its value and what it is."""
    return {
        VisitKind.RECEIVING: (("supplier_id", body.supplier_id, gettext_noop("the supplier")),),
        VisitKind.LOADING: (
            ("plant_id", body.plant_id, gettext_noop("the plant")),
            ("carrier_id", body.carrier_id, gettext_noop("the carrier")),
            ("distance_km", body.distance_km, gettext_noop("the way to the plant in km")),
        ),
        VisitKind.UNLOADING: (
            ("delivery_id", body.delivery_id, gettext_noop("the waybill of the delivery")),
        ),
    }[kind]


def _step(step: Step) -> Callable[[Any, YardBook], None]:
    def guard(body: Any, book: YardBook) -> None:
        require_step(book.visit(body.visit_id), step, book.rules)

    return guard


def _weighing(body: bodies.WeighingRecorded | bodies.WeighingTyped, book: YardBook) -> None:
    require_weighing(book.visit(body.visit_id), WeighingPass(body.weighing_pass), book.rules)


def _stored_tare(body: bodies.StoredTareUsed, book: YardBook) -> None:
    require_weighing(book.visit(body.visit_id), WeighingPass.TARE, book.rules)


def _grading(body: bodies.GradeDecided, book: YardBook) -> None:
    require_step(book.visit(body.visit_id), Step.GRADE, book.rules)
    decide_grade(grade=body.grade, shares_bp=body.shares, inclusions_bp=body.inclusions_bp)


def _ticket(body: bodies.TicketIssued, book: YardBook) -> None:
    facts = book.visit(body.visit_id)
    require_step(facts, Step.TICKET, book.rules)
    lines_of(facts, body).of(masses_of(facts, body).settlement_kg)


def _delivery(body: bodies.DeliveryIssued, book: YardBook) -> None:
    facts = book.visit(body.visit_id)
    require_step(facts, Step.DELIVERY, book.rules)
    net_kg = masses(_kg(facts, WeighingPass.GROSS), _kg(facts, WeighingPass.TARE)).net_kg
    taken_kg = sum(line.kg for line in body.lines)
    if taken_kg != net_kg:
        raise LinesNotNetError(field="lines", value=taken_kg, limit=net_kg)


def _receipt(body: bodies.ReceiptIssued, book: YardBook) -> None:
    facts = book.visit(body.visit_id)
    require_step(facts, Step.RECEIPT, book.rules)
    masses_of(facts, body)


def _photograph(body: bodies.PhotographAdded, book: YardBook) -> None:
    _require_not_ended(book.visit(body.visit_id))


def _voiding(body: bodies.WeighingVoided, book: YardBook) -> None:
    facts, weighed = book.visit_of_weighing(body.weighing_id)
    _require_not_ended(facts)
    if weighed.voided:
        raise AlreadyVoidError(field="weighing_id", value=body.weighing_id)


def _decision(body: bodies.HoldDecided, book: YardBook) -> None:
    _, weighed = book.visit_of_weighing(body.weighing_id)
    if not weighed.held:
        raise NotHeldError(field="weighing_id", value=body.weighing_id)


def _printed(body: bodies.TicketPrinted | bodies.NumberVoided, book: YardBook) -> None:
    book.ticket(body.ticket_no)


_GUARDS: Mapping[type[bodies.Body], Callable[[Any, YardBook], None]] = MappingProxyType(
    {
        bodies.VisitOpened: _opening,
        bodies.RadiationChecked: _step(Step.CHECK_RADIATION),
        bodies.VisitCalled: _step(Step.CALL),
        bodies.WeighingRecorded: _weighing,
        bodies.WeighingTyped: _weighing,
        bodies.StoredTareUsed: _stored_tare,
        bodies.WeighingVoided: _voiding,
        bodies.PhotographAdded: _photograph,
        bodies.VisitInspected: _step(Step.INSPECT),
        bodies.GradeDecided: _grading,
        bodies.VisitUnloaded: _step(Step.UNLOAD),
        bodies.TicketIssued: _ticket,
        bodies.TicketVoided: _step(Step.VOID),
        bodies.TicketPrinted: _printed,
        bodies.DeliveryIssued: _delivery,
        bodies.ReceiptIssued: _receipt,
        bodies.HoldDecided: _decision,
        bodies.VisitExited: _step(Step.EXIT),
        bodies.NumberVoided: _printed,
    }
)
