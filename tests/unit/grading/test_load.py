"""A load from its frames: proposed, explained, drawn over, and the same from the same bytes."""

import dataclasses
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner

from grading.api import Grader
from grading.canonical import canonical_json
from grading.errors import HeadFileError
from grading.load import Frame, LoadProposal, propose_load
from grading.load_limits import LoadLimits
from grading.load_proposal import load_answer, load_record, record_sha256
from grading.overlay import Marked, Shown, draw_overlay
from grading.propose import Decision
from grading.site import Site
from service.commands.grade_load import command
from tests.support.shared import shared_path
from tests.unit.grading.loads import BAY, frame, surface, unloading

SITE = Site(load=LoadLimits(tiles_max=8))
UNREADABLE = Frame(content=b"no picture")


def proposed(grader: Grader, frames: list[Frame], **options: object) -> LoadProposal:
    return propose_load(
        frames,
        backbone=grader.backbone,
        head_file=grader.head_file,
        **{"site": SITE, "bay": BAY, **options},  # type: ignore[arg-type]
    )


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    shots = unloading([surface("rods", 1), surface("chips", 2)], lifts=1)
    return [*(Frame(content=shot.content) for shot in shots), UNREADABLE]


@pytest.fixture(scope="module")
def load(grader: Grader, frames: list[Frame]) -> LoadProposal:
    return proposed(grader, frames)


def test_shares_are_whole_and_within_their_intervals(load: LoadProposal) -> None:
    assert sum(load.shares_bp.values()) == 10_000
    assert sum(load.classes.values()) == 10_000
    for form, share in load.shares_bp.items():
        low, high = load.interval_bp[form]
        assert low <= share <= high
    assert sum(layer.weight_bp for layer in load.layers) == 10_000
    assert load.form == max(load.shares_bp, key=lambda form: load.shares_bp[form])


def test_frames_with_a_magnet_or_without_a_picture_are_no_layer(load: LoadProposal) -> None:
    assert len(load.layers) == 2
    assert "Q_MAGNET" in load.pictures[2].reasons
    assert load.pictures[5].reasons == ("Q_TRUNCATED",)
    assert load.pictures[5].pixel_sha256 is None
    assert [drawn is not None for drawn in load.overlays].count(True) == 2
    assert load.overlays[2] is None
    assert load.measures[2] is None


def test_what_cannot_be_read_makes_it_manual_and_drawings_are_unlike_scrap(
    load: LoadProposal,
) -> None:
    assert load.decision is Decision.MANUAL
    assert "Q_TRUNCATED" in load.reasons
    assert {"Q_NOT_SCRAP", "OUT_OF_DISTRIBUTION"} & set(load.reasons)
    assert "NO_BAY" not in load.reasons
    assert load.coverage_bp is not None
    assert load.coverage_bp > 8500
    assert load.scale_um_per_px == pytest.approx(20_000, rel=0.05)
    assert load.thickness_evidence == "none"


def test_the_same_bytes_give_the_same_record_and_every_hash_is_in_it(
    grader: Grader, frames: list[Frame], load: LoadProposal
) -> None:
    assert record_sha256(proposed(grader, frames)) == record_sha256(load)
    record = load_record(load)
    assert json.loads(canonical_json(record)) == record
    assert set(record["model"]) == {
        "backbone_sha256",
        "onnx_sha256",
        "head_sha256",
        "calibration_sha256",
        "catalogue_sha256",
        "settings_sha256",
        "code_version",
    }
    assert "." not in canonical_json({**record, "model": {}}).decode()
    assert len(load_answer(load)["tiles"]) == 2


def test_another_bay_or_limit_is_another_setting(grader: Grader, frames: list[Frame]) -> None:
    one = proposed(grader, frames[:1], draw=False)
    other = proposed(grader, frames[:1], bay=None, draw=False)
    assert one.model["settings_sha256"] != other.model["settings_sha256"]
    assert "NO_BAY" in other.reasons
    assert other.coverage_bp is None
    assert other.overlays == (None,)
    assert one.interval_over == "tile_blocks"


def test_a_flag_of_the_caller_keeps_a_load_from_auto(grader: Grader, frames: list[Frame]) -> None:
    flagged = proposed(grader, frames[:1], draw=False, flags=["REUSED_PHOTOGRAPH"])
    assert "REUSED_PHOTOGRAPH" in flagged.reasons


