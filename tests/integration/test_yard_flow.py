"""The yard: checks, calls, holds, several weighings of a visit, drops, stored tares, exits."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from service.domain.errors import FerrotraceError, ForbiddenError
from service.domain.radiation import RadiationDecision, RadiationReading
from service.domain.register import TaresFullError, TareUnfitError
from service.domain.site_rules import SiteRules
from service.domain.visit import PassRepeatedError, TruckOnSiteError, VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard import VisitState, state
from service.domain.yard_guard import RadiationHoldError, SealedVesselError, StayExpiredError
from service.domain.yard_steps import Step, next_actions
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.storage.stored_tare import stored_tares
from service.storage.visit_facts import facts_on_site, visit_facts
from service.usecases.grade import DecideGrade, decide, propose_pending
from service.usecases.stored_tare import (
    KeepTare,
    TareKeptError,
    UseStoredTare,
    end_tare,
    keep_tare,
    use_stored_tare,
)
from service.usecases.ticket import IssueTicket, Ticket, VoidTicket, issue_ticket, void_ticket
from service.usecases.visit import NoNextDropError, OpenVisit, Visit, open_visit
from service.usecases.visit_flow import (
    CallVisit,
    ExitDeniedError,
    ExitVisit,
    InspectVisit,
    RecordRadiation,
    RejectedMassError,
    RejectPart,
    RenewStay,
    UnloadVisit,
    call_visit,
    exit_visit,
    inspect_visit,
    record_radiation,
    reject_part,
    renew_stay,
    unload_visit,
)
from service.usecases.weighing import (
    VoidWeighing,
    Weighing,
    WeighingVoidError,
    void_weighing,
)
from service.usecases.weighing_typed import TypeWeighing, WitnessUnfitError, type_weighing
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE, Company, company_on
from tests.support.pictures import heap_jpeg

RULES = SiteRules()


@pytest.fixture(scope="module")
def company(moved_in: EmbeddedPostgres) -> Iterator[Company]:
    """One company for all trucks of this module; the audit at the end is clean."""
    name = f"yard_{uuid4().hex}"
    moved_in.create_database(name, template=TEMPLATE)
    made = company_on(moved_in.url(APP_ROLE, name))
    yield made
    assert_audit_clean(made)
    made.deps.db.close()
    moved_in.drop_database(name)


def arrive(company: Company, plate: str, **changes: Any) -> Visit:
    command = OpenVisit(
        site_id="BASE01", kind=VisitKind.RECEIVING, plate=plate, supplier_id="SU-QINGHE"
    )
    return open_visit(replace(command, **changes), company.people["operator"], company.deps)


def weigh(company: Company, visit: Visit, which: str, kg: int) -> Weighing:
    return company.weigh(visit.visit_id, "BASE01", which, kg, "operator")


def graded(company: Company, visit: Visit, grade: str = "HRS101") -> None:
    propose_pending(company.deps)
    command = DecideGrade(visit_id=visit.visit_id, grade=grade, shares={grade: 10_000})
    decide(command, company.people["inspector"], company.deps)


def ticketed(company: Company, visit: Visit) -> Ticket:
    command = IssueTicket(visit_id=visit.visit_id)
    return issue_ticket(command, company.people["operator"], company.deps)


def reading(decision: RadiationDecision, *, max_nsv_h: int = 20) -> RadiationReading:
    return RadiationReading(
        background_nsv_h=(90, 91, 92, 90, 89),
        max_nsv_h=max_nsv_h,
        alarm_level_nsv_h=200,
        decision=decision,
        officer="周二",
        instrument="RP-1",
        calibration_due=date(2027, 1, 1),
    )


def refused(kind: type[FerrotraceError], work: Callable[[], object]) -> FerrotraceError:
    with pytest.raises(kind) as refusal:
        work()
    return refusal.value


def standing(company: Company, visit: Visit) -> VisitState:
    with company.deps.db.transaction() as tx:
        facts = visit_facts(tx, visit.visit_id, company.clock())
    assert facts is not None
    return state(facts)


def test_a_truck_goes_its_way_and_every_step_is_on_record(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    visit = arrive(company, "辽EYARD1", material="重型废钢")
    check = RecordRadiation(visit_id=visit.visit_id, reading=reading(RadiationDecision.OK))
    record_radiation(check, operator, deps)
    assert standing(company, visit) is VisitState.QUEUED
    call = call_visit(CallVisit(visit_id=visit.visit_id, place="scale 1"), operator, deps)
    assert call.calling_order == 1
    weigh(company, visit, "gross", 48_620)
    inspected = InspectVisit(visit_id=visit.visit_id, sealed_vessels_ok=True)
    inspect_visit(inspected, company.people["inspector"], deps)
    assert standing(company, visit) is VisitState.INSPECTED
    graded(company, visit)
    unload_visit(UnloadVisit(visit_id=visit.visit_id, place="A1"), operator, deps)
    part = RejectPart(visit_id=visit.visit_id, kg=200, reason="rubber")
    reject_part(part, company.people["inspector"], deps)
    refused(RejectedMassError, lambda: reject_part(replace(part, kg=48_620), operator, deps))
    assert standing(company, visit) is VisitState.PARTIALLY_REJECTED
    weigh(company, visit, "tare", 16_140)
    ticketed(company, visit)
    gone = ExitVisit(visit_id=visit.visit_id, at_gate="south", plate="辽E·YARDX")
    assert str(refused(ExitDeniedError, lambda: exit_visit(gone, operator, deps))) == "Exit denied."
    exit_visit(replace(gone, plate="辽E·YARD1"), operator, deps)
    with deps.db.transaction() as tx:
        facts = visit_facts(tx, visit.visit_id, company.clock())
        there = facts_on_site(tx, "BASE01", company.clock())
    assert visit.visit_id not in [truck.visit_id for truck in there]
    assert facts is not None
    assert (facts.called_to, facts.calling_order, facts.rejected_kg) == ("scale 1", 1, 200)
    assert (facts.unloaded_at_place, facts.material, facts.graded) == ("A1", "重型废钢", "HRS101")
    assert state(facts) is VisitState.CLOSED


def test_a_truck_that_radiates_is_neither_weighed_nor_let_out_in_silence(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    visit = arrive(company, "辽EYARD2")
    held = reading(RadiationDecision.HOLD, max_nsv_h=900)
    record_radiation(RecordRadiation(visit_id=visit.visit_id, reading=held), operator, deps)
    assert standing(company, visit) is VisitState.RADIATION_HOLD
    refused(RadiationHoldError, lambda: weigh(company, visit, "gross", 48_620))
    void_ticket(
        VoidTicket(visit_id=visit.visit_id, reason="radiates"), company.people["supervisor"], deps
    )
    gone = ExitVisit(visit_id=visit.visit_id, at_gate="south")
    refused(ExitDeniedError, lambda: exit_visit(gone, operator, deps))


def test_a_sealed_vessel_stops_the_load_until_it_is_out(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    visit = arrive(company, "辽EYARD3")
    weigh(company, visit, "gross", 48_620)
    found = InspectVisit(visit_id=visit.visit_id, sealed_vessels_ok=False, remark="gas bottle")
    inspect_visit(found, operator, deps)
    unload = UnloadVisit(visit_id=visit.visit_id, place="A1")
    refused(SealedVesselError, lambda: unload_visit(unload, operator, deps))
    refused(SealedVesselError, lambda: weigh(company, visit, "tare", 16_140))
    inspect_visit(replace(found, sealed_vessels_ok=True, remark=""), operator, deps)
    unload_visit(unload, operator, deps)


def test_a_stay_ends_and_a_supervisor_renews_it(company: Company) -> None:
    visit, deps = arrive(company, "辽EYARD4"), company.deps
    company.clock.forward(timedelta(minutes=RULES.stay_min + 1))
    assert standing(company, visit) is VisitState.EXPIRED_ON_SITE
    refused(StayExpiredError, lambda: weigh(company, visit, "gross", 48_620))
    renew = RenewStay(visit_id=visit.visit_id, reason="flat tyre")
    refused(ForbiddenError, lambda: renew_stay(renew, company.people["operator"], deps))
    renew_stay(renew, company.people["supervisor"], deps)
    weigh(company, visit, "gross", 48_620)


def test_a_weighing_is_voided_by_another_document_and_done_again(company: Company) -> None:
    supervisor, deps = company.people["supervisor"], company.deps
    visit = arrive(company, "辽EYARD5")
    wrong = weigh(company, visit, "gross", 49_620)
    weigh(company, visit, "check", 49_600)
    propose_pending(deps)
    refused(PassRepeatedError, lambda: weigh(company, visit, "gross", 48_620))
    void = VoidWeighing(weighing_id=wrong.weighing_id, reason="two trucks")
    refused(ForbiddenError, lambda: void_weighing(void, company.people["operator"], deps))
    void_weighing(void, supervisor, deps)
    refused(WeighingVoidError, lambda: void_weighing(void, supervisor, deps))
    assert standing(company, visit) is VisitState.REWEIGH_REQUIRED
    right = weigh(company, visit, "gross", 48_620)
    graded(company, visit)
    weigh(company, visit, "tare", 16_140)
    ticket = ticketed(company, visit)
    assert ticket.masses is not None
    assert ticket.masses.net_kg == right.kg - 16_140


def test_a_typed_weight_needs_two_people_and_is_marked(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    visit = arrive(company, "辽EYARD6")
    typed = TypeWeighing(
        visit_id=visit.visit_id,
        weighing_pass=WeighingPass.GROSS,
        kg=48_620,
        reason_code="INDICATOR_SILENT",
        reason="the line to the indicator is dead",
        witness=company.people["inspector"],
        photographs=(heap_jpeg(),),
    )
    alone = replace(typed, witness=operator)
    refused(WitnessUnfitError, lambda: type_weighing(alone, operator, deps))
    recorded = type_weighing(typed, operator, deps)
    assert (recorded.source, len(recorded.photograph_ids)) == ("MANUAL", 1)
    graded(company, visit)
    weigh(company, visit, "tare", 16_140)
    ticketed(company, visit)


def test_the_tare_of_one_drop_is_the_gross_of_the_next(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    first = arrive(company, "辽EYARD7", material="重型废钢")
    onward = OpenVisit(
        site_id="BASE01", kind=VisitKind.RECEIVING, continues=first.visit_id, material="生铁"
    )
    weigh(company, first, "gross", 48_620)
    refused(NoNextDropError, lambda: open_visit(onward, operator, deps))
    graded(company, first)
    between = weigh(company, first, "tare", 30_000)
    refused(TruckOnSiteError, lambda: arrive(company, "辽EYARD7"))
    second = open_visit(onward, operator, deps)
    assert (second.plate, second.supplier_id, second.material) == ("辽EYARD7", "SU-QINGHE", "生铁")
    refused(NoNextDropError, lambda: open_visit(onward, operator, deps))
    void = VoidWeighing(weighing_id=between.weighing_id, reason="late")
    refused(WeighingVoidError, lambda: void_weighing(void, company.people["supervisor"], deps))
    graded(company, second, "MRS201")
    weigh(company, second, "tare", 16_140)
    masses = [ticketed(company, visit).masses for visit in (first, second)]
    assert [fixed.net_kg for fixed in masses if fixed] == [18_620, 13_860]
    exit_visit(ExitVisit(visit_id=second.visit_id, at_gate="south"), operator, deps)
    assert standing(company, first) is VisitState.CLOSED


def test_a_stored_tare_stands_for_the_second_weighing(company: Company) -> None:
    operator, deps = company.people["operator"], company.deps
    found = []
    for _ in range(4):
        visit = arrive(company, "辽EYARD8")
        weigh(company, visit, "gross", 48_620)
        graded(company, visit)
        found.append(weigh(company, visit, "tare", 16_140))
        ticketed(company, visit)
    kept = keep_tare(KeepTare(weighing_id=found[0].weighing_id), operator, deps)
    assert (kept.combo, kept.kg) == ("辽EYARD8", 16_140)
    for weighing in found[1:3]:
        keep_tare(KeepTare(weighing_id=weighing.weighing_id), operator, deps)
    visit = arrive(company, "辽EYARD8")
    gross = weigh(company, visit, "gross", 47_000)
    heavy = KeepTare(weighing_id=gross.weighing_id)
    refused(TareUnfitError, lambda: keep_tare(heavy, operator, deps))
    again = KeepTare(weighing_id=found[0].weighing_id)
    refused(TareKeptError, lambda: keep_tare(again, operator, deps))
    fourth = KeepTare(weighing_id=found[3].weighing_id)
    refused(TaresFullError, lambda: keep_tare(fourth, operator, deps))
    end_tare(kept.tare_id, "new body", operator, deps)
    use = UseStoredTare(visit_id=visit.visit_id, tare_id=kept.tare_id)
    refused(FerrotraceError, lambda: use_stored_tare(use, operator, deps))
    other = arrive(company, "辽EOTHER")
    weigh(company, other, "gross", 47_000)
    with deps.db.transaction() as tx:
        tare, _ = stored_tares(tx, "辽EYARD8")
    strange = UseStoredTare(visit_id=other.visit_id, tare_id=tare.tare_id)
    refused(TareUnfitError, lambda: use_stored_tare(strange, operator, deps))
    use = replace(use, tare_id=tare.tare_id)
    late = replace(use, attended=False, at=company.clock() + timedelta(days=RULES.tare_days + 2))
    refused(FerrotraceError, lambda: use_stored_tare(late, operator, deps))
    used = use_stored_tare(use, operator, deps)
    assert (used.kg, used.source, used.photograph_ids) == (16_140, "SIM", ())
    graded(company, visit)
    ticket = ticketed(company, visit)
    assert ticket.masses is not None
    assert ticket.masses.net_kg == 47_000 - 16_140


def test_the_same_facts_offer_the_same_steps_everywhere(company: Company) -> None:
    visit = arrive(company, "辽ELAST1")
    with company.deps.db.transaction() as tx:
        there = facts_on_site(tx, "BASE01", company.clock())
    facts = next(truck for truck in there if truck.visit_id == visit.visit_id)
    assert next_actions(facts, RULES.yard)[0] is Step.WEIGH_GROSS
