"""A held weighing and the person who decides about it: dual control (C12)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from service.domain.control.personal import identity_numbers
from service.domain.errors import (
    ConflictError,
    ForbiddenError,
    RuleBrokenError,
    gettext_noop,
)
from service.domain.party import Actor, Role

REASON_MAX = 500


class HoldDecision(StrEnum):
    """What a supervisor makes of a held weighing."""

    RELEASE = "RELEASE"  # it counts, with its mark
    REFUSE = "REFUSE"  # it does not count; the visit can only be voided
    REWEIGH = "REWEIGH"  # it is voided, and the truck is weighed again


class HoldState(StrEnum):
    """How a weighing stands: most were never held."""

    NONE = "NONE"
    HELD = "HELD"
    RELEASED = "RELEASED"
    REFUSED = "REFUSED"
    REWEIGH = "REWEIGH"


STATE_AFTER: Mapping[HoldDecision, HoldState] = MappingProxyType(
    {
        HoldDecision.RELEASE: HoldState.RELEASED,
        HoldDecision.REFUSE: HoldState.REFUSED,
        HoldDecision.REWEIGH: HoldState.REWEIGH,
    }
)

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "SEEN_AND_CONFIRMED": gettext_noop("Load and truck seen, weight confirmed"),
        "SECOND_SCALE": gettext_noop("Confirmed on a second scale"),
        "VEHICLE_CHANGED": gettext_noop("Truck or trailer was changed or rebuilt"),
        "DELAY_KNOWN": gettext_noop("The delay is known and explained"),
        "SENSOR_FAULT": gettext_noop("Fault of a sensor, a camera or the indicator"),
        "WRONG_POSITION": gettext_noop("The truck did not stand right"),
        "SUSPECTED_FRAUD": gettext_noop("Suspected fraud"),
        "OTHER": gettext_noop("Another reason, as written"),
    }
)
"""Reasons that may be given, by code."""


class NotHeldError(ConflictError):
    """The weighing waits for nobody: it was never held, or somebody has decided."""

    message = gettext_noop("Weighing %(value)s is not held (%(limit)s).")


class SamePersonError(ForbiddenError):
    """Who weighed, or witnessed, decides about the same weighing."""

    message = gettext_noop("Who weighed the truck cannot decide; a second person has to.")


class SameRoleError(ForbiddenError):
    """Two people with the same role control each other."""

    message = gettext_noop("A person with another role than %(value)s has to decide.")


class HoldReasonError(RuleBrokenError):
    """The reason of a decision is not one of the list, or has no words where it needs them."""

    message = gettext_noop("Reason %(value)s is not allowed; allowed are %(limit)s.")


class HoldPhotographMissingError(RuleBrokenError):
    """A release rests on nothing that can be seen."""

    message = gettext_noop("A release needs %(limit)s photograph(s); there are %(value)s.")


class IdentityNumberError(RuleBrokenError):
    """Words that go on record hold the number of an identity card (C20)."""

    message = gettext_noop("The text holds the number of an identity card; leave it out.")


def require_second_person(decider: Actor, *, weighed_by: str, weighed_as: Role) -> None:
    """Return where another person with another role decides than the one who weighed.

    A plant's people all have one role: there, another person is enough. Raises ``SamePersonError``,
    ``SameRoleError``.
    """
    if decider.user_id == weighed_by:
        raise SamePersonError(field="weighing_id")
    if decider.role == weighed_as and weighed_as is not Role.PLANT:
        raise SameRoleError(field="weighing_id", value=weighed_as.value)


def hold_reason(reason_code: str, reason: str) -> str:
    """``reason`` in words, stripped; raises ``HoldReasonError``, ``IdentityNumberError``.

    The code is one of ``REASONS``; ``OTHER`` needs at least one word.
    """
    words = reason.strip()
    if reason_code not in REASONS:
        raise HoldReasonError(field="reason_code", value=reason_code[:32], limit=", ".join(REASONS))
    if len(words) > REASON_MAX or (reason_code == "OTHER" and not words):
        raise HoldReasonError(field="reason", value=len(words), limit=f"1–{REASON_MAX}")
    if identity_numbers(words):
        raise IdentityNumberError(field="reason")
    return words


def require_photographs(decision: HoldDecision, shown: int, needed: int) -> None:
    """A release shows at least ``needed`` photographs; raises ``HoldPhotographMissingError``."""
    if decision is HoldDecision.RELEASE and shown < needed:
        raise HoldPhotographMissingError(field="photograph_ids", value=shown, limit=needed)
