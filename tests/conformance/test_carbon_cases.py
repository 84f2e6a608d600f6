"""The worked carbon cases, answered through the command line within their tolerances."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.commands.carbon import carbon

CASES_FILE = Path(__file__).parents[1] / "vectors" / "carbon_cases.json"
CASES: dict[str, Any] = {
    case["id"]: case for case in json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
}
OFFERED = (
    *("H01", "H02", "H03"),
    *("D01", "D02", "D07", "D08", "D09", "D10"),
    *("F01", "F05"),
    *("X01", "X02", "X05", "X06", "X07", "X12"),
)


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    result = CliRunner().invoke(carbon, ["--cases", str(CASES_FILE), "--json"])
    assert result.exit_code == 0, result.output
    answered: dict[str, Any] = json.loads(result.stdout)
    return answered


def assert_within(expected: Any, answer: Any) -> None:
    """Every expected figure is in the answer: within its tolerance, else equal."""
    if isinstance(expected, dict) and "abs_tol" in expected:
        difference = abs(Decimal(answer) - Decimal(expected["value"]))
        assert difference <= Decimal(expected["abs_tol"])
    elif isinstance(expected, dict):
        for key, value in expected.items():
            assert_within(value, answer[key])
    elif isinstance(expected, list):
        assert len(answer) == len(expected)
        for one, other in zip(expected, answer, strict=True):
            assert_within(one, other)
    else:
        assert answer == expected


@pytest.mark.parametrize("case_id", OFFERED)
def test_case_is_answered_within_its_tolerance(case_id: str, answers: dict[str, Any]) -> None:
    expected = dict(CASES[case_id]["expected"])
    refused = expected.pop("refused", False)
    if refused:
        assert answers[case_id]["refused"] == expected["error"]
    assert ("refused" in answers[case_id]) is refused
    assert_within(expected, answers[case_id])


@pytest.mark.parametrize("case_id", sorted(set(CASES) - set(OFFERED)))
def test_calculation_not_offered_says_so(case_id: str, answers: dict[str, Any]) -> None:
    assert answers[case_id] == {"refused": "NotSupportedError"}


def test_every_case_has_an_answer(answers: dict[str, Any]) -> None:
    assert list(answers) == list(CASES)


def test_expectations_are_not_read(answers: dict[str, Any], tmp_path: Path) -> None:
    bare = [{key: case[key] for key in ("id", "module", "inputs")} for case in CASES.values()]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": bare}), encoding="utf-8")
    result = CliRunner().invoke(carbon, ["--cases", str(file)])
    assert json.loads(result.stdout) == answers


def test_headline_method_gives_the_published_figures() -> None:
    result = CliRunner().invoke(
        carbon, ["--method", "M1", "--settlement-kg", "3080000000", "--json"]
    )
    answer = json.loads(result.stdout)
    assert answer["avoided_gross_tco2e"] == "4928000"
    assert answer["coal_saved_tce"] == "1078000"
    assert answer["method"] == "M1"
    assert "headline" in answer["method_label"]


def test_statement_names_factor_basis_and_source_of_every_figure() -> None:
    result = CliRunner().invoke(
        carbon,
        [
            *("--settlement-kg", "28040", "--carried-kg", "28460"),
            *("--inbound-km", "60", "--outbound-km", "86.4", "--grid-region", "天津"),
        ],
    )
    answer = json.loads(result.stdout)
    assert answer["method"] == "M2"
    assert answer["avoided_gross_tco2e"] == "42.06"
    figures = {key for key in answer if key.endswith(("_tco2e", "_t", "_tce", "_gross"))}
    assert figures == set(answer["factors"])
    for factors in answer["factors"].values():
        assert factors
        assert all(
            factor["factor_id"] and factor["basis"] and factor["source"] for factor in factors
        )


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--settlement-kg", "0"],
        ["--settlement-kg", "1000", "--factor-set", "FS-1900-1"],
        ["--settlement-kg", "1000", "--grid-region", "西藏"],
        ["--settlement-kg", "1000", "--inbound-km", "-1"],
        ["--settlement-kg", "1000", "--inbound-km", "far"],
        ["--settlement-kg", "1000", "--method", "M9"],
    ],
)
def test_input_that_is_no_statement_is_refused(arguments: list[str]) -> None:
    assert CliRunner().invoke(carbon, arguments).exit_code == 2
