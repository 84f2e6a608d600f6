"""A database is demo or real, once and for ever; a real one takes no simulated weight."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.bootstrap.deps import build_deps, new_id
from service.config import read_settings
from service.domain.settlement_weight import WeightSourceNotAdmissibleError
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.storage.db import Database
from service.usecases import demo_company
from service.usecases.evidence import SimulatedSourceError
from service.usecases.installation import KindIsForEverError, create_installation, is_demo
from service.usecases.plant_receipt import RecordPlantReceipt, record_plant_receipt
from service.usecases.settlement import PrepareSettlement, prepare_settlement
from service.usecases.simulator import NotADemoError, drive_simulator
from service.usecases.visit import OpenVisit, open_visit
from service.usecases.weighing import RecordWeighing, record_weighing
from tests.support.company import Company, company_on
from tests.support.database import TestDatabase

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def real(database: TestDatabase) -> Iterator[Company]:
    """The company on a real database, with scales that are real by their record."""
    made = company_on(database.app_url, kind="real", simulated=False)
    yield made
    made.deps.db.close()


@pytest.mark.parametrize(("kind", "other"), [("demo", "real"), ("real", "demo")])
def test_no_call_turns_one_kind_into_the_other(database_url: str, kind: str, other: str) -> None:
    db = Database(database_url)
    create_installation(db, kind, at=NOW)  # type: ignore[arg-type]
    create_installation(db, kind, at=NOW)  # type: ignore[arg-type]
    with pytest.raises(KindIsForEverError) as refusal:
        create_installation(db, other, at=NOW)  # type: ignore[arg-type]
    assert refusal.value.values == {"value": other, "limit": kind}
    assert is_demo(db) is (kind == "demo")
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE installation SET kind = 'demo'",
        "DELETE FROM installation",
        "TRUNCATE installation",
        "INSERT INTO installation VALUES (true, 'demo', now())",
        "INSERT INTO installation VALUES (false, 'demo', now())",
    ],
)
@pytest.mark.parametrize("role", ["app", "owner"])
def test_no_statement_does_not_even_of_the_owner(
    database: TestDatabase, statement: str, role: str
) -> None:
    db = Database(database.app_url)
    create_installation(db, "real", at=NOW)
    by = Database(database.app_url if role == "app" else database.owner_url)
    with pytest.raises(DBAPIError), by.transaction() as tx:
        tx.execute(text(statement))
    assert not is_demo(db)
    db.close()
    by.close()


@pytest.mark.parametrize(
    "names", [("FERROTRACE_DEMO",), ("FERROTRACE_KIND",), ("DEMO", "FERROTRACE_DATABASE_KIND")]
)
def test_no_setting_makes_a_real_database_a_demo(real: Company, names: tuple[str, ...]) -> None:
    environment = {
        "FERROTRACE_DATABASE_URL": real.deps.db.url,
        "FERROTRACE_SECRET_KEY": "s" * 32,
        **dict.fromkeys(names, "demo"),
    }
    deps = build_deps(read_settings(environment))
    assert deps.demo is False
    deps.db.close()


def _weigh_simulated(company: Company) -> None:
    visit = open_visit(
        OpenVisit(
            site_id="BASE01",
            kind=VisitKind.RECEIVING,
            plate="辽E10001",
            supplier_id=demo_company.SUPPLIERS[0],
        ),
        company.people["operator"],
        company.deps,
    )
    scale = company.scales["BASE01"]
    assert scale.instrument is not None
    scale.kg, scale.instrument = 48_620, replace(scale.instrument, simulated=True)
    command = RecordWeighing(
        visit_id=visit.visit_id, weighing_pass=WeighingPass.GROSS, capture_id=new_id()
    )
    record_weighing(command, company.people["operator"], company.deps)


def test_a_real_database_refuses_a_simulated_weight_at_the_journal(real: Company) -> None:
    with pytest.raises(SimulatedSourceError):
        _weigh_simulated(real)
    with real.deps.db.transaction() as tx:
        assert tx.execute(text("SELECT count(*) FROM journal")).scalar_one() == 0


def test_the_database_itself_refuses_where_the_service_would_be_fooled(real: Company) -> None:
    """A process that believes to be a demo: the instrument on record and the trigger say no."""
    fooled = Company(deps=replace(real.deps, demo=True), scales=real.scales, people=real.people)
    with fooled.deps.db.transaction() as tx:
        tx.execute(
            text(
                "INSERT INTO instrument SELECT 'WB-SIM', site_id, record ||"
                ' \'{"simulated": true, "instrument_id": "WB-SIM"}\' FROM instrument'
                " WHERE site_id = 'BASE01'"
            )
        )
    scale = fooled.scales["BASE01"]
    assert scale.instrument is not None
    scale.instrument = replace(scale.instrument, instrument_id="WB-SIM")
    with pytest.raises(DBAPIError, match="demo database alone"):
        _weigh_simulated(fooled)


def test_a_real_company_weighs_live_and_settles_but_nothing_simulated(real: Company) -> None:
    truck = real.receive()
    assert truck.gross.source == "LIVE"
    delivery = real.load({"BASE01-HRS101": 20_000})
    plant = real.people["plant"]
    visit = open_visit(
        OpenVisit(site_id="PLANT01", kind=VisitKind.UNLOADING, code=delivery.code),
        plant,
        real.deps,
    )
    real.weigh(visit.visit_id, "PLANT01", "gross", 35_400, "plant")
    real.weigh(visit.visit_id, "PLANT01", "tare", 15_400, "plant")
    record_plant_receipt(RecordPlantReceipt(visit_id=visit.visit_id), plant, real.deps)
    prepare = PrepareSettlement(delivery_id=delivery.delivery_id)
    assert prepare_settlement(prepare, real.people["clerk"], real.deps).payable_fen == 7_300_000


def test_a_simulated_weight_that_slipped_in_is_refused_at_settlement(
    company: Company,
) -> None:
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
    as_real = replace(company.deps, demo=False)
    prepare = PrepareSettlement(delivery_id=delivery.delivery_id)
    with pytest.raises((SimulatedSourceError, WeightSourceNotAdmissibleError)):
        prepare_settlement(prepare, company.people["clerk"], as_real)


def test_a_real_yard_cannot_be_simulated(real: Company) -> None:
    with pytest.raises(NotADemoError):
        drive_simulator("BASE01", "deck", {"kg": 1}, real.people["operator"], real.deps)
