"""Layers of a drawn unloading: key frames, what passes, what is new, what had been seen before."""

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from grading.frame import Frame, SeenFrame, seen_frames
from grading.keyframes import Watched, watch
from grading.layers import Exposure, Glance, changed_bp, exposures, lifted, repeated_load_bp
from grading.load_limits import LoadLimits
from grading.register import register
from grading.site import Site
from tests.unit.grading.drawings import Drawing
from tests.unit.grading.loads import BAY, Shot, frame, surface, unloading

SITE = Site()
RODS, MORE_RODS, CHIPS = surface("rods", 1), surface("rods", 2), surface("chips", 3)


@pytest.fixture(scope="module")
def shots() -> list[Shot]:
    return unloading([RODS, MORE_RODS, CHIPS])


@pytest.fixture(scope="module")
def seen(shots: list[Shot]) -> list[SeenFrame]:
    return looked_at([shot.pixels for shot in shots])


@pytest.fixture(scope="module")
def watched(seen: list[SeenFrame]) -> Watched:
    return watch(seen, LoadLimits(), fixed_camera=True)


def looked_at(pictures: Sequence[Drawing], masses: Sequence[int] = ()) -> list[SeenFrame]:
    contents = [cv2.imencode(".png", picture)[1].tobytes() for picture in pictures]
    frames = [
        Frame(content=content, mass_kg=masses[place] if masses else None)
        for place, content in enumerate(contents)
    ]
    return seen_frames(frames, BAY, SITE)


def glances(pictures: Sequence[Drawing]) -> list[Glance]:
    return [glance_of(frame) for frame in looked_at(pictures)]


def glance_of(frame: SeenFrame) -> Glance:
    assert frame.look is not None
    return frame.look.glance


def smooth(seed: int) -> Drawing:
    coarse = np.random.default_rng(seed).integers(20, 230, (24, 48), dtype=np.uint8)
    return np.asarray(cv2.resize(coarse, (480, 240), interpolation=cv2.INTER_LINEAR), np.uint8)


def shown(pictures: Sequence[Drawing]) -> tuple[Exposure, ...]:
    return exposures(glances(pictures), fixed_camera=True)


def test_each_surface_has_one_key_frame_of_its_own_frames(
    shots: list[Shot], watched: Watched
) -> None:
    layers = [{shots[place].layer for place in own.members} for own in watched.surfaces]
    assert layers == [{0}, {1}, {2}, {3}, {4}]
    assert all(own.key.index in own.members for own in watched.surfaces)


def test_a_frame_with_a_magnet_is_told_and_stands_for_no_layer(
    shots: list[Shot], watched: Watched
) -> None:
    with_magnet = [place for place, shot in enumerate(shots) if shot.has_magnet]
    assert [own.index for own in watched.passing] == with_magnet
    for own in watched.passing:
        assert "Q_MAGNET" in own.gate
        assert 500 < own.hidden_bp < 2500


def test_the_sharpest_good_frame_of_a_surface_is_its_key() -> None:
    sharp = frame(RODS, 1)
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 1.2), np.uint8)
    black = np.zeros_like(sharp)
    seen = looked_at([soft, sharp, soft])
    (surface_seen,) = watch(seen, LoadLimits(), fixed_camera=True).surfaces
    assert surface_seen.key.index == 1
    (only,) = watch(looked_at([black]), LoadLimits(), fixed_camera=True).surfaces
    assert not only.key.is_good


def test_the_masses_of_the_lifts_between_two_surfaces_add_up() -> None:
    pictures = [frame(RODS, 1), frame(RODS, 2), frame(CHIPS, 3)]
    seen = looked_at(pictures, masses=[500, 700, 900])
    surfaces = watch(seen, LoadLimits(), fixed_camera=True).surfaces
    assert [own.mass_kg for own in surfaces] == [1200, 900]


def test_one_frame_for_each_lift_is_a_layer_for_each_frame() -> None:
    seen = looked_at([frame(surface("rods", seed), seed) for seed in range(4)])
    watched = watch(seen, LoadLimits(), fixed_camera=True)
    assert len(watched.surfaces) == 4
    assert watched.passing == ()


def test_noise_and_light_change_nothing_in_a_surface() -> None:
    one, other = frame(RODS, 1), frame(RODS, 2)
    darker = np.asarray(cv2.convertScaleAbs(other, alpha=0.8, beta=12), np.uint8)
    first, second = glances([one, darker])
    assert changed_bp(first, second) == 0


def test_half_a_bed_taken_off_is_half_new() -> None:
    half = RODS.copy()
    half[:, 240:] = MORE_RODS[:, 240:]
    first, second = shown([frame(RODS, 1), frame(half, 2)])
    assert first.new_bp == 10_000
    assert abs(second.new_bp - 5000) < 700
    assert second.repeated_bp == 0
    gone, last = lifted(glances([frame(RODS, 1), frame(half, 2)]))
    assert abs(int(gone.sum()) / int(last.sum()) - 0.5) < 0.07


def test_a_surface_shown_again_is_repeated() -> None:
    again = shown([frame(RODS, 1), frame(CHIPS, 2), frame(RODS, 3)])
    assert again[2].repeated_bp > 9000
    assert repeated_load_bp(again) > 3000
    honest = shown([frame(RODS, 1), frame(CHIPS, 2), frame(MORE_RODS, 3)])
    assert repeated_load_bp(honest) < 500


def test_a_place_seen_from_elsewhere_is_registered_and_another_place_is_not() -> None:
    sheet, other = smooth(7), smooth(8)
    plain = sheet[10:190, 10:330]
    moved = sheet[30:210, 60:380]
    first, second, third = (
        Glance(grey=part.astype(np.float32), bed=whole)
        for part in (plain, moved, other[10:190, 10:330])
        for whole in [np.ones(part.shape[:2], np.bool_)]
    )
    matrix = register(first.grey, second.grey)
    assert matrix is not None
    x, y, depth = matrix @ np.array([200.0, 100.0, 1.0])
    assert abs(x / depth - 150) < 1
    assert abs(y / depth - 80) < 1
    assert register(first.grey, third.grey) is None
    free = exposures([first, second, third], fixed_camera=False)
    assert abs(free[1].new_bp - (10_000 - 10_000 * 270 * 160 // (320 * 180))) < 1200
    assert free[2].new_bp == 10_000


def test_an_even_picture_has_nothing_to_register() -> None:
    even = np.full((180, 320), 90, np.float32)
    assert register(even, even) is None


def test_frames_of_other_sizes_are_of_other_surfaces() -> None:
    first, second = glances([frame(RODS, 1), frame(RODS, 1)[:180]])
    assert changed_bp(first, second) == 10_000
