"""Settlement cases as a file states them, answered by the rules of the domain.

``input`` is read strictly; what a case expects is not read.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from service.commands.settle_delivery_input import DeliveryInput, OffsetInput
from service.commands.settle_input import ContractInput, Input, NotNegative, WeightRuleInput
from service.domain.errors import FerrotraceError
from service.domain.number_text import NumberTextInvalidError, hundredths
from service.domain.settlement import SETTLEMENT_REFUSALS, Settlement
from service.domain.settlement import settle as settle_load
from service.domain.settlement_amounts import split_gross
from service.domain.settlement_terms import RoundingMode
from service.domain.settlement_weight import apply_tolerance

Answer = dict[str, object]
NOT_SUPPORTED: Answer = {"refused": "NotSupportedError"}
"""Answer to a calculation that is not offered; nothing is computed in its place."""

INPUT_INVALID: Answer = {"refused": "InputInvalidError"}
"""Answer to an input that cannot be read; no settlement rule was asked."""

_LATER_PRICES = ("INDEX_LINEAR", "INDEX_DELTA", "PERIOD_AVG")


class SettlementInput(Input):
    """A contract, a delivery under it, and what was paid before."""

    contract: ContractInput
    delivery: DeliveryInput
    offsets: tuple[OffsetInput, ...] = ()


class ToleranceInput(Input):
    """Two nets and the rule between them."""

    reference_kg: NotNegative
    actual_kg: NotNegative
    weight_rule: WeightRuleInput
    mass_rounding: RoundingMode = RoundingMode.HALF_UP


class TaxSplitInput(Input):
    """Amounts with tax."""

    vat_bp: NotNegative
    gross_fen: list[int]


class NumberTextInput(Input):
    """Texts of weights or amounts, and the digits allowed."""

    integer_digits: Annotated[int, Field(ge=1, le=15)]
    fraction_digits: Literal[2]
    texts: tuple[str, ...]


def answer_cases(file: Mapping[str, Any]) -> dict[str, Answer]:
    """An answer for every case of ``file``, by id.

    Raises ``ValueError`` where the file is not of the shape {"cases": [{"id", "kind", "input"}]}.
    """
    try:
        cases = [(str(case["id"]), str(case["kind"]), case["input"]) for case in file["cases"]]
    except (KeyError, TypeError) as error:
        raise ValueError("not a file of settlement cases") from error
    return {case_id: _answer(kind, case_input) for case_id, kind, case_input in cases}


def _answer(kind: str, case_input: object) -> Answer:
    answer = _ANSWERS.get(kind)
    if answer is None or _price_kind(case_input) in _LATER_PRICES:
        return NOT_SUPPORTED
    try:
        return answer(json.dumps(case_input))
    except ValidationError:
        return INPUT_INVALID
    except FerrotraceError as error:
        return {"refused": SETTLEMENT_REFUSALS.get(type(error), type(error).__name__)}


def _price_kind(case_input: object) -> object:
    """The kind of price rule that a settlement asks for, whatever else the input says."""
    for key in ("contract", "price_rule", "kind"):
        case_input = case_input.get(key) if isinstance(case_input, dict) else None
    return case_input


def _settlement(text: str) -> Answer:
    asked = SettlementInput.model_validate_json(text)
    return _settlement_answer(
        settle_load(asked.contract.to_terms(), asked.delivery.to_load(asked.offsets))
    )


def _settlement_answer(settlement: Settlement) -> Answer:
    return {
        "settlement_kg": settlement.settlement_kg,
        "lines": [asdict(line) for line in settlement.lines],
        "fees": [asdict(fee) for fee in settlement.fees],
        "adjustment_fen": settlement.adjustment_fen,
        "gross_fen": settlement.gross_fen,
        "net_fen": settlement.net_fen,
        "tax_fen": settlement.tax_fen,
        "offset_fen": settlement.offset_fen,
        "payable_fen": settlement.payable_fen,
        "receivable_fen": settlement.receivable_fen,
    }


def _tolerance(text: str) -> Answer:
    asked = ToleranceInput.model_validate_json(text)
    tolerance = asked.weight_rule.to_tolerance()
    if tolerance is None:
        return INPUT_INVALID
    return asdict(
        apply_tolerance(
            reference_kg=asked.reference_kg,
            actual_kg=asked.actual_kg,
            tolerance=tolerance,
            mass_mode=asked.mass_rounding,
        )
    )


def _tax_split(text: str) -> Answer:
    asked = TaxSplitInput.model_validate_json(text)
    return {
        "split": [
            asdict(split_gross(gross_fen, asked.vat_bp, RoundingMode.HALF_UP))
            for gross_fen in asked.gross_fen
        ]
    }


def _number_text(text: str) -> Answer:
    asked = NumberTextInput.model_validate_json(text)
    return {"results": [_number(one, asked.integer_digits) for one in asked.texts]}


def _number(text: str, integer_digits: int) -> Answer:
    try:
        return {"text": text, "value": hundredths(text, integer_digits=integer_digits)}
    except NumberTextInvalidError:
        return {"text": text, "refused": "NUMBER_TEXT_INVALID"}


_ANSWERS: dict[str, Callable[[str], Answer]] = {
    "settlement": _settlement,
    "weight_tolerance": _tolerance,
    "tax_split": _tax_split,
    "number_text": _number_text,
}
