"""The mass that is paid for: steps WEIGHT to SETTLEMENT_KG of a settlement."""

from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.settlement_load import Load, PercentDeduction, ScaleWeights
from service.domain.settlement_terms import (
    OnExceed,
    PercentBase,
    RoundingMode,
    Terms,
    Tolerance,
    ToleranceMode,
    WeightBasis,
)
from service.domain.settlement_trace import Step, Trace
from service.domain.ticket import DeductionExceedsWeightError, TareNotBelowGrossError
from service.domain.units import WHOLE_BP
from service.domain.weighing import Source


class WeightSourceNotAdmissibleError(RuleBrokenError):
    """A weight was simulated, replayed, or typed without approval."""

    message = gettext_noop("Weight source %(value)s of the %(party)s; admissible: %(limit)s.")


class ScaleWeightsMissingError(RuleBrokenError):
    """The weight rule needs a scale that is not in the delivery."""

    message = gettext_noop("Weight rule %(value)s needs weights of: %(limit)s.")


class WeightDifferenceOpenError(RuleBrokenError):
    """The two scales differ beyond the tolerance and the contract asks for more than arithmetic."""

    message = gettext_noop("Difference %(value)s kg is outside %(limit)s bp: %(on_exceed)s.")


class AcceptedNotPositiveError(RuleBrokenError):
    """Nothing is left after what was rejected and what stayed on the truck."""

    message = gettext_noop("Accepted mass %(value)s kg; the least is %(limit)s kg.")


class TwoPercentDeductionsError(RuleBrokenError):
    """Two deductions by percent have no defined order."""

    message = gettext_noop("%(value)s deductions by percent; at most %(limit)s.")


