from dataclasses import replace
from hashlib import sha256

from service.domain.weighing import (
    Source,
    curve_of,
    curve_points,
    curve_sha256,
    curve_text,
    frames_of,
    frames_sha256,
)
from tests.support.readings import SCALE, series


def test_a_simulated_scale_gives_sim_and_a_real_one_live() -> None:
    assert SCALE.source is Source.SIM
    assert replace(SCALE, simulated=False).source is Source.LIVE


def test_minimum_load_is_twenty_intervals() -> None:
    assert SCALE.min_kg == 400


def test_curve_and_frames_count_from_the_first_reading() -> None:
    readings = series([0, 20, None], from_ms=1_000)
    assert curve_of(readings) == ((0, 0), (143, 20), (286, None))
    assert frames_of(readings)[1] == (143, "020000002003")


def test_curve_hash_is_over_lines_of_ms_and_kg() -> None:
    curve = ((0, 0), (143, -20), (286, None))
    assert curve_sha256(curve) == sha256(b"0 0\n143 -20\n286 -\n").hexdigest()
    assert curve_sha256(curve).startswith("7c07c5fca78146e5")


def test_a_curve_survives_its_text() -> None:
    curve = ((0, 0), (143, -20), (286, None))
    assert curve_points(curve_text(curve)) == curve
    assert curve_points("") == ()


def test_frames_hash_is_over_lines_of_ms_and_hex() -> None:
    frames = ((0, "0203"), (143, "0204"))
    assert frames_sha256(frames) == sha256(b"0 0203\n143 0204\n").hexdigest()
