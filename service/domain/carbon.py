"""The carbon statement of a delivery: what it burdens, what it avoids, what it saves.

Two books are kept and never netted: the burden of the scrap (Book A), and the comparative claim
(Book B), which is stated gross, and net of the delivery's own burden (carbon.md, section 4).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from service.domain.carbon_formulas import (
    DeliveryFigures,
    decimal_text,
    delivery_figures,
    in_kg,
    leg_tco2e,
    net_of,
    per_scrap,
    processing_tco2e,
)
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.factors import (
    DEFAULT_FACTOR_SET_ID,
    LIFE_CYCLE,
    LOCATION,
    EmissionFactor,
    FactorSet,
    FactorSetUnknownError,
    factor_set,
)

__all__ = [
    "DEFAULT_FACTOR_SET_ID",
    "CarbonStatement",
    "FactorBasisMismatchError",
    "FactorScopeMismatchError",
    "FactorSetUnknownError",
    "Leg",
    "Method",
    "Processing",
    "View",
    "carbon_statement",
    "factor_set",
    "require_basis",
    "require_view",
    "truck_factor_id",
]

PER_T_STEEL = "per_t_steel"
PROCESSING_FACTOR_ID = "PROC-MIIT"
COAL_FACTOR_ID = "TCE-SEED"
RESOURCE_FACTOR_IDS = {
    "coal_saved_tce": COAL_FACTOR_ID,
    "iron_ore_saved_t": "ORE-WS",
    "coal_mass_saved_t": "COAL-WS",
    "lime_saved_t": "LIME-WS",
}
"""Four separate quantities: never added to each other, never turned into CO2."""

SENSITIVITY_FACTOR_IDS = ("AV-CAMU-2014", "AV-FHG-2020")
"""Lowest and highest published figure: always printed beside the claim (carbon.md, section 6)."""

_TRUCK_CLASSES_T = (2, 8, 10, 18, 30, 46)


class FactorBasisMismatchError(RuleBrokenError):
    """A figure per tonne of steel is applied to scrap outside the headline method (rule R05)."""

    message = gettext_noop("Factor %(value)s is per tonne of steel; only method %(limit)s uses it.")


class FactorScopeMismatchError(RuleBrokenError):
    """A grid factor of one view is used in the other (rule R10)."""

    message = gettext_noop("Factor %(value)s does not belong to the view: %(limit)s.")


class Method(StrEnum):
    """How the claim is computed: the industry headline, or the default that is claimed."""

    M1 = "M1"
    M2 = "M2"

    @property
    def avoided_factor_id(self) -> str:
        """The factor of the method."""
        return {Method.M1: "AV-CAMU-2019", Method.M2: "AV-WS-2016"}[self]

    @property
    def label(self) -> str:
        """What is printed with every figure of the method (carbon.md, section 4)."""
        return {
            Method.M1: "CAMU industry figure, per tonne of steel: a headline, to be compared gross",
            Method.M2: "per tonne of scrap; the claim",
        }[self]


class View(StrEnum):
    """Two readings of the burden: by place with CO2 factors, by life cycle with CO2e factors."""

    INVENTORY = "inventory"
    FOOTPRINT = "pcf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A way by truck. ``mass_kg`` is what was on it, the delivery's carried mass if not given."""

    name: str
    distance_km: Decimal
    factor_id: str
    mass_kg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """Electricity of processing: its data year and region, and the rate where it was measured."""

    grid_year: int
    grid_region: str
    electricity_kwh_per_t: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarbonStatement:
    """Figures of a delivery with everything they were computed from; exact ``Decimal`` values.

    ``coal_saved_tce`` and the other ``resources`` are tonnes by name. ``sensitivity_net_tco2e`` is
    the net claim at the lowest and highest published factor, by the factor's text.
    """

    method: Method
    factors: FactorSet
    settlement_kg: int
    carried_kg: int
    legs: Sequence[Leg]
    electricity_kwh_per_t: Decimal
    grid_year: int
    grid_region: str
    figures: DeliveryFigures
    resources: Mapping[str, Decimal]
    sensitivity_net_tco2e: Mapping[str, Decimal]

    @property
    def avoided_factor(self) -> EmissionFactor:
        """The factor of the claim."""
        return self.factors.factor(self.method.avoided_factor_id)

    def record(self) -> dict[str, object]:
        """The statement with the keys of its evidence document: integers, text and objects."""
        figures = self.figures
        coal = self.factors.factor(COAL_FACTOR_ID)
        return {
            "method": self.method.value,
            "factor_set": {"id": self.factors.factor_set_id, "sha256": self.factors.sha256},
            "settlement_kg": self.settlement_kg,
            "carried_kg": self.carried_kg,
            "legs": {leg.name: self._leg_record(leg) for leg in self.legs},
            "processing": self._processing_record(),
            "avoided": {
                "factor_id": self.avoided_factor.factor_id,
                "factor_tco2e_per_t": self.avoided_factor.text,
                "basis": self.avoided_factor.basis,
                "source": self.avoided_factor.source,
            },
            "coal": {
                "factor_id": coal.factor_id,
                "factor_tce_per_t": coal.text,
                "basis": coal.basis,
                "source": coal.source,
            },
            **{f"{name}_tco2e": decimal_text(t) for name, t in figures.legs_tco2e.items()},
            "processing_tco2e": decimal_text(figures.processing_tco2e),
            "burden_tco2e": decimal_text(figures.burden_tco2e),
            "burden_kgco2e_per_t": decimal_text(figures.burden_kgco2e_per_t),
            "avoided_gross_tco2e": decimal_text(figures.avoided_gross_tco2e),
            "avoided_net_tco2e": decimal_text(figures.avoided_net_tco2e),
            "avoided_net_kgco2e": decimal_text(in_kg(figures.avoided_net_tco2e)),
            "coal_saved_tce": decimal_text(self.resources["coal_saved_tce"]),
        }

    def _leg_record(self, leg: Leg) -> dict[str, object]:
        return {
            "mass_kg": self.carried_kg if leg.mass_kg is None else leg.mass_kg,
            "distance_km": decimal_text(leg.distance_km),
            "factor_id": leg.factor_id,
            "factor_kgco2e_per_tkm": self.factors.factor(leg.factor_id).text,
        }

    def _processing_record(self) -> dict[str, object]:
        return {
            "electricity_kwh_per_t": decimal_text(self.electricity_kwh_per_t),
            "factor_id": PROCESSING_FACTOR_ID,
            "grid": {
                "year": self.grid_year,
                "region": self.grid_region,
                "kgco2_per_kwh": self.factors.grid(self.grid_year, self.grid_region).text,
            },
        }