class QuantityExceedsContractError(RuleBrokenError):
    """The delivery goes beyond the quantity of the contract."""

    message = gettext_noop("%(value)s kg with earlier deliveries; the contract allows %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToleranceResult:
    """Basis mass after the tolerance, kg, and how much of the difference counts (signed)."""

    inside: bool
    basis_kg: int
    counted_difference_kg: int


def apply_tolerance(
    *,
    reference_kg: int,
    actual_kg: int,
    tolerance: Tolerance,
    mass_mode: RoundingMode = RoundingMode.HALF_UP,
    inside_kg: int | None = None,
) -> ToleranceResult:
    """The mass to settle when loading weighed ``reference_kg`` and arrival ``actual_kg``.

    Inside the tolerance (its limit included) ``inside_kg`` stands, the reference where it is not
    given. Outside, THRESHOLD takes the scale that ``on_exceed`` names and DEDUCTIBLE counts only
    what is beyond the free kilograms. Raises ``WeightDifferenceOpenError`` for REWEIGH and DISPUTE.
    Source: settlement.md, section 2.2.
    """
    difference_kg = actual_kg - reference_kg
    if abs(difference_kg) * WHOLE_BP <= reference_kg * tolerance.bp:
        basis_kg = reference_kg if inside_kg is None else inside_kg
        return ToleranceResult(inside=True, basis_kg=basis_kg, counted_difference_kg=0)
    if tolerance.mode is ToleranceMode.DEDUCTIBLE:
        free_kg = mass_mode.divide(reference_kg * tolerance.bp, WHOLE_BP)
        basis_kg = actual_kg + free_kg if difference_kg < 0 else actual_kg - free_kg
    elif tolerance.on_exceed is OnExceed.BUYER:
        basis_kg = actual_kg
    elif tolerance.on_exceed is OnExceed.SELLER:
        basis_kg = reference_kg
    else:
        raise WeightDifferenceOpenError(
            field="buyer_weights",
            value=difference_kg,
            limit=tolerance.bp,
            on_exceed=tolerance.on_exceed.value,
        )
    return ToleranceResult(
        inside=False, basis_kg=basis_kg, counted_difference_kg=basis_kg - reference_kg
    )


def admissible_sources(*, demo: bool) -> tuple[Source, ...]:
    """Sources that settle without approval: LIVE, and SIM in a database made for demonstration."""
    return (Source.LIVE, Source.SIM) if demo else (Source.LIVE,)


def basis_kg(terms: Terms, load: Load, trace: Trace, *, demo: bool) -> int:
    """Steps WEIGHT, TOLERANCE and BASIS: the net that counts, rounded once, kg."""
    buyer_kg = _net_kg("buyer", load.buyer_weights, trace, demo=demo)
    seller_kg = _net_kg("seller", load.seller_weights, trace, demo=demo)
    numerator, denominator = _basis_fraction(terms, buyer_kg, seller_kg, trace)
    step_kg = terms.weight_rule.rounding_kg
    rounded_kg = terms.rounding.mass.divide(numerator, denominator * step_kg) * step_kg
    trace.write(Step.BASIS, f"{terms.weight_rule.basis}: {rounded_kg} kg")
    return rounded_kg


def _net_kg(party: str, weights: ScaleWeights | None, trace: Trace, *, demo: bool) -> int | None:
    if weights is None:
        return None
    approved = weights.source is Source.MANUAL and weights.approved_by
    if weights.source not in admissible_sources(demo=demo) and not approved:
        raise WeightSourceNotAdmissibleError(
            field=f"{party}_weights.source",
            value=weights.source.value,
            limit=", ".join((*admissible_sources(demo=demo), "MANUAL + approval")),
            party=party,
        )
    if not 0 < weights.tare_kg < weights.gross_kg:
        raise TareNotBelowGrossError(
            field=f"{party}_weights.tare_kg", value=weights.tare_kg, limit=weights.gross_kg
        )
    net_kg = weights.gross_kg - weights.tare_kg
    trace.write(
        Step.WEIGHT,
        f"{party} {weights.source}: {weights.gross_kg} - {weights.tare_kg} = {net_kg} kg",
    )
    return net_kg


def _basis_fraction(
    terms: Terms, buyer_kg: int | None, seller_kg: int | None, trace: Trace
) -> tuple[int, int]:
    """The basis mass as numerator and denominator, before its one rounding."""
    rule = terms.weight_rule
    own_kg = seller_kg if rule.basis is WeightBasis.SELLER_SCALE else buyer_kg
    one_scale = rule.basis in (WeightBasis.BUYER_SCALE, WeightBasis.SELLER_SCALE)
    if one_scale and rule.tolerance is None and own_kg is not None:
        return own_kg, 1
    if buyer_kg is None or seller_kg is None:
        raise ScaleWeightsMissingError(
            field="buyer_weights" if buyer_kg is None else "seller_weights",
            value=rule.basis.value,
            limit="buyer" if buyer_kg is None else "seller",
        )
    if rule.basis is WeightBasis.LOWER:
        return min(buyer_kg, seller_kg), 1
    if rule.basis is WeightBasis.AVERAGE or rule.tolerance is None:
        return buyer_kg + seller_kg, 2
    result = apply_tolerance(
        reference_kg=seller_kg,
        actual_kg=buyer_kg,
        tolerance=rule.tolerance,
        mass_mode=terms.rounding.mass,
        inside_kg=own_kg,
    )
    side = "inside" if result.inside else "outside"
    trace.write(
        Step.TOLERANCE,
        f"{rule.tolerance.mode} {rule.tolerance.bp} bp: {buyer_kg} - {seller_kg} kg is {side}, "
        f"{result.basis_kg} kg",
    )
    return result.basis_kg, 1


def accepted_kg(basis: int, load: Load, trace: Trace) -> int:
    """Step ACCEPT: the basis less what was rejected and what stayed on the truck, kg, above 0."""
    accepted = basis - load.rejected_kg - load.residual_kg
    if accepted <= 0:
        raise AcceptedNotPositiveError(field="rejected_kg", value=accepted, limit=1)
    if load.rejected_kg or load.residual_kg:
        trace.write(
            Step.ACCEPT, f"{basis} - {load.rejected_kg} - {load.residual_kg} = {accepted} kg"
        )
    return accepted


def settlement_kg(accepted: int, terms: Terms, load: Load, trace: Trace) -> int:
    """Steps DEDUCT and SETTLEMENT_KG: the mass the buyer pays for, kg."""
    deducted_kg = _deducted_kg(accepted, terms, load, trace)
    if deducted_kg > accepted:
        raise DeductionExceedsWeightError(field="deductions", value=deducted_kg, limit=accepted)
    settled_kg = accepted - deducted_kg
    total_kg = terms.delivered_before_kg + settled_kg
    if terms.qty_max_kg is not None and total_kg > terms.qty_max_kg:
        raise QuantityExceedsContractError(
            field="settlement_kg", value=total_kg, limit=terms.qty_max_kg
        )
    trace.write(Step.SETTLEMENT_KG, f"{accepted} - {deducted_kg} = {settled_kg} kg")
    return settled_kg


def _deducted_kg(accepted: int, terms: Terms, load: Load, trace: Trace) -> int:
    """Kilograms taken off: impurities first, then the one percent line on the base agreed."""
    percents = [part for part in load.deductions if isinstance(part, PercentDeduction)]
    if len(percents) > 1:
        raise TwoPercentDeductionsError(field="deductions", value=len(percents), limit=1)
    deducted_kg = 0
    for part in load.deductions:
        if isinstance(part, PercentDeduction):
            continue
        kg = terms.rounding.mass.divide(part.kg * part.multiplier_e2, 100)
        trace.write(Step.DEDUCT, f"{part.kg} kg * {part.multiplier_e2} / 100 = {kg} kg")
        deducted_kg += kg
    base_kg = accepted
    if terms.percent_base is PercentBase.AFTER_KG:
        base_kg = max(0, accepted - deducted_kg)
    for percent in percents:
        kg = terms.rounding.mass.divide(base_kg * percent.bp, WHOLE_BP)
        trace.write(Step.DEDUCT, f"{terms.percent_base}: {base_kg} kg * {percent.bp} bp = {kg} kg")
        deducted_kg += kg
    return deducted_kg
