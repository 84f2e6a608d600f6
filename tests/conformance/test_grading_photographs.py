"""The engine on photographs it has not seen, through the commands that another program calls.

The photographs are not part of the project; without them these tests skip.
"""

import json
import random
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from grading.forms import FORM_BY_CLASS
from service.__main__ import main
from tests.support.shared import shared_path


@pytest.fixture(scope="module")
def grades() -> Path:
    return shared_path("data/scrap_photos/grades")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERROTRACE_CACHE", str(cache))


def call(*arguments: object) -> str:
    answer = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def graded(images: Sequence[Path], *options: object) -> list[dict[str, object]]:
    lines = call("grade", "--json", *options, *images).splitlines()
    return [json.loads(line) for line in lines]


def right(answers: Sequence[dict[str, object]]) -> int:
    return sum(Path(str(a["image"])).parent.name == a["grade_class"] for a in answers)


def some_photographs(grades: Path, count: int, seed: int) -> list[Path]:
    pictures = sorted(path for path in grades.glob("*/*") if path.name != "7 (3).jpg")
    return random.Random(seed).sample(pictures, count)  # noqa: S311 - a repeatable choice


@pytest.mark.soak
def test_one_fold_reaches_the_plain_heads_figure(grades: Path, tmp_path: Path) -> None:
    """A fifth of the photographs is held out at random by class; near-duplicates are few."""
    held_out = [
        f"{folder.name}/{path.name}"
        for folder in sorted(grades.iterdir())
        for path in sorted(folder.iterdir())[2::5]
    ]
    folds = tmp_path / "folds.json"
    folds.write_text(json.dumps({"held_out": held_out}))
    head = tmp_path / "head.json"
    written = json.loads(call("train", "--photos", grades, "--folds", folds, "--out", head))
    assert written["held_out"] == len(held_out)
    answers = graded([grades / name for name in held_out], "--head", head)
    assert right(answers) / len(held_out) > 0.70
    auto = [answer for answer in answers if answer["decision"] == "auto"]
    true_forms = sum(
        FORM_BY_CLASS.get(Path(str(answer["image"])).parent.name) == answer["form"]
        for answer in auto
    )
    assert len(auto) > len(held_out) * 0.4
    assert true_forms / len(auto) > 0.85
    assert {answer["model"]["head_sha256"] for answer in answers} == {  # type: ignore[index]
        written["head_sha256"]
    }


def test_a_truncated_photograph_is_manual(grades: Path) -> None:
    (answer,) = graded([grades / "Rolling_Scrap" / "7 (3).jpg"])
    assert (answer["decision"], answer["reasons"]) == ("manual", ["Q_TRUNCATED"])


def test_renamed_and_saved_without_loss_is_the_same_picture(grades: Path, tmp_path: Path) -> None:
    for path in some_photographs(grades, 5, seed=1):
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        assert pixels is not None
        copy = tmp_path / "another name.png"
        cv2.imwrite(str(copy), pixels)
        first, again = graded([path, copy])
        differs = {"image", "sha256"}
        assert {key: first[key] for key in first.keys() - differs} == {
            key: again[key] for key in again.keys() - differs
        }


@pytest.mark.soak
def test_re_encoded_photographs_keep_their_class(grades: Path, tmp_path: Path) -> None:
    pictures = some_photographs(grades, 24, seed=2)
    copies = []
    for number, path in enumerate(pictures):
        pixels = cv2.imread(str(path), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        assert pixels is not None
        copy = tmp_path / f"{number}.jpg"
        cv2.imwrite(str(copy), np.asarray(pixels), [cv2.IMWRITE_JPEG_QUALITY, 88])
        copies.append(copy)
    for first, again in zip(graded(pictures), graded(copies), strict=True):
        assert first["grade_class"] == again["grade_class"], first["image"]


@pytest.mark.parametrize("folder", ["not_scrap/metal", "not_scrap/plastic", "not_scrap/trash"])
def test_household_objects_are_never_automatic(folder: str) -> None:
    pictures = sorted(shared_path(f"data/scrap_photos/{folder}").iterdir())
    assert "auto" not in {answer["decision"] for answer in graded(pictures)}


@pytest.mark.soak
def test_of_another_site_only_clear_loads_are_automatic() -> None:
    pictures = sorted(shared_path("data/scrap_photos/wagon_frames").glob("*.jpg"))
    answers = graded(pictures)
    automatic = {
        (Path(str(answer["image"])).name[:10], answer["form"])
        for answer in answers
        if answer["decision"] == "auto"
    }
    assert automatic == {("2021-03-17", "shredded"), ("2021-11-08", "heavy_mixed")}
    cast = next(answer for answer in answers if "07-34-47" in str(answer["image"]))
    assert "Q_CAST" in cast["reasons"]  # type: ignore[operator]


def test_the_published_logits_of_a_truck_frame_come_out(cache: Path) -> None:
    from grading.backbone import load_backbone

    frame = cv2.imread(str(shared_path("data/scrap_photos/truck_bed/testimg.jpg")))
    assert frame is not None
    view = cv2.resize(frame, (224, 224), interpolation=cv2.INTER_AREA)[:, :, ::-1]
    logits, feat = load_backbone(cache).outputs(np.asarray(view, np.uint8)[None], "logits", "feat")
    assert np.argsort(-logits[0])[:3].tolist() == [569, 791, 519]
    np.testing.assert_allclose(logits[0][[569, 791, 519]], [8.09, 5.72, 5.46], atol=0.02)
    assert feat.mean() == pytest.approx(0.2266, abs=0.001)


@pytest.mark.soak
@pytest.mark.parametrize(
    ("grouping", "at_least"), [("phash", 0.83), ("phash+day", 0.72)], ids=["near", "day"]
)
def test_all_folds_through_the_commands(
    grades: Path, tmp_path: Path, grouping: str, at_least: float
) -> None:
    """Every photograph is graded once by a head that was trained without its fold."""
    drawn = json.loads(
        call(
            "evaluate",
            "--photos", grades,
            "--grouping", grouping,
            "--seeds", 1,
            "--save-folds", tmp_path,
        )
    )  # fmt: skip
    fold_by_name = json.loads((tmp_path / f"{grouping}-0.json").read_text())["folds"]
    hits = 0
    for fold in sorted(set(fold_by_name.values())):
        folds, head = tmp_path / f"fold-{fold}.json", tmp_path / f"head-{fold}.json"
        folds.write_text(json.dumps({"folds": fold_by_name, "held_out": [fold]}))
        call(
            "train",
            "--photos", grades,
            "--folds", folds,
            "--grouping", grouping,
            "--out", head,
        )  # fmt: skip
        held_out = [grades / name for name, own in fold_by_name.items() if own == fold]
        hits += right(graded(held_out, "--head", head))
    assert hits == drawn["runs"][0]["grades"]["accuracy"]["hits"]
    assert hits / 328 >= at_least
