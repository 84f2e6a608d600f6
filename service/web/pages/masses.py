"""Rejected mass and deduction as people enter them, and what comes out, by the domain's rule."""

from collections.abc import Mapping
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from pydantic import Field, ValidationError

from service.domain.deduction import ONCE_E2, DeductionReason, deduction_of, entries
from service.domain.errors import FerrotraceError
from service.domain.load_lines import LoadLines
from service.domain.ticket import masses
from service.web.errors import message_of
from service.web.pages.deduction_form import HEAVIEST_KG, entered
from service.web.pages.figures import kg, percent
from service.web.pages.forms import Form
from service.web.pages.line_form import entered_lines, named_lines
from service.web.pages.words import DEDUCTION_REASONS, DEDUCTIONS


class MassesForm(Form):
    """What is sent back, what is deducted and, beside a stored tare, what is left on the truck; per
    cent with two decimals, kilograms whole."""

    rejected_kg: int = Field(0, ge=0, le=HEAVIEST_KG)
    rejected_reason: str = Field("", max_length=500)
    residual_kg: int = Field(0, ge=0, le=HEAVIEST_KG)


def choices() -> dict[str, Any]:
    """What the rows of deductions are chosen from."""
    return {
        "deduction_kinds": [(code, str(word)) for code, word in DEDUCTIONS.items()],
        "deduction_codes": [(code, str(word)) for code, word in DEDUCTION_REASONS.items()],
    }


def sums(gross_kg: int, tare_kg: int) -> dict[str, Any]:
    """What comes out of the form as it stands, or why nothing does yet."""
    nothing: dict[str, Any] = {"sums": None, "sums_problem": "", "rejected_kg": 0}
    try:
        form: MassesForm = MassesForm.of_request()
        result = masses(
            gross_kg,
            tare_kg,
            rejected_kg=form.rejected_kg,
            residual_kg=form.residual_kg,
            deduction=entered(without_reason=True),
        )
    except FerrotraceError as error:
        return nothing | {"sums_problem": message_of(error)}
    except ValidationError:
        return nothing
    came_out = {"sums": result, "sums_problem": "", "rejected_kg": form.rejected_kg}
    return came_out | _line_sums(result.settlement_kg)


def _line_sums(settlement_kg: int) -> dict[str, Any]:
    """What each line of the load comes to, or why they do not go together yet."""
    try:
        lines = entered_lines(settlement_kg).record(settlement_kg) or {}
    except FerrotraceError as error:
        return {"lines": [], "lines_problem": message_of(error)}
    except ValidationError:
        return {"lines": [], "lines_problem": ""}
    return {"lines": named_lines(lines), "lines_problem": ""}


def settled_lines(gross_kg: int, tare_kg: int, given: MassesForm) -> LoadLines:
    """The lines that the form splits its settlement mass into; raises what is refused of either."""
    result = masses(
        gross_kg,
        tare_kg,
        rejected_kg=given.rejected_kg,
        residual_kg=given.residual_kg,
        deduction=entered(),
    )
    return entered_lines(result.settlement_kg)


def sums_fragment(gross_kg: int, tare_kg: int) -> ResponseReturnValue:
    """The sums alone, for the form that asks while it is filled in."""
    return render_template("yard/sums.html", **sums(gross_kg, tare_kg))


def kg_text(value_kg: int) -> str:
    """1,200 kg."""
    return f"{kg(value_kg)} kg"


def entry_text(stated: dict[str, Any]) -> str:
    """Deductions as they were entered: 1.20 %, dirt; 80 kg, soil."""
    told = [_entry_text(entry) for entry in entries(stated)]
    return "; ".join(told) or str(DEDUCTIONS["NONE"])


def deducted(record: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Each deduction of a ticket's or receipt's record: in words, and the kg that it comes to."""
    return [
        (entry_text(entry), deduction_of(entry).of(record["accepted_kg"]))
        for entry in entries(record.get("deduction", {}))
    ]


def _entry_text(entry: dict[str, Any]) -> str:
    figure = percent(entry["bp"]) if "bp" in entry else kg_text(entry["kg"])
    if entry.get("multiplier_e2", ONCE_E2) != ONCE_E2:
        figure = f"{figure} × {entry['multiplier_e2'] / ONCE_E2:g}"
    if entry.get("free_bp"):
        figure = f"{figure} − {percent(entry['free_bp'])}"
    code, reason = entry.get("reason_code", ""), entry.get("reason", "")
    says_nothing = code not in DEDUCTION_REASONS or (code == DeductionReason.OTHER and reason)
    known = "" if says_nothing else str(DEDUCTION_REASONS[code])
    return ", ".join(filter(None, (figure, known, reason)))
