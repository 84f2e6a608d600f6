"""Papers expire, tares are found and kept within limits, and no identity number is kept."""

from datetime import date

import pytest

from service.domain.register import (
    IdNumberError,
    Paper,
    RegisterFigureError,
    TareStatistic,
    TareUnfitError,
    combo_of,
    expired,
    expiry_of,
    paper_of,
    require_figures,
    require_no_id_number,
    require_usable_tare,
    tare_statistic,
)

ON = date(2026, 3, 1)
INSPECTION = Paper(kind="inspection", no="A-1", valid_to=date(2026, 2, 28))
PERMIT = Paper(kind="permit", valid_to=ON)


def test_a_paper_is_good_on_its_last_day() -> None:
    assert expired((INSPECTION, PERMIT), ON) == (INSPECTION,)
    assert paper_of(INSPECTION.record()) == INSPECTION
    assert paper_of({"kind": "permit", "valid_to": "2026-03-01"}) == PERMIT


def test_figures_are_those_of_vehicles() -> None:
    require_figures({"axles": 6, "legal_max_kg": 49_000, "body_capacity_kg": None})
    for figures in ({"axles": 1}, {"legal_max_kg": 200_001}, {"body_capacity_kg": 99}):
        with pytest.raises(RegisterFigureError):
            require_figures(dict(figures))


def test_an_identity_number_is_refused() -> None:
    require_no_id_number("no", "A-2026-0188")
    require_no_id_number("no", "2106021990010112345")
    for number in ("210602199001011234", "证 21060219900101123X"):
        with pytest.raises(IdNumberError):
            require_no_id_number("no", number)


def test_a_combination_is_truck_and_trailer() -> None:
    assert combo_of("辽E12345", None) == "辽E12345"
    assert combo_of("辽E12345", "辽E678挂") == "辽E12345+辽E678挂"


def test_a_tare_statistic_is_of_weighed_figures() -> None:
    assert tare_statistic("x", ()) is None
    assert tare_statistic("x", (16_100, 16_140, 16_160, 16_400)) == TareStatistic(
        combo="x", count=4, median_kg=16_140, mad_kg=20
    )


@pytest.mark.parametrize(
    ("expires_on", "kg"),
    [(date(2026, 2, 28), 16_140), (ON, 16_150), (ON, 48_620)],
)
def test_a_stored_tare_that_is_old_or_odd_or_heavy_is_refused(expires_on: date, kg: int) -> None:
    with pytest.raises(TareUnfitError):
        require_usable_tare(expires_on=expires_on, on=ON, kg=kg, gross_kg=48_620, d_kg=20)


def test_a_stored_tare_is_good_to_its_last_day() -> None:
    good_to = expiry_of(ON, 90)
    assert good_to == date(2026, 5, 30)
    require_usable_tare(expires_on=good_to, on=good_to, kg=16_140, gross_kg=48_620, d_kg=20)
