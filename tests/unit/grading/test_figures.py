"""Quality, shares, calibration, metrics, hashes of pictures and capture days, catalogues, sites."""

import dataclasses
import json
import struct
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grading.cache import cache_folder, write_whole
from grading.calibration import (
    ABSENT_LOGIT,
    Calibration,
    conformal_q_bp,
    fit_scale_percent,
    low_quantile_bp,
    probabilities,
    quantised,
)
from grading.catalogue import CATALOGUES, load_catalogue
from grading.errors import CatalogueError, SiteFileError
from grading.exif import capture_day
from grading.forms import FORMS
from grading.metrics import (
    balanced_accuracy_bp,
    calibration_chance_bp,
    calibration_error_bp,
    macro_f1_bp,
    risk_coverage_bp,
    share_of,
)
from grading.phash import distance_bits, perceptual_hash
from grading.quality import QualityLimits, measure_quality, quality_reasons
from grading.shares import form_shares_bp, largest_remainder_bp
from grading.site import Site, read_site
from tests.unit.grading.drawings import draw, jpeg

LIMITS = QualityLimits()


def reasons(pixels: np.ndarray) -> list[str]:
    return quality_reasons(measure_quality(pixels), LIMITS, None)


def test_a_sharp_and_even_picture_passes_the_gate() -> None:
    assert reasons(draw("heap", 1)) == []


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [
        (np.zeros((600, 800, 3), np.uint8), "Q_DARK"),
        ((draw("heap", 1) // 4), "Q_DARK"),
        (np.full((600, 800, 3), 128, np.uint8), "Q_NO_LOAD"),
        (cv2.GaussianBlur(draw("heap", 1), (0, 0), 9), "Q_BLUR"),
        (draw("heap", 1)[:200, :200], "Q_BLUR"),
        (np.where(draw("chequers", 1) > 100, 255, 120).astype(np.uint8), "Q_EXPOSURE"),
        (np.clip(draw("heap", 1) + np.array([90, 0, 90]), 0, 255).astype(np.uint8), "Q_CAST"),
    ],
)
def test_the_gate_names_what_is_wrong(pixels: np.ndarray, expected: str) -> None:
    assert expected in reasons(pixels)


def test_sharpness_is_judged_by_the_form() -> None:
    quality = measure_quality(draw("heap", 1))
    limits = QualityLimits(laplacian_variance_min_by_form={"turnings": 10**6})
    assert quality_reasons(quality, limits, "bales") == []
    assert quality_reasons(quality, limits, "turnings") == ["Q_BLUR"]


def test_a_wide_picture_is_measured_at_960_pixels() -> None:
    wide = cv2.resize(draw("heap", 1), (3840, 2160))
    narrow = cv2.resize(wide, (960, 540), interpolation=cv2.INTER_AREA)
    measured = measure_quality(np.asarray(wide, np.uint8))
    assert (
        measured.laplacian_variance
        == measure_quality(np.asarray(narrow, np.uint8)).laplacian_variance
    )
    assert measured.shorter_side_px == 2160


@given(st.lists(st.floats(0, 1), min_size=1, max_size=24).filter(lambda parts: sum(parts) > 0.01))
def test_shares_always_sum_to_the_whole(parts: list[float]) -> None:
    shares = largest_remainder_bp(parts)
    assert sum(shares) == 10_000
    for share, part in zip(shares, parts, strict=True):
        assert abs(share - part / sum(parts) * 10_000) < 1.000001


def test_remainders_go_to_the_largest_then_the_first() -> None:
    assert largest_remainder_bp([1, 1, 1]) == [3334, 3333, 3333]
    assert largest_remainder_bp([0.00019, 0.00001, 0.9998]) == [2, 0, 9998]


def test_a_form_is_the_sum_of_its_trade_grades() -> None:
    shares = form_shares_bp({"HMS_1": 2000, "HMS_80_20": 500, "Alternators": 100})
    assert shares["heavy_mixed"] == 2500
    assert sum(shares.values()) == 2500
    assert list(shares) == list(FORMS)


def test_a_class_never_shown_has_no_probability() -> None:
    logits = np.array([[10_000, 0, ABSENT_LOGIT]])
    first, second, absent = probabilities(logits, 100)[0]
    assert first / second == pytest.approx(np.e)
    assert absent == 0


def test_logits_are_counted_in_ten_thousandths() -> None:
    assert quantised(np.array([0.123449, -0.00006])).tolist() == [1234, -1]


def test_the_scale_makes_confidence_true() -> None:
    logits = np.array([[10_000, 0]] * 10)
    truth = [0] * 9 + [1]
    scale = fit_scale_percent(logits, truth)
    assert probabilities(logits, scale)[0, 0] == pytest.approx(0.9, abs=0.001)


def test_the_conformal_quantile_is_the_ranked_score() -> None:
    shares = [10_000 - 100 * rank for rank in range(19)]
    assert conformal_q_bp(shares, 1000) == 1700
    assert conformal_q_bp([9000] * 8, 1000) == 10_000
    assert low_quantile_bp([5, 3, 9, 7, 1, 2, 4, 8, 6, 10], 1000) == 2


def test_wilson_interval_matches_the_textbook() -> None:
    share = share_of(81, 100)
    assert (share.share_bp, share.low_bp, share.high_bp) == (8100, 7222, 8749)
    assert dataclasses.astuple(share_of(0, 0)) == (0, 0, 0, 0, 10_000)
    assert share_of(5, 5).high_bp == 10_000


def test_figures_of_merit_by_hand() -> None:
    truth, given = ["a", "a", "a", "b"], ["a", "a", None, "a"]
    assert balanced_accuracy_bp(truth, given) == 3333
    assert macro_f1_bp(truth, given) == 3333
    assert calibration_error_bp([9000, 9000, 0], [True, False, False]) == 2667
    assert calibration_error_bp([10_000], [True]) == 0


def test_even_perfect_calibration_has_an_error_by_chance() -> None:
    few, many = calibration_chance_bp([8000] * 30), calibration_chance_bp([8000] * 3000)
    assert 300 < few < 800
    assert many < 100
    assert calibration_chance_bp([10_000] * 5) == 0
    assert risk_coverage_bp([9000] * 8 + [100] * 2, [True] * 8 + [False] * 2) == {
        "100": 8000,
        "95": 8889,
        "90": 8889,
        "80": 10_000,
        "70": 10_000,
    }


def test_near_duplicates_share_their_hash() -> None:
    heap, clouds = draw("heap", 1), draw("clouds", 1)
    again = cv2.imdecode(np.frombuffer(jpeg(heap, 60), np.uint8), 1)
    assert distance_bits(perceptual_hash(heap), perceptual_hash(np.asarray(again, np.uint8))) <= 10
    assert distance_bits(perceptual_hash(heap), perceptual_hash(clouds)) > 10
    assert perceptual_hash(heap) < 2**64


def dated(written: bytes, order: str = ">", tag: int = 0x9003) -> bytes:
    mark = b"MM" if order == ">" else b"II"
    tiff = mark + struct.pack(f"{order}HI", 42, 8)
    tiff += struct.pack(f"{order}HHHIII", 1, 0x8769, 4, 1, 26, 0)
    tiff += struct.pack(f"{order}HHHIII", 1, tag, 2, 20, 44, 0) + written
    content = b"Exif\0\0" + tiff
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(content) + 2) + content + b"\xff\xd9"


