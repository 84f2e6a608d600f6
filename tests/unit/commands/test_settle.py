import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from service.commands.settle import settle

CONTRACT = {
    "price_rule": {"kind": "FIXED"},
    "grade_table": [{"grade": "HEAVY", "price_fen_per_t": 365000}],
}
DELIVERY = {
    "price_date": "2026-09-15",
    "buyer_weighing": {"gross_kg": 48620, "tare_kg": 16140, "source": "LIVE"},
    "grades": [{"grade": "HEAVY", "share_bp": 10000}],
}


def answer(tmp_path: Path, kind: str, case_input: object) -> Any:
    file = tmp_path / "cases.json"
    case = {"id": "A", "kind": kind, "input": case_input}
    file.write_text(json.dumps({"cases": [case]}), encoding="utf-8")
    result = CliRunner().invoke(settle, ["--cases", str(file)])
    assert result.exit_code == 0
    return json.loads(result.stdout)["A"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cases": [{}]}', '{"cases": 7}'])
def test_a_file_that_holds_no_cases_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "cases.json"
    file.write_text(text, encoding="utf-8")
    assert CliRunner().invoke(settle, ["--cases", str(file)]).exit_code == 2


@pytest.mark.parametrize(
    "changed",
    [
        {"grades": [{"grade": "HEAVY", "share_bp": 10000.5}]},
        {"grades": [{"grade": "HEAVY", "share_bp": "10000"}]},
        {"rejected_kg": -1},
        {"price_date": "15.9.2026"},
        {"not_a_term": 1},
        {"buyer_weighing": {"gross_kg": 48620, "tare_kg": 16140, "source": "GUESS"}},
    ],
)
def test_an_input_that_cannot_be_read_is_answered_as_such(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    case_input = {"contract": CONTRACT, "delivery": DELIVERY | changed}
    assert answer(tmp_path, "settlement", case_input) == {"refused": "InputInvalidError"}


def test_a_rule_without_its_scale_is_named_by_its_error(tmp_path: Path) -> None:
    delivery = {key: value for key, value in DELIVERY.items() if key != "buyer_weighing"}
    case_input = {"contract": CONTRACT, "delivery": delivery}
    assert answer(tmp_path, "settlement", case_input) == {"refused": "ScaleWeightsMissingError"}


def test_a_tolerance_without_its_limit_cannot_be_read(tmp_path: Path) -> None:
    case_input = {"reference_kg": 500000, "actual_kg": 498000, "weight_rule": {}}
    assert answer(tmp_path, "weight_tolerance", case_input) == {"refused": "InputInvalidError"}


@pytest.mark.parametrize("case_input", [None, [], "text", {"contract": 7}])
def test_an_input_of_another_shape_cannot_be_read(tmp_path: Path, case_input: object) -> None:
    assert answer(tmp_path, "settlement", case_input) == {"refused": "InputInvalidError"}


def test_an_unknown_kind_is_not_supported(tmp_path: Path) -> None:
    assert answer(tmp_path, "lottery", {}) == {"refused": "NotSupportedError"}
