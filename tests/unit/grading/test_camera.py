"""A camera's own past, pictures that come twice, spots on the lens."""

import dataclasses

import cv2
import numpy as np
import pytest

from grading.api import Grader, grader_of
from grading.camera import CameraPast, Usual, drift_reasons, figures_of, usual_of
from grading.dirt import dirt_bp
from grading.frame import Frame, seen_frames
from grading.geometry import bed_of
from grading.layers import exposures, glance
from grading.load_limits import LoadLimits
from grading.load_reasons import load_reasons
from grading.propose import propose
from grading.quality import QualityLimits, measure_quality
from grading.settings import read_settings, settings_bytes
from grading.site import Site
from tests.unit.grading.drawings import Drawing, draw, png
from tests.unit.grading.loads import BAY, frame, surface
from tests.unit.grading.test_weighing import facts

LIMITS = QualityLimits()
GOOD = Usual(edge_percent=160, p50_level=120, level_range=180)


def test_a_camera_of_few_loads_has_nothing_usual() -> None:
    assert usual_of(CameraPast(first=[])) is None
    assert usual_of(CameraPast(first=[GOOD] * 19)) is None
    assert usual_of(CameraPast(first=[GOOD] * 20)) == GOOD


def test_a_slow_loss_does_not_become_what_is_usual() -> None:
    softer = [dataclasses.replace(GOOD, edge_percent=160 - step // 4) for step in range(200)]
    usual = usual_of(CameraPast(first=softer[:30], last=softer[-30:]))
    assert usual is not None
    assert usual.edge_percent >= 155


def test_a_better_lens_becomes_what_is_usual() -> None:
    better = dataclasses.replace(GOOD, edge_percent=190)
    assert usual_of(CameraPast(first=[GOOD] * 30, last=[better] * 20)) == better


def test_what_a_frame_has_lost_is_told_by_its_code() -> None:
    quality = measure_quality(frame(surface("rods", 1), 1))
    own = figures_of([quality])
    assert own is not None
    assert drift_reasons(quality, None, LIMITS) == []
    assert drift_reasons(quality, own, LIMITS) == []
    sharper = dataclasses.replace(own, edge_percent=2 * own.edge_percent)
    assert drift_reasons(quality, sharper, LIMITS) == ["Q_BLUR"]
    lighter = dataclasses.replace(own, p50_level=250, level_range=2 * own.level_range + 10)
    assert "Q_EXPOSURE" in drift_reasons(quality, lighter, LIMITS)


def test_what_is_usual_enters_the_settings_and_comes_back() -> None:
    plain, known = settings_bytes(Site()), settings_bytes(Site(), None, GOOD)
    assert plain != known
    assert read_settings(plain).usual is None
    assert read_settings(known).usual == GOOD
    assert grader_of(None, known).usual == GOOD


def test_a_camera_that_went_blind_is_for_a_person(grader: Grader) -> None:
    shot = [Frame(content=png(frame(surface("rods", 1), 1)))]
    first = grader.propose_load(shot, BAY)
    assert first.camera is not None
    sharp = CameraPast(first=[dataclasses.replace(GOOD, edge_percent=900)] * 20)
    blind = grader.propose_load(shot, BAY, sharp)
    assert "Q_BLUR" in blind.reasons
    assert blind.model["settings_sha256"] != first.model["settings_sha256"]
    assert blind.camera is None


def test_the_same_pixels_again_are_a_duplicate() -> None:
    one = frame(surface("rods", 1), 1)
    other = frame(surface("rods", 1), 2)
    bmp = cv2.imencode(".bmp", one)[1].tobytes()
    contents = [png(one), png(other), bmp, b"none", b"none"]
    seen = seen_frames([Frame(content=content) for content in contents], BAY, Site())
    assert ["Q_DUPLICATE" in each.gate for each in seen] == [False, False, True, False, False]


def test_a_photograph_given_twice_is_no_second_witness(grader: Grader) -> None:
    raw = png(draw("heap", 1))
    twice = propose(
        [raw, raw], backbone=grader.backbone, head_file=grader.head_file, site=grader.site
    )
    assert "Q_DUPLICATE" in twice.reasons
    assert "Q_DUPLICATE" not in twice.pictures[0].reasons
    assert "Q_DUPLICATE" in twice.pictures[1].reasons


def layers_dirt_bp(pictures: list[Drawing]) -> int:
    glances = [glance(picture, bed_of(picture, BAY)) for picture in pictures]
    return dirt_bp(glances, exposures(glances, fixed_camera=True))


def behind_a_drop(picture: Drawing) -> Drawing:
    spot = np.zeros(picture.shape[:2], np.float32)
    cv2.circle(spot, (250, 170), 35, 1, -1)
    part = cv2.GaussianBlur(spot, (0, 0), 6)[:, :, None]
    soft = cv2.GaussianBlur(picture, (0, 0), 8)
    return (picture * (1 - part) + soft * part).astype(np.uint8)


@pytest.fixture(scope="module")
def layers() -> list[Drawing]:
    materials = ("rods", "chips", "rods", "chips")
    return [frame(surface(name, seed), seed) for seed, name in enumerate(materials)]


def test_a_drop_on_the_lens_is_seen_behind_changing_layers(layers: list[Drawing]) -> None:
    limit = LoadLimits().dirt_max_bp
    assert layers_dirt_bp(layers) == 0
    assert layers_dirt_bp([behind_a_drop(layer) for layer in layers]) > limit
    assert layers_dirt_bp([behind_a_drop(layer) for layer in layers[:3]]) == 0


def test_what_never_changes_is_no_dirt(layers: list[Drawing]) -> None:
    same = behind_a_drop(layers[0])
    assert layers_dirt_bp([same] * 5) == 0


def test_dirt_keeps_a_load_from_being_decided_alone() -> None:
    assert load_reasons(facts(), LoadLimits()) == set()
    assert load_reasons(facts(dirt_bp=51), LoadLimits()) == {"Q_DIRT"}
