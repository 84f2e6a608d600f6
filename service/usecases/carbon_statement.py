"""The carbon statement is issued with the plant receipt whose settlement mass it counts."""

from decimal import Decimal

from service.domain.carbon import Leg, Processing, carbon_statement, truck_factor_id
from service.domain.instants import utc_text
from service.storage import carbon_statement as statements
from service.storage.db import Tx
from service.storage.delivery import delivery_by_id
from service.storage.party import site_by_id
from service.storage.plant_receipt import PlantReceiptRow
from service.usecases.evidence import Evidence, record_document
from service.usecases.numbering import next_no
from service.usecases.ports import Deps

GRID_DATA_YEAR = 2023
"""Newest year for which provincial grid factors are published (grid_factors_cn.csv)."""


def issue_carbon_statement(tx: Tx, receipt: PlantReceiptRow, deps: Deps) -> bytes:
    """State what the delivery avoids, by the default method; returns the target hash."""
    delivery = delivery_by_id(tx, receipt.delivery_id)
    assert delivery is not None  # noqa: S101 # a foreign key holds it
    site = site_by_id(tx, delivery.site_id)
    assert site is not None  # noqa: S101 # a foreign key holds it
    outbound = Leg(
        name="outbound",
        distance_km=Decimal(delivery.distance_km or "0"),
        factor_id=truck_factor_id(delivery.net_kg),
    )
    statement = carbon_statement(
        settlement_kg=receipt.settlement_kg,
        carried_kg=delivery.net_kg,
        legs=(outbound,),
        processing=Processing(grid_year=GRID_DATA_YEAR, grid_region=site.grid_region),
    )
    record = statement.record()
    statement_no = next_no(tx, letters="TS", at=receipt.received_at)
    evidence = Evidence(
        kind="carbon-statement",
        document_id=statement_no,
        subject_id=receipt.delivery_id,
        recorded_at=receipt.received_at,
        record={
            "statement_no": statement_no,
            "delivery_id": receipt.delivery_id,
            "receipt_id": receipt.receipt_id,
            **record,
            "issued_at": utc_text(receipt.received_at),
        },
        parents={"receipt": receipt.target_hash},
        carbon={
            "method": statement.method.value,
            "factorSetVersion": statement.factors.factor_set_id,
        },
    )
    row = statements.CarbonStatementRow(
        statement_no=statement_no,
        delivery_id=receipt.delivery_id,
        method=statement.method.value,
        avoided_net_kgco2e=str(record["avoided_net_kgco2e"]),
        coal_saved_tce=str(record["coal_saved_tce"]),
        issued_at=receipt.received_at,
        target_hash=record_document(tx, evidence, deps),
    )
    statements.add_carbon_statement(tx, row)
    return row.target_hash
