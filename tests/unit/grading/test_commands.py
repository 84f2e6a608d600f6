"""The commands grade, train and evaluate as another program calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from service.__main__ import main
from tests.unit.grading.drawings import draw, draw_folder, jpeg

KEYS = [
    "image",
    "sha256",
    "pixel_sha256",
    "decision",
    "form",
    "grade_class",
    "classes",
    "confidence_bp",
    "conformal_set",
    "reasons",
    "model",
]


@pytest.fixture(autouse=True)
def _cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERROTRACE_CACHE", str(cache))


@pytest.fixture
def images(tmp_path: Path) -> list[str]:
    (tmp_path / "one.jpg").write_bytes(jpeg(draw("heap", 1)))
    (tmp_path / "renamed.jpg").write_bytes(jpeg(draw("heap", 1)))
    (tmp_path / "empty.jpg").write_bytes(b"")
    return [str(tmp_path / name) for name in ("one.jpg", "renamed.jpg", "empty.jpg")]


def test_grade_prints_one_object_for_each_picture(images: list[str]) -> None:
    answer = CliRunner().invoke(main, ["grade", "--json", *images])
    assert answer.exit_code == 0, answer.output
    one, renamed, empty = (json.loads(line) for line in answer.output.splitlines())
    assert list(one) == KEYS
    assert one["image"] == images[0]
    assert sum(one["classes"].values()) == 10_000
    assert {**one, "image": ""} == {**renamed, "image": ""}
    assert empty["decision"] == "manual"
    assert empty["reasons"] == ["Q_TRUNCATED"]
    assert (empty["pixel_sha256"], empty["classes"], empty["form"]) == (None, {}, None)


def test_grade_speaks_to_people_on_a_terminal(
    images: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import service.commands.grade as module

    monkeypatch.setattr(module, "_is_terminal", lambda: True)
    answer = CliRunner().invoke(main, ["grade", images[2]])
    assert answer.output == f"{images[2]}: manual - (-) 0.00 % Q_TRUNCATED\n"


def test_a_site_and_a_head_can_be_named(images: list[str], tmp_path: Path) -> None:
    site = tmp_path / "site.json"
    site.write_text('{"format": "ferrotrace-site-1", "quality": {"cast_max": 0}}')
    named = CliRunner().invoke(main, ["grade", "--site", str(site), images[0]])
    plain = CliRunner().invoke(main, ["grade", images[0]])
    assert (
        json.loads(named.output)["model"]["calibration_sha256"]
        != json.loads(plain.output)["model"]["calibration_sha256"]
    )
    refused = CliRunner().invoke(main, ["grade", "--head", str(site), images[0]])
    assert refused.exit_code == 1
    assert "head file is refused" in refused.output


def test_a_picture_that_is_not_there_is_a_wrong_call(tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["grade", str(tmp_path / "none.jpg")])
    assert answer.exit_code == 2


def test_a_head_is_trained_used_and_measured(tmp_path: Path) -> None:
    photos = draw_folder(tmp_path / "photos", 3)
    folds = tmp_path / "folds.json"
    folds.write_text('{"held_out": ["HMS_1/0.png"]}')
    head = tmp_path / "head.json"
    run = CliRunner()
    trained = run.invoke(
        main,
        ["train", "--photos", str(photos), "--folds", str(folds), "--out", str(head), "--json"],
    )
    assert trained.exit_code == 0, trained.output
    graded = run.invoke(
        main, ["grade", "--head", str(head), "--json", str(photos / "HMS_1" / "0.png")]
    )
    written, proposal = json.loads(trained.output), json.loads(graded.output)
    assert proposal["model"]["head_sha256"] == written["head_sha256"]
    assert proposal["model"]["calibration_sha256"] == written["calibration_sha256"]
    assert proposal["grade_class"] == "HMS_1"
    measured = run.invoke(
        main,
        ["evaluate", "--photos", str(photos), "--folds", str(folds), "--head", str(head), "--json"],
    )
    assert json.loads(measured.output)["runs"][0]["grades"]["accuracy"]["hits"] == 1


def test_training_on_nothing_is_refused(tmp_path: Path) -> None:
    run = CliRunner()
    for command in (["train", "--out", str(tmp_path / "h")], ["evaluate"]):
        answer = run.invoke(main, [*command, "--photos", str(tmp_path)])
        assert answer.exit_code == 1
        assert "no picture" in answer.output
