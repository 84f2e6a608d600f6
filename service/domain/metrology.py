"""Metrology of class III scales: what a verified weight may be wrong by, and while it is verified.

Sources: JJG 539 (summary), OIML R 76, UK SI 1995/1907; weighbridge.md, section 5.
"""

from datetime import date

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop

MIN_IN_E = 20
"""Smallest load of a class III scale, in verification intervals e (JJG 539)."""

LARGEST_IN_E = 10_000
"""Largest number of verification intervals of a class III scale (JJG 539)."""

IN_SERVICE_STEPS_IN_E = ((500, 1), (2_000, 2), (LARGEST_IN_E, 3))
"""(load up to, permissible error), both in e: twice the limits of initial verification."""


class LoadOutsideClassError(RuleBrokenError):
    """A load for which class III names no permissible error."""

    message = gettext_noop("Load %(value)s kg is outside 0 to %(limit)s kg (10,000 e).")


class IntervalNotPositiveError(RuleBrokenError):
    """A verification interval that is no interval."""

    message = gettext_noop("Verification interval e is %(value)s kg, at least %(limit)s kg.")


class VerificationNotValidError(ConflictError):
    """The scale's verification had not begun or has ended on the day of the weighing."""

    message = gettext_noop("On %(value)s the scale is outside its verification, %(limit)s.")


def in_service_mpe_kg(load_kg: int, e_kg: int) -> int:
    """Maximum permissible error in service of one load on a class III scale, kg.

    ±1 e to 500 e, ±2 e to 2000 e, ±3 e to 10 000 e. Raises ``LoadOutsideClassError`` below zero
    and above 10 000 e, ``IntervalNotPositiveError`` where ``e_kg`` is not positive.
    """
    if e_kg <= 0:
        raise IntervalNotPositiveError(field="e_kg", value=e_kg, limit=1)
    for up_to, error in IN_SERVICE_STEPS_IN_E:
        if 0 <= load_kg <= up_to * e_kg:
            return error * e_kg
    raise LoadOutsideClassError(field="load_kg", value=load_kg, limit=LARGEST_IN_E * e_kg)


def min_load_kg(e_kg: int) -> int:
    """Smallest load that may be traded on a class III scale: 20 e, kg."""
    return MIN_IN_E * e_kg


def check_verified(on: date, *, verified_on: date, valid_to: date) -> None:
    """Raise ``VerificationNotValidError`` unless ``verified_on`` <= ``on`` <= ``valid_to``."""
    if not verified_on <= on <= valid_to:
        period = f"{verified_on.isoformat()}/{valid_to.isoformat()}"
        raise VerificationNotValidError(field="valid_to", value=on.isoformat(), limit=period)
