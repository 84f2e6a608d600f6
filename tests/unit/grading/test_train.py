import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from grading import api
from grading.backbone import Backbone
from grading.calibration import ABSENT_LOGIT
from grading.errors import FoldsFileError, HeadFileError, PhotoFolderError
from grading.evaluate import draw_folds
from grading.features import TILE_WIDTH, tile_vectors
from grading.fit import drawn_together, fit_views, sample_weights, stratified_folds
from grading.folds import folds_file, read_folds
from grading.forms import GRADE_CLASSES
from grading.grouping import Grouping, groups_of
from grading.head import FORMAT_BEFORE, SHIPPED_HEAD, head_from_bytes, read_head
from grading.photos import PhotoSet, read_photos
from grading.train import train_head
from tests.unit.grading.drawings import draw, draw_folder, jpeg, png


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    drawn = draw_folder(tmp_path_factory.mktemp("photos"))
    (drawn / "HMS_1" / "cut.jpg").write_bytes(jpeg(draw("heap", 50))[:-300])
    (drawn / "HMS_1" / "notes.txt").write_text("not a picture")
    return drawn


@pytest.fixture(scope="module")
def photo_set(folder: Path, backbone: Backbone, cache: Path) -> PhotoSet:
    return read_photos(folder, backbone, cache)


