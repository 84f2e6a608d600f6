from datetime import date

import pytest

from service.domain.metrology import (
    IntervalNotPositiveError,
    LoadOutsideClassError,
    VerificationNotValidError,
    check_verified,
    in_service_mpe_kg,
    min_load_kg,
)


@pytest.mark.parametrize(
    ("load_kg", "e_kg", "mpe_kg"),
    [
        (0, 20, 20),
        (10_000, 20, 20),
        (10_001, 20, 40),
        (16_140, 20, 40),
        (40_000, 20, 40),
        (40_020, 20, 60),
        (48_620, 20, 60),
        (200_000, 20, 60),
        (5_000, 10, 10),
    ],
)
def test_error_in_service_grows_by_steps_of_e(load_kg: int, e_kg: int, mpe_kg: int) -> None:
    assert in_service_mpe_kg(load_kg, e_kg) == mpe_kg


@pytest.mark.parametrize("load_kg", [-1, 200_001])
def test_load_outside_the_class_is_refused_with_the_limit(load_kg: int) -> None:
    with pytest.raises(LoadOutsideClassError, match=rf"{load_kg} kg is outside 0 to 200000 kg"):
        in_service_mpe_kg(load_kg, 20)


@pytest.mark.parametrize("e_kg", [0, -20])
def test_interval_must_be_positive(e_kg: int) -> None:
    with pytest.raises(IntervalNotPositiveError):
        in_service_mpe_kg(100, e_kg)


def test_smallest_load_is_twenty_intervals() -> None:
    assert min_load_kg(20) == 400


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 31)])
def test_verification_counts_its_first_and_last_day(on: date) -> None:
    check_verified(on, verified_on=date(2026, 1, 1), valid_to=date(2026, 12, 31))


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2027, 1, 1)])
def test_outside_its_verification_the_scale_is_refused(on: date) -> None:
    with pytest.raises(VerificationNotValidError, match="2026-01-01/2026-12-31"):
        check_verified(on, verified_on=date(2026, 1, 1), valid_to=date(2026, 12, 31))
