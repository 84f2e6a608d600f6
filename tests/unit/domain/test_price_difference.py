"""What an upheld appeal owes, told with every figure from which it follows."""

from service.domain.price_difference import PriceLine, price_difference

STATED = {
    "settlement_kg": 32_090,
    "shares_before": {"HRS101": 10_000},
    "shares_after": {"MRS201": 7_500, "HRS101": 2_500},
    "prices_fen_per_t": {"MRS201": 359_000, "HRS101": 365_001},
    "difference_fen": -144_429,
}


def test_the_lines_follow_the_catalogue_and_the_prices_are_rounded_to_be_shown() -> None:
    found = price_difference({"difference": STATED})
    assert found is not None
    assert found.lines == [
        PriceLine(grade="HRS101", price_fen_per_t=365_001, before_bp=10_000, after_bp=2_500),
        PriceLine(grade="MRS201", price_fen_per_t=359_000, before_bp=0, after_bp=7_500),
    ]
    assert (found.before_fen_per_t, found.after_fen_per_t) == (365_001, 360_500)
    assert (found.settlement_kg, found.difference_fen) == (32_090, -144_429)


def test_without_prices_nothing_is_stated() -> None:
    assert price_difference({}) is None
    assert price_difference({"difference": {}}) is None
