"""A stop of unloading: what looks like a hazard stops the load until two people release it.

A small state machine of values: ``stopped → signed → released``. Nothing goes back, and nothing
releases a stop but two different people, each with a reason and a photograph.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop

SIGNERS = 2
LONGEST_REASON = 500


class HazardKind(StrEnum):
    """What the image engine looks for."""

    GAS_CYLINDER = "gas_cylinder"
    FIRE_EXTINGUISHER = "fire_extinguisher"
    SEALED_VESSEL = "sealed_vessel"
    BATTERY = "battery"
    MUNITION = "munition"
    RADIOACTIVE_SOURCE = "radioactive_source"


class StopState(StrEnum):
    """How far a stop has come."""

    STOPPED = "STOPPED"
    SIGNED = "SIGNED"
    RELEASED = "RELEASED"


class StopCause(StrEnum):
    """Who stopped the load: the image engine's proposal, or a person."""

    PROPOSAL = "PROPOSAL"
    PERSON = "PERSON"


class SignedAlreadyError(ConflictError):
    """One person signs once; the second signature is another person's."""

    message = gettext_noop("%(value)s has signed. Ask another person to look and to sign.")


class StopReleasedError(ConflictError):
    """Two people have released the stop already."""

    message = gettext_noop("The stop of %(value)s was released at %(limit)s; nothing is to sign.")


class NotStoppedError(ConflictError):
    """Nothing stops the load."""

    message = gettext_noop("Nothing stops the load of %(value)s; there is nothing to release.")


class StopReasonError(RuleBrokenError):
    """A stop or a release says why, in words of a reasonable length."""

    message = gettext_noop("Say why, in %(limit)s characters.")


class ReleasePictureError(RuleBrokenError):
    """The photograph of a release shows what was found: it is taken after the stop."""

    message = gettext_noop(
        "The photograph is of %(value)s, the stop of %(limit)s. Take one now that shows what was"
        " found or taken out."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """``reason``: what was found or done; the photograph shows it."""

    signed_by: str
    role: str
    reason: str
    photograph_id: str
    pictured_at: datetime
    signed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardStop:
    """A stop with the signatures so far; ``stopped_by`` None where the image engine stopped."""

    stop_id: str
    visit_id: str
    cause: StopCause
    reason: str
    stopped_at: datetime
    stopped_by: str | None = None
    signatures: tuple[Signature, ...] = ()

    @property
    def state(self) -> StopState:
        """How far the stop has come."""
        return list(StopState)[len(self.signatures)]

    @property
    def released_at(self) -> datetime | None:
        """When the second person signed, None before."""
        return self.signatures[-1].signed_at if self.state is StopState.RELEASED else None


def stated_reason(reason: str, *, field: str = "reason") -> str:
    """The reason without blanks around it; raises ``StopReasonError``."""
    text = reason.strip()
    if not 0 < len(text) <= LONGEST_REASON:
        raise StopReasonError(field=field, limit=f"1–{LONGEST_REASON}")
    return text


def signed(stop: HazardStop, signature: Signature) -> HazardStop:
    """The stop with one more signature: released by the second.

    Raises ``StopReleasedError``, ``SignedAlreadyError``, ``StopReasonError`` and
    ``ReleasePictureError``.
    """
    if stop.released_at is not None:
        raise StopReleasedError(
            field="visit_id", value=stop.visit_id, limit=stop.released_at.isoformat()
        )
    if any(former.signed_by == signature.signed_by for former in stop.signatures):
        raise SignedAlreadyError(field="visit_id", value=signature.signed_by)
    if signature.pictured_at < stop.stopped_at:
        raise ReleasePictureError(
            field="photograph_id",
            value=signature.pictured_at.isoformat(),
            limit=stop.stopped_at.isoformat(),
        )
    return replace(
        stop,
        signatures=(*stop.signatures, replace(signature, reason=stated_reason(signature.reason))),
    )
