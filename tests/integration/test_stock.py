"""Stock: processing, moves and counts change the books by what they say, and are audited."""

from datetime import timedelta
from decimal import Decimal

import pytest

from service.domain.errors import ForbiddenError, NotFoundError
from service.domain.lot import LotOverdrawnError
from service.domain.processing import (
    LotMass,
    MassNotConservedError,
    MeterReading,
    MeterUnit,
    RunBackwardsError,
)
from service.domain.stock import BooksMovedError, CountMethod
from service.storage import views
from service.usecases.processing import (
    GradeMass,
    ProcessingRecorded,
    RecordProcessing,
    record_processing,
)
from service.usecases.stock import (
    CountedLaterError,
    MoveStock,
    StockTaken,
    TakeStock,
    move_stock,
    take_stock,
)
from tests.support.audits import assert_audit_clean
from tests.support.company import Company
from tests.support.pages import Person, pages_of

LOT = "BASE01-HRS101"
RECEIVED_KG = 32_480


def shredded(company: Company, kg: int, out_kg: int, who: str = "operator") -> ProcessingRecorded:
    now = company.deps.now()
    command = RecordProcessing(
        site_id="BASE01",
        process="SHREDDING",
        started_at=now - timedelta(hours=1),
        ended_at=now,
        inputs=[LotMass(lot_id=LOT, kg=kg)],
        outputs=[GradeMass(grade="SRS401", kg=out_kg, place="b2")],
        meters=[
            MeterReading(
                meter_id="M1", unit=MeterUnit.KWH, before=Decimal("1.0"), after=Decimal("9.5")
            )
        ],
    )
    return record_processing(command, company.people[who], company.deps)


def counted(company: Company, book_kg: int, kg: int, place: str = "") -> StockTaken:
    command = TakeStock(
        lot_id=LOT,
        place=place,
        book_kg=book_kg,
        counted_kg=kg,
        method=CountMethod.SURVEY,
        reason="survey by drone",
        counted_at=company.deps.now(),
    )
    return take_stock(command, company.people["supervisor"], company.deps)


def lying(company: Company) -> dict[tuple[str, str], int]:
    with company.deps.db.transaction() as tx:
        rows = views.stock(tx, views.EVERYTHING)
    return {(row.lot_id, row.place): row.held_kg for row in rows}


def test_lots_become_lots_places_and_counts_and_the_audit_follows(company: Company) -> None:
    company.receive()
    operator = company.people["operator"]
    run = shredded(company, 10_000, 9_600)
    assert (run.run_no, run.loss_kg) == ("JG-26-000001", 400)
    assert lying(company) == {(LOT, ""): RECEIVED_KG - 10_000, ("BASE01-SRS401", "B2"): 9_600}
    move_stock(
        MoveStock(lot_id=LOT, from_place="", to_place="a1", kg=20_000), operator, company.deps
    )
    taken = counted(company, 20_000, 19_500, place="A1")
    assert taken.difference_kg == -500
    assert lying(company)[LOT, "A1"] == 19_500
    with company.deps.db.transaction() as tx:
        lots = {lot.grade: lot for lot in views.lots(tx, views.EVERYTHING)}
        (document,) = views.documents(tx, views.EVERYTHING, run.run_no)
    heavy = lots["HRS101"]
    assert heavy.held_kg == heavy.received_kg + heavy.processed_kg + heavy.counted_kg == 21_980
    assert (heavy.processed_kg, heavy.counted_kg) == (-10_000, -500)
    assert document.kind == "processing-run"
    assert_audit_clean(company)


def test_what_is_not_there_is_neither_processed_moved_nor_counted_away(company: Company) -> None:
    company.receive()
    operator, supervisor = company.people["operator"], company.people["supervisor"]
    with pytest.raises(LotOverdrawnError):
        shredded(company, RECEIVED_KG + 1, 1)
    with pytest.raises(MassNotConservedError):
        shredded(company, 100, 101)
    far = MoveStock(lot_id=LOT, from_place="Z9", to_place="A1", kg=1)
    with pytest.raises(LotOverdrawnError):
        move_stock(far, operator, company.deps)
    with pytest.raises(BooksMovedError):
        counted(company, RECEIVED_KG - 1, RECEIVED_KG)
    nowhere = MoveStock(lot_id="BASE01-CRS701", from_place="", to_place="A1", kg=1)
    with pytest.raises(NotFoundError):
        move_stock(nowhere, supervisor, company.deps)
    assert lying(company) == {(LOT, ""): RECEIVED_KG}


def test_only_those_of_the_base_process_and_only_a_supervisor_counts(company: Company) -> None:
    company.receive()
    with pytest.raises(ForbiddenError):
        shredded(company, 100, 100, who="clerk")
    late = TakeStock(
        lot_id=LOT,
        place="",
        book_kg=RECEIVED_KG,
        counted_kg=RECEIVED_KG,
        method=CountMethod.WEIGHED,
        reason="",
        counted_at=company.deps.now(),
    )
    with pytest.raises(ForbiddenError):
        take_stock(late, company.people["operator"], company.deps)


def test_neither_a_run_nor_a_count_lies_in_the_future(company: Company) -> None:
    company.receive()
    later = company.deps.now() + timedelta(hours=1)
    command = RecordProcessing(
        site_id="BASE01",
        process="CUTTING",
        started_at=later,
        ended_at=later,
        inputs=[LotMass(lot_id=LOT, kg=1)],
        outputs=[GradeMass(grade="HRS102", kg=1)],
    )
    with pytest.raises(RunBackwardsError):
        record_processing(command, company.people["operator"], company.deps)
    count = TakeStock(
        lot_id=LOT,
        place="",
        book_kg=RECEIVED_KG,
        counted_kg=RECEIVED_KG,
        method=CountMethod.WEIGHED,
        reason="",
        counted_at=later,
    )
    with pytest.raises(CountedLaterError):
        take_stock(count, company.people["supervisor"], company.deps)


def test_the_pages_take_a_run_a_move_and_a_count(company: Company) -> None:
    company.receive()
    app = pages_of(company)
    operator, supervisor = Person(app, "operator"), Person(app, "supervisor")
    form = "/sites/BASE01/processing"
    started = {"started_at": "2026-03-01T08:00", "ended_at": "2026-03-01T09:00"}
    lines = {f"input-{LOT}@": "1000", "grade-1": "HRS102", "output-1": "980", "place-1": "c1"}
    assert operator.fill(form, form, **started, **lines, meter_before="1").status_code == 303
    refused = operator.fill(form, form, **started, **{f"input-{LOT}@": "x", "output-1": "1"})
    assert refused.status_code == 422
    move = f"/lots/{LOT}/move?place="
    assert operator.fill(move, move, to_place="b1", kg="2000").status_code == 303
    count = f"/lots/{LOT}/count?place=B1"
    assert supervisor.fill(count, count, counted_kg="1900").status_code == 422
    assert supervisor.fill(count, count, counted_kg="1900", reason="survey").status_code == 303
    shown = operator.read("/lots")
    for part in ("B1", "1,900 kg", "C1", "980 kg", "JG-26-000001", "29,480 kg"):
        assert part in shown
