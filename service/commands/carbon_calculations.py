"""Calculations that carbon cases ask for: inputs by name in, figures by name out.

Each takes the inputs of its case and, for comparisons, those of every case of the file.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from service.commands.carbon_answers import Answer, delivery_answer
from service.domain.canonical_text import canonical_text, record_sha256
from service.domain.carbon import (
    Method,
    View,
    factor_set,
    require_basis,
    require_view,
    sensitivity_net_tco2e,
)
from service.domain.carbon_formulas import (
    decimal_text,
    delivery_figures,
    display,
    leg_tco2e,
    payable_kg,
    per_scrap,
    processing_tco2e,
)
from service.domain.factors import set_record

NOT_SUPPORTED: Answer = {"refused": "NotSupportedError"}
"""Answer to a calculation that is not offered; nothing is computed in its place."""

Inputs = Mapping[str, Any]
AllInputs = Mapping[str, Inputs]


def _number(value: object) -> Decimal:
    """A decimal number from its text or a whole number; never from a float."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise TypeError(f"{value!r} is no decimal text")
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(f"{value!r} is no number")
    return number


def _whole(value: object) -> int:
    """A whole number, as such or as text."""
    number = _number(value)
    if number != number.to_integral_value():
        raise ValueError(f"{value!r} is not whole")
    return int(number)


def _tonnes_as_kg(value: object) -> int:
    return _whole(decimal_text(_number(value).scaleb(3)))


def headline(inputs: Inputs, _: AllInputs) -> Answer:
    """Avoided emissions and standard coal of a mass."""
    kg = _tonnes_as_kg(inputs["scrap_t"])
    avoided = per_scrap(kg, _number(inputs["avoided_factor_tco2e_per_t"]))
    coal = per_scrap(kg, _number(inputs["coal_factor_tce_per_t"]))
    return {
        "avoided_gross_tco2e": decimal_text(avoided),
        "coal_saved_tce": decimal_text(coal),
    }


def headline_display(inputs: Inputs, _: AllInputs) -> Answer:
    """Headline figures in millions of tonnes, rounded once for the eye."""
    if (inputs["display_unit"], inputs["rounding"]) != ("Mt", "half_even"):
        return NOT_SUPPORTED
    places = _whole(inputs["decimals"])
    return {
        name: decimal_text(display(_number(inputs[key]), places=places, shift=-6))
        for name, key in (
            ("avoided_display_mt", "avoided_gross_tco2e"),
            ("coal_display_mtce", "coal_saved_tce"),
        )
    }


def headline_range(inputs: Inputs, _: AllInputs) -> Answer:
    """Avoided emissions at each published factor."""
    kg = _tonnes_as_kg(inputs["scrap_t"])
    names = {"default": "default", "lowest_published": "lowest", "headline": "headline"}
    names["upper_published"] = "upper"
    tonnes = {
        names[name]: per_scrap(kg, _number(factor))
        for name, factor in inputs["factors_tco2e_per_t"].items()
    }
    return {
        **{f"{name}_tco2e": decimal_text(value) for name, value in tonnes.items()},
        "headline_minus_default_tco2e": decimal_text(tonnes["headline"] - tonnes["default"]),
    }


def _leg(leg: Inputs, empty_share: Decimal = Decimal(0)) -> Decimal:
    return leg_tco2e(
        mass_kg=_whole(leg["mass_kg"]),
        distance_km=_number(leg["distance_km"]),
        factor_kgco2e_per_tkm=_number(leg["factor_kgco2e_per_tkm"]),
        empty_share=empty_share,
    )


def delivery(inputs: Inputs, _: AllInputs) -> Answer:
    """Burden and claim of a delivery whose factors are given."""
    masses: Answer = {}
    if "gross_kg" in inputs:
        gross_kg, tare_kg = _whole(inputs["gross_kg"]), _whole(inputs["tare_kg"])
        deducted_kg = _whole(inputs["deducted_kg"])
        kg = payable_kg(gross_kg=gross_kg, tare_kg=tare_kg, deducted_kg=deducted_kg)
        masses = {"net_kg": gross_kg - tare_kg, "settlement_kg": kg}
    else:
        kg = _whole(inputs["settlement_kg"])
        masses = {"settlement_kg": kg}
    processing = inputs["processing"]
    figures = delivery_figures(
        settlement_kg=kg,
        legs_tco2e={str(leg["name"]): _leg(leg) for leg in inputs["legs"]},
        processing=processing_tco2e(
            settlement_kg=kg,
            electricity_kwh_per_t=_number(processing["electricity_kwh_per_t"]),
            kgco2_per_kwh=_number(processing["grid"]["kgco2_per_kwh"]),
            diesel_l_per_t=_number(processing["diesel_l_per_t"]),
            kgco2e_per_l=_number(processing.get("diesel_kgco2e_per_l", 0)),
        ),
        avoided_factor_tco2e_per_t=_number(inputs["avoided"]["factor_tco2e_per_t"]),
    )
    sensitivity = sensitivity_net_tco2e(kg, figures, factor_set())
    return masses | delivery_answer(figures, sensitivity)


