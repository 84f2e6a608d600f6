"""A site's data set: pictures by hash, labels that are never overwritten, what train reads."""

import json
from pathlib import Path

import pytest

from grading.errors import PhotoFolderError
from grading.label import (
    Label,
    LabelArea,
    add_label,
    add_pictures,
    append_line,
    class_words,
    classes_by_form,
    export,
    labels_of,
    loads,
    majority,
    pictures,
    small_jpeg,
)
from grading.settings import read_settings, settings_bytes
from grading.site import Site
from tests.unit.grading.drawings import draw, jpeg


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for seed in range(2):
        (folder / f"{seed}.jpg").write_bytes(jpeg(draw("heap", seed)))
    made = tmp_path / "set"
    assert add_pictures(made, folder) == 2
    assert add_pictures(made, folder) == 0
    return made


def said(picture: str, grade_class: str | None, inspector: str = "a", *areas: LabelArea) -> Label:
    return Label(
        picture=picture, inspector=inspector, grade_class=grade_class, areas=areas, at="now"
    )


def test_the_last_label_of_a_person_counts_and_the_first_stays_on_file(dataset: Path) -> None:
    first, _ = pictures(dataset)
    add_label(dataset, said(first, "HMS_1"))
    add_label(dataset, said(first, "pns"))
    assert [label.grade_class for label in labels_of(dataset)] == ["pns"]
    assert len((dataset / "labels.jsonl").read_text("utf-8").splitlines()) == 2


def test_more_than_half_of_the_labels_make_a_class() -> None:
    labels = [said("p", "HMS_1"), said("p", "HMS_1", "b"), said("p", "pns", "c")]
    assert majority(labels) == "HMS_1"
    assert majority(labels[1:]) is None
    assert majority([said("p", None), said("p", None, "b")]) is None


def test_export_writes_class_folders_and_drawn_areas(dataset: Path) -> None:
    first, second = pictures(dataset)
    area = LabelArea(kind="inclusion", box_bp=(1_000, 2_000, 500, 5_000))
    add_label(dataset, said(first, "HMS_1", "a", area))
    add_label(dataset, said(second, None))
    assert export(dataset) == {"classes": {"HMS_1": 1}, "undecided": 1, "areas": 1}
    assert [path.stem for path in (dataset / "classes" / "HMS_1").iterdir()] == [first]
    content = json.loads((dataset / "coco.json").read_bytes())
    (drawn,) = content["annotations"]
    assert drawn["bbox"] == [80, 120, 40, 300]
    assert export(dataset, labels_min=3)["classes"] == {}


@pytest.mark.parametrize("box_bp", [(9_600, 0, 500, 500), (-1, 0, 5, 5), (0, 0, 0, 5)])
def test_an_area_outside_the_picture_is_refused(
    dataset: Path, box_bp: tuple[int, int, int, int]
) -> None:
    with pytest.raises(PhotoFolderError):
        add_label(dataset, said("p", "HMS_1", "a", LabelArea(kind="hazard", box_bp=box_bp)))


def test_a_grade_that_does_not_exist_is_refused(dataset: Path) -> None:
    with pytest.raises(PhotoFolderError):
        add_label(dataset, said("p", "gold"))


def test_the_page_has_words_for_every_grade_and_shows_pictures_small(dataset: Path) -> None:
    words = class_words()
    assert {name for _, names in classes_by_form() for name in names} <= set(words)
    small = small_jpeg(next(iter(pictures(dataset).values())), side_px=80)
    assert len(small) < 10_000


def test_loads_are_lines_of_their_own(dataset: Path) -> None:
    assert loads(dataset) == []
    append_line(dataset / "loads.jsonl", {"load": "1", "source": "blind"})
    assert loads(dataset) == [{"load": "1", "source": "blind"}]


def test_settings_come_back_from_their_bytes() -> None:
    site = Site(calibration={"ood_cosine_bp": 7_800}, form_grades={"shredded": ("SRS401",)})
    raw = settings_bytes(site, {"bay_id": "B"})
    settings = read_settings(raw)
    assert settings_bytes(settings.site, settings.bay) == raw
    assert read_settings(b'{"format": "ferrotrace-site-1"}').bay is None
