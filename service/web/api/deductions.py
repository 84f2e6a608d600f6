"""The deduction from an accepted mass, as tickets and plant receipts take it."""

from typing import Literal

from service.domain.ticket import Deduction, DeductionKind
from service.web.api.fields import Answer, BasisPoints, Kg, OptionalLine, Request


class DeductionRequest(Request):
    kind: Literal["NONE", "KG", "PCT"] = "NONE"
    kg: Kg = 0
    bp: BasisPoints = 0
    reason: OptionalLine = ""

    def to_value(self) -> Deduction:
        return Deduction(kind=DeductionKind(self.kind), kg=self.kg, bp=self.bp, reason=self.reason)


class Masses(Answer):
    """Masses in kg: net less rejected is accepted; accepted less deducted is settled."""

    net_kg: int
    accepted_kg: int
    deducted_kg: int
    settlement_kg: int