@pytest.fixture(autouse=True)
def _cache(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FERROTRACE_CACHE", str(cache))


def test_pictures_are_read_with_their_labels(photo_set: PhotoSet) -> None:
    assert len(photo_set.photos) == 24
    assert photo_set.photos[0].name == "Alternators/0.png"
    assert [photo.name for photo in photo_set.unreadable] == ["HMS_1/cut.jpg"]
    assert "cut short" in photo_set.unreadable[0].problem


def test_a_spoilt_vector_in_the_cache_is_made_again(
    folder: Path, photo_set: PhotoSet, backbone: Backbone, cache: Path
) -> None:
    for kept in cache.rglob("*.f32"):
        kept.write_bytes(b"abc")
    again = read_photos(folder, backbone, cache)
    for one, other in zip(again.photos, photo_set.photos, strict=True):
        assert (one.vector == other.vector).all()


@pytest.mark.parametrize(("name", "reason"), [("Copper", "Copper"), ("HMS_1", "no picture")])
def test_a_folder_that_cannot_be_used_is_refused(
    tmp_path: Path, backbone: Backbone, name: str, reason: str
) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises(PhotoFolderError, match=reason):
        read_photos(tmp_path, backbone, tmp_path)


def test_near_duplicates_are_one_group_and_days_another(photo_set: PhotoSet) -> None:
    from datetime import date

    first, second, third = (
        dataclasses.replace(photo, perceptual_hash=bits, day=day, label="HMS_1")
        for photo, bits, day in zip(
            photo_set.photos,
            (0, 0b111, 2**60 - 1),
            (None, date(2014, 1, 1), date(2014, 1, 1)),
            strict=False,
        )
    )
    by_hash = groups_of([first, second, third], Grouping.PHASH)
    assert by_hash[0] == by_hash[1] != by_hash[2]
    assert len(set(groups_of([first, second, third], Grouping.PHASH_AND_DAY))) == 1
    other_class = dataclasses.replace(third, label="HMS_80_20")
    assert len(set(groups_of([first, second, other_class], Grouping.PHASH_AND_DAY))) == 2


def test_groups_never_straddle_folds() -> None:
    labels = ["HMS_1", "HMS_1", "Shredded", "Shredded"] * 6
    groups = [index // 2 for index in range(24)]
    folds = stratified_folds(labels, groups, 5, seed=1)
    assert set(folds) == {0, 1, 2, 3, 4}
    assert all(folds[index] == folds[index + 1] for index in range(0, 24, 2))


@pytest.mark.parametrize("labels", [[], ["HMS_1"], ["HMS_1", "Shredded"]])
def test_too_few_pictures_make_no_folds(labels: list[str]) -> None:
    with pytest.raises(PhotoFolderError):
        stratified_folds(labels, list(range(len(labels))), 5, seed=0)


def test_a_fit_needs_two_classes() -> None:
    with pytest.raises(PhotoFolderError, match="at least 2"):
        fit_views(np.zeros((3, 2, 20), np.float32), ["HMS_1"] * 3, np.ones(3))


def drawn_views(
    classes: tuple[str, ...], width: int, pictures: int
) -> tuple[np.ndarray, list[str]]:
    """Three views of each picture, spread around a centre of their class."""
    random = np.random.default_rng(3)
    centres = np.repeat(random.normal(0, 3, (len(classes), 1, width)), pictures, axis=0)
    labels = [name for name in classes for _ in range(pictures)]
    return centres + random.normal(0, 1, (len(labels), 3, width)), labels


@pytest.mark.parametrize("classes", [("HMS_1", "Shredded"), ("HMS_1", "Shredded", "lms")])
@pytest.mark.parametrize(("width", "pictures"), [(TILE_WIDTH, 5), (12, 10)])
def test_a_fit_tells_its_own_pictures_apart(
    classes: tuple[str, ...], width: int, pictures: int
) -> None:
    views, labels = drawn_views(classes, width, pictures)
    fit = fit_views(views, labels, np.ones(len(labels)))
    logits = fit.linear.logits(views.mean(axis=1))
    assert [GRADE_CLASSES[place] for place in logits.argmax(axis=1)] == labels
    assert (logits == ABSENT_LOGIT).sum() == (24 - len(classes)) * len(labels)
    assert not fit.without


def test_lines_without_a_fold_are_those_of_the_rest() -> None:
    views, labels = drawn_views(("HMS_1", "Shredded", "lms"), 12, 8)
    folds = [index % 4 for index in range(len(labels))]
    weights = sample_weights(labels, list(range(len(labels))))
    without = fit_views(views, labels, weights, folds).without[2].logits(views.mean(axis=1))
    rest = [index for index, fold in enumerate(folds) if fold != 2]
    alone = fit_views(views[rest], [labels[index] for index in rest], weights[rest])
    places = [GRADE_CLASSES.index(name) for name in ("HMS_1", "Shredded", "lms")]
    again = alone.linear.logits(views.mean(axis=1))[:, places]
    assert np.abs(without[:, places] - again).max() < 2000  # the scaling is that of all pictures


def test_a_class_that_is_wholly_in_a_fold_is_absent_without_it() -> None:
    views, labels = drawn_views(("HMS_1", "Shredded", "lms"), 12, 4)
    folds = [int(label == "lms") for label in labels]
    without = fit_views(views, labels, np.ones(12), folds).without
    assert without[1].classes == ("HMS_1", "Shredded")
    assert without[0].classes == ("lms",)


def test_rare_classes_and_small_groups_count_more() -> None:
    labels = ["HMS_1", "HMS_1", "HMS_1", "Shredded"]
    first, second, alone, rare = sample_weights(labels, [0, 0, 1, 2])
    assert first == second < alone < rare


def test_training_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    first = api.train(folder, tmp_path / "a.json", grouping="phash")
    second = api.train(folder, tmp_path / "b.json", grouping="phash")
    raw = (tmp_path / "a.json").read_bytes()
    assert raw == (tmp_path / "b.json").read_bytes()
    assert first["head_sha256"] == second["head_sha256"] == hashlib.sha256(raw).hexdigest()
    assert first["pictures"] == 24
    assert first["unreadable"][0]["name"] == "HMS_1/cut.jpg"
    assert read_head(tmp_path / "a.json").head.to_bytes() == raw


def test_a_head_judges_the_kinds_it_was_shown(folder: Path, tmp_path: Path) -> None:
    api.train(folder, tmp_path / "head.json", grouping="phash")
    grader = api.load_grader(tmp_path / "head.json")
    for name, kind in (("HMS_1", "heap"), ("Rolling_Scrap", "rods"), ("Shredded", "noise")):
        assert grader.propose([png(draw(kind, 99))]).grade_class == name


def test_pictures_held_out_are_not_shown(folder: Path, photo_set: PhotoSet, tmp_path: Path) -> None:
    by_hash = photo_set.photos[0].sha256
    by_name = [photo.name for photo in photo_set.photos if photo.label == "Shredded"]
    folds = tmp_path / "folds.json"
    folds.write_text(json.dumps({"held_out": [by_hash, *by_name]}))
    written = api.train(folder, tmp_path / "head.json", folds=folds, grouping="phash+day")
    head = read_head(tmp_path / "head.json").head
    assert written["held_out"] == 7
    assert written["training"]["pictures"] == {"Alternators": 5, "HMS_1": 6, "Rolling_Scrap": 6}
    assert len(head.bank) == 17
    figures = api.evaluate(folder, folds=folds, head=tmp_path / "head.json", grouping="phash")[
        "runs"
    ][0]
    assert figures["pictures"] == 7
    assert figures["grades"]["accuracy"]["hits"] <= 1
    same = api.evaluate(folder, folds=folds, grouping="phash")["runs"][0]
    assert same["grades"] == figures["grades"]


def test_evaluation_draws_folds_and_can_repeat_them(
    folder: Path, photo_set: PhotoSet, tmp_path: Path
) -> None:
    drawn = api.evaluate(folder, grouping="phash", seeds=1, save_folds=tmp_path)
    folds = tmp_path / "phash-0.json"
    assert read_folds(folds, photo_set).fold_by_name == draw_folds(
        photo_set.photos, Grouping.PHASH, 0
    )
    run = drawn["runs"][0]
    assert run["pictures"] == 25
    assert run["grades"]["accuracy"]["hits"] >= 20
    assert run["forms"]["pictures"] == 19
    assert api.evaluate(folder, grouping="phash", seeds=1) == drawn
    again = api.evaluate(folder, folds=folds, grouping="phash")["runs"][0]
    assert again["grades"] == run["grades"]


def test_a_fold_number_holds_out_its_pictures(photo_set: PhotoSet, tmp_path: Path) -> None:
    names = [photo.name for photo in photo_set.photos]
    folds = tmp_path / "folds.json"
    folds.write_bytes(folds_file({names[0]: 0, names[1]: 1, names[2]: 0}, held_out=[0]))
    assert read_folds(folds, photo_set).held_out == {names[0], names[2]}


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"other": 1}',
        '{"folds": []}',
        '{"folds": {"HMS_1/0.png": "1"}}',
        '{"folds": {"HMS_1/none.png": 1}}',
        '{"held_out": "HMS_1/0.png"}',
        '{"held_out": ["none"]}',
    ],
)
def test_a_folds_file_that_does_not_fit_is_refused(
    photo_set: PhotoSet, tmp_path: Path, content: str
) -> None:
    (tmp_path / "folds.json").write_text(content)
    with pytest.raises(FoldsFileError):
        read_folds(tmp_path / "folds.json", photo_set)


