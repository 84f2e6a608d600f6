import pytest

from service.domain.number_text import NumberTextInvalidError, hundredths


@pytest.mark.parametrize(
    ("text", "value"),
    [("82801.62", 8_280_162), ("82801.6", 8_280_160), ("82801", 8_280_100), ("0.05", 5)],
)
def test_plain_digits_are_a_number(text: str, value: int) -> None:
    assert hundredths(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "1e5", "1_000", " 7", "7\n", "１２３.５", "82801.625", "-5", "+5", ".5", "5.", "1,850.00"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(NumberTextInvalidError):
        hundredths(text)


def test_the_number_of_digits_is_limited() -> None:
    assert hundredths("999", integer_digits=3) == 99_900
    with pytest.raises(NumberTextInvalidError):
        hundredths("1000", integer_digits=3)