@pytest.mark.parametrize(
    ("raw", "day"),
    [
        (dated(b"2014:03:09 10:11:12\0"), date(2014, 3, 9)),
        (dated(b"2014:03:09 10:11:12\0", "<"), date(2014, 3, 9)),
        (dated(b"0000:00:00 00:00:00\0"), None),
        (dated(b"yesterday, at noon  "), None),
        (dated(b"2014:03:09 10:11:12\0", tag=0x9004), None),
        (dated(b"2014")[:-40], None),
        (jpeg(draw("flat", 1)), None),
        (b"\xff\xe1\0\x08Exif\0\0MM\0*\0\0\0\x08\0\0" + bytes(8), None),
    ],
)
def test_the_capture_day_is_read_or_absent(raw: bytes, day: date | None) -> None:
    assert capture_day(raw) == day


@pytest.mark.parametrize("catalogue_id", CATALOGUES)
def test_a_figure_not_read_is_null_and_says_so(catalogue_id: str) -> None:
    catalogue = load_catalogue(catalogue_id)
    assert len({grade.code for grade in catalogue.grades}) == len(catalogue.grades) > 0
    for grade in catalogue.grades:
        assert set(grade.confidence) - {"code", "name"} == set(grade.figures)
        for name, value in grade.figures.items():
            is_known = value is not None and value != dict.fromkeys(
                value if isinstance(value, dict) else ()
            )
            assert (grade.confidence[name] == "read") == is_known, (grade.code, name)