def resources(inputs: Inputs, _: AllInputs) -> Answer:
    """Coal, ore and lime saved: four quantities that are never added."""
    kg = _whole(inputs["settlement_kg"])
    names = {
        "coal_saved_tce": "coal_equivalent_tce_per_t",
        "iron_ore_saved_t": "iron_ore_t_per_t",
        "coal_mass_saved_t": "coal_t_per_t",
        "lime_saved_t": "lime_t_per_t",
    }
    return {
        name: decimal_text(per_scrap(kg, _number(inputs[factor]))) for name, factor in names.items()
    }


def empty_return(inputs: Inputs, _: AllInputs) -> Answer:
    """A leg with its way back, counted only where the factor leaves it out."""
    share = _number(inputs["empty_return_share"])
    included = [bool(case["factor_includes_empty"]) for case in inputs["cases"]]
    return {
        "leg_tco2e": [
            decimal_text(_leg(inputs, Decimal(0) if inside else share)) for inside in included
        ]
    }


def carried_leg(inputs: Inputs, all_inputs: AllInputs) -> Answer:
    """A leg of the carried mass, and how far it is from the inbound leg of case D01."""
    tonnes = _leg(inputs)
    answer: Answer = {"leg_tco2e": decimal_text(tonnes)}
    inbound = [leg for leg in all_inputs.get("D01", {}).get("legs", []) if leg["name"] == "inbound"]
    if inbound:
        difference = (tonnes - _leg(inbound[0])).scaleb(3)
        answer["difference_to_D01_kgco2e"] = decimal_text(difference)
    return answer


def grid_lookup(inputs: Inputs, _: AllInputs) -> Answer:
    """Grid factors by year and region, as published."""
    factors = factor_set()
    return {
        "kgco2_per_kwh": [
            factors.grid(_whole(year), region).text for year, region in inputs["rows"]
        ]
    }


def factor_hashes(inputs: Inputs, _: AllInputs) -> Answer:
    """Hashes of factor records and of their set; a zero cut off changes the hash."""
    records = inputs["factors"]
    first = records[0]
    shorter = first | {"value": decimal_text(_number(first["value"]))}
    named = set_record(records, inputs["set_version"])
    return {
        "canonical_first": canonical_text(first),
        "factor_sha256": [record_sha256(record) for record in records],
        "canonical_set": canonical_text(named),
        "factor_set_sha256": record_sha256(named),
        f"changed_value_{shorter['value']}_sha256": record_sha256(shorter),
    }


def payable_mass(inputs: Inputs, _: AllInputs) -> Answer:
    """Gross less tare less deduction."""
    kg = payable_kg(
        gross_kg=_whole(inputs["gross_kg"]),
        tare_kg=_whole(inputs["tare_kg"]),
        deducted_kg=_whole(inputs["deducted_kg"]),
    )
    return {"settlement_kg": kg}


def grid_factor(inputs: Inputs, _: AllInputs) -> Answer:
    """One grid factor; another is never taken in its place."""
    if inputs["fallback"] is not None:
        return NOT_SUPPORTED
    grid = inputs["grid"]
    return {"kgco2_per_kwh": factor_set().grid(_whole(grid["year"]), str(grid["region"])).text}


def factor_basis(inputs: Inputs, _: AllInputs) -> Answer:
    """A factor whose basis fits the method."""
    factor = factor_set().factor(str(inputs["factor_id"]))
    require_basis(factor, Method(inputs["method"]))
    return {"factor_id": factor.factor_id, "basis": factor.basis}


def factor_view(inputs: Inputs, _: AllInputs) -> Answer:
    """A grid factor that belongs to the view."""
    factor = factor_set().factor(str(inputs["factor_id"]))
    require_view(factor, View(inputs["view"]))
    return {"factor_id": factor.factor_id, "unit": factor.unit}
