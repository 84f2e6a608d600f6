from datetime import date

import pytest

from service.domain.payment import (
    AmountNotPositiveError,
    PaidInFutureError,
    PaidTooEarlyError,
    PaymentExceedsError,
    open_fen,
    require_paid_between,
    require_payable,
)
from service.domain.units import yuan_text


def test_what_is_open_may_be_paid_to_the_last_fen() -> None:
    assert open_fen(1_000, 400) == 600
    require_payable(600, payable_fen=1_000, paid_fen=400, no="JS-26-000001")
    with pytest.raises(PaymentExceedsError) as refused:
        require_payable(601, payable_fen=1_000, paid_fen=400, no="JS-26-000001")
    assert refused.value.values["limit"] == "6.00"


@pytest.mark.parametrize("amount_fen", [0, -5])
def test_nothing_is_no_payment(amount_fen: int) -> None:
    with pytest.raises(AmountNotPositiveError):
        require_payable(amount_fen, payable_fen=1_000, paid_fen=0, no="JS-26-000001")


def test_a_payment_lies_between_approval_and_today() -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 22)
    for day in (first, last):
        require_paid_between(day, approved_on=first, today=last)
    with pytest.raises(PaidTooEarlyError):
        require_paid_between(date(2026, 11, 19), approved_on=first, today=last)
    with pytest.raises(PaidInFutureError):
        require_paid_between(date(2026, 11, 23), approved_on=first, today=last)


@pytest.mark.parametrize(("fen", "text"), [(1, "0.01"), (10_380_650, "103806.50"), (-5, "-0.05")])
def test_messages_speak_of_yuan(fen: int, text: str) -> None:
    assert yuan_text(fen) == text
