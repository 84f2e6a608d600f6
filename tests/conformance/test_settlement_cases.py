"""The worked settlement cases, answered through the command line, to the fen and the kilogram."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.commands.settle import settle

CASES_FILE = Path(__file__).parents[1] / "vectors" / "settlement_cases.json"
CASES: dict[str, Any] = {
    case["id"]: case for case in json.loads(CASES_FILE.read_text(encoding="utf-8"))["cases"]
}
NOT_OFFERED = {
    *("SC-19", "SC-20", "SC-21", "SC-22", "SC-23", "SC-24", "SC-39", "SC-55"),  # index prices
    "SC-40",  # credit note
    *("SC-41", "SC-42", "SC-43", "SC-62", "SC-63", "SC-64"),  # reverse invoices
}


@pytest.fixture(scope="module")
def answers() -> dict[str, Any]:
    result = CliRunner().invoke(settle, ["--cases", str(CASES_FILE), "--json"])
    assert result.exit_code == 0, result.output
    answered: dict[str, Any] = json.loads(result.stdout)
    return answered


@pytest.mark.parametrize("case_id", sorted(set(CASES) - NOT_OFFERED))
def test_case_is_answered_exactly(case_id: str, answers: dict[str, Any]) -> None:
    expected = CASES[case_id]["expect"]
    if "refused" in expected:
        expected = expected | {"refused": expected["refused"]["reason"]}
    assert answers[case_id] == expected


@pytest.mark.parametrize("case_id", sorted(NOT_OFFERED))
def test_calculation_not_offered_says_so(case_id: str, answers: dict[str, Any]) -> None:
    assert answers[case_id] == {"refused": "NotSupportedError"}


def test_every_case_has_an_answer(answers: dict[str, Any]) -> None:
    assert list(answers) == list(CASES)


def test_expectations_are_not_read(answers: dict[str, Any], tmp_path: Path) -> None:
    bare = [{key: case[key] for key in ("id", "kind", "input")} for case in CASES.values()]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"cases": bare}), encoding="utf-8")
    result = CliRunner().invoke(settle, ["--cases", str(file)])
    assert json.loads(result.stdout) == answers
