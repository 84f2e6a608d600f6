"""Shares of a load: whole basis points, an interval that holds them, equal for equal pictures."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grading.aggregate import Block, block_of, interval_bp, shares_bp, whole_bp

TILES = st.lists(st.integers(0, 5000), min_size=3, max_size=3).map(
    lambda parts: [*parts[:2], 10_000 - parts[0] - parts[1]]
)
LAYERS = st.lists(
    st.tuples(st.lists(TILES, min_size=1, max_size=4), st.integers(1, 30_000)),
    min_size=1,
    max_size=5,
)
SEED = hashlib.sha256(b"pictures").digest()


def blocks_of(layers: list[tuple[list[list[int]], int]]) -> tuple[list[Block], list[int]]:
    blocks = [block_of(np.array(tiles), [1] * len(tiles)) for tiles, _ in layers]
    return blocks, [weight for _, weight in layers]


def test_what_is_left_over_goes_to_the_largest_remainders_the_first_of_equals_first() -> None:
    assert whole_bp([1, 1, 1]) == (3334, 3333, 3333)
    assert whole_bp([2, 1]) == (6667, 3333)
    assert whole_bp([0, 7]) == (0, 10_000)


def test_nothing_has_no_shares() -> None:
    with pytest.raises(ValueError, match="nothing"):
        whole_bp([0, 0])
    with pytest.raises(ValueError, match="nothing"):
        shares_bp([block_of(np.array([[10_000, 0]]), [0])], [5])


def test_a_layer_counts_by_its_weight_however_many_tiles_it_has() -> None:
    one = block_of(np.array([[10_000, 0]]), [1])
    many = block_of(np.array([[0, 10_000]] * 9), [1] * 9)
    assert shares_bp([one, many], [3, 1]) == (7500, 2500)


def test_a_tile_counts_by_its_own_weight_in_its_layer() -> None:
    layer = block_of(np.array([[10_000, 0], [0, 10_000]]), [3, 1])
    assert shares_bp([layer], [1000]) == (7500, 2500)


def test_one_block_gives_a_point() -> None:
    block = block_of(np.array([[6000, 4000]]), [2])
    assert interval_bp([block], [9000], SEED) == ((6000, 6000), (4000, 4000))


def test_layers_that_differ_give_a_wide_interval_and_layers_alike_a_narrow_one() -> None:
    pure, other = (block_of(np.array([[share, 10_000 - share]]), [1]) for share in (10_000, 0))
    assert interval_bp([pure, other] * 2, [1000] * 4, SEED)[0] == (0, 10_000)
    assert interval_bp([pure] * 4, [1000] * 4, SEED)[0] == (10_000, 10_000)


def test_the_draws_are_fixed_for_good() -> None:
    blocks = [
        block_of(np.array([[2000 * place, 10_000 - 2000 * place]]), [1]) for place in range(6)
    ]
    assert interval_bp(blocks, [1, 2, 3, 4, 5, 6], SEED) == ((4267, 8444), (1556, 5733))


@settings(max_examples=50, deadline=None)
@given(LAYERS)
def test_shares_sum_to_the_whole_and_lie_in_their_interval(
    layers: list[tuple[list[list[int]], int]],
) -> None:
    blocks, weights = blocks_of(layers)
    shares = shares_bp(blocks, weights)
    assert sum(shares) == 10_000
    for share, (low, high) in zip(shares, interval_bp(blocks, weights, SEED), strict=True):
        assert 0 <= low <= share <= high <= 10_000


@settings(max_examples=50, deadline=None)
@given(LAYERS, st.randoms(use_true_random=False))
def test_the_order_of_the_layers_does_not_matter(
    layers: list[tuple[list[list[int]], int]], random: "object"
) -> None:
    shuffled = list(layers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert shares_bp(*blocks_of(shuffled)) == shares_bp(*blocks_of(layers))


@settings(max_examples=50, deadline=None)
@given(LAYERS, st.integers(1, 30_000))
def test_more_of_a_form_never_gives_it_a_smaller_share(
    layers: list[tuple[list[list[int]], int]], weight: int
) -> None:
    more = [*layers, ([[10_000, 0, 0]], weight)]
    assert shares_bp(*blocks_of(more))[0] >= shares_bp(*blocks_of(layers))[0]
