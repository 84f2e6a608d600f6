from decimal import Decimal
from typing import Any

import pytest

from service.domain.carbon import (
    CarbonStatement,
    FactorBasisMismatchError,
    FactorScopeMismatchError,
    Leg,
    Method,
    Processing,
    View,
    carbon_statement,
    factor_set,
    require_basis,
    require_view,
    truck_factor_id,
)
from service.domain.carbon_formulas import (
    ActivityNegativeError,
    MassNotPositiveError,
    decimal_text,
    display,
    leg_tco2e,
    payable_kg,
    processing_tco2e,
    ratio,
)
from service.domain.factors import FactorMissingError

TIANJIN = Processing(grid_year=2023, grid_region="天津")
LEGS = (
    Leg(name="inbound", distance_km=Decimal(60), factor_id="TRK-CN-18"),
    Leg(name="outbound", distance_km=Decimal("86.4"), factor_id="TRK-CN-30"),
)


def statement(**changed: Any) -> CarbonStatement:
    inputs: dict[str, Any] = {
        "settlement_kg": 28_040,
        "carried_kg": 28_040,
        "legs": LEGS,
        "processing": TIANJIN,
    }
    return carbon_statement(**(inputs | changed))


def test_the_worked_delivery_is_stated_with_the_keys_of_its_document() -> None:
    record = statement().record()
    factors = factor_set()
    assert record == {
        "method": "M2",
        "factor_set": {"id": "FS-2026-1", "sha256": factors.sha256},
        "settlement_kg": 28_040,
        "carried_kg": 28_040,
        "legs": {
            "inbound": {
                "mass_kg": 28_040,
                "distance_km": "60",
                "factor_id": "TRK-CN-18",
                "factor_kgco2e_per_tkm": "0.129",
            },
            "outbound": {
                "mass_kg": 28_040,
                "distance_km": "86.4",
                "factor_id": "TRK-CN-30",
                "factor_kgco2e_per_tkm": "0.078",
            },
        },
        "processing": {
            "electricity_kwh_per_t": "30",
            "factor_id": "PROC-MIIT",
            "grid": {"year": 2023, "region": "天津", "kgco2_per_kwh": "0.6796"},
        },
        "avoided": {
            "factor_id": "AV-WS-2016",
            "factor_tco2e_per_t": "1.50",
            "basis": "per_t_scrap",
            "source": factors.factor("AV-WS-2016").source,
        },
        "coal": {
            "factor_id": "TCE-SEED",
            "factor_tce_per_t": "0.35",
            "basis": "per_t_scrap",
            "source": factors.factor("TCE-SEED").source,
        },
        "inbound_tco2e": "0.2170296",
        "outbound_tco2e": "0.188967168",
        "processing_tco2e": "0.57167952",
        "burden_tco2e": "0.977676288",
        "burden_kgco2e_per_t": "34.8672",
        "avoided_gross_tco2e": "42.06",
        "avoided_net_tco2e": "41.082323712",
        "avoided_net_kgco2e": "41082.323712",
        "coal_saved_tce": "9.814",
    }


def test_the_headline_method_says_what_it_is() -> None:
    headline = statement(method=Method.M1)
    assert headline.figures.avoided_gross_tco2e == Decimal("44.864")
    assert headline.record()["avoided"] == {
        "factor_id": "AV-CAMU-2019",
        "factor_tco2e_per_t": "1.60",
        "basis": "per_t_steel",
        "source": factor_set().factor("AV-CAMU-2019").source,
    }
    assert "headline" in Method.M1.label
    assert "claim" in Method.M2.label


def test_legs_carry_the_net_and_the_claim_counts_what_is_paid() -> None:
    stated = statement(carried_kg=28_460)
    assert stated.figures.legs_tco2e["inbound"] == Decimal("0.2202804")
    assert stated.figures.avoided_gross_tco2e == Decimal("42.06")


def test_a_leg_may_state_its_own_mass() -> None:
    own = Leg(name="inbound", distance_km=Decimal(60), factor_id="TRK-CN-18", mass_kg=1_000)
    stated = statement(legs=(own,))
    assert stated.figures.legs_tco2e == {"inbound": Decimal("0.00774")}
    assert stated.record()["legs"] == {
        "inbound": {
            "mass_kg": 1_000,
            "distance_km": "60",
            "factor_id": "TRK-CN-18",
            "factor_kgco2e_per_tkm": "0.129",
        }
    }


def test_a_negative_net_claim_is_a_legal_result() -> None:
    far = Leg(name="inbound", distance_km=Decimal(6_000), factor_id="TRK-CN-2")
    stated = statement(settlement_kg=1_000, carried_kg=1_000, legs=(far,))
    assert stated.record()["avoided_net_tco2e"] == "-0.236388"


def test_a_long_distance_loses_no_digit_on_its_way_to_kilograms() -> None:
    exact = Leg(name="inbound", distance_km=Decimal("1." + "7" * 30), factor_id="TRK-CN-2")
    figures = statement(legs=(exact,)).record()
    tonnes, kilograms = str(figures["avoided_net_tco2e"]), str(figures["avoided_net_kgco2e"])
    assert len(tonnes) > 38
    assert kilograms == f"{tonnes[:2]}{tonnes[3:6]}.{tonnes[6:]}"