def carbon_statement(
    *,
    settlement_kg: int,
    carried_kg: int,
    legs: Sequence[Leg],
    processing: Processing,
    method: Method = Method.M2,
    factor_set_id: str = DEFAULT_FACTOR_SET_ID,
) -> CarbonStatement:
    """The statement of a delivery.

    ``settlement_kg`` is the settlement mass of the plant receipt and carries the claim;
    ``carried_kg``, the net before rejection and deduction, rides on the legs. Raises
    ``MassNotPositiveError``, ``ActivityNegativeError``, ``FactorSetUnknownError``,
    ``FactorMissingError``, ``FactorBasisMismatchError``.
    """
    factors = factor_set(factor_set_id)
    avoided = factors.factor(method.avoided_factor_id)
    require_basis(avoided, method)
    rate = processing.electricity_kwh_per_t
    if rate is None:
        rate = factors.factor(PROCESSING_FACTOR_ID).value
    figures = delivery_figures(
        settlement_kg=settlement_kg,
        legs_tco2e={leg.name: _leg_tco2e(leg, carried_kg, factors) for leg in legs},
        processing=processing_tco2e(
            settlement_kg=settlement_kg,
            electricity_kwh_per_t=rate,
            kgco2_per_kwh=factors.grid(processing.grid_year, processing.grid_region).value,
        ),
        avoided_factor_tco2e_per_t=avoided.value,
    )
    return CarbonStatement(
        method=method,
        factors=factors,
        settlement_kg=settlement_kg,
        carried_kg=carried_kg,
        legs=tuple(legs),
        electricity_kwh_per_t=rate,
        grid_year=processing.grid_year,
        grid_region=processing.grid_region,
        figures=figures,
        resources={
            name: per_scrap(settlement_kg, factors.factor(factor_id).value)
            for name, factor_id in RESOURCE_FACTOR_IDS.items()
        },
        sensitivity_net_tco2e=sensitivity_net_tco2e(settlement_kg, figures, factors),
    )


def sensitivity_net_tco2e(
    settlement_kg: int, figures: DeliveryFigures, factors: FactorSet
) -> dict[str, Decimal]:
    """The net claim at the lowest and the highest published factor, by the factor's text."""
    published = [factors.factor(factor_id) for factor_id in SENSITIVITY_FACTOR_IDS]
    return {
        factor.text: net_of(per_scrap(settlement_kg, factor.value), figures.burden_tco2e)
        for factor in published
    }


def _leg_tco2e(leg: Leg, carried_kg: int, factors: FactorSet) -> Decimal:
    return leg_tco2e(
        mass_kg=carried_kg if leg.mass_kg is None else leg.mass_kg,
        distance_km=leg.distance_km,
        factor_kgco2e_per_tkm=factors.factor(leg.factor_id).value,
    )


def truck_factor_id(carried_kg: int) -> str:
    """The road factor of the smallest payload class that carries ``carried_kg``, else the largest.

    Classes of GB/T 51366-2019, appendix E: 2, 8, 10, 18, 30 and 46 t.
    """
    fitting = [size_t for size_t in _TRUCK_CLASSES_T if carried_kg <= size_t * 1000]
    return f"TRK-CN-{min(fitting, default=_TRUCK_CLASSES_T[-1])}"


def require_basis(factor: EmissionFactor, method: Method) -> None:
    """Raise ``FactorBasisMismatchError`` for a figure per tonne of steel outside method M1."""
    if factor.basis == PER_T_STEEL and method is not Method.M1:
        raise FactorBasisMismatchError(
            field="factor_id", value=factor.factor_id, limit=Method.M1.value
        )


def require_view(factor: EmissionFactor, view: View) -> None:
    """Raise ``FactorScopeMismatchError`` where a grid factor belongs to the other view."""
    basis = LOCATION if view is View.INVENTORY else LIFE_CYCLE
    if factor.basis != basis:
        raise FactorScopeMismatchError(
            field="factor_id", value=factor.factor_id, limit=f"{view} needs {basis}"
        )
