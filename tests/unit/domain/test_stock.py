"""A count corrects the books by its difference; a place has a name that can be read aloud."""

import pytest

from service.domain.stock import (
    CountNegativeError,
    CountReasonMissingError,
    MoveNowhereError,
    PlaceInvalidError,
    StockTake,
    place_name,
    require_other_place,
)


@pytest.mark.parametrize(("counted_kg", "difference_kg"), [(9_500, -500), (10_400, 400)])
def test_a_difference_is_counted_less_books_and_has_a_reason(
    counted_kg: int, difference_kg: int
) -> None:
    take = StockTake(book_kg=10_000, counted_kg=counted_kg, reason="survey")
    assert take.difference_kg == difference_kg
    with pytest.raises(CountReasonMissingError):
        StockTake(book_kg=10_000, counted_kg=counted_kg, reason=" ")


def test_a_count_that_agrees_needs_no_reason() -> None:
    assert StockTake(book_kg=10_000, counted_kg=10_000, reason="").difference_kg == 0


def test_less_than_nothing_cannot_be_counted() -> None:
    with pytest.raises(CountNegativeError):
        StockTake(book_kg=0, counted_kg=-1, reason="x")


@pytest.mark.parametrize(
    ("typed", "name"), [(" b2 ", "B2"), ("", ""), ("东区-3", "东区-3"), ("bay 4", "BAY 4")]
)
def test_places_are_kept_in_one_spelling(typed: str, name: str) -> None:
    assert place_name(typed) == name


@pytest.mark.parametrize("typed", ["B2;", "x" * 25, "a\nb"])
def test_what_is_no_place_is_refused(typed: str) -> None:
    with pytest.raises(PlaceInvalidError):
        place_name(typed)


def test_material_cannot_be_moved_to_where_it_lies() -> None:
    require_other_place("B1", "")
    with pytest.raises(MoveNowhereError):
        require_other_place("B1", "B1")
