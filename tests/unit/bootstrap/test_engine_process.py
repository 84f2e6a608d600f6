"""The image engine in a process of its own answers as it does in this one, and may fail there."""

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection

import pytest

from service.bootstrap.engine import EngineGrader
from service.bootstrap.engine_process import GraderApart, Kept, engine_process
from service.devices.answering_process import READY, AnsweringProcess
from service.usecases.ports import BayView, CameraLook, CameraPast, GraderFailedError, LoadFrame
from tests.unit.grading.drawings import draw, jpeg

PICTURE = jpeg(draw("heap", 1))
FRAMES = [LoadFrame(content=PICTURE, at=datetime(2026, 3, 1, 8, tzinfo=UTC))]
LOOK = CameraLook(edge_percent=20, p50_level=120, level_range=200)
PAST = CameraPast(first=[LOOK] * 3, last=[LOOK] * 3)
BAY = BayView(
    bay_id="A",
    frame_width_px=640,
    frame_height_px=480,
    corners_px=((20, 20), (620, 20), (620, 460), (20, 460)),
)


def dies(connection: Connection) -> None:
    """An engine that a picture breaks."""
    connection.send(READY)
    connection.recv()
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def process() -> Iterator[AnsweringProcess]:
    process = engine_process()
    yield process
    process.close()


def shipped() -> Kept:
    return Kept(head=None, settings=None)


def test_a_load_and_a_bed_are_answered_as_in_this_process(process: AnsweringProcess) -> None:
    apart, here = GraderApart(process, shipped), EngineGrader()
    assert apart.propose_load(FRAMES, BAY, PAST) == here.propose_load(FRAMES, BAY, PAST)
    assert apart.find_bed(PICTURE, BAY) == here.find_bed(PICTURE, BAY)


def test_each_load_is_looked_at_with_the_settings_of_its_site(process: AnsweringProcess) -> None:
    own = b'{"format": "ferrotrace-site-1", "load": {"hazard_score_min_bp": 7001}}'
    kept = (shipped, partial(Kept, head=None, settings=own))
    looks = [GraderApart(process, each).propose_load(FRAMES, None) for each in kept]
    assert looks[0].model["settings_sha256"] != looks[1].model["settings_sha256"]


def test_why_the_engine_cannot_look_is_told_in_its_words(process: AnsweringProcess) -> None:
    bad = GraderApart(process, lambda: Kept(head=b"{}", settings=None))
    with pytest.raises(GraderFailedError, match="head"):
        bad.propose_load(FRAMES, None)
    assert GraderApart(process, shipped).propose_load(FRAMES, None).model


def test_a_picture_that_breaks_the_engine_costs_its_own_answer_alone() -> None:
    grader = GraderApart(AnsweringProcess(dies, answers_within_s=60), shipped)
    for _ in range(2):
        with pytest.raises(GraderFailedError, match="EOFError"):
            grader.propose_load(FRAMES, None)
