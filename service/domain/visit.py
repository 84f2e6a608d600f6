"""A visit: a truck on a site from its arrival to its ticket, delivery note or receipt."""

from collections.abc import Mapping
from enum import StrEnum

from service.domain.errors import ConflictError, gettext_noop
from service.domain.weighing import WeighingPass


class VisitKind(StrEnum):
    """What the truck comes for."""

    RECEIVING = "RECEIVING"  # brings scrap to a base: gross first, then tare
    LOADING = "LOADING"  # fetches material from a base: tare first, then gross
    UNLOADING = "UNLOADING"  # brings a delivery to the plant: gross first, then tare


FIRST_PASS = {
    VisitKind.RECEIVING: WeighingPass.GROSS,
    VisitKind.LOADING: WeighingPass.TARE,
    VisitKind.UNLOADING: WeighingPass.GROSS,
}


class VisitEndedError(ConflictError):
    """The visit has its ticket, delivery note or receipt."""

    message = gettext_noop("Visit %(value)s has ended; its record cannot be added to.")


class PassOutOfOrderError(ConflictError):
    """The second weighing is asked for before the first."""

    message = gettext_noop("The %(value)s weighing comes second here; weigh %(limit)s first.")


class PassRepeatedError(ConflictError):
    """The pass was weighed already; a weighing is voided before another one counts."""

    message = gettext_noop("The %(value)s weighing of this visit is on record: %(limit)s kg.")


class TruckOnSiteError(ConflictError):
    """The truck has a visit that did not end."""

    message = gettext_noop("Truck %(value)s is still on site %(limit)s; end that visit first.")


class WeighingMissingError(ConflictError):
    """A step needs a weighing that was not made."""

    message = gettext_noop("The %(value)s weighing is missing; weigh the truck first.")


class StepMissingError(ConflictError):
    """A step needs another one before it."""

    message = gettext_noop("%(value)s needs %(limit)s first.")


class VisitKindError(ConflictError):
    """The step belongs to another kind of visit."""

    message = gettext_noop("This step belongs to a visit of kind %(limit)s, not %(value)s.")


def require_kind(kind: str, wanted: VisitKind) -> None:
    """Return for a visit of the ``wanted`` kind; raise ``VisitKindError`` for another."""
    if kind != wanted:
        raise VisitKindError(field="visit_id", value=kind, limit=wanted.value)


def other_pass(weighing_pass: WeighingPass) -> WeighingPass:
    """Tare to gross, and gross to tare."""
    gross = weighing_pass is WeighingPass.GROSS
    return WeighingPass.TARE if gross else WeighingPass.GROSS


def require_pass_in_order(
    kind: VisitKind, wanted: WeighingPass, recorded_kg: Mapping[WeighingPass, int]
) -> None:
    """Return when ``wanted`` may come next in a visit with the passes ``recorded_kg``.

    A check weighing may come at any time. Raises ``PassRepeatedError``, ``PassOutOfOrderError``.
    """
    if wanted is WeighingPass.CHECK:
        return
    if wanted in recorded_kg:
        raise PassRepeatedError(field="pass", value=wanted.value, limit=recorded_kg[wanted])
    first = FIRST_PASS[kind]
    if wanted is not first and first not in recorded_kg:
        raise PassOutOfOrderError(field="pass", value=wanted.value, limit=first.value)
