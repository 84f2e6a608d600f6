"""The arithmetic of carbon: legs, processing, burden, claim, resources (carbon.md, section 5).

Masses are integer kg, factors ``Decimal``. Products and sums are exact; only a division that does
not come out even is rounded, half-even, at ``RATIO_PLACES``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import (
    ROUND_HALF_EVEN,
    Clamped,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
    localcontext,
)

from service.domain.errors import RuleBrokenError, gettext_noop

RATIO_PLACES = 12
"""Digits after the point of a figure per tonne or of a share."""

_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow, Clamped])
"""A product or sum that would lose a digit is an error, not a result."""


class MassNotPositiveError(RuleBrokenError):
    """Nothing is paid for, so nothing is claimed (rule R01)."""

    message = gettext_noop("Settlement mass %(value)s kg; the least is %(limit)s kg.")


class ActivityNegativeError(RuleBrokenError):
    """A carried mass, a distance or a rate is below zero."""

    message = gettext_noop("%(value)s is below the least value, %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFigures:
    """What a delivery burdens and what it avoids, tCO2e unless the name says otherwise.

    ``avoided_net_tco2e`` may be negative: that is a legal result, stored and printed with its sign.
    """

    legs_tco2e: Mapping[str, Decimal]
    processing_tco2e: Decimal
    burden_tco2e: Decimal
    burden_kgco2e_per_t: Decimal
    avoided_gross_tco2e: Decimal
    avoided_net_tco2e: Decimal
    burden_share_of_gross: Decimal
    avoided_net_per_t_tco2e: Decimal


def payable_kg(*, gross_kg: int, tare_kg: int, deducted_kg: int) -> int:
    """Gross less tare less deduction, kg; raises ``MassNotPositiveError``."""
    if deducted_kg < 0:
        raise MassNotPositiveError(field="deducted_kg", value=deducted_kg, limit=0)
    return require_positive(gross_kg - tare_kg - deducted_kg)


def require_positive(settlement_kg: int) -> int:
    """``settlement_kg`` where it is above zero; raises ``MassNotPositiveError``."""
    if settlement_kg <= 0:
        raise MassNotPositiveError(field="settlement_kg", value=settlement_kg, limit=1)
    return settlement_kg


def leg_tco2e(
    *,
    mass_kg: int,
    distance_km: Decimal,
    factor_kgco2e_per_tkm: Decimal,
    empty_share: Decimal = Decimal(0),
) -> Decimal:
    """Emissions of a leg, tCO2e: what was on the truck, times the distance, times the factor.

    ``empty_share`` is the share of the way driven back empty, where the factor leaves it out.
    """
    if mass_kg < 0 or distance_km < 0:
        raise ActivityNegativeError(field="legs", value=min(mass_kg, distance_km), limit=0)
    with localcontext(_EXACT):
        way_km = distance_km * (1 + empty_share)
        return (mass_kg * way_km * factor_kgco2e_per_tkm).scaleb(-6)


def processing_tco2e(
    *,
    settlement_kg: int,
    electricity_kwh_per_t: Decimal,
    kgco2_per_kwh: Decimal,
    diesel_l_per_t: Decimal = Decimal(0),
    kgco2e_per_l: Decimal = Decimal(0),
) -> Decimal:
    """Emissions of cutting, shearing and baling, tCO2e."""
    if electricity_kwh_per_t < 0 or diesel_l_per_t < 0:
        raise ActivityNegativeError(
            field="processing", value=min(electricity_kwh_per_t, diesel_l_per_t), limit=0
        )
    with localcontext(_EXACT):
        kgco2_per_t = electricity_kwh_per_t * kgco2_per_kwh + diesel_l_per_t * kgco2e_per_l
        return (settlement_kg * kgco2_per_t).scaleb(-6)


def per_scrap(settlement_kg: int, factor_per_t: Decimal) -> Decimal:
    """``factor_per_t`` for each tonne of ``settlement_kg``: a claim or a resource, in tonnes."""
    with localcontext(_EXACT):
        return (settlement_kg * factor_per_t).scaleb(-3)


def net_of(gross: Decimal, burden: Decimal) -> Decimal:
    """``gross`` less ``burden``, exact; may be negative."""
    with localcontext(_EXACT):
        return gross - burden


def in_kg(tonnes: Decimal) -> Decimal:
    """``tonnes`` as kilograms, exact."""
    with localcontext(_EXACT):
        return tonnes.scaleb(3)


def ratio(numerator: Decimal, denominator: Decimal) -> Decimal:
    """``numerator / denominator``, half-even at 12 places where it does not come out even."""
    with localcontext(Context(prec=100)):
        return (numerator / denominator).quantize(
            Decimal(1).scaleb(-RATIO_PLACES), rounding=ROUND_HALF_EVEN
        )


def delivery_figures(
    *,
    settlement_kg: int,
    legs_tco2e: Mapping[str, Decimal],
    processing: Decimal,
    avoided_factor_tco2e_per_t: Decimal,
) -> DeliveryFigures:
    """The claim of a delivery: gross by the factor, net of its own transport and processing.

    Raises ``MassNotPositiveError``.
    """
    require_positive(settlement_kg)
    gross = per_scrap(settlement_kg, avoided_factor_tco2e_per_t)
    with localcontext(_EXACT):
        settlement_t = Decimal(settlement_kg).scaleb(-3)
        burden = sum(legs_tco2e.values(), processing)
    net = net_of(gross, burden)
    return DeliveryFigures(
        legs_tco2e=dict(legs_tco2e),
        processing_tco2e=processing,
        burden_tco2e=burden,
        burden_kgco2e_per_t=ratio(in_kg(burden), settlement_t),
        avoided_gross_tco2e=gross,
        avoided_net_tco2e=net,
        burden_share_of_gross=ratio(burden, gross),
        avoided_net_per_t_tco2e=ratio(net, settlement_t),
    )


def decimal_text(value: Decimal) -> str:
    """``value`` in plain digits: no exponent, no zeros at the end, no negative zero."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def display(value: Decimal, *, places: int, shift: int = 0) -> Decimal:
    """``value`` times 10^``shift`` for the eye: rounded once, half-even, to ``places`` digits."""
    with localcontext(Context(prec=100)):
        return value.scaleb(shift).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
