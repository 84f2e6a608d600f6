"""Hazards, magnets, bare ground; areas unlike metal; the curve of deduction."""

import dataclasses

import cv2
import numpy as np
import pytest

from grading.api import Grader
from grading.backbone import Backbone
from grading.deduction import Deduction, fit_deduction, read_deduction
from grading.errors import SiteFileError
from grading.frame import Frame
from grading.hazards import HAZARD_KINDS, find_hazards, hazard_reasons
from grading.inclusions import INCLUSION_KINDS, crop, find_inclusions
from grading.load_proposal import load_record
from grading.quality import QualityLimits, measure_quality, quality_reasons
from grading.settings import settings_bytes
from grading.sights import (
    BARE,
    MAGNET,
    look_around,
    part_boxes,
    sight_reasons,
    sights,
    sights_sha256,
)
from grading.site import Site, site_content, site_of
from grading.vessel_shape import ROUND_END, STRAIGHT_SIDES, vessel_codes
from tests.support.shared import shared_path
from tests.unit.grading.drawings import draw, png

KIND = "gas_cylinder"


def like(name: str, count: int = 1) -> np.ndarray:
    """Vectors that look as much like a prototype as can be."""
    weights = sights()[name].weights
    return np.tile(np.maximum(weights, 0), (count, 1)).astype(np.float32)


def unlike(name: str, count: int = 1) -> np.ndarray:
    return np.tile(np.maximum(-sights()[name].weights, 0), (count, 1)).astype(np.float32)


def test_parts_are_the_whole_and_twelve_tiles_below_the_clock() -> None:
    boxes = part_boxes(800, 630, 30)
    assert len(boxes) == 13
    assert boxes[0] == (0, 30, 800, 600)
    assert boxes[1] == (0, 30, 320, 300)
    assert boxes[-1] == (480, 330, 320, 300)


def test_a_part_that_looks_like_a_cylinder_stops_the_load_once() -> None:
    boxes = part_boxes(800, 600)
    vectors = np.concatenate([unlike(KIND), like(KIND, 2), unlike(KIND, 10)])
    (hazard,) = find_hazards(draw("heap", 1), boxes, vectors)
    assert (hazard.kind, hazard.box_px) == (KIND, boxes[1])
    assert 5_000 < hazard.score_bp <= 10_000
    assert hazard.codes[0] == "LOOKS_ALIKE"
    assert hazard_reasons([hazard, hazard]) == ["HAZARD_GAS_CYLINDER"]
    assert set(sights()) & set(HAZARD_KINDS) == {KIND}


def test_two_parts_that_lie_apart_are_two_hazards() -> None:
    boxes = [(0, 0, 100, 100), (300, 300, 100, 100), (310, 310, 50, 50), (0, 250, 60, 60)]
    found = find_hazards(draw("heap", 1), boxes, np.concatenate([like(KIND, 3), unlike(KIND)]))
    assert [hazard.box_px for hazard in found] == boxes[:2]


def test_bare_ground_and_a_magnet_are_named() -> None:
    assert sight_reasons(np.concatenate([like(BARE, 7), unlike(BARE, 5)])) == ["Q_NO_LOAD"]
    assert sight_reasons(np.concatenate([unlike(BARE, 11), like(MAGNET)])) == ["Q_MAGNET"]
    assert sight_reasons(unlike(BARE, 12)) == []
    assert sight_reasons(np.empty((0, 1392), np.float32)) == []


def test_the_prototypes_are_named_by_hash() -> None:
    assert len(sights_sha256()) == 64
    assert all(len(sight.weights) == 1280 for sight in sights().values())


def test_a_drawing_is_looked_at_in_all_its_parts(backbone: Backbone) -> None:
    seen = look_around(backbone, draw("heap", 1))
    assert seen.vectors.shape == (13, 1280)
    assert find_hazards(draw("heap", 1), seen.boxes_px, seen.vectors) == ()


def test_round_ends_and_straight_sides_are_told() -> None:
    vessel = np.full((240, 240, 3), 200, np.uint8)
    cv2.rectangle(vessel, (80, 40), (160, 200), (60, 60, 60), -1)
    cv2.ellipse(vessel, (120, 120), (34, 24), 0, 0, 360, (230, 230, 230), -1)
    assert vessel_codes(vessel) == (ROUND_END, STRAIGHT_SIDES)
    assert vessel_codes(np.full((240, 240, 3), 90, np.uint8)) == ()
    assert vessel_codes(vessel[:20, :20]) == ()


def test_every_photograph_of_a_cylinder_is_stopped(backbone: Backbone) -> None:
    files = sorted(shared_path("data/scrap_photos/cylinders").glob("*.jpg"))[::10]
    for file in files:
        pixels = np.asarray(cv2.imread(str(file)), np.uint8)
        seen = look_around(backbone, pixels)
        assert find_hazards(pixels, seen.boxes_px, seen.vectors)


def test_an_area_unlike_metal_is_evidence_with_its_place() -> None:
    heap = np.full((600, 800, 3), 110, np.uint8)
    heap[:] = np.random.default_rng(1).integers(70, 150, (600, 800, 1), dtype=np.uint8)
    heap[200:360, 300:460] = (230, 120, 20)
    (area,) = find_inclusions(heap)
    x, y, width, height = area.box_px
    assert area.kind == "plastic"
    assert area.kind in INCLUSION_KINDS
    assert abs(x - 300) <= 20
    assert abs(y - 200) <= 20
    assert abs(width - 160) <= 40
    assert abs(height - 160) <= 40
    assert 400 <= area.area_bp <= 650
    assert crop(heap, area).shape[0] > height
    load = np.zeros((60, 80), np.bool_)
    load[:, 60:] = True
    assert find_inclusions(heap, load) == ()


