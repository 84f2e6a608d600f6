"""A carbon statement, computed again from its masses and the factor set it names."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from service.domain.carbon import (
    CarbonStatement,
    FactorSetUnknownError,
    Leg,
    Method,
    Processing,
    carbon_statement,
    factor_set,
)
from service.domain.errors import FerrotraceError
from service.proof.checks.codes import CO2_MISMATCH, FACTOR_VERSION_UNKNOWN, differs
from service.proof.families import RECORD_SEMANTICS
from service.proof.verdict import Check

Record = Mapping[str, Any]

_DELIVERY_LEG = "outbound"  # carries exactly what the delivery carried


def carbon_figures(record: Record) -> Check | None:
    """Every factor is the published one, every figure follows from it (carbon.md, section 5)."""
    named = record["factor_set"]
    try:
        known = factor_set(named["id"])
    except FactorSetUnknownError as error:
        return RECORD_SEMANTICS.error(FACTOR_VERSION_UNKNOWN, str(error))
    if known.sha256 != named["sha256"]:
        return RECORD_SEMANTICS.error(
            FACTOR_VERSION_UNKNOWN, f"Factor set {named['id']} is known with another hash."
        )
    try:
        computed = _statement(record).record()
    except (FerrotraceError, ArithmeticError) as error:
        return RECORD_SEMANTICS.invalid(CO2_MISMATCH, f"The statement cannot be computed: {error}")
    return differs(CO2_MISMATCH, {name: (record[name], value) for name, value in computed.items()})


def _statement(record: Record) -> CarbonStatement:
    processing = record["processing"]
    grid = processing["grid"]
    return carbon_statement(
        settlement_kg=record["settlement_kg"],
        carried_kg=record["carried_kg"],
        legs=[
            Leg(
                name=name,
                distance_km=Decimal(leg["distance_km"]),
                factor_id=leg["factor_id"],
                mass_kg=None if name == _DELIVERY_LEG else leg["mass_kg"],
            )
            for name, leg in record["legs"].items()
        ],
        processing=Processing(
            grid_year=grid["year"],
            grid_region=grid["region"],
            electricity_kwh_per_t=Decimal(processing["electricity_kwh_per_t"]),
        ),
        method=Method(record["method"]),
        factor_set_id=record["factor_set"]["id"],
    )
