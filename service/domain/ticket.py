"""The weighing ticket: its masses and what is taken off them."""

from dataclasses import dataclass

from service.domain.deduction import (
    NO_DEDUCTION,
    Deduction,
    DeductionKind,
    DeductionOutOfRangeError,
    Deductions,
    ReasonMissingError,
)
from service.domain.errors import RuleBrokenError, gettext_noop

__all__ = [
    "NO_DEDUCTION",
    "Deduction",
    "DeductionExceedsWeightError",
    "DeductionKind",
    "DeductionOutOfRangeError",
    "Deductions",
    "NegativeMassError",
    "ReasonMissingError",
    "RejectedExceedsNetError",
    "ResidualOutsideNetError",
    "TareNotBelowGrossError",
    "TicketMasses",
    "masses",
    "rejection_reason",
    "require_residual",
]


class NegativeMassError(RuleBrokenError):
    """A mass is below zero."""

    message = gettext_noop("%(value)s kg is below zero; the least is %(limit)s kg.")


class TareNotBelowGrossError(RuleBrokenError):
    """The empty vehicle weighs as much as the full one, or more, or nothing."""

    message = gettext_noop("Tare %(value)s kg must be above 0 and below gross %(limit)s kg.")


class RejectedExceedsNetError(RuleBrokenError):
    """More is sent back or left on the truck than was weighed."""

    message = gettext_noop("Rejected and residual %(value)s kg exceed the net mass %(limit)s kg.")


class ResidualOutsideNetError(RuleBrokenError):
    """What stays on a truck that is weighed empty is outside its net mass already."""

    message = gettext_noop(
        "%(value)s kg are left on a truck that was weighed as it leaves: they are in its tare."
    )


class DeductionExceedsWeightError(RuleBrokenError):
    """The deduction would leave less than nothing."""

    message = gettext_noop("Deduction %(value)s kg exceeds the accepted mass %(limit)s kg.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMasses:
    """The masses of a ticket, integer kg, none below zero.

    ``net_kg`` = gross less tare; ``accepted_kg`` = net less rejected and residual;
    ``settlement_kg`` = accepted less ``deducted_kg``. The three are never mixed (settlement.md,
    section 2.4).
    """

    net_kg: int
    accepted_kg: int
    deducted_kg: int
    settlement_kg: int


def masses(
    gross_kg: int,
    tare_kg: int,
    rejected_kg: int = 0,
    residual_kg: int = 0,
    deduction: Deduction | Deductions = NO_DEDUCTION,
) -> TicketMasses:
    """Net, accepted, deducted and settlement mass of a pair of weighings.

    ``residual_kg`` is mass inside net that stayed on the truck, so it exists only where a stored
    tare replaced the second weighing. Raises ``NegativeMassError``, ``TareNotBelowGrossError``,
    ``RejectedExceedsNetError``, ``DeductionExceedsWeightError`` (weighbridge.md, section 7.2).
    """
    given = {
        "gross_kg": gross_kg,
        "tare_kg": tare_kg,
        "rejected_kg": rejected_kg,
        "residual_kg": residual_kg,
    }
    for field, value in given.items():
        if value < 0:
            raise NegativeMassError(field=field, value=value, limit=0)
    if not 0 < tare_kg < gross_kg:
        raise TareNotBelowGrossError(field="tare_kg", value=tare_kg, limit=gross_kg)
    net_kg = gross_kg - tare_kg
    if rejected_kg + residual_kg > net_kg:
        raise RejectedExceedsNetError(
            field="rejected_kg", value=rejected_kg + residual_kg, limit=net_kg
        )
    accepted_kg = net_kg - rejected_kg - residual_kg
    deducted_kg = deduction.of(accepted_kg)
    if deducted_kg > accepted_kg:
        raise DeductionExceedsWeightError(
            field="deduction.kg", value=deducted_kg, limit=accepted_kg
        )
    return TicketMasses(
        net_kg=net_kg,
        accepted_kg=accepted_kg,
        deducted_kg=deducted_kg,
        settlement_kg=accepted_kg - deducted_kg,
    )


def require_residual(residual_kg: int, *, tare_is_stored: bool) -> None:
    """What is left on the truck is subtracted where a stored tare replaced the second weighing.

    Raises ``ResidualOutsideNetError``.
    """
    if residual_kg and not tare_is_stored:
        raise ResidualOutsideNetError(field="residual_kg", value=residual_kg)


def rejection_reason(rejected_kg: int, reason: str) -> str | None:
    """The reason of a rejection, without surrounding space; ``None`` where nothing was rejected.

    Raises ``ReasonMissingError`` where mass was rejected and no reason is given.
    """
    if rejected_kg == 0:
        return None
    if not reason.strip():
        raise ReasonMissingError(field="rejected_reason", value=f"{rejected_kg} kg")
    return reason.strip()
