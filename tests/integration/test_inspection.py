"""Grading with people and engine: blind labels, stops, automatic decisions, and nobody's name."""

import ast
import dataclasses
import inspect
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import grading
from service.domain.blindness import LabelFirstError
from service.domain.errors import FerrotraceError
from service.domain.grading_model import ModelMode
from service.domain.hazard import StopState
from service.domain.inspection import (
    InclusionArea,
    InclusionKind,
    LabelledAlreadyError,
)
from service.domain.yard_guard import HazardStoppedError
from service.proof.document import document_data
from service.storage import grade as grades
from service.storage import views
from service.storage.journal import entry_by_hash
from service.storage.photograph import photographs_of
from service.usecases import demo_company, grade_auto
from service.usecases.blindness import require_grade_told
from service.usecases.grade import (
    AlreadyDecidedError,
    DecideGrade,
    LabelGrade,
    OverruleReasonMissingError,
    decide,
    label_grade,
    propose_pending,
)
from service.usecases.hazard import SignRelease, StopLoad, sign_release, stop_load
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.ports import BayView, CameraPast, Grader, LoadFrame, ProposedGrade
from service.usecases.register import set_yard_rules
from service.usecases.ticket import IssueTicket, issue_ticket
from service.usecases.ticket_paper import ticket_paper
from service.usecases.visit_flow import UnloadVisit, unload_visit
from tests.support.audits import assert_audit_clean
from tests.support.company import AbstainingGrader, Company
from tests.support.graded_loads import cylinder, proposed, proposed_load, weighed_load
from tests.support.pictures import heap_jpeg

WHOLE = {"HRS101": 10_000}


def decided(visit_id: str, **given: Any) -> DecideGrade:
    return DecideGrade(**({"visit_id": visit_id, "grade": "HRS101", "shares": WHOLE} | given))


def record(company: Company, visit_id: str) -> dict[str, Any]:
    """What the decision that stands says."""
    with company.deps.db.transaction() as tx:
        row = grades.decision_of(tx, visit_id)
        assert row is not None
        entry = entry_by_hash(tx, row.target_hash)
        assert entry is not None
        return dict(document_data(json.loads(entry.document))["record"])


def signed(company: Company, visit_id: str, who: str) -> StopState:
    """The person photographs what was found, and signs; how far the stop is then."""
    upload = UploadPhotograph(
        visit_id=visit_id, content=heap_jpeg(f"after {who}"), media_type="image/jpeg"
    )
    picture = upload_photograph(upload, company.people[who], company.deps)
    command = SignRelease(
        visit_id=visit_id, reason="an empty vessel", photograph_id=picture.photograph_id
    )
    return sign_release(command, company.people[who], company.deps).state


def refused(error: type[FerrotraceError], work: Any) -> None:
    with pytest.raises(error):
        work()


def test_a_stopped_load_waits_for_two_people_and_a_person_may_stop_it_again(
    company: Company,
) -> None:
    deps, people = company.deps, company.people
    answer = proposed("stop", reasons=("HAZARD_GAS_CYLINDER",), hazards=[cylinder()])
    visit_id = proposed_load(company, "辽EHAZARD", answer)
    for work in (
        lambda: unload_visit(UnloadVisit(visit_id=visit_id, place="A1"), people["operator"], deps),
        lambda: decide(decided(visit_id), people["inspector"], deps),
        lambda: issue_ticket(IssueTicket(visit_id=visit_id), people["operator"], deps),
        lambda: company.weigh(visit_id, "BASE01", "tare", 16_140, "operator"),
    ):
        refused(HazardStoppedError, work)
    assert signed(company, visit_id, "inspector") is StopState.SIGNED
    refused(FerrotraceError, lambda: signed(company, visit_id, "inspector"))
    refused(FerrotraceError, lambda: signed(company, visit_id, "operator"))
    assert signed(company, visit_id, "supervisor") is StopState.RELEASED
    stop_load(StopLoad(visit_id=visit_id, reason="smoke"), people["operator"], deps)
    refused(HazardStoppedError, lambda: decide(decided(visit_id), people["inspector"], deps))
    assert signed(company, visit_id, "supervisor") is StopState.SIGNED
    assert signed(company, visit_id, "inspector") is StopState.RELEASED
    company.clock.forward(timedelta(seconds=2))
    decide(decided(visit_id, reason="seen"), people["inspector"], deps)
    company.weigh(visit_id, "BASE01", "tare", 16_140, "operator")
    issue_ticket(IssueTicket(visit_id=visit_id), people["operator"], deps)
    assert_audit_clean(company)


def test_a_blind_load_shows_its_proposal_after_the_label_which_goes_on_record(
    company: Company,
) -> None:
    deps, inspector = company.deps, company.people["inspector"]
    set_yard_rules("BASE01", {"blind_percent": 100}, company.people["supervisor"], deps)
    visit_id = proposed_load(company, "辽EBLIND1", proposed())
    with deps.db.transaction() as tx:
        refused(LabelFirstError, lambda: require_grade_told(tx, visit_id, inspector))
        require_grade_told(tx, visit_id, company.people["operator"])
        (picture, *_) = photographs_of(tx, visit_id)
    label = LabelGrade(visit_id=visit_id, grade="MRS201", shares={"MRS201": 10_000})
    first = label_grade(label, inspector, deps)
    assert label_grade(label, inspector, deps) == first
    refused(
        LabelledAlreadyError,
        lambda: label_grade(replace(label, grade="HRS101"), inspector, deps),
    )
    with deps.db.transaction() as tx:
        require_grade_told(tx, visit_id, inspector)
    area = InclusionArea(
        photograph_id=picture.photograph_id,
        kind=InclusionKind.DIRT,
        x_bp=0,
        y_bp=0,
        w_bp=2_000,
        h_bp=1_000,
    )
    decide(decided(visit_id, areas=[area], reason="thicker below"), inspector, deps)
    refused(AlreadyDecidedError, lambda: label_grade(label, inspector, deps))
    said = record(company, visit_id)
    assert said["blind_grade"] == "MRS201"
    assert said["blind_shares"] == {"MRS201": 10_000}
    assert said["proposal_seen"] is True
    assert said["inclusion_areas"]["0"]["kind"] == "dirt"


