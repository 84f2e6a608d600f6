"""What the use cases refuse: with the field, the value and the limit, and nothing half done."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text

from service.bootstrap.deps import new_id
from service.devices.pictures import NotAPictureError
from service.domain.deduction import DeductionReason, Deductions
from service.domain.delivery import DistanceInvalidError
from service.domain.errors import FerrotraceError, ForbiddenError, NotFoundError
from service.domain.grade import DecisionReasonMissingError, GradeUnknownError, SharesNot10000Error
from service.domain.lot import LotOverdrawnError
from service.domain.plate import PlateInvalidError
from service.domain.price_list import PriceListMissingError
from service.domain.settlement import DeliveryAlreadySettledError
from service.domain.ticket import (
    Deduction,
    DeductionKind,
    ReasonMissingError,
    RejectedExceedsNetError,
    TareNotBelowGrossError,
)
from service.domain.visit import (
    PassOutOfOrderError,
    PassRepeatedError,
    StepMissingError,
    TruckOnSiteError,
    VisitEndedError,
    VisitKind,
    VisitKindError,
    WeighingMissingError,
)
from service.domain.weighing import WeighingPass
from service.domain.yard_guard import WeighingHeldError
from service.usecases import demo_company
from service.usecases.booking import CreateBooking, PartyKindError, create_booking
from service.usecases.delivery import (
    LinesNotNetError,
    LotRepeatedError,
    LotTaken,
    RecordDelivery,
    record_delivery,
)
from service.usecases.grade import AlreadyDecidedError, DecideGrade, decide, propose_pending
from service.usecases.photograph import (
    PictureKindError,
    UploadPhotograph,
    upload_photograph,
)
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.usecases.ports import ProposedGrade
from service.usecases.price_list import (
    PriceListOverlapsError,
    SetPriceList,
    VersionUsedError,
    set_price_list,
)
from service.usecases.settlement import (
    ApproveSettlement,
    OwnSettlementError,
    PrepareSettlement,
    ReturnReasonMissingError,
    ReturnSettlement,
    SettlementDecidedError,
    approve_settlement,
    prepare_settlement,
    return_settlement,
)
from service.usecases.ticket import (
    IssueTicket,
    NothingAcceptedError,
    VoidReasonMissingError,
    VoidTicket,
    issue_ticket,
    void_ticket,
)
from service.usecases.visit import (
    CodeUnknownError,
    CodeUsedError,
    FieldMissingError,
    NoScaleError,
    OpenVisit,
    WrongSiteError,
    open_visit,
    scan_gate,
)
from service.usecases.visit_flow import RenewStay, renew_stay
from service.usecases.weighing import (
    CaptureUsedError,
    InstrumentMismatchError,
    RecordWeighing,
    record_weighing,
)
from tests.support.company import MODEL, AbstainingGrader, Company, instrument_of
from tests.support.pictures import heap_jpeg

COUNTED = (
    "visit",
    "weighing",
    "ticket",
    "journal",
    "delivery",
    "plant_receipt",
    "settlement",
    "photograph",
    "booking",
    "series",
)


def _refused(
    company: Company, refusal: type[FerrotraceError], work: Callable[[], object]
) -> FerrotraceError:
    """The refusal of ``work``, which must leave every table as it was."""
    before = _counts(company)
    with pytest.raises(refusal) as caught:
        work()
    assert _counts(company) == before
    return caught.value


def _counts(company: Company) -> list[int]:
    with company.deps.db.transaction() as tx:
        return [
            tx.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
            for table in COUNTED
        ]


def _open(company: Company, **changes: Any) -> Callable[[], object]:
    given: dict[str, Any] = {
        "site_id": "BASE01",
        "kind": VisitKind.RECEIVING,
        "plate": "辽E10001",
        "supplier_id": demo_company.SUPPLIERS[0],
    } | changes
    return lambda: open_visit(OpenVisit(**given), company.people["operator"], company.deps)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"plate": "x"}, PlateInvalidError, "plate"),
        ({"plate": None}, FieldMissingError, "plate"),
        ({"supplier_id": None}, FieldMissingError, "supplier_id"),
        ({"supplier_id": demo_company.PLANT}, PartyKindError, "supplier_id"),
        ({"carrier_id": "nobody"}, PartyKindError, "carrier_id"),
        ({"code": "FERROTRACE:BOOKING:YY-26-999999"}, CodeUnknownError, "code"),
        ({"code": "https://evil.example"}, CodeUnknownError, "code"),
        ({"kind": VisitKind.LOADING}, FieldMissingError, "plant_id"),
        (
            {"kind": VisitKind.LOADING, "plant_id": demo_company.PLANT},
            FieldMissingError,
            "carrier_id",
        ),
        (
            {
                "kind": VisitKind.LOADING,
                "plant_id": demo_company.PLANT,
                "carrier_id": demo_company.CARRIER,
            },
            FieldMissingError,
            "distance_km",
        ),
        ({"distance_km": "-4"}, DistanceInvalidError, "distance_km"),
        ({"distance_km": "1e3"}, DistanceInvalidError, "distance_km"),
        ({"distance_km": "１２"}, DistanceInvalidError, "distance_km"),
        ({"distance_km": "NaN"}, DistanceInvalidError, "distance_km"),
        ({"distance_km": "x"}, DistanceInvalidError, "distance_km"),
        ({"distance_km": "1" * 400}, DistanceInvalidError, "distance_km"),
        ({"kind": VisitKind.UNLOADING}, NotFoundError, "site_id"),
    ],
)
def test_an_arrival_says_what_is_wrong(
    company: Company, changes: dict[str, Any], refusal: type[FerrotraceError], field: str
) -> None:
    assert _refused(company, refusal, _open(company, **changes)).field == field


def test_an_arrival_at_another_site_is_not_for_this_operator(company: Company) -> None:
    stranger = replace(company.people["operator"], site_ids=frozenset({"BASE02"}))
    command = OpenVisit(site_id="BASE01", kind=VisitKind.RECEIVING, plate="辽E10001")
    _refused(company, ForbiddenError, lambda: open_visit(command, stranger, company.deps))
    with pytest.raises(ForbiddenError):
        scan_gate("BASE01", stranger, company.deps)


def test_a_site_without_an_edge_unit_has_no_scale(company: Company) -> None:
    deps = replace(company.deps, edges={})
    with pytest.raises(NoScaleError):
        scan_gate("BASE01", company.people["operator"], deps)


def test_a_truck_cannot_be_on_two_sites(company: Company) -> None:
    _open(company)()
    _refused(company, TruckOnSiteError, _open(company, site_id="BASE02", plate="辽E·10001"))


def _booking(company: Company, **changes: Any) -> str:
    given: dict[str, Any] = {
        "site_id": "BASE01",
        "plate": "辽E20002",
        "supplier_id": demo_company.SUPPLIERS[0],
        "carrier_id": None,
        "material": "重型",
        "expected_on": date(2026, 11, 20),
    } | changes
    return create_booking(CreateBooking(**given), company.people["supplier"], company.deps).code


def test_a_booking_is_for_one_site_and_one_visit(company: Company) -> None:
    code = _booking(company)
    _refused(company, WrongSiteError, _open(company, site_id="BASE02", code=code))
    _open(company, code=code)()
    _refused(company, CodeUsedError, _open(company, code=code))


def test_a_supplier_books_for_himself_at_a_base(company: Company) -> None:
    other = {"supplier_id": demo_company.SUPPLIERS[1]}
    _refused(company, ForbiddenError, lambda: _booking(company, **other))
    _refused(company, NotFoundError, lambda: _booking(company, site_id="PLANT01"))
    _refused(
        company, PartyKindError, lambda: _booking(company, carrier_id=demo_company.SUPPLIERS[0])
    )


def _weigh(company: Company, visit_id: str, which: str, **changes: Any) -> Callable[[], object]:
    company.scales["BASE01"].kg = changes.pop("kg", 48_620)
    given: dict[str, Any] = {
        "visit_id": visit_id,
        "weighing_pass": WeighingPass(which),
        "capture_id": new_id(),
    } | changes
    return lambda: record_weighing(
        RecordWeighing(**given), company.people["operator"], company.deps
    )


def test_weighings_come_in_order_once_and_from_the_instrument_on_record(company: Company) -> None:
    visit = _open(company)()
    visit_id = visit.visit_id  # type: ignore[attr-defined]
    _refused(company, PassOutOfOrderError, _weigh(company, visit_id, "tare"))
    _refused(company, NotFoundError, _weigh(company, new_id(), "gross"))
    company.scales["BASE01"].instrument = replace(instrument_of("BASE01"), serial_no="another")
    refusal = _refused(company, InstrumentMismatchError, _weigh(company, visit_id, "gross"))
    assert refusal.field == "instrument.serial_no"
    company.scales["BASE01"].instrument = replace(instrument_of("BASE01"), instrument_id="WB-X")
    _refused(company, NotFoundError, _weigh(company, visit_id, "gross"))
    company.scales["BASE01"].instrument = None
    capture_id = new_id()
    _weigh(company, visit_id, "gross", capture_id=capture_id)()
    _refused(company, PassRepeatedError, _weigh(company, visit_id, "gross"))
    _refused(company, CaptureUsedError, _weigh(company, visit_id, "tare", capture_id=capture_id))


def _decide(company: Company, visit_id: str, **changes: Any) -> Callable[[], object]:
    given: dict[str, Any] = {
        "visit_id": visit_id,
        "grade": "HRS101",
        "shares": {"HRS101": 10_000},
    } | changes
    return lambda: decide(DecideGrade(**given), company.people["inspector"], company.deps)


def test_a_ticket_needs_every_step_before_it(company: Company) -> None:
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]

    def ticket(**changes: Any) -> Callable[[], object]:
        command = IssueTicket(visit_id=visit_id, **changes)
        return lambda: issue_ticket(command, company.people["operator"], company.deps)

    _refused(company, WeighingMissingError, ticket())
    _refused(company, WeighingMissingError, _decide(company, visit_id))
    _weigh(company, visit_id, "gross")()
    _refused(company, StepMissingError, _decide(company, visit_id))
    assert propose_pending(company.deps) == 1
    assert propose_pending(company.deps) == 0
    _weigh(company, visit_id, "tare", kg=16_140)()
    _refused(company, StepMissingError, ticket())
    _refused(company, GradeUnknownError, _decide(company, visit_id, grade="HMS"))
    _refused(company, SharesNot10000Error, _decide(company, visit_id, shares={"HRS101": 9_999}))
    _decide(company, visit_id)()
    _refused(company, AlreadyDecidedError, _decide(company, visit_id))
    _refused(company, RejectedExceedsNetError, ticket(rejected_kg=40_000, rejected_reason="x"))
    _refused(company, ReasonMissingError, ticket(rejected_kg=20))
    _refused(company, NothingAcceptedError, ticket(rejected_kg=32_480, rejected_reason="vessels"))
    _refused(company, NotFoundError, ticket(lot_id="BASE01-MRS201"))
    ticket(lot_id="BASE01-HRS101")()
    _refused(company, VisitEndedError, ticket())


@pytest.mark.parametrize(
    ("tare_kg", "refusal"), [(16_140, TareNotBelowGrossError), (48_620, WeighingHeldError)]
)
def test_a_tare_not_below_the_gross_makes_no_ticket(
    company: Company, tare_kg: int, refusal: type[FerrotraceError]
) -> None:
    """Above it the net is negative: a control holds the weighing before anybody asks."""
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]
    _weigh(company, visit_id, "gross", kg=16_140)()
    propose_pending(company.deps)
    _decide(company, visit_id)()
    _weigh(company, visit_id, "tare", kg=tare_kg)()
    command = IssueTicket(visit_id=visit_id)
    _refused(
        company,
        refusal,
        lambda: issue_ticket(command, company.people["operator"], company.deps),
    )


def test_a_decision_that_differs_gives_its_reason(company: Company) -> None:
    grader = company.deps.grader
    assert isinstance(grader, AbstainingGrader)
    grader.proposed = ProposedGrade(
        decision="auto",
        form="heavy_mixed",
        grade_class="HMS_1",
        classes={"HMS_1": 10_000},
        confidence_bp=9_100,
        conformal_set=("heavy_mixed",),
        reasons=(),
        model=MODEL,
        pixel_sha256=(),
    )
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]
    _weigh(company, visit_id, "gross")()
    propose_pending(company.deps)
    other = {"grade_class": "pns"}
    _refused(company, DecisionReasonMissingError, _decide(company, visit_id, **other))
    recorded = _decide(company, visit_id, reason="plates throughout", **other)()
    assert recorded.decision.differs  # type: ignore[attr-defined]


def test_an_uploaded_picture_is_marked_and_comes_before_the_ticket(company: Company) -> None:
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]

    def upload(content: bytes, media_type: str = "image/jpeg") -> Callable[[], object]:
        command = UploadPhotograph(visit_id=visit_id, content=content, media_type=media_type)
        return lambda: upload_photograph(command, company.people["inspector"], company.deps)

    _refused(company, NotAPictureError, upload(b"GIF89a"))
    _refused(company, PictureKindError, upload(heap_jpeg(), "image/png"))
    assert upload(heap_jpeg())().origin == "UPLOADED"  # type: ignore[attr-defined]
    _weigh(company, visit_id, "gross")()
    propose_pending(company.deps)
    _decide(company, visit_id)()
    late = upload(heap_jpeg("late"))()
    _weigh(company, visit_id, "tare", kg=16_140)()
    soil = Deduction(
        kind=DeductionKind.KG,
        kg=20,
        reason_code=DeductionReason.SOIL,
        photographs=(late.photograph_id,),  # type: ignore[attr-defined]
    )
    for lines in ((replace(soil, photographs=("another's",)),), (soil,)):
        command = IssueTicket(visit_id=visit_id, deduction=Deductions(lines=lines))
        issue = partial(issue_ticket, command, company.people["operator"], company.deps)
        if lines == (soil,):
            issue()
        else:
            _refused(company, NotFoundError, issue)
    _refused(company, VisitEndedError, upload(heap_jpeg("too late")))


def test_a_visit_given_up_leaves_a_void_ticket_in_the_series(company: Company) -> None:
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]

    def void(reason: str, by: str = "supervisor") -> Callable[[], object]:
        command = VoidTicket(visit_id=visit_id, reason=reason)
        return lambda: void_ticket(command, company.people[by], company.deps)

    _refused(company, VoidReasonMissingError, void("  "))
    _refused(company, ForbiddenError, void("driver left", by="operator"))
    _weigh(company, visit_id, "gross")()
    assert void("driver left")().ticket_no == "BASE01-S1-26-000001"  # type: ignore[attr-defined]
    assert company.receive().ticket.ticket_no == "BASE01-S1-26-000002"


def test_a_delivery_takes_what_the_lots_hold_and_the_scale_says(company: Company) -> None:
    company.receive()

    def load(*lines: tuple[str, int], net_kg: int) -> Callable[[], object]:
        visit = open_visit(
            OpenVisit(
                site_id="BASE01",
                kind=VisitKind.LOADING,
                plate=f"辽E3{next(company.plates):04d}",
                plant_id=demo_company.PLANT,
                carrier_id=demo_company.CARRIER,
                distance_km="86.4",
            ),
            company.people["operator"],
            company.deps,
        )
        _weigh(company, visit.visit_id, "tare", kg=15_400)()
        _weigh(company, visit.visit_id, "gross", kg=15_400 + net_kg)()
        command = RecordDelivery(
            visit_id=visit.visit_id,
            lines=tuple(LotTaken(lot_id=lot_id, kg=kg) for lot_id, kg in lines),
        )
        return lambda: record_delivery(command, company.people["operator"], company.deps)

    lot = "BASE01-HRS101"
    _refused(company, FieldMissingError, load(net_kg=20_000))
    _refused(company, LinesNotNetError, load((lot, 19_000), net_kg=20_000))
    _refused(company, LotRepeatedError, load((lot, 10_000), (lot, 10_000), net_kg=20_000))
    _refused(company, NotFoundError, load(("BASE02-HRS101", 20_000), net_kg=20_000))
    refusal = _refused(company, LotOverdrawnError, load((lot, 32_500), net_kg=32_500))
    assert refusal.values["limit"] == 32_480


def test_a_waybill_is_for_its_plant_and_for_one_visit(company: Company) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 20_000})
    plant = company.people["plant"]

    def arrive(code: str | None) -> Callable[[], Any]:
        command = OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=code)
        return lambda: open_visit(command, plant, company.deps)

    _refused(company, FieldMissingError, arrive(None))
    _refused(company, CodeUnknownError, arrive("FERROTRACE:WAYBILL:YD-26-999999"))
    visit = arrive(delivery.code)()
    _refused(company, CodeUsedError, arrive(delivery.code))
    receipt = RecordPlantReceipt(visit_id=visit.visit_id)
    _refused(
        company, WeighingMissingError, lambda: record_plant_receipt(receipt, plant, company.deps)
    )
    prepare = PrepareSettlement(delivery_id=delivery.delivery_id)
    clerk = company.people["clerk"]
    _refused(company, StepMissingError, lambda: prepare_settlement(prepare, clerk, company.deps))
    company.weigh(visit.visit_id, "PLANT01", "gross", 35_400, "plant")
    company.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
    nothing = RecordPlantReceipt(visit_id=visit.visit_id, rejected_kg=20_000, rejected_reason="wet")
    _refused(
        company, NothingAcceptedError, lambda: record_plant_receipt(nothing, plant, company.deps)
    )
    kg = Deduction(kind=DeductionKind.KG, kg=200, reason="rubber")
    made = record_plant_receipt(replace(receipt, deduction=kg), plant, company.deps)
    assert made.masses.settlement_kg == 19_800
    settled = prepare_settlement(prepare, clerk, company.deps)
    assert settled.payable_fen == 19_800 * 365_000 // 1_000


def test_two_people_settle_and_a_returned_settlement_is_prepared_anew(company: Company) -> None:
    company.receive()
    done = company.deliver({"BASE01-HRS101": 20_000})
    clerk, approver = company.people["clerk"], company.people["approver"]
    prepare = PrepareSettlement(delivery_id=done.delivery.delivery_id)
    _refused(
        company,
        DeliveryAlreadySettledError,
        lambda: prepare_settlement(prepare, clerk, company.deps),
    )
    again = ApproveSettlement(settlement_id=done.settlement.settlement_id)
    _refused(
        company, SettlementDecidedError, lambda: approve_settlement(again, approver, company.deps)
    )
    unknown = ApproveSettlement(settlement_id=new_id())
    _refused(company, NotFoundError, lambda: approve_settlement(unknown, approver, company.deps))
    nowhere = PrepareSettlement(delivery_id=new_id())
    _refused(company, NotFoundError, lambda: prepare_settlement(nowhere, clerk, company.deps))


def test_the_maker_does_not_approve_and_a_return_needs_a_reason(company: Company) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 20_000})
    plant = company.people["plant"]
    visit = open_visit(
        OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code),
        plant,
        company.deps,
    )
    company.weigh(visit.visit_id, "PLANT01", "gross", 35_400, "plant")
    company.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
    record_plant_receipt(RecordPlantReceipt(visit_id=visit.visit_id), plant, company.deps)
    clerk, approver = company.people["clerk"], company.people["approver"]
    prepare = PrepareSettlement(delivery_id=delivery.delivery_id)
    first = prepare_settlement(prepare, clerk, company.deps)
    approve = ApproveSettlement(settlement_id=first.settlement_id)
    same_person = replace(approver, user_id=clerk.user_id)
    _refused(
        company, OwnSettlementError, lambda: approve_settlement(approve, same_person, company.deps)
    )
    for reason, refusal in (("", ReturnReasonMissingError),):
        command = ReturnSettlement(settlement_id=first.settlement_id, reason=reason)
        _refused(
            company,
            refusal,
            lambda command=command: return_settlement(command, approver, company.deps),  # type: ignore[misc]
        )
    returned = ReturnSettlement(settlement_id=first.settlement_id, reason="wrong list")
    assert return_settlement(returned, approver, company.deps).state == "RETURNED"
    _refused(
        company, SettlementDecidedError, lambda: approve_settlement(approve, approver, company.deps)
    )
    second = prepare_settlement(prepare, clerk, company.deps)
    assert second.settlement_no == "JS-26-000002"


def test_lists_of_a_plant_follow_each_other(company: Company) -> None:
    administrator = company.people["administrator"]

    def put(version: str, first: date, last: date, **changes: Any) -> Callable[[], object]:
        given: dict[str, Any] = {"prices": {"HRS101": 365_000}} | changes
        command = SetPriceList(
            plant_id=demo_company.PLANT, version=version, valid_from=first, valid_to=last, **given
        )
        return lambda: set_price_list(command, administrator, company.deps)

    later = (date(2028, 1, 1), date(2028, 6, 30))
    _refused(company, PriceListOverlapsError, put("x", date(2026, 5, 1), date(2026, 6, 1)))
    _refused(company, VersionUsedError, put("2026-01", *later))
    _refused(company, GradeUnknownError, put("y", *later, prices={"GOLD": 1}))
    _refused(company, FieldMissingError, put("y", *later, prices={}))
    put("2028-01", *later)()


def test_a_delivery_without_a_list_in_force_is_not_settled(company: Company) -> None:
    company.receive()
    delivery = company.load({"BASE01-HRS101": 20_000})
    plant = company.people["plant"]
    visit = open_visit(
        OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code),
        plant,
        company.deps,
    )
    company.weigh(visit.visit_id, "PLANT01", "gross", 35_400, "plant")
    company.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
    much_later = replace(company.deps, now=lambda: company.deps.now().replace(year=2031))
    renew_stay(RenewStay(visit_id=visit.visit_id, reason="it stood for years"), plant, much_later)
    record_plant_receipt(RecordPlantReceipt(visit_id=visit.visit_id), plant, much_later)
    prepare = PrepareSettlement(delivery_id=delivery.delivery_id)
    _refused(
        company,
        PriceListMissingError,
        lambda: prepare_settlement(prepare, company.people["clerk"], company.deps),
    )


def test_a_step_of_another_kind_of_visit_is_refused(company: Company) -> None:
    visit_id = _open(company)().visit_id  # type: ignore[attr-defined]
    command = RecordDelivery(visit_id=visit_id, lines=())
    _refused(
        company,
        VisitKindError,
        lambda: record_delivery(command, company.people["operator"], company.deps),
    )