def test_a_head_is_measured_only_on_named_pictures(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(FoldsFileError, match="holds out"):
        api.evaluate(folder, head=SHIPPED_HEAD, grouping="phash")
    folds = tmp_path / "folds.json"
    folds.write_text('{"folds": {"HMS_1/0.png": 1}}')
    with pytest.raises(FoldsFileError, match="holds out no picture"):
        api.evaluate(folder, folds=folds, head=SHIPPED_HEAD, grouping="phash")
    folds.write_text('{"folds": {}}')
    with pytest.raises(PhotoFolderError, match="no picture has a fold"):
        api.evaluate(folder, folds=folds, grouping="phash")


def test_the_shipped_head_is_whole_and_small() -> None:
    raw = SHIPPED_HEAD.read_bytes()
    assert hashlib.sha256(raw).hexdigest() == SHIPPED_HEAD_SHA256
    assert len(raw) < 5_000_000
    head = head_from_bytes(raw)
    assert head.linear.classes == GRADE_CLASSES
    assert head.to_bytes() == raw
    assert sum(head.training["pictures"].values()) == len(head.bank) == 327


SHIPPED_HEAD_SHA256 = "83d905f03d830bb95f753cd64eca2e1b7fdda45e91c274f637883199b1631f90"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "other"),
        ("features", "other"),
        ("classes", ["lms", "HMS_1"]),
        ("classes", ["HMS_1"]),
        ("weights_f32", "!"),
        ("bias_f32", "AAAA"),
        ("bank_u8", "AAAA"),
        ("calibration", {"scale_percent": 1}),
        ("calibration", None),
    ],
)
def test_a_head_file_of_another_form_is_refused(member: str, value: object) -> None:
    content = json.loads(SHIPPED_HEAD.read_bytes())
    content[member] = value
    with pytest.raises(HeadFileError):
        head_from_bytes(json.dumps(content).encode())


