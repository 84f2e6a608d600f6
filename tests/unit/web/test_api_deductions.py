"""Deductions as programs state them: alone as ever, or in a list with codes."""

import pytest
from pydantic import ValidationError

from service.domain.deduction import (
    DeductedTwiceError,
    Deduction,
    DeductionKind,
    DeductionReason,
    Deductions,
)
from service.domain.load_lines import NO_LINES
from service.web.api.corrections import TicketCorrectionRequest
from service.web.api.tickets import TicketRequest

SOIL = {
    "kind": "KG",
    "kg": 80,
    "reason_code": "SOIL",
    "photographs": [f"{'0' * 8}-0000-0000-0000-{'0' * 12}"],
}
RAIN = {"kind": "MOISTURE", "bp": 215, "free_bp": 200, "reason_code": "OTHER", "reason": "rain"}


def test_one_deduction_is_stated_as_ever() -> None:
    old = {"deduction": {"kind": "PCT", "bp": 120, "reason": "dirt"}}
    assert TicketRequest.model_validate(old).to_command("V").deduction == Deduction(
        kind=DeductionKind.PCT, bp=120, reason="dirt"
    )
    assert TicketRequest().to_command("V").deduction == Deduction()


def test_several_deductions_have_their_codes_and_photographs() -> None:
    command = TicketRequest.model_validate({"deductions": [SOIL, RAIN]}).to_command("V")
    assert isinstance(command.deduction, Deductions)
    soil, rain = command.deduction.lines
    assert (soil.reason_code, len(soil.photographs)) == (DeductionReason.SOIL, 1)
    assert (rain.kind, rain.free_bp) == (DeductionKind.MOISTURE, 200)


def test_the_same_mass_is_not_deducted_twice() -> None:
    both = {"deduction": {"kind": "KG", "kg": 80, "reason": "soil"}, "deductions": [SOIL]}
    with pytest.raises(DeductedTwiceError):
        TicketRequest.model_validate(both).to_command("V")


def test_a_split_is_stated_by_its_lines_and_stays_where_a_correction_says_nothing() -> None:
    lines = [{"grade": "HRS101", "bp": 9_500}, {"material": "copper", "bp": 500}]
    command = TicketRequest.model_validate({"lines": lines}).to_command("V")
    assert command.lines.of(32_001) == [30_401, 1_600]
    silent = TicketCorrectionRequest.model_validate({"reason": "soil"}).to_command("T")
    assert silent.lines is None
    ended = TicketCorrectionRequest.model_validate({"reason": "one", "lines": []})
    assert ended.to_command("T").lines == NO_LINES


@pytest.mark.parametrize(
    "line",
    [
        {**SOIL, "reason_code": "MOOD"},
        {"kind": "KG", "kg": 80},
        {**SOIL, "kind": "NONE"},
        {**SOIL, "magic": 1},
        {**SOIL, "photographs": ["p-1"]},
        {**SOIL, "multiplier_e2": 99},
    ],
)
def test_a_line_of_another_form_is_refused(line: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TicketRequest.model_validate({"deductions": [line]})
