"""Carbon cases as a file states them, answered by the rules of the domain.

``inputs`` is read; what a case expects is not read. Which calculation a case asks for follows from
its module and the names of its inputs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from service.commands import carbon_calculations as calculations
from service.commands.carbon_answers import Answer
from service.commands.carbon_calculations import NOT_SUPPORTED, AllInputs, Inputs
from service.domain.carbon import (
    FactorBasisMismatchError,
    FactorScopeMismatchError,
)
from service.domain.carbon_formulas import (
    MassNotPositiveError,
)
from service.domain.errors import FerrotraceError
from service.domain.factors import FactorMissingError

INPUT_INVALID: Answer = {"refused": "InputInvalidError"}
"""Answer to an input that cannot be read; no rule was asked."""

RULES: dict[type[FerrotraceError], str] = {
    MassNotPositiveError: "R01",
    FactorMissingError: "R04",
    FactorBasisMismatchError: "R05",
    FactorScopeMismatchError: "R10",
}
"""Numbers of the refusal rules (carbon.md, section 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calculation:
    """A calculation, the module it belongs to and the inputs by which it is known."""

    module: str
    known_by: frozenset[str]
    answer: Callable[[Inputs, AllInputs], Answer]


def answer_cases(file: Mapping[str, Any]) -> dict[str, Answer]:
    """An answer for every case of ``file``, by id.

    Raises ``ValueError`` where the file does not hold {"cases": [{"id", "module", "inputs"}]}.
    """
    try:
        cases = {case["id"]: (case["module"], dict(case["inputs"])) for case in file["cases"]}
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("not a file of carbon cases") from error
    all_inputs = {case_id: inputs for case_id, (_, inputs) in cases.items()}
    return {
        case_id: _answer(module, inputs, all_inputs) for case_id, (module, inputs) in cases.items()
    }


def _answer(module: str, inputs: Inputs, all_inputs: AllInputs) -> Answer:
    for calculation in _CALCULATIONS:
        if calculation.module == module and calculation.known_by <= set(inputs):
            return _answer_by(calculation, inputs, all_inputs)
    return NOT_SUPPORTED


def _answer_by(calculation: _Calculation, inputs: Inputs, all_inputs: AllInputs) -> Answer:
    try:
        return calculation.answer(inputs, all_inputs)
    except FerrotraceError as error:
        name = type(error).__name__
        rule = RULES.get(type(error))
        return {"refused": name} if rule is None else {"refused": name, "rule": rule, "error": name}
    except (AttributeError, KeyError, TypeError, ValueError, ArithmeticError):
        return INPUT_INVALID


def _calculation(
    module: str, *known_by: str, answer: Callable[[Inputs, AllInputs], Answer]
) -> _Calculation:
    return _Calculation(module=module, known_by=frozenset(known_by), answer=answer)


_CALCULATIONS = (
    _calculation("headline", "scrap_t", "coal_factor_tce_per_t", answer=calculations.headline),
    _calculation("headline", "display_unit", answer=calculations.headline_display),
    _calculation("headline", "factors_tco2e_per_t", answer=calculations.headline_range),
    _calculation("delivery", "legs", "avoided", answer=calculations.delivery),
    _calculation("delivery", "coal_equivalent_tce_per_t", answer=calculations.resources),
    _calculation("delivery", "empty_return_share", answer=calculations.empty_return),
    _calculation("delivery", "mass_kg", "distance_km", answer=calculations.carried_leg),
    _calculation("factor_lookup", "rows", answer=calculations.grid_lookup),
    _calculation("factor_hash", "factors", answer=calculations.factor_hashes),
    _calculation("refusal", "gross_kg", "tare_kg", answer=calculations.payable_mass),
    _calculation("refusal", "grid", "fallback", answer=calculations.grid_factor),
    _calculation("refusal", "factor_id", "mass_of", answer=calculations.factor_basis),
    _calculation("refusal", "factor_id", "view", answer=calculations.factor_view),
)
