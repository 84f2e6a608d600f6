"""Rejected mass and deduction as people enter them, and what comes out, by the domain's rule."""

from decimal import Decimal
from typing import Any, Literal

from flask import render_template
from flask.typing import ResponseReturnValue
from pydantic import Field, ValidationError

from service.domain.errors import FerrotraceError
from service.domain.ticket import Deduction, DeductionKind, masses
from service.web.errors import message_of
from service.web.pages.figures import kg, percent
from service.web.pages.forms import Form
from service.web.pages.words import DEDUCTIONS

HEAVIEST_KG = 1_000_000


class MassesForm(Form):
    """What is sent back and what is deducted; per cent with two decimals, kilograms whole."""

    rejected_kg: int = Field(0, ge=0, le=HEAVIEST_KG)
    rejected_reason: str = Field("", max_length=500)
    kind: Literal["NONE", "PCT", "KG"] = Field("NONE", alias="deduction.kind")
    percent: Decimal = Field(Decimal(0), ge=0, le=100, decimal_places=2, alias="deduction.percent")
    kg: int = Field(0, ge=0, le=HEAVIEST_KG, alias="deduction.kg")
    reason: str = Field("", max_length=500, alias="deduction.reason")

    @property
    def deduction(self) -> Deduction:
        """The deduction of the chosen kind; figures of the other kinds do not count."""
        kind = DeductionKind(self.kind)
        return Deduction(
            kind=kind,
            kg=self.kg if kind is DeductionKind.KG else 0,
            bp=int(self.percent * 100) if kind is DeductionKind.PCT else 0,
            reason="" if kind is DeductionKind.NONE else self.reason,
        )


def choices() -> list[tuple[str, str]]:
    return [(code, str(word)) for code, word in DEDUCTIONS.items()]


def sums(gross_kg: int, tare_kg: int) -> dict[str, Any]:
    """What comes out of the form as it stands, or why nothing does yet."""
    try:
        form: MassesForm = MassesForm.of_request()
        result = masses(
            gross_kg, tare_kg, rejected_kg=form.rejected_kg, deduction=_without_reason(form)
        )
    except FerrotraceError as error:
        return {"sums": None, "sums_problem": message_of(error), "rejected_kg": 0}
    except ValidationError:
        return {"sums": None, "sums_problem": "", "rejected_kg": 0}
    return {"sums": result, "sums_problem": "", "rejected_kg": form.rejected_kg}


def _without_reason(form: MassesForm) -> Deduction:
    """The deduction while it is typed: a reason not yet given does not stop the sum."""
    given = form.model_copy(update={"reason": form.reason or "-"})
    return given.deduction


def sums_fragment(gross_kg: int, tare_kg: int) -> ResponseReturnValue:
    """The sums alone, for the form that asks while it is filled in."""
    return render_template("yard/sums.html", **sums(gross_kg, tare_kg))


def kg_text(value_kg: int) -> str:
    """1,200 kg."""
    return f"{kg(value_kg)} kg"


def entry_text(entry: dict[str, Any]) -> str:
    """A deduction as it was entered: 1.20 %, dirt."""
    if entry["kind"] == DeductionKind.PCT:
        figure = percent(entry["bp"])
    elif entry["kind"] == DeductionKind.KG:
        figure = kg_text(entry["kg"])
    else:
        return str(DEDUCTIONS["NONE"])
    return f"{figure}, {entry['reason']}" if entry.get("reason") else figure