def test_the_engine_decides_where_it_may_and_a_person_takes_its_place_with_a_reason(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    deps, inspector = company.deps, company.people["inspector"]
    codes = {"heavy_mixed": ["HRS101"], "plate_structural": ["MRS201"], "shredded": ["SRS401"]}
    monkeypatch.setattr(grade_auto, "mode_of", lambda _tx, _site: ModelMode.AUTO)
    monkeypatch.setattr(grade_auto, "grades_by_form", lambda _tx, _site: codes)
    visit_id = proposed_load(company, "辽EAUTO01", proposed("auto", reasons=()))
    said = record(company, visit_id)
    assert said["decided_by_engine"] == "c" * 64
    assert "inspector_id" not in said
    assert said["shares"] == {"HRS101": 6_200, "MRS201": 2_700, "SRS401": 1_100}
    other = {"grade": "HRS102", "shares": {"HRS102": 10_000}}
    refused(OverruleReasonMissingError, lambda: decide(decided(visit_id, **other), inspector, deps))
    decide(decided(visit_id, reason="clean cuts", **other), inspector, deps)
    assert record(company, visit_id)["inspector_id"] == inspector.user_id
    refused(AlreadyDecidedError, lambda: decide(decided(visit_id, reason="x"), inspector, deps))

    second = proposed_load(company, "辽EAUTO02", proposed("auto", reasons=()))
    company.weigh(second, "BASE01", "tare", 16_140, "operator")
    ticket = issue_ticket(IssueTicket(visit_id=second), company.people["operator"], deps)
    with deps.db.transaction() as tx:
        row = views.ticket(tx, views.EVERYTHING, ticket.ticket_no)
        detail = views.visit(tx, views.EVERYTHING, second)
        assert row is not None
        assert detail is not None
        paper = ticket_paper(tx, row, detail, deps)
    assert paper["decided_by_engine"] is True

    codes["shredded"] = ["SRS401", "SRS402"]
    third = proposed_load(company, "辽EAUTO03", proposed("auto", reasons=()))
    with deps.db.transaction() as tx:
        assert grades.decision_of(tx, third) is None


PEOPLE_AND_FIRMS = {"supplier", "seller", "carrier", "driver", "organisation", "owner", "party"}


class _Watched(AbstainingGrader):
    """Keeps every value that it is given, however deep it lies."""

    def __init__(self) -> None:
        super().__init__(proposed=proposed())
        self.given: list[list[object]] = []

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        self.given.append(list(_leaves([frames, bay, past])))
        return super().propose_load(frames, bay, past)


def _leaves(value: object) -> Iterator[object]:
    if dataclasses.is_dataclass(value):
        value = [getattr(value, each.name) for each in dataclasses.fields(value)]
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def test_nobodys_name_reaches_the_engine(company: Company) -> None:
    """Two suppliers bring the same pictures: the engine is given, and answers, the same."""
    taken = list(inspect.signature(Grader.propose_load).parameters)
    assert taken == ["self", "frames", "bay", "past"]
    assert {each.name for each in dataclasses.fields(LoadFrame)} == {"content", "at", "mass_kg"}
    engine, said = _Watched(), []
    company.deps = replace(company.deps, grader=engine)
    for number, supplier in enumerate(demo_company.SUPPLIERS[:2]):
        plate = f"辽ESUPP0{number}"
        visit_id = weighed_load(company, plate, supplier_id=supplier)
        propose_pending(company.deps)
        with company.deps.db.transaction() as tx:
            detail = views.visit(tx, views.EVERYTHING, visit_id)
        assert detail is not None
        assert detail.visit.supplier_id == supplier
        names = (supplier, plate, visit_id, demo_company.CARRIER, company.people["supplier"].name)
        for value in engine.given[-1]:
            told = value if isinstance(value, bytes) else str(value).encode()
            assert [name for name in names if name.encode() in told] == []
        said.append(_without_names(detail))
    first, second = (
        [value for value in given if not isinstance(value, datetime | bytes)]
        for given in engine.given
    )
    assert first == second
    uploaded = {bytes(heap_jpeg(f"layer {number}")) for number in range(2)}
    assert all(uploaded <= set(given) for given in engine.given)
    assert said[0] == said[1]


def test_the_engine_has_no_word_for_people_or_firms() -> None:
    """No variable, argument or member of the image engine is called after who brings a load."""
    called = set()
    for path in Path(grading.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for name in ("id", "arg", "attr", "name"):
                called |= set(str(getattr(node, name, "")).lower().split("_"))
    assert called & PEOPLE_AND_FIRMS == set()


def _without_names(detail: views.VisitDetail) -> str:
    """The proposal's bytes with photographs called by their place; no ids, times and salts."""
    proposal = dict(detail.proposal or {})
    for own in ("proposal_id", "visit_id", "proposed_at", "pictures", "overlays"):
        proposal.pop(own)
    text = json.dumps(proposal, sort_keys=True)
    for place, picture in enumerate(detail.photographs):
        text = text.replace(picture.photograph_id, f"picture {place}")
    return text
