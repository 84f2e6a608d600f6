import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.commands.decode import decode

GROSS = "02 2a 30 20 30 34 38 36 32 30 30 30 30 30 30 30 0d 23"
MOTION = "02 2a 38 20 30 33 35 31 32 30 30 30 30 30 30 30 0d 24"


def test_a_good_frame_prints_its_fields_and_exits_zero() -> None:
    done = CliRunner().invoke(decode, ["--dialect", "toledo_cont", "--json", GROSS])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["weight"] == "48620"


def test_bytes_may_be_given_one_by_one_and_settings_as_json() -> None:
    arguments = ["--dialect", "toledo_cont", "--param", "checksum=false", *GROSS.split()[:17]]
    done = CliRunner().invoke(decode, arguments)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["chk_ok"] is None


def test_a_frame_that_is_no_trade_weight_exits_one() -> None:
    done = CliRunner().invoke(decode, ["--dialect", "toledo_cont", MOTION])
    assert done.exit_code == 1
    assert json.loads(done.stdout)["negative"] == ["motion"]


def test_an_unknown_dialect_is_refused_by_name() -> None:
    done = CliRunner().invoke(decode, ["--dialect", "nobody_9000", "02"])
    assert done.exit_code == 1
    assert json.loads(done.stdout) == {"refused": "UnknownDialectError"}


def test_cases_are_answered_with_exit_zero(tmp_path: Path) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(json.dumps({"vectors": [{"id": "x", "dialect": "y", "hex": "02"}]}))
    done = CliRunner().invoke(decode, ["--cases", str(cases)])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {"x": {"refused": "UnknownDialectError"}}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["02"],
        ["--dialect", "toledo_cont"],
        ["--dialect", "toledo_cont", "zz"],
        ["--dialect", "toledo_cont", "--param", "checksum", "02"],
        ["--dialect", "toledo_cont", "--param", "checksum=1", "02"],
    ],
)
def test_what_cannot_be_asked_exits_two(arguments: list[str]) -> None:
    assert CliRunner().invoke(decode, arguments).exit_code == 2


@pytest.mark.parametrize("text", ["{", "[]"])
def test_a_file_that_holds_no_cases_exits_two(tmp_path: Path, text: str) -> None:
    cases = tmp_path / "cases.json"
    cases.write_text(text)
    assert CliRunner().invoke(decode, ["--cases", str(cases)]).exit_code == 2