def test_a_measured_rate_replaces_the_ceiling() -> None:
    measured = Processing(grid_year=2023, grid_region="天津", electricity_kwh_per_t=Decimal("12.5"))
    assert statement(processing=measured).electricity_kwh_per_t == Decimal("12.5")


def test_the_net_claim_is_shown_at_the_lowest_and_highest_published_factor() -> None:
    assert statement().sensitivity_net_tco2e == {
        "1.25": Decimal("34.072323712"),
        "1.67": Decimal("45.849123712"),
    }


@pytest.mark.parametrize("settlement_kg", [0, -1])
def test_nothing_paid_for_is_nothing_claimed(settlement_kg: int) -> None:
    with pytest.raises(MassNotPositiveError):
        statement(settlement_kg=settlement_kg)


@pytest.mark.parametrize(
    ("gross_kg", "tare_kg", "deducted_kg"),
    [(15_000, 15_440, 0), (16_000, 15_440, 600), (16_000, 15_440, 560), (16_000, 15_440, -1)],
)
def test_a_payable_mass_is_above_zero(gross_kg: int, tare_kg: int, deducted_kg: int) -> None:
    with pytest.raises(MassNotPositiveError):
        payable_kg(gross_kg=gross_kg, tare_kg=tare_kg, deducted_kg=deducted_kg)


def test_a_factor_that_is_not_published_is_refused() -> None:
    with pytest.raises(FactorMissingError):
        statement(processing=Processing(grid_year=2023, grid_region="西藏"))
    with pytest.raises(FactorMissingError):
        statement(legs=(Leg(name="inbound", distance_km=Decimal(1), factor_id="TRK-XX-1"),))


def test_a_figure_per_tonne_of_steel_belongs_to_the_headline_method_only() -> None:
    per_steel = factor_set().factor("AV-CAMU-2019")
    require_basis(per_steel, Method.M1)
    with pytest.raises(FactorBasisMismatchError):
        require_basis(per_steel, Method.M2)


def test_each_view_has_its_own_grid_factors() -> None:
    factors = factor_set()
    require_view(factors.grid(2023, "全国"), View.INVENTORY)
    require_view(factors.factor("GRID-CFP-2023"), View.FOOTPRINT)
    with pytest.raises(FactorScopeMismatchError):
        require_view(factors.factor("GRID-CFP-2023"), View.INVENTORY)
    with pytest.raises(FactorScopeMismatchError):
        require_view(factors.grid(2023, "全国"), View.FOOTPRINT)


@pytest.mark.parametrize(
    ("carried_kg", "factor_id"),
    [
        (1_999, "TRK-CN-2"),
        (18_000, "TRK-CN-18"),
        (18_001, "TRK-CN-30"),
        (32_480, "TRK-CN-46"),
        (60_000, "TRK-CN-46"),
    ],
)
def test_a_load_rides_on_the_smallest_class_that_carries_it(
    carried_kg: int, factor_id: str
) -> None:
    assert truck_factor_id(carried_kg) == factor_id
    assert factor_set().factor(factor_id).unit == "kgCO2e/tkm"


def test_activities_are_not_negative() -> None:
    with pytest.raises(ActivityNegativeError):
        leg_tco2e(mass_kg=1, distance_km=Decimal(-1), factor_kgco2e_per_tkm=Decimal(1))
    with pytest.raises(ActivityNegativeError):
        leg_tco2e(mass_kg=-1, distance_km=Decimal(1), factor_kgco2e_per_tkm=Decimal(1))
    with pytest.raises(ActivityNegativeError):
        processing_tco2e(
            settlement_kg=1, electricity_kwh_per_t=Decimal(-1), kgco2_per_kwh=Decimal(1)
        )


def test_diesel_of_processing_counts_beside_electricity() -> None:
    tonnes = processing_tco2e(
        settlement_kg=1_000,
        electricity_kwh_per_t=Decimal(10),
        kgco2_per_kwh=Decimal("0.5"),
        diesel_l_per_t=Decimal(2),
        kgco2e_per_l=Decimal("2.5"),
    )
    assert tonnes == Decimal("0.01")


def test_a_ratio_that_does_not_come_out_even_has_twelve_places() -> None:
    assert ratio(Decimal(2), Decimal(3)) == Decimal("0.666666666667")


@pytest.mark.parametrize(
    ("value", "text"),
    [("42.0600", "42.06"), ("1E+3", "1000"), ("-0.00", "0"), ("0", "0"), ("1.5E-7", "0.00000015")],
)
def test_decimal_text_has_neither_exponent_nor_zeros_at_the_end(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


def test_a_figure_for_the_eye_is_rounded_once_half_even() -> None:
    assert display(Decimal(4_928_000), places=2, shift=-6) == Decimal("4.93")
    assert display(Decimal("0.125"), places=2) == Decimal("0.12")
