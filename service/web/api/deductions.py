"""Deductions from an accepted mass, as tickets, corrections and plant receipts take them."""

from typing import Annotated, Literal

from pydantic import Field

from service.domain.deduction import (
    MOST_E2,
    MOST_LINES,
    MOST_PHOTOGRAPHS,
    ONCE_E2,
    DeductedTwiceError,
    Deduction,
    DeductionKind,
    DeductionReason,
    Deductions,
)
from service.web.api.fields import Answer, BasisPoints, Kg, OptionalLine, RecordId, Request

Multiplier = Annotated[
    int,
    Field(ge=ONCE_E2, le=MOST_E2, description="How often an impurity counts, in hundredths."),
]


class DeductionRequest(Request):
    kind: Literal["NONE", "KG", "PCT"] = "NONE"
    kg: Kg = 0
    bp: BasisPoints = 0
    reason: OptionalLine = ""

    def to_value(self) -> Deduction:
        return Deduction(kind=DeductionKind(self.kind), kg=self.kg, bp=self.bp, reason=self.reason)


class DeductionLine(Request):
    """One of several deductions; each has a code for its reason, and pictures of the visit."""

    kind: Literal["KG", "IMPURITY", "PCT", "MOISTURE"]
    kg: Kg = 0
    bp: BasisPoints = 0
    multiplier_e2: Multiplier = ONCE_E2
    free_bp: BasisPoints = 0
    reason_code: Literal[
        "SOIL", "NONMETAL", "OIL", "MOISTURE", "PLAIN", "DOUBLE", "ADULTERATION", "OTHER"
    ]
    reason: OptionalLine = ""
    photographs: Annotated[list[RecordId], Field(max_length=MOST_PHOTOGRAPHS)] = Field(
        default_factory=list
    )

    def to_value(self) -> Deduction:
        return Deduction(
            kind=DeductionKind(self.kind),
            kg=self.kg,
            bp=self.bp,
            multiplier_e2=self.multiplier_e2,
            free_bp=self.free_bp,
            reason_code=DeductionReason(self.reason_code),
            reason=self.reason,
            photographs=tuple(self.photographs),
        )


class DeductedRequest(Request):
    """What is deducted: one ``deduction``, or ``deductions`` with codes and photographs."""

    deduction: DeductionRequest = DeductionRequest()
    deductions: Annotated[list[DeductionLine], Field(max_length=MOST_LINES)] = Field(
        default_factory=list
    )

    def deducted(self) -> Deduction | Deductions:
        """What is deducted, as a value; raises what the deduction's rules refuse."""
        if not self.deductions:
            return self.deduction.to_value()
        if self.deduction != DeductionRequest():
            raise DeductedTwiceError(field="deductions")
        return Deductions(lines=tuple(line.to_value() for line in self.deductions))


class Masses(Answer):
    """Masses in kg: net less rejected is accepted; accepted less deducted is settled."""

    net_kg: int
    accepted_kg: int
    deducted_kg: int
    settlement_kg: int
