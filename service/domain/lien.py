"""A lien: one bank at a time lends on a delivery. The registry on the chain decides; these rules
refuse beforehand what it would refuse, and say why (settlement.md, sections 4 and 9)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from service.domain.errors import ConflictError, ForbiddenError, RuleBrokenError, gettext_noop
from service.domain.units import WHOLE_BP, yuan_text

PURPOSE = "lien"
"""What the registry's key of a delivery is made for."""


class LienState(StrEnum):
    """How a delivery stands in the registry; a cancelled reservation leaves it free."""

    FREE = "free"
    RESERVED = "reserved"
    FINANCED = "financed"
    RELEASED = "released"
    CANCELLED = "cancelled"


MAY_FOLLOW: Mapping[str, frozenset[LienState]] = MappingProxyType(
    {
        "reserve": frozenset({LienState.FREE, LienState.CANCELLED, LienState.RESERVED}),
        "finance": frozenset({LienState.RESERVED}),
        "release": frozenset({LienState.FINANCED}),
        "cancel": frozenset({LienState.RESERVED}),
    }
)
"""By kind of order: the states in which it is carried out. A reservation is taken over only after
it ran out, which the registry judges by the time of its block."""

_LEADS_TO = {
    "reserve": LienState.RESERVED,
    "finance": LienState.FINANCED,
    "cancel": LienState.CANCELLED,
}


class OrderRegistryError(RuleBrokenError):
    """An order is for another registry or another chain."""

    message = gettext_noop("The order is for registry %(value)s; this service uses %(limit)s.")


class OrderDeliveryError(RuleBrokenError):
    """An order is about another delivery than it was handed in for."""

    message = gettext_noop("The order is about another delivery than %(value)s.")


class OrderNotSignedError(ForbiddenError):
    """The signature of an order is not that of the bank it names."""

    message = gettext_noop("The order is not signed by the key of bank %(value)s.")


class OrderLateError(RuleBrokenError):
    """The deadline of an order, or the end of its reservation, is over."""

    message = gettext_noop("%(value)s is over; it is %(limit)s. Sign a new order.")


class OrderNonceError(ConflictError):
    """An order with this nonce was carried out, or waits."""

    message = gettext_noop("Nonce %(value)s is used; sign the order with nonce %(limit)s.")


class OrderKnownError(ConflictError):
    """The same order was handed in before."""

    message = gettext_noop("This order was handed in already.")


class OrderOutOfTurnError(ConflictError):
    """The lien does not stand so that the order could be carried out."""

    message = gettext_noop("The delivery is %(value)s; an order to %(limit)s does not fit.")


class CapMissingError(RuleBrokenError):
    """A reservation does not say up to which amount the bank lends."""

    message = gettext_noop("A reservation needs the amount up to which the bank lends.")


class CapExceedsError(RuleBrokenError):
    """The bank would lend more than the delivery brings."""

    message = gettext_noop("CNY %(value)s is more than the CNY %(limit)s that are payable.")


class ReleaseExceedsError(ConflictError):
    """More would be given free than is left of the lien."""

    message = gettext_noop("%(value)s bp cannot be released; %(limit)s bp are left of the lien.")


def require_in_turn(kind: str, state: LienState) -> None:
    """Return when an order of ``kind`` fits ``state``; raises ``OrderOutOfTurnError``."""
    if state not in MAY_FOLLOW[kind]:
        raise OrderOutOfTurnError(field="order", value=state.value, limit=kind)


def require_releasable(basis_points: int, *, released_bp: int) -> None:
    """Return when ``basis_points`` more may be given free; raises ``ReleaseExceedsError``."""
    if released_bp + basis_points > WHOLE_BP:
        raise ReleaseExceedsError(field="order", value=basis_points, limit=WHOLE_BP - released_bp)


def state_after(kind: str, released_bp: int) -> LienState:
    """The state that an order leads to; ``released_bp`` is the sum after it."""
    if kind == "release":
        return LienState.RELEASED if released_bp == WHOLE_BP else LienState.FINANCED
    return _LEADS_TO[kind]


def require_cap(cap_fen: int | None, *, payable_fen: int) -> int:
    """The cap of a reservation, 1 to what is payable, fen.

    Raises ``CapMissingError``, ``CapExceedsError``.
    """
    if cap_fen is None or cap_fen <= 0:
        raise CapMissingError(field="cap_fen")
    if cap_fen > payable_fen:
        raise CapExceedsError(
            field="cap_fen", value=yuan_text(cap_fen), limit=yuan_text(payable_fen)
        )
    return cap_fen
