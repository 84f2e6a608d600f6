"""Layers weighed against each other, and the gates of the automatic decision, on made-up tiles."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import pytest

from grading.forms import FORMS, GRADE_CLASSES
from grading.frame import Frame, SeenFrame, seen_frames
from grading.judged import JudgedLayer, windows
from grading.load_limits import LoadLimits
from grading.load_reasons import LoadFacts, divergence_bp, in_order, layers_asked, load_reasons
from grading.looks import Looks
from grading.propose import Decision, Judgement
from grading.site import Site
from grading.tiles import plan_tiles
from grading.weighing import weigh
from tests.unit.grading.drawings import Drawing, png
from tests.unit.grading.loads import BAY, frame, surface

HEAVY, REBAR = FORMS.index("heavy_mixed"), FORMS.index("rebar_rolling")
RODS, CHIPS, MORE = surface("rods", 1), surface("chips", 2), surface("rods", 3)
LIMITS = LoadLimits(tiles_max=12)
JUDGEMENT = Judgement(
    decision=Decision.AUTO,
    form="heavy_mixed",
    grade_class="HMS_1",
    classes={name: 10_000 if name == "HMS_1" else 0 for name in GRADE_CLASSES},
    confidence_bp=10_000,
    conformal_set=("heavy_mixed",),
    reasons=(),
)


def layer_of(seen: SeenFrame, forms: Sequence[int], mass_kg: int | None = None) -> JudgedLayer:
    """A layer whose tiles show the given forms in turn, wholly."""
    assert seen.look is not None
    places = plan_tiles(seen.look.bed, LIMITS)
    tiles = np.zeros((len(places), len(FORMS)), np.int64)
    for place in range(len(places)):
        tiles[place, forms[place % len(forms)]] = 10_000
    return JudgedLayer(
        frame=seen.index,
        mass_kg=mass_kg,
        bed=seen.look.bed,
        glance=seen.look.glance,
        places=places,
        tiles_bp=tiles,
        judgement=JUDGEMENT,
        cosine_bp=9000,
        measures={},
        thickness_evidence="none",
        hazards=(),
        inclusions=(),
        magnet_bp=0,
    )


def looks_of(
    pictures: Sequence[Drawing],
    forms: Sequence[Sequence[int]],
    masses: Sequence[int | None] = (),
) -> Looks:
    frames = [Frame(content=png(picture)) for picture in pictures]
    seen = seen_frames(frames, BAY, Site())
    known = masses or [None] * len(seen)
    layers = tuple(
        layer_of(one, own, mass) for one, own, mass in zip(seen, forms, known, strict=True)
    )
    return Looks(
        pictures=(),
        seen=tuple(seen),
        layers=layers,
        hazards=(),
        failed=frozenset(),
        has_bay=True,
        camera_moved=False,
        lifted_kg=None,
        camera=None,
    )


def test_layers_weigh_what_is_new_in_them() -> None:
    half = RODS.copy()
    half[:, 240:] = CHIPS[:, 240:]
    weighed = weigh(
        looks_of([frame(RODS, 1), frame(half, 2)], [[HEAVY], [REBAR]]), fixed_camera=True
    )
    assert weighed.weights_from == "new_area"
    assert weighed.interval_over == "layers"
    assert abs(weighed.weights_bp[1] - 3333) < 350
    assert weighed.shares_bp[REBAR] == weighed.weights_bp[1]


def test_masses_of_all_lifts_outweigh_areas_and_of_some_do_not() -> None:
    pictures, forms = [frame(RODS, 1), frame(CHIPS, 2)], [[HEAVY], [REBAR]]
    known = weigh(looks_of(pictures, forms, [9000, 1000]), fixed_camera=True)
    assert (known.weights_from, known.weights_bp) == ("mass", (9000, 1000))
    assert (known.shares_bp[HEAVY], known.shares_bp[REBAR]) == (9000, 1000)
    partly = weigh(looks_of(pictures, forms, [9000, None]), fixed_camera=True)
    assert partly.weights_from == "new_area"


def test_a_single_layer_has_its_interval_over_blocks_of_tiles() -> None:
    weighed = weigh(looks_of([frame(RODS, 1)], [[HEAVY] * 5 + [REBAR] * 7]), fixed_camera=True)
    assert weighed.interval_over == "tile_blocks"
    low, high = weighed.interval_bp[HEAVY]
    assert low < weighed.shares_bp[HEAVY] < high
    assert weighed.coverage_bp is not None
    assert weighed.coverage_bp > 9000


def test_what_was_seen_before_is_counted_as_repeated_and_weighs_nothing() -> None:
    weighed = weigh(
        looks_of([frame(RODS, 1), frame(CHIPS, 2), frame(RODS, 3)], [[HEAVY], [REBAR], [HEAVY]]),
        fixed_camera=True,
    )
    assert weighed.weights_bp[2] < 300
    assert weighed.repeated_bp > LIMITS.repeated_max_bp


def test_one_material_below_another_is_told() -> None:
    pictures = [frame(picture, seed) for seed, picture in enumerate((RODS, CHIPS, MORE))]
    sandwich = weigh(looks_of(pictures, [[HEAVY], [HEAVY], [REBAR]]), fixed_camera=True)
    alike = weigh(looks_of(pictures, [[HEAVY, REBAR]] * 3), fixed_camera=True)
    assert divergence_bp(sandwich.weights_bp, sandwich.layers_bp) == 10_000
    assert divergence_bp(alike.weights_bp, alike.layers_bp) < 1000


def facts(**changes: object) -> LoadFacts:
    passing = LoadFacts(
        has_bay=True,
        camera_moved=False,
        coverage_bp=8500,
        repeated_bp=1000,
        dirt_bp=50,
        lifted_kg=None,
        layers=((10_000, (10_000, 0), True),),
        interval_bp=((8000, 10_000), (0, 2000)),
    )
    return dataclasses.replace(passing, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, set()),
        ({"has_bay": False, "coverage_bp": None}, {"NO_BAY"}),
        ({"camera_moved": True}, {"CAMERA_MOVED"}),
        ({"coverage_bp": 8499}, {"COVERAGE_LOW"}),
        ({"repeated_bp": 1001}, {"REPEATED_AREA"}),
        ({"lifted_kg": 20_001}, {"LAYERS_FEW"}),
        ({"lifted_kg": 20_000}, set()),
        ({"interval_bp": ((7999, 10_000), (0, 2001))}, {"INTERVAL_WIDE"}),
        ({"layers": ((10_000, (10_000, 0), False),)}, {"CONFORMAL_MASS_LOW"}),
        ({"layers": ((9000, (1, 9999), True), (1000, (1, 9999), False))}, set()),
        (
            {"layers": ((5000, (10_000, 0), True), (5000, (0, 10_000), True))},
            {"LAYERS_INCONSISTENT"},
        ),
        ({"layers": ()}, {"NOTHING_SEEN"}),
        ({"layers": (), "has_bay": False}, {"NOTHING_SEEN", "NO_BAY"}),
    ],
)
def test_each_gate_has_its_code_and_a_load_at_the_limit_passes(
    changes: dict[str, object], codes: set[str]
) -> None:
    assert load_reasons(facts(**changes), LoadLimits()) == codes


def test_a_layer_of_little_weight_makes_no_sandwich() -> None:
    shares = [(10_000, 0), (0, 10_000)]
    assert divergence_bp([9501, 499], shares) == 0
    assert divergence_bp([9500, 500], shares) == 10_000
    assert divergence_bp([10_000], shares[:1]) == 0


def test_more_layers_are_asked_of_a_heavy_load() -> None:
    assert layers_asked(None, LoadLimits()) == 1
    assert layers_asked(30_000, LoadLimits()) == 5
    assert layers_asked(30_000, LoadLimits(layers_min=7)) == 7


def test_codes_are_listed_in_one_order_and_unknown_ones_last() -> None:
    codes = {"SOMETHING", "NO_BAY", "Q_BLUR", "INTERVAL_WIDE"}
    assert in_order(codes) == ("Q_BLUR", "NO_BAY", "INTERVAL_WIDE", "SOMETHING")


def test_a_long_bed_is_looked_at_in_two_windows_like_pictures() -> None:
    wide, tall = np.zeros((100, 600, 3), np.uint8), np.zeros((600, 100, 3), np.uint8)
    assert [part.shape[:2] for part in windows(wide)] == [(100, 180)] * 2
    assert [part.shape[:2] for part in windows(tall)] == [(180, 100)] * 2
    assert [part.shape[:2] for part in windows(wide[:, :140])] == [(100, 140)]
