import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.units import apportion, round_half_even, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "up", "even"),
    [
        (5, 2, 3, 2),
        (7, 2, 4, 4),
        (-5, 2, -3, -2),
        (-7, 2, -4, -4),
        (10, 4, 3, 2),
        (9, 4, 2, 2),
        (11, 4, 3, 3),
        (0, 7, 0, 0),
    ],
)
def test_ties_go_away_from_zero_or_to_the_even_neighbour(
    numerator: int, denominator: int, up: int, even: int
) -> None:
    assert round_half_up(numerator, denominator) == up
    assert round_half_even(numerator, denominator) == even


@pytest.mark.parametrize("round_", [round_half_up, round_half_even])
@pytest.mark.parametrize("denominator", [0, -3])
def test_a_denominator_is_positive(round_, denominator: int) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="must be positive"):
        round_(1, denominator)


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (10, [1, 1, 1], [4, 3, 3]),
        (31_998, [20_000, 12_000], [19_999, 11_999]),
        (1, [0, 5, 5], [0, 1, 0]),
        (0, [3, 7], [0, 0]),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert apportion(total, weights) == parts


@given(st.integers(0, 10**8), st.lists(st.integers(0, 10**6), min_size=1).filter(any))
def test_parts_add_up_and_stay_within_one_of_their_share(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        assert total * weight // sum(weights) <= part <= total * weight // sum(weights) + 1


@pytest.mark.parametrize("weights", [[0, 0], [3, -1]])
def test_weights_are_positive_in_sum_and_none_negative(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="weights"):
        apportion(5, weights)