def test_what_looks_like_the_rest_of_a_strange_load_is_no_inclusion() -> None:
    """In hard sun half of a load lies far from the bank; only what stands out from it counts."""
    random = np.random.default_rng(1)
    light = random.integers(0, 2, (40, 40, 1), dtype=np.uint8) * 200 + 30
    strange = cv2.resize(light, (800, 600), interpolation=cv2.INTER_NEAREST)
    load = np.repeat(strange[:, :, None], 3, axis=2).astype(np.uint8)
    assert sum(area.area_bp for area in find_inclusions(load)) < 500
    load[200:360, 300:460] = (230, 120, 20)
    assert "plastic" in {area.kind for area in find_inclusions(load)}


@pytest.mark.parametrize(
    ("colour", "kind"),
    [((12, 12, 12), "rubber"), ((250, 250, 250), "concrete"), ((20, 160, 235), "wood")],
)
def test_areas_are_called_by_colour(colour: tuple[int, int, int], kind: str) -> None:
    heap = np.zeros((600, 800, 3), np.uint8)
    heap[:] = np.random.default_rng(1).integers(70, 150, (600, 800, 1), dtype=np.uint8)
    heap[200:400, 300:500] = colour
    assert kind in {area.kind for area in find_inclusions(heap)}


def trucks(count: int) -> list[tuple[int, int]]:
    random = np.random.default_rng(5)
    evidence = random.integers(0, 800, count)
    truth = np.maximum(0, 12 * evidence + random.normal(0, 600, count)).astype(int)
    return [(int(one), int(other)) for one, other in zip(evidence, truth, strict=True)]


def test_below_fifty_trucks_there_is_no_interval() -> None:
    assert fit_deduction(trucks(49)) is None


def test_the_interval_rises_with_the_evidence_and_holds_nine_trucks_in_ten() -> None:
    table = fit_deduction(trucks(200))
    assert table is not None
    assert list(table.middle_g_per_t) == sorted(table.middle_g_per_t)
    fresh = trucks(260)[200:]
    intervals = [table.at(evidence) for evidence, _ in fresh]
    held = [
        each is not None and each.low_g_per_t <= truth <= each.high_g_per_t
        for each, (_, truth) in zip(intervals, fresh, strict=True)
    ]
    assert sum(held) >= 0.82 * len(held)


def test_a_table_of_a_site_is_read_as_it_was_written() -> None:
    table = fit_deduction(trucks(60))
    assert table is not None
    assert read_deduction(table.as_json()) == table
    assert dataclasses.replace(table, trucks=49).at(100) is None
    small = read_deduction(
        {
            "trucks": 50,
            "evidence_bp": [0, 100],
            "low_g_per_t": [0, 500],
            "middle_g_per_t": [100, 1_000],
            "high_g_per_t": [900, 2_000],
        }
    )
    assert small.at(50) == Deduction(low_g_per_t=250, middle_g_per_t=550, high_g_per_t=1_450)


@pytest.mark.parametrize(
    "change",
    [
        {"trucks": -1},
        {"evidence_bp": [3, 1]},
        {"low_g_per_t": [1.5, 2]},
        {"high_g_per_t": [0]},
        {"low_g_per_t": [99_999, 99_999]},
        {"surplus": 1},
    ],
)
def test_a_table_outside_the_format_is_refused(change: dict[str, object]) -> None:
    table = {
        "trucks": 50,
        "evidence_bp": [0, 100],
        "low_g_per_t": [0, 500],
        "middle_g_per_t": [100, 1_000],
        "high_g_per_t": [900, 2_000],
    }
    with pytest.raises(SiteFileError):
        read_deduction(table | change)


def test_a_smear_in_one_direction_is_motion() -> None:
    smear = np.zeros((15, 15), np.float32)
    smear[7] = 1 / 15
    smeared = np.asarray(cv2.filter2D(draw("heap", 1), -1, smear), np.uint8)
    assert "Q_MOTION" in quality_reasons(measure_quality(smeared), QualityLimits(), None)


@pytest.mark.parametrize("gains", [(0.8, 0.5, 1.0), (0.6, 0.8, 1.0), (1, 0.75, 0.5), (0.6, 1, 0.6)])
def test_a_cast_of_any_colour_is_found(gains: tuple[float, float, float]) -> None:
    tinted = np.clip(draw("heap", 1) * np.array(gains), 0, 255).astype(np.uint8)
    assert "Q_CAST" in quality_reasons(measure_quality(tinted), QualityLimits(), None)


def test_a_curve_in_a_sites_file_gives_a_load_its_interval(grader: Grader) -> None:
    table = {
        "trucks": 50,
        "evidence_bp": [0, 10_000],
        "low_g_per_t": [1, 1],
        "middle_g_per_t": [2, 2],
        "high_g_per_t": [3, 3],
    }
    site = site_of({"format": "ferrotrace-site-1", "deduction": table})
    assert site_of(site_content(site)) == site
    assert settings_bytes(site) != settings_bytes(Site())
    frames = [Frame(content=png(draw("heap", 1)))]
    assert grader.propose_load(frames).deduction is None
    load = dataclasses.replace(grader, site=site).propose_load(frames)
    assert load.deduction == Deduction(low_g_per_t=1, middle_g_per_t=2, high_g_per_t=3)
    assert load_record(load)["deduction"] == dataclasses.asdict(load.deduction)
    with pytest.raises(SiteFileError):
        site_of({"format": "ferrotrace-site-1", "deduction": None})


def test_other_prototypes_are_another_calibration(
    grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted = grader.head_file.head.calibration
    before = Site().calibration_sha256(fitted)
    monkeypatch.setattr("grading.site.sights_sha256", lambda: "0" * 64)
    assert Site().calibration_sha256(fitted) != before
