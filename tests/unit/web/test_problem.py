"""What a refusal shows of what was sent."""

import pytest

from service.web.problem import Offence, Refusal, body_of, shown
from service.web.validation import pointer


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        (16_000, "16000"),
        ("辽E12345", "辽E12345"),
        ("a\x00b\n", "a\\x00b\\x0a"),
        ("x" * 200, "x" * 120 + "…"),
    ],
)
def test_a_value_is_shown_short_and_printable(value: object, text: str | None) -> None:
    assert shown(value) == text


@pytest.mark.parametrize(
    ("place", "written"),
    [((), "#"), (("lines", 0, "kg"), "#/lines/0/kg"), (("a/b~c",), "#/a~1b~0c")],
)
def test_a_place_is_written_as_a_json_pointer(place: tuple[int | str, ...], written: str) -> None:
    assert pointer(place) == written


def test_a_problem_names_each_offence_and_its_rule_by_an_address() -> None:
    refusal = Refusal(
        status=422,
        code="TareNotBelowGross",
        title="A value is not allowed",
        detail="Tare 5 kg",
        instance="urn:uuid:0",
        offences=(Offence(detail="Tare", code="X", pointer="#/tare_kg", value=5, limit=4),),
    )
    body = body_of(refusal).model_dump(exclude_none=True)
    assert body["type"] == "https://ferrotrace.example/problems/TareNotBelowGross"
    assert body["errors"] == [
        {"detail": "Tare", "code": "X", "pointer": "#/tare_kg", "value": "5", "limit": "4"}
    ]


def test_a_problem_without_offences_has_no_list_of_them() -> None:
    refusal = Refusal(status=404, code="NotFound", title="t", detail="d", instance="i")
    assert body_of(refusal).errors is None
