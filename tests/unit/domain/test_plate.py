import pytest

from service.domain.plate import PlateInvalidError, normal_plate


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("辽E·12345", "辽E12345"),
        ("辽e 12345", "辽E12345"),
        ("沪AD12345", "沪AD12345"),
        ("粤Z1234港", "粤Z1234港"),
        ("ab-12 cde", "AB12CDE"),
    ],
)
def test_a_plate_is_kept_in_one_way(written: str, kept: str) -> None:
    assert normal_plate(written) == kept


@pytest.mark.parametrize(
    "written",
    ["", "辽", "辽E", "１２３４５", "辽E12345\n6", "DROP TABLE visit;", "A" * 11, "辽辽E1234"],
)
def test_other_text_is_no_plate(written: str) -> None:
    with pytest.raises(PlateInvalidError) as refusal:
        normal_plate(written)
    assert refusal.value.field == "plate"
