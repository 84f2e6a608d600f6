"""Blind reviews of a grade: who may look, when a third must, and what the three come to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.appeal import Outcome
from service.domain.grade import CATALOGUE
from service.domain.grade_review import (
    AppealLateError,
    GradeOpinion,
    OutcomeReason,
    OwnReviewError,
    appeal_deadline,
    differ,
    main_grade,
    median_opinion,
    median_shares,
    next_place,
    outcome_of,
    price_difference_fen,
    price_fen_per_t,
    require_in_period,
    require_unconcerned,
)
from service.domain.units import WHOLE_BP, apportion

DECIDED = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
PRICES = {"HRS101": 365_000, "MRS201": 359_000, "LRS301": 353_000}
CODES = list(CATALOGUE)


def opinion(**shares_bp: int) -> GradeOpinion:
    return GradeOpinion(grade=main_grade(shares_bp), shares_bp=shares_bp)


ALL_HEAVY = opinion(HRS101=10_000)


def test_an_appeal_is_in_time_up_to_its_last_second() -> None:
    until = appeal_deadline(DECIDED, 72)
    assert until == DECIDED + timedelta(days=3)
    require_in_period(until, decided_at=DECIDED, period_hours=72)
    with pytest.raises(AppealLateError, match="72 hours, until 2026-03-04T02:00:00Z"):
        require_in_period(until + timedelta(seconds=1), decided_at=DECIDED, period_hours=72)


def test_who_has_a_part_in_it_does_not_review() -> None:
    require_unconcerned("b", {"a"})
    with pytest.raises(OwnReviewError):
        require_unconcerned("a", {"a"})


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (opinion(HRS101=9_000, MRS201=1_000), False),
        (opinion(HRS101=8_999, MRS201=1_001), True),
        (opinion(MRS201=10_000), True),
        (GradeOpinion(grade="MRS201", shares_bp={"HRS101": 10_000}), True),
    ],
)
def test_opinions_differ_by_grade_or_by_more_than_is_tolerated(
    other: GradeOpinion, *, expected: bool
) -> None:
    assert differ(ALL_HEAVY, other, tolerance_bp=1_000) is expected


def test_a_third_looks_only_where_two_differ() -> None:
    near, far = opinion(HRS101=9_500, LRS301=500), opinion(LRS301=10_000)
    assert next_place(ALL_HEAVY, [], tolerance_bp=1_000) == 2
    assert next_place(ALL_HEAVY, [near], tolerance_bp=1_000) is None
    assert next_place(ALL_HEAVY, [far], tolerance_bp=1_000) == 3
    assert next_place(ALL_HEAVY, [far, near], tolerance_bp=1_000) is None


@pytest.mark.parametrize(
    ("reviews", "outcome", "reason", "expected"),
    [
        ([opinion(HRS101=9_500, LRS301=500)], "rejected", "SECOND_AGREES", {"HRS101": 10_000}),
        (
            [opinion(LRS301=10_000), opinion(HRS101=9_500, LRS301=500)],
            "rejected",
            "MEDIAN_CONFIRMS",
            {"HRS101": 10_000},
        ),
        (
            [opinion(LRS301=10_000), opinion(MRS201=2_000, LRS301=8_000)],
            "upheld",
            "GRADE_CHANGED",
            {"LRS301": 10_000},
        ),
        (
            [opinion(HRS101=6_000, LRS301=4_000), opinion(HRS101=7_000, LRS301=3_000)],
            "upheld",
            "SHARES_CHANGED",
            {"HRS101": 7_000, "LRS301": 3_000},
        ),
    ],
)
def test_the_median_decides(
    reviews: list[GradeOpinion], outcome: str, reason: str, expected: dict[str, int]
) -> None:
    found = outcome_of(ALL_HEAVY, reviews, tolerance_bp=1_000)
    assert (found.outcome, found.reason) == (Outcome(outcome), OutcomeReason(reason))
    assert found.opinion.shares_bp == expected


def test_three_who_see_different_things_have_the_mean_and_its_first_grade() -> None:
    three = [opinion(MRS201=10_000), opinion(HRS101=10_000), opinion(LRS301=10_000)]
    median = median_opinion(three)
    assert median.shares_bp == {"HRS101": 3_334, "MRS201": 3_333, "LRS301": 3_333}
    assert median.grade == "HRS101"


def test_unknown_grades_come_last_by_name() -> None:
    assert main_grade({"Z": 5_000, "LRS301": 5_000}) == "LRS301"
    assert main_grade({"Z": 5_000, "A": 5_000}) == "A"


_shares = st.dictionaries(
    st.sampled_from(CODES[:6]), st.integers(1, 100), min_size=1, max_size=6
).map(
    lambda weights: {
        code: share
        for code, share in zip(weights, apportion(WHOLE_BP, list(weights.values())), strict=True)
        if share
    }
)


@settings(max_examples=50, deadline=None)
@given(st.lists(_shares, min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_median_is_whole_whatever_the_order_of_the_opinions(
    shares: list[dict[str, int]], order: object
) -> None:
    median = median_shares(shares)
    assert sum(median.values()) == WHOLE_BP
    assert min(median.values()) > 0
    assert median.keys() <= {code for each in shares for code in each}
    shuffled = list(shares)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert median_shares(shuffled) == median


@settings(max_examples=30, deadline=None)
@given(_shares, st.integers(1, 5))
def test_opinions_that_agree_are_their_own_median(shares: dict[str, int], count: int) -> None:
    assert median_shares([shares] * count) == shares


@settings(max_examples=30, deadline=None)
@given(_shares, _shares, st.integers(0, 60_000))
def test_the_way_back_costs_what_the_way_there_gave(
    before: dict[str, int], after: dict[str, int], kg: int
) -> None:
    prices = {code: 250_000 + 1_237 * place for place, code in enumerate(CODES)}
    there = price_difference_fen(before, after, prices, kg)
    back = price_difference_fen(after, before, prices, kg)
    assert there is not None
    assert back == -there


def test_a_price_is_the_sum_of_shares_and_prices() -> None:
    shares_bp = {"HRS101": 7_500, "MRS201": 2_500}
    assert price_fen_per_t(shares_bp, PRICES) == 363_500
    assert price_fen_per_t({"SRS401": 10_000}, PRICES) is None
    # 30 points of 31.2 t went from 3,590 to 3,650 yuan: 0.3 × 31.2 × 60 = 561.60 yuan.
    less = {"HRS101": 3_000, "MRS201": 7_000}
    more = {"HRS101": 6_000, "MRS201": 4_000}
    assert price_difference_fen(less, more, PRICES, 31_200) == 56_160
    assert price_difference_fen(less, {"SRS401": 10_000}, PRICES, 31_200) is None
