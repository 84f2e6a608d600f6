from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import FerrotraceError
from service.domain.grade import ShareOutOfRangeError, SharesNot10000Error
from service.domain.price_list import (
    GradeNotInContractError,
    GradePrice,
    PriceListMissingError,
)
from service.domain.settlement_load import ForeignPart, GradePart, Load
from service.domain.settlement_prices import settlement_lines
from service.domain.settlement_shares import (
    ForeignExceedsLineError,
    GradeKgNotSettlementKgError,
    MixRuleMissingError,
    grade_kg,
    pieces,
    split_by_shares,
)
from service.domain.settlement_terms import MixPriceKind, MixTier, Terms
from service.domain.settlement_trace import Trace

PRICES = (
    GradePrice(grade="SMALL", price_fen_per_t=353_000),
    GradePrice(grade="LIGHT", price_fen_per_t=280_000),
)
TIERS = (
    MixTier(
        in_grade="SMALL",
        foreign_grade="LIGHT",
        upto_bp=800,
        kind=MixPriceKind.OFFSET,
        offset_fen_per_t=-10_000,
    ),
    MixTier(
        in_grade="SMALL",
        foreign_grade="LIGHT",
        upto_bp=5_000,
        kind=MixPriceKind.FACTOR,
        num=1,
        den=2,
    ),
)
TERMS = Terms(prices=PRICES, mix_tiers=TIERS)
LOAD = Load(price_on=date(2026, 9, 15))


def of(*parts: GradePart) -> Load:
    return replace(LOAD, grades=parts)


def small_with(**foreign: int) -> Load:
    return of(GradePart(grade="SMALL", share_bp=10_000, foreign=(light(**foreign),)))


def light(**foreign: int) -> ForeignPart:
    return ForeignPart(grade="LIGHT", **foreign)


@pytest.mark.parametrize(
    ("total_kg", "shares_bp", "expected_kg"),
    [
        (31_320, [5_250, 3_333, 1_417], [16_443, 10_439, 4_438]),
        (25_021, [5_000, 5_000], [12_511, 12_510]),
        (0, [10_000], [0]),
        (1, [3_333, 3_333, 3_334], [0, 0, 1]),
    ],
)
def test_left_over_kilograms_go_to_the_largest_remainders_first_line_first(
    total_kg: int, shares_bp: list[int], expected_kg: list[int]
) -> None:
    assert split_by_shares(total_kg, shares_bp) == expected_kg


@given(st.integers(0, 100_000), st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_kilograms_of_the_shares_add_up_and_none_is_a_kilogram_off(
    total_kg: int, cuts: Sequence[int]
) -> None:
    edges = [0, *sorted(cuts), 10_000]
    shares_bp = [right - left for left, right in pairwise(edges)]
    parts_kg = split_by_shares(total_kg, shares_bp)
    assert sum(parts_kg) == total_kg
    for kg, share_bp in zip(parts_kg, shares_bp, strict=True):
        assert abs(kg * 10_000 - total_kg * share_bp) < 10_000


@pytest.mark.parametrize(
    ("load", "error"),
    [
        (of(GradePart(grade="SMALL", share_bp=9_900)), SharesNot10000Error),
        (
            of(GradePart(grade="SMALL", kg=500), GradePart(grade="LIGHT", share_bp=5_000)),
            SharesNot10000Error,
        ),
        (
            of(
                GradePart(grade="SMALL", share_bp=11_000), GradePart(grade="LIGHT", share_bp=-1_000)
            ),
            ShareOutOfRangeError,
        ),
        (of(GradePart(grade="SMALL", kg=999)), GradeKgNotSettlementKgError),
        (
            of(GradePart(grade="SMALL", kg=1_500), GradePart(grade="LIGHT", kg=-500)),
            GradeKgNotSettlementKgError,
        ),
        (of(), GradeKgNotSettlementKgError),
        (of(GradePart(grade="SHREDDED", share_bp=10_000)), GradeNotInContractError),
    ],
)
def test_grades_that_are_not_the_whole_load_are_refused(
    load: Load, error: type[FerrotraceError]
) -> None:
    with pytest.raises(error):
        grade_kg(1_000, TERMS, load, Trace())


def test_foreign_kilograms_fill_one_tier_after_the_other() -> None:
    load = small_with(share_bp=1_500)
    found = pieces([20_000], TERMS, load, Trace())
    assert [(piece.name, piece.kg) for piece in found] == [
        ("SMALL", 17_000),
        ("LIGHT_IN_SMALL_T1", 1_600),
        ("LIGHT_IN_SMALL_T2", 1_400),
    ]
    lines = settlement_lines(found, TERMS, load, Trace())
    assert [line.amount_fen for line in lines] == [6_001_000, 432_000, 196_000]
    assert [(line.price_fen_per_t, line.num, line.den) for line in lines] == [
        (353_000, 1, 1),
        (270_000, 1, 1),
        (280_000, 1, 2),
    ]


def test_a_grade_priced_as_impurity_keeps_its_kilograms_at_price_zero() -> None:
    tier = replace(TIERS[0], upto_bp=10_000, kind=MixPriceKind.AS_IMPURITY)
    terms = Terms(prices=PRICES[:1], mix_tiers=(tier,))
    load = small_with(kg=380)
    lines = settlement_lines(pieces([1_000], terms, load, Trace()), terms, load, Trace())
    assert [(line.kg, line.amount_fen) for line in lines] == [(620, 218_860), (380, 0)]


@pytest.mark.parametrize(
    ("load", "error"),
    [
        (small_with(kg=501), MixRuleMissingError),
        (small_with(kg=1_001), ForeignExceedsLineError),
        (small_with(kg=-1), ForeignExceedsLineError),
        (
            of(
                GradePart(
                    grade="LIGHT", share_bp=10_000, foreign=(ForeignPart(grade="SMALL", kg=1),)
                )
            ),
            MixRuleMissingError,
        ),
    ],
)
def test_foreign_kilograms_without_a_rule_are_refused(
    load: Load, error: type[FerrotraceError]
) -> None:
    with pytest.raises(error):
        pieces([1_000], TERMS, load, Trace())


def test_nothing_foreign_makes_no_piece() -> None:
    assert (
        len(
            pieces(
                [1_000],
                TERMS,
                of(GradePart(grade="SMALL", share_bp=10_000, foreign=(light(),))),
                Trace(),
            )
        )
        == 1
    )


def test_without_any_price_list_the_price_is_missing() -> None:
    load = of(GradePart(grade="SMALL", share_bp=10_000))
    assert grade_kg(1_000, Terms(), load, Trace()) == [1_000]
    with pytest.raises(PriceListMissingError):
        settlement_lines((), Terms(), load, Trace())
