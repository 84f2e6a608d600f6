"""``ferrotrace catalogues`` prints what the files say, and tells what nobody here read."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from service.bootstrap.engine import catalogues
from service.commands.catalogues import command

MARKED = {"name", "code"}
"""Figures whose text stays though it was not read: somebody must be able to name the row."""


def said(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def leaves(value: Any) -> list[Any]:
    """The figures of a limit, of a range by its ends."""
    return list(value.values()) if isinstance(value, dict) else [value]


def test_the_list_names_each_file_by_its_hash_and_marks_examples() -> None:
    shelf = catalogues()
    lines = said("list").splitlines()
    assert len(lines) == len(shelf["catalogues"]) + len(shelf["mills"])
    told = json.loads(said("list", "--json"))
    for row, line in zip(told, lines, strict=True):
        assert line.startswith(f"{row['id']}  ")
        assert line.endswith(row["sha256"])
        assert ("example" in line.split("  ")) is row["is_example"]
    old = next(row for row in told if row["id"] == "gbt39733-2020")
    assert old["superseded_by"] == "GB/T 39733-2024"


@pytest.mark.parametrize("row", catalogues()["catalogues"], ids=lambda row: row["catalogue_id"])
def test_a_figure_that_was_not_read_is_empty_in_json_and_marked_in_the_text(
    row: dict[str, Any],
) -> None:
    shown = json.loads(said("show", row["catalogue_id"], "--json"))
    assert shown == json.loads(json.dumps(row))
    text = said("show", row["catalogue_id"])
    assert row["sha256"] in text
    marks = 0
    for grade in shown["grades"]:
        for figure, confidence in grade["confidence"].items():
            assert confidence in {"read", "unverified"}
            if confidence == "unverified":
                marks += 1
                assert figure in MARKED or not any(leaves(grade[figure])), (grade["code"], figure)
    assert text.count(": unverified") == marks


def test_a_mill_table_is_shown_with_its_prices_and_an_unknown_name_is_refused() -> None:
    mill = catalogues()["mills"][0]
    assert str(mill["classes"][0]["price_fen_per_t"]) in said("show", mill["mill_id"])
    refused = CliRunner().invoke(command, ["show", "nothing"])
    assert refused.exit_code == 1
    assert mill["mill_id"] in refused.output
