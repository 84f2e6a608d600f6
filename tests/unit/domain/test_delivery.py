import pytest

from service.domain.delivery import ScalePair, compare_scales, difference_limit_kg

BASE = ScalePair(gross_kg=48_620, tare_kg=16_140, e_kg=20)


def test_limit_is_the_root_sum_of_squares_of_four_in_service_errors() -> None:
    limit_kg = difference_limit_kg(
        base_gross_kg=48_620,
        base_tare_kg=16_140,
        base_e_kg=20,
        plant_gross_kg=48_620,
        plant_tare_kg=16_140,
        plant_e_kg=20,
    )
    assert limit_kg == 102


@pytest.mark.parametrize(
    ("gross_kg", "tare_kg", "e_kg", "limit_kg"),
    [
        (48_620, 16_140, 50, 133),  # root of 60² + 40² + 100² + 50²
        (10_000, 9_000, 20, 77),  # root of 60² + 40² + 20² + 20²
    ],
)
def test_scales_of_other_intervals_have_their_own_errors(
    gross_kg: int, tare_kg: int, e_kg: int, limit_kg: int
) -> None:
    plant = ScalePair(gross_kg=gross_kg, tare_kg=tare_kg, e_kg=e_kg)
    assert compare_scales(base=BASE, plant=plant).limit_kg == limit_kg


@pytest.mark.parametrize(
    ("plant_gross_kg", "difference_kg", "alarm"),
    [(48_620, 0, False), (48_518, -102, False), (48_517, -103, True), (48_723, 103, True)],
)
def test_alarm_beyond_the_limit_and_not_at_it(
    plant_gross_kg: int, difference_kg: int, *, alarm: bool
) -> None:
    plant = ScalePair(gross_kg=plant_gross_kg, tare_kg=16_140, e_kg=20)
    comparison = compare_scales(base=BASE, plant=plant)
    assert comparison.difference_kg == difference_kg
    assert comparison.limit_kg == 102
    assert comparison.alarm is alarm
