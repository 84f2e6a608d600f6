"""Carbon figures as programs read them: exact decimal text under the names of the figures."""

from collections.abc import Mapping
from decimal import Decimal

from service.domain.carbon import (
    PROCESSING_FACTOR_ID,
    RESOURCE_FACTOR_IDS,
    SENSITIVITY_FACTOR_IDS,
    CarbonStatement,
)
from service.domain.carbon_formulas import DeliveryFigures, decimal_text
from service.domain.factors import EmissionFactor

Answer = dict[str, object]


def delivery_answer(figures: DeliveryFigures, sensitivity: Mapping[str, Decimal]) -> Answer:
    """Burden and claim of a delivery, with the net claim at other published factors."""
    return {
        **{f"{name}_tco2e": decimal_text(t) for name, t in figures.legs_tco2e.items()},
        "processing_tco2e": decimal_text(figures.processing_tco2e),
        "burden_tco2e": decimal_text(figures.burden_tco2e),
        "burden_kgco2e_per_t": decimal_text(figures.burden_kgco2e_per_t),
        "burden_share_of_gross": decimal_text(figures.burden_share_of_gross),
        "avoided_gross_tco2e": decimal_text(figures.avoided_gross_tco2e),
        "avoided_net_tco2e": decimal_text(figures.avoided_net_tco2e),
        "avoided_net_per_t_tco2e": decimal_text(figures.avoided_net_per_t_tco2e),
        "sensitivity_net_tco2e": {
            f"at_{factor}": decimal_text(value) for factor, value in sensitivity.items()
        },
    }


def statement_answer(statement: CarbonStatement) -> Answer:
    """All figures of a statement, and beside them each figure's factor, basis and source."""
    return {
        "method": statement.method.value,
        "method_label": statement.method.label,
        "factor_set": {
            "id": statement.factors.factor_set_id,
            "sha256": statement.factors.sha256,
        },
        "net_kg": statement.carried_kg,
        "settlement_kg": statement.settlement_kg,
        **delivery_answer(statement.figures, statement.sensitivity_net_tco2e),
        **{name: decimal_text(value) for name, value in statement.resources.items()},
        "factors": _factors(statement),
    }


def _factors(statement: CarbonStatement) -> dict[str, list[dict[str, str]]]:
    """The factors of each figure; a sum or a difference lists those of its parts."""
    factor = statement.factors.factor
    legs = {leg.name: [factor(leg.factor_id)] for leg in statement.legs}
    processing = [
        factor(PROCESSING_FACTOR_ID),
        statement.factors.grid(statement.grid_year, statement.grid_region),
    ]
    burden = [*(used for leg in legs.values() for used in leg), *processing]
    avoided = [statement.avoided_factor]
    used = {
        **{f"{name}_tco2e": factors for name, factors in legs.items()},
        "processing_tco2e": processing,
        "burden_tco2e": burden,
        "burden_kgco2e_per_t": burden,
        "burden_share_of_gross": [*avoided, *burden],
        "avoided_gross_tco2e": avoided,
        "avoided_net_tco2e": [*avoided, *burden],
        "avoided_net_per_t_tco2e": [*avoided, *burden],
        "sensitivity_net_tco2e": [
            *(factor(factor_id) for factor_id in SENSITIVITY_FACTOR_IDS),
            *burden,
        ],
        **{name: [factor(factor_id)] for name, factor_id in RESOURCE_FACTOR_IDS.items()},
    }
    return {
        figure: [_factor_answer(one) for one in {one.factor_id: one for one in factors}.values()]
        for figure, factors in used.items()
    }


def _factor_answer(factor: EmissionFactor) -> dict[str, str]:
    return {
        "factor_id": factor.factor_id,
        "value": factor.text,
        "unit": factor.unit,
        "basis": factor.basis,
        "source": factor.source,
        "status": factor.status,
    }
