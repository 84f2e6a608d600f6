import pytest

from service.domain.lot import (
    LotBalance,
    LotGradeMismatchError,
    LotMovementNotPositiveError,
    LotOverdrawnError,
)

LOT = LotBalance(lot_id="LOT-1", site_id="BASE01", grade="HRS101", held_kg=30_000)


def test_what_comes_in_and_goes_out_is_held() -> None:
    assert LOT.put(500, grade="HRS101").take(30_500, grade="HRS101").held_kg == 0


def test_more_than_a_lot_holds_is_never_taken() -> None:
    with pytest.raises(LotOverdrawnError) as refused:
        LOT.take(30_001, grade="HRS101")
    assert refused.value.values["value"] == 30_001
    assert refused.value.values["limit"] == 30_000


@pytest.mark.parametrize("kg", [0, -1])
def test_nothing_is_no_movement(kg: int) -> None:
    with pytest.raises(LotMovementNotPositiveError):
        LOT.put(kg, grade="HRS101")
    with pytest.raises(LotMovementNotPositiveError):
        LOT.take(kg, grade="HRS101")


def test_a_lot_is_of_one_grade() -> None:
    with pytest.raises(LotGradeMismatchError):
        LOT.put(100, grade="MRS201")
    with pytest.raises(LotGradeMismatchError):
        LOT.take(100, grade="MRS201")