def test_nothing_is_said_of_what_cannot_be_seen(grader: Grader) -> None:
    black = Frame(content=cv2.imencode(".png", np.zeros((360, 640, 3), np.uint8))[1].tobytes())
    for unseen in ([UNREADABLE], [black]):
        load = proposed(grader, unseen)
        assert load.decision is Decision.MANUAL
        assert (load.form, load.grade_class, load.shares_bp, load.layers) == (None, None, {}, ())
        assert "NOTHING_SEEN" in load.reasons
        assert load.overlays == (None,)


def test_no_frames_and_a_head_of_another_network_are_refused(grader: Grader) -> None:
    with pytest.raises(ValueError, match="at least one frame"):
        proposed(grader, [])
    other = dataclasses.replace(
        grader.head_file, head=dataclasses.replace(grader.head_file.head, onnx_sha256="0" * 64)
    )
    with pytest.raises(HeadFileError):
        propose_load([UNREADABLE], backbone=grader.backbone, head_file=other, site=SITE)


def test_an_overlay_shows_bed_tiles_shares_hazards_and_scale(load: LoadProposal) -> None:
    pixels = frame(surface("rods", 1), 1)
    place = load.layers[0].frame
    shown = Shown(
        layer=1,
        layers=1,
        weight_bp=10_000,
        corners_px=load.bed_px[place],
        bed_known=True,
        tiles=load.tiles[place],
        shares_bp=load.layers[0].shares_bp,
        interval_bp=load.interval_bp,
        scale_um_per_px=20_000,
        marked=[
            Marked(label="气瓶 gas cylinder", box_px=(200, 100, 60, 40), is_hazard=True),
            Marked(label="木材 wood", box_px=(300, 0, 60, 40), is_hazard=False),
        ],
    )
    drawn = cv2.imdecode(np.frombuffer(draw_overlay(pixels, shown), np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    height, width = drawn.shape[:2]
    assert width == 1600
    assert height > 900
    red = drawn[245:345, 500:650].astype(int) - [0x1D, 0x28, 0xC9]
    assert (np.abs(red).max(axis=2) < 40).any()
    plain = dataclasses.replace(shown, bed_known=False, scale_um_per_px=None, marked=())
    assert draw_overlay(pixels, plain) != draw_overlay(pixels, shown)


def test_the_command_prints_the_record_and_writes_overlays(
    tmp_path: Path, frames: list[Frame]
) -> None:
    picture, bay, site = tmp_path / "one.png", tmp_path / "bay.json", tmp_path / "site.json"
    picture.write_bytes(frames[0].content)
    bay.write_text(json.dumps(BAY.content()))
    site.write_text(json.dumps({"format": "ferrotrace-site-1", "load": {"tiles_max": 8}}))
    options = ["--bay", str(bay), "--site", str(site), "--overlay", str(tmp_path / "drawn")]
    answered = CliRunner().invoke(command, [*options, str(picture)])
    assert answered.exit_code == 0, answered.output
    answer = json.loads(answered.output)
    assert answer["frames"] == [str(picture)]
    assert len(answer["record_sha256"]) == 64
    assert [drawn.name for drawn in (tmp_path / "drawn").iterdir()] == ["01-one.jpg"]
    bay.write_text("{}")
    assert CliRunner().invoke(command, [*options, str(picture)]).exit_code == 1


def test_a_cylinder_from_nearby_stops_a_load_though_it_is_larger_than_a_tile(
    grader: Grader,
) -> None:
    files = sorted(shared_path("data/scrap_photos/cylinders").glob("*.jpg"))[::10]
    loads = [proposed(grader, [Frame(content=file.read_bytes())], bay=None) for file in files]
    assert [load.decision for load in loads] == [Decision.STOP] * len(files)


def test_the_truck_bed_has_a_sensible_overlay(grader: Grader) -> None:
    folder = shared_path("data/scrap_photos/truck_bed")
    outline = json.loads((folder / "bed_polygon.json").read_text())
    bay = dataclasses.replace(
        BAY,
        frame_width_px=3840,
        frame_height_px=2160,
        corners_px=tuple((x, y) for x, y in outline["bed_polygon_px"]),
        bed_length_mm=None,
    )
    content = (folder / "testimg.jpg").read_bytes()
    load = proposed(grader, [Frame(content=content)], bay=bay, site=Site())
    (layer,) = load.layers
    assert load.decision is Decision.MANUAL
    assert load.hazards == ()
    assert load.thickness_evidence == "none"
    assert load.scale_um_per_px is None
    assert load.coverage_bp is not None
    assert load.coverage_bp > 9000
    assert load.overlays[0] is not None
    assert layer.shares_bp["briq_media"] + layer.shares_bp["cast_mn"] < 2000
    assert sum(area.figure_bp for area in load.inclusions) < 1000
