"""Payments of a settlement: together never more than is payable."""

from datetime import date

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.units import yuan_text


class AmountNotPositiveError(RuleBrokenError):
    """A payment of nothing, or of less."""

    message = gettext_noop("CNY %(value)s cannot be paid; the least is CNY %(limit)s.")


class PaymentExceedsError(ConflictError):
    """More would be paid than is open."""

    message = gettext_noop(
        "CNY %(value)s is more than the CNY %(limit)s that are open on settlement"
        " %(settlement_no)s."
    )


class PaidTooEarlyError(RuleBrokenError):
    """The payment is dated before the settlement was approved."""

    message = gettext_noop("%(value)s is before the settlement was approved on %(limit)s.")


class PaidInFutureError(RuleBrokenError):
    """The payment is dated after today."""

    message = gettext_noop("%(value)s is after today, %(limit)s.")


class ReferenceUsedError(ConflictError):
    """The bank's reference stands on another payment."""

    message = gettext_noop("Reference %(value)s stands on payment %(limit)s already.")


def open_fen(payable_fen: int, paid_fen: int) -> int:
    """What is still to be paid, fen."""
    return payable_fen - paid_fen


def require_payable(amount_fen: int, *, payable_fen: int, paid_fen: int, no: str) -> None:
    """Return when ``amount_fen`` may be paid on settlement ``no``.

    Raises ``AmountNotPositiveError``, ``PaymentExceedsError``.
    """
    if amount_fen <= 0:
        raise AmountNotPositiveError(
            field="amount_fen", value=yuan_text(amount_fen), limit=yuan_text(1)
        )
    remaining_fen = open_fen(payable_fen, paid_fen)
    if amount_fen > remaining_fen:
        raise PaymentExceedsError(
            field="amount_fen",
            value=yuan_text(amount_fen),
            limit=yuan_text(remaining_fen),
            settlement_no=no,
        )


def require_paid_between(paid_on: date, *, approved_on: date, today: date) -> None:
    """A payment is made from the day of approval to today, both included.

    Raises ``PaidTooEarlyError``, ``PaidInFutureError``.
    """
    if paid_on < approved_on:
        raise PaidTooEarlyError(field="paid_on", value=paid_on, limit=approved_on)
    if paid_on > today:
        raise PaidInFutureError(field="paid_on", value=paid_on, limit=today)
