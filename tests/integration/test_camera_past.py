"""A camera that goes blind is told by its own past: what it saw before reaches the engine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from service.domain.bay import Bay
from service.storage import grade as grades
from service.usecases import grade_proposal
from service.usecases.bay import SetBay, set_bay
from service.usecases.grade import propose_pending
from service.usecases.ports import BayView, CameraLook, CameraPast, LoadFrame, ProposedGrade
from tests.support.audits import assert_audit_clean
from tests.support.company import AbstainingGrader, Company
from tests.support.graded_loads import proposed, weighed_load

BAY = Bay(
    frame_width_px=640, frame_height_px=480, corners_px=((40, 60), (600, 60), (600, 420), (40, 420))
)


class _Remembering(AbstainingGrader):
    """Answers with what the frames were like, and keeps what it was told of those before."""

    def __init__(self) -> None:
        super().__init__(proposed=proposed())
        self.looks: list[CameraLook | None] = []
        self.told: list[CameraPast | None] = []

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        self.told.append(past)
        said = super().propose_load(frames, bay, past)
        return replace(said, camera=self.looks[len(self.told) - 1])


def look(edge_percent: int) -> CameraLook:
    return CameraLook(edge_percent=edge_percent, p50_level=120, level_range=180)


@pytest.fixture
def engine(company: Company) -> _Remembering:
    engine = _Remembering()
    company.deps = replace(company.deps, grader=engine)
    return engine


def _looked_at(company: Company, loads: int) -> None:
    for number in range(loads):
        weighed_load(company, f"辽EPAST{number}")
        propose_pending(company.deps)
        company.clock.forward(timedelta(seconds=2))


def _set_bay(company: Company) -> None:
    command = SetBay(site_id="BASE01", camera_id="upload", bay=BAY)
    set_bay(command, company.people["supervisor"], company.deps)


def test_the_engine_is_told_what_the_camera_saw_before(
    company: Company, engine: _Remembering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(grade_proposal, "LOADS_KEPT", 2)
    _set_bay(company)
    engine.looks = [look(160), None, look(161), look(162), look(163), look(164), None]
    _looked_at(company, 7)
    first, *_, last = engine.told
    assert first == CameraPast(first=[], last=[])
    assert last == CameraPast(first=[look(160), look(161)], last=[look(163), look(164)])
    assert engine.told[3] == CameraPast(first=[look(160), look(161)], last=[])
    assert_audit_clean(company)


def test_a_camera_without_a_bay_has_no_past(company: Company, engine: _Remembering) -> None:
    engine.looks = [look(160), look(161)]
    _looked_at(company, 2)
    assert engine.told == [None, None]
    with company.deps.db.transaction() as tx:
        rows = grades.earlier_looks(
            tx, "BASE01", "upload", before=company.deps.now(), newest=False, limit=9
        )
    assert rows == []
    assert_audit_clean(company)
