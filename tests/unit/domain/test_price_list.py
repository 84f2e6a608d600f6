from datetime import date

import pytest

from service.domain.price_list import (
    GradeNotInContractError,
    GradePrice,
    PriceList,
    PriceListInvalidError,
    PriceListMissingError,
    list_in_force,
    price_of,
)

HEAVY = GradePrice(grade="HRS101", price_fen_per_t=365_000)
MEDIUM = GradePrice(grade="MRS201", price_fen_per_t=359_000)


def price_list(
    version: str = "2026-17",
    first: date = date(2026, 9, 1),
    last: date = date(2026, 9, 14),
    buyer_id: str = "PLANT-1",
    prices: tuple[GradePrice, ...] = (HEAVY, MEDIUM),
) -> PriceList:
    return PriceList(
        price_list_id="PL-1",
        version=version,
        valid_from=first,
        valid_to=last,
        buyer_id=buyer_id,
        prices=prices,
    )


SEPTEMBER = (
    price_list(),
    price_list("2026-18", date(2026, 9, 15), date(2026, 9, 30)),
)


@pytest.mark.parametrize(
    ("day", "version"), [(1, "2026-17"), (14, "2026-17"), (15, "2026-18"), (30, "2026-18")]
)
def test_the_list_valid_on_the_day_is_in_force_first_and_last_day_included(
    day: int, version: str
) -> None:
    assert list_in_force(SEPTEMBER, date(2026, 9, day), buyer_id="PLANT-1").version == version


def test_no_list_or_two_lists_are_no_price() -> None:
    with pytest.raises(PriceListMissingError, match=r"^0 price lists"):
        list_in_force(SEPTEMBER, date(2026, 10, 1))
    with pytest.raises(PriceListMissingError, match=r"^2 price lists"):
        list_in_force([*SEPTEMBER, price_list("copy")], date(2026, 9, 3))
    with pytest.raises(PriceListMissingError):
        list_in_force(SEPTEMBER, date(2026, 9, 3), buyer_id="PLANT-2")


def test_price_of_a_grade_that_is_not_listed_is_refused() -> None:
    assert price_of("MRS201", (HEAVY, MEDIUM)) == 359_000
    with pytest.raises(GradeNotInContractError, match="HRS101, MRS201"):
        price_of("SRS401", (HEAVY, MEDIUM))


def test_a_list_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(PriceListInvalidError):
        price_list(last=date(2026, 8, 31))
    with pytest.raises(PriceListInvalidError):
        price_list(prices=(HEAVY, HEAVY))
    with pytest.raises(PriceListInvalidError):
        price_list(prices=(GradePrice(grade="HRS101", price_fen_per_t=-1),))


def test_a_list_is_known_by_the_hash_of_its_content() -> None:
    identity = price_list().identity()
    assert identity == {
        "price_list_id": "PL-1",
        "version": "2026-17",
        "valid_from": "2026-09-01",
        "valid_to": "2026-09-14",
        "sha256": "234eb3ef75b2ec6d3176d6af3467a9e1d7903994cbfebd1de361a1d65d34786e",
    }
    assert price_list(prices=(MEDIUM, HEAVY)).sha256 == identity["sha256"]
    assert price_list(prices=(HEAVY,)).sha256 != identity["sha256"]
