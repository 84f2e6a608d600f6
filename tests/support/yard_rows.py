"""A row of all that a yard may leave behind: typed and void weights, stops, stored tares, stock."""

from datetime import timedelta

from service.domain.control.hold import HoldDecision
from service.domain.control.verdict import Outcome, Verdict
from service.domain.processing import LotMass
from service.domain.stock import CountMethod
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.storage.stock import held_at_kg
from service.usecases.control_hold import DecideHold, decide_hold
from service.usecases.hazard import SignRelease, StopLoad, sign_release, stop_load
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.processing import GradeMass, RecordProcessing, record_processing
from service.usecases.stock import TakeStock, take_stock
from service.usecases.stored_tare import KeepTare, UseStoredTare, keep_tare, use_stored_tare
from service.usecases.ticket import VoidTicket, void_ticket
from service.usecases.visit import OpenVisit, open_visit
from service.usecases.weighing import RecordWeighing, Weighing, record_weighing
from service.usecases.weighing_typed import TypeWeighing, type_weighing
from tests.support.company import Company, Truck
from tests.support.pictures import heap_jpeg

LOT = "BASE01-HRS101"


def yard_rows(company: Company, truck: Truck) -> None:
    """What happened around another visit of a truck that was weighed empty before."""
    _stock(company)
    operator, supervisor = company.people["operator"], company.people["supervisor"]
    deps = company.deps
    tare = keep_tare(KeepTare(weighing_id=truck.tare.weighing_id), operator, deps)
    arrival = OpenVisit(
        site_id="BASE01",
        kind=VisitKind.RECEIVING,
        plate=truck.visit.plate,
        supplier_id=truck.visit.supplier_id,
    )
    visit_id = open_visit(arrival, operator, deps).visit_id
    _stopped(company, visit_id)
    wrong = _held(company, visit_id, 49_000)
    again = DecideHold(
        weighing_id=wrong.weighing_id,
        decision=HoldDecision.REWEIGH,
        reason_code="WRONG_POSITION",
        reason="two trucks",
        photograph_ids=wrong.photograph_ids[:1],
    )
    decide_hold(again, supervisor, deps)
    typed = TypeWeighing(
        visit_id=visit_id,
        weighing_pass=WeighingPass.GROSS,
        kg=48_000,
        reason_code="INDICATOR_SILENT",
        reason="the line is dead",
        witness=company.people["inspector"],
        photographs=(heap_jpeg(visit_id),),
    )
    type_weighing(typed, operator, deps)
    use_stored_tare(UseStoredTare(visit_id=visit_id, tare_id=tare.tare_id), operator, deps)
    void_ticket(VoidTicket(visit_id=visit_id, reason="sent back"), supervisor, deps)


def _stopped(company: Company, visit_id: str) -> None:
    """A person stops the load, and two others release it."""
    deps, people = company.deps, company.people
    stop_load(StopLoad(visit_id=visit_id, reason="smoke"), people["operator"], deps)
    for who in ("inspector", "supervisor"):
        picture = UploadPhotograph(
            visit_id=visit_id, content=heap_jpeg(f"{visit_id} {who}"), media_type="image/jpeg"
        )
        kept = upload_photograph(picture, people[who], deps)
        signature = SignRelease(
            visit_id=visit_id, reason="steam only", photograph_id=kept.photograph_id
        )
        sign_release(signature, people[who], deps)


def _held(company: Company, visit_id: str, kg: int) -> Weighing:
    """A weighing that its edge unit took, and a control holds."""
    scale = company.scales["BASE01"]
    scale.kg = kg
    jump = Verdict(control="C5", outcome=Outcome.HOLD, value="9 t/s", limit="4 t/s", field="slope")
    command = RecordWeighing(
        visit_id=visit_id,
        weighing_pass=WeighingPass.GROSS,
        capture=scale.capture(company.deps.new_id(), WeighingPass.GROSS),
        controls=(jump,),
    )
    return record_weighing(command, company.people["operator"], company.deps)


def _stock(company: Company) -> None:
    deps, now = company.deps, company.deps.now()
    run = RecordProcessing(
        site_id="BASE01",
        process="CUTTING",
        started_at=now - timedelta(hours=1),
        ended_at=now,
        inputs=[LotMass(lot_id=LOT, kg=100)],
        outputs=[GradeMass(grade="HRS102", kg=99, place="B2")],
    )
    record_processing(run, company.people["operator"], deps)
    with deps.db.transaction() as tx:
        book_kg = held_at_kg(tx, "BASE01-HRS102", "B2")
    count = TakeStock(
        lot_id="BASE01-HRS102",
        place="B2",
        book_kg=book_kg,
        counted_kg=book_kg + 1,
        method=CountMethod.WEIGHED,
        reason="weighed again",
        counted_at=deps.now(),
    )
    take_stock(count, company.people["supervisor"], deps)