def test_a_head_of_fractions_or_of_no_numbers_is_refused() -> None:
    content = json.loads(SHIPPED_HEAD.read_bytes())
    content["calibration"]["alpha_bp"] = 0.5
    with pytest.raises(HeadFileError, match="whole number"):
        head_from_bytes(json.dumps(content).encode())
    head = head_from_bytes(SHIPPED_HEAD.read_bytes())
    spoilt = np.full(24, np.nan, np.float32)
    raw = dataclasses.replace(head, linear=dataclasses.replace(head.linear, bias=spoilt)).to_bytes()
    with pytest.raises(HeadFileError, match="finite"):
        head_from_bytes(raw)


@pytest.mark.parametrize("raw", [b"", b"\x80\x04.", b"[]", b"{}", b"null"])
def test_other_bytes_are_no_head(raw: bytes) -> None:
    with pytest.raises(HeadFileError):
        head_from_bytes(raw)


def test_a_head_of_the_format_before_sees_frames_as_photographs() -> None:
    content = json.loads(SHIPPED_HEAD.read_bytes())
    del content["frame"]
    with pytest.raises(HeadFileError):
        head_from_bytes(json.dumps(content).encode())
    content["format"] = FORMAT_BEFORE
    head = head_from_bytes(json.dumps(content).encode())
    assert (head.frame_linear.weights == head.linear.weights).all()


def test_lines_of_one_form_are_drawn_together_and_others_are_not() -> None:
    lines, present = np.zeros((24, 1)), np.ones(24, np.bool_)
    first, second, other = (
        GRADE_CLASSES.index(name) for name in ("HMS_1", "HMS_80_20", "Alternators")
    )
    lines[[first, other]] = 1
    together = drawn_together(lines, present)
    assert together[[first, second, other], 0].tolist() == pytest.approx([0.9, 0.1, 1.0])
    present[second] = False
    assert drawn_together(lines, present)[first, 0] == pytest.approx(1.0)


def test_a_head_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HeadFileError, match=r"none\.json"):
        read_head(tmp_path / "none.json")


def test_a_class_with_one_picture_can_be_trained(photo_set: PhotoSet) -> None:
    few = [photo for photo in photo_set.photos if photo.name != "Shredded/0.png"]
    single = [photo for photo in few if photo.label != "Shredded" or photo.name.endswith("/1.png")]
    head = train_head(single, onnx_sha256="", grouping=Grouping.PHASH)
    assert "Shredded" in head.linear.classes


def test_tiles_are_told_apart_by_lines_of_their_own(backbone: Backbone) -> None:
    tiles = tile_vectors(backbone, [draw(kind, 1) for kind in ("heap", "rods", "truck")])
    assert tiles.shape == (3, TILE_WIDTH)
    logits = read_head(SHIPPED_HEAD).head.tile_logits(tiles)
    assert logits.shape == (3, 24)
    assert logits.dtype == np.int64
    assert len({row.tobytes() for row in logits}) == 3
    assert tile_vectors(backbone, []).shape == (0, TILE_WIDTH)