def test_catalogues_hold_the_figures_of_their_standards() -> None:
    assert load_catalogue("gbt39733-2020").grade("HRS101").figures["inclusions_max_bp"] == 80
    assert load_catalogue("gbt39733-2020").superseded_by == "GB/T 39733-2024"
    assert load_catalogue("gbt39733-2024").grade("LRS304").figures["tfe_min_bp"] is None
    assert load_catalogue("gb4223-2004").grade("201A").figures["thickness_mm"]["min"] == 40
    with pytest.raises(CatalogueError, match="no code X"):
        load_catalogue("gb4223-2004").grade("X")
    with pytest.raises(CatalogueError, match="none of"):
        load_catalogue("../head")


FITTED = Calibration(
    scale_percent=200,
    tile_scale_percent=200,
    alpha_bp=1000,
    conformal_q_bp=8000,
    form_min_bp=5000,
    ood_cosine_bp=8000,
    not_scrap_cosine_bp=7000,
)


def site_file(folder: Path, **members: object) -> Path:
    path = folder / "site.json"
    path.write_text(json.dumps({"format": "ferrotrace-site-1", **members}))
    return path


def test_a_site_sets_its_own_figures(tmp_path: Path) -> None:
    site = read_site(
        site_file(
            tmp_path,
            catalogue="gbt39733-2020",
            quality={"cast_max": 50, "laplacian_variance_min_by_form": {"turnings": 800}},
            calibration={"ood_cosine_bp": 6500},
            form_grades={"shredded": ["SRS401", "SRS402"]},
        )
    )
    assert site.calibrated(FITTED).ood_cosine_bp == 6500
    assert site.calibrated(FITTED).conformal_q_bp == 8000
    assert site.limits.cast_max == 50
    assert site.limits.laplacian_variance_min == LIMITS.laplacian_variance_min
    assert site.limits.laplacian_variance_min_by_form == {"turnings": 800}
    assert site.form_grades == {"shredded": ("SRS401", "SRS402")}
    assert site.catalogue.edition == "2020"
    assert site.calibration_sha256(FITTED) != Site().calibration_sha256(FITTED)


def test_an_empty_site_is_the_default(tmp_path: Path) -> None:
    site = read_site(site_file(tmp_path))
    assert site.calibration_sha256(FITTED) == Site().calibration_sha256(FITTED)


@pytest.mark.parametrize(
    "members",
    [
        {"format": "other"},
        {"colour": 1},
        {"quality": []},
        {"quality": {"cast": 1}},
        {"quality": {"cast_max": 1.5}},
        {"quality": {"cast_max": True}},
        {"quality": {"laplacian_variance_min_by_form": {"bales": "x"}}},
        {"quality": {"laplacian_variance_min_by_form": {"sand": 1}}},
        {"calibration": {"ood_cosine_bp": -1}},
        {"calibration": {"temperature": 1}},
        {"form_grades": []},
        {"form_grades": {"sand": []}},
        {"form_grades": {"bales": ["X"]}},
    ],
)
def test_a_site_file_that_is_not_understood_is_refused(
    tmp_path: Path, members: dict[str, object]
) -> None:
    with pytest.raises(SiteFileError):
        read_site(site_file(tmp_path, **members))


def test_a_site_file_must_be_json(tmp_path: Path) -> None:
    (tmp_path / "site.json").write_text("{")
    with pytest.raises(SiteFileError):
        read_site(tmp_path / "site.json")


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FERROTRACE_CACHE", raising=False)
    assert cache_folder() == Path("var/cache")
    monkeypatch.setenv("FERROTRACE_CACHE", "elsewhere")
    assert cache_folder() == Path("elsewhere")


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "made" / "file"
    write_whole(path, b"first")

    def fails(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr("grading.cache.os.fsync", fails)
    with pytest.raises(OSError, match="no space"):
        write_whole(path, b"second")
    assert path.read_bytes() == b"first"
    assert [entry.name for entry in path.parent.iterdir()] == ["file"]
