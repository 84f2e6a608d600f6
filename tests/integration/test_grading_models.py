"""Model life on one company: registered, in the shadow, compared, put to use, watched, replayed."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from service.domain.errors import NotFoundError
from service.domain.grading_model import AutoNotEarnedError, ModelMode, ShadowFirstError
from service.domain.regrade import Verdict
from service.proof.hashing import sha256
from service.storage import grading_model as registry
from service.storage import views
from service.storage.grading_shadow import shadows_of
from service.usecases.grading_drift import judge_drift
from service.usecases.grading_model import (
    HeadRegisteredError,
    InstalledHead,
    ModelTextError,
    RegisterModel,
    SettingsInAutoError,
    UseModel,
    keep_installed_head,
    register_model,
    require_model,
    stored_blob,
    use_model,
)
from service.usecases.grading_overview import registered_model, registered_models, site_models
from service.usecases.grading_shadow_look import look_in_shadow
from service.usecases.label import labelled_loads
from service.usecases.ports import (
    BayView,
    CameraPast,
    GraderFailedError,
    LoadFrame,
    ProposedGrade,
)
from service.usecases.regrade import (
    NothingToRegradeError,
    PhotographChangedError,
    ReplayFolderError,
    read_replay,
    record_of_bundle,
    regrade,
    replay_of_document,
    replay_of_id,
    write_replay,
)
from tests.support.company import AbstainingGrader, Company

SITE = "BASE01"
SETTINGS = json.dumps(
    {
        "format": "ferrotrace-settings-1",
        "site": {"form_grades": {"rail_axle_wheel": ["HRS101"]}},
        "bay": None,
    },
    separators=(",", ":"),
    sort_keys=True,
).encode()
SHIPPED = InstalledHead(content=b"shipped head", name="shipped", licence="ours", about={"n": 1})


class SureGrader(AbstainingGrader):
    """Says axles of everything; ``fails`` makes it fall over."""

    fails = False

    def __init__(
        self, head_sha256: str = sha256(b"shipped head").hex(), decision: str = "manual"
    ) -> None:
        super().__init__()
        self.head_sha256 = head_sha256
        self.decision = decision

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        if self.fails:
            raise GraderFailedError(value="out of memory")
        return ProposedGrade(
            decision=self.decision,
            form="rail_axle_wheel",
            grade_class="Railway_Axels",
            classes={"Railway_Axels": 9_400, "pns": 600},
            confidence_bp=9_400,
            conformal_set=("rail_axle_wheel",),
            reasons=(),
            model={
                "head_sha256": self.head_sha256,
                "settings_sha256": sha256(SETTINGS).hex(),
                "code_version": "1",
            },
            pixel_sha256=[sha256(frame.content).hex() for frame in frames],
            shares_bp={"rail_axle_wheel": 10_000},
            interval_bp={"rail_axle_wheel": (9_000, 10_000)},
            settings=SETTINGS,
        )


def registered(company: Company, content: bytes = b"new head", name: str = "new") -> str:
    command = RegisterModel(
        content=content,
        name=name,
        licence="CC0",
        about={"training": {"pictures": 3}},
        data_sheet={"pictures": "drawn"},
        metrics={"accuracy_bp": 9_000},
    )
    row = register_model(command, company.people["administrator"], company.deps)
    return row.head_sha256.hex()


def used(company: Company, head: str, mode: ModelMode, settings: bytes | None = None) -> None:
    command = UseModel(site_id=SITE, head_sha256=head, mode=mode, reason="trial", settings=settings)
    use_model(command, company.people["administrator"], company.deps)


def test_a_head_goes_from_the_registry_through_the_shadow_to_the_inspectors(
    company: Company,
) -> None:
    assert keep_installed_head(SHIPPED, company.deps) > 0
    assert keep_installed_head(SHIPPED, company.deps) == 0
    with company.deps.db.transaction() as tx:
        serving = registry.serving(tx, SITE)
        assert (serving.head_sha256, serving.mode) == (
            sha256(b"shipped head").hex(),
            ModelMode.ASSIST,
        )
        assert stored_blob(tx, sha256(b"shipped head").hex()) == b"shipped head"
        with pytest.raises(NotFoundError):
            stored_blob(tx, "00" * 32)
    head = registered(company)
    with pytest.raises(HeadRegisteredError):
        registered(company, b"other", "new")
    with pytest.raises(ModelTextError):
        registered(company, b"other", " ")
    with pytest.raises(ShadowFirstError):
        used(company, head, ModelMode.ASSIST)
    used(company, head, ModelMode.SHADOW, SETTINGS)
    with pytest.raises(AutoNotEarnedError):
        used(company, head, ModelMode.AUTO)
    with pytest.raises(SettingsInAutoError):
        used(company, head, ModelMode.AUTO, b"{}")
    grader = SureGrader(head, "auto")
    deps = dataclasses.replace(company.deps, grader_with=lambda *_: grader)
    truck = company.receive()
    grader.fails = True
    assert look_in_shadow(deps) == 1
    grader.fails = False
    company.receive()
    assert look_in_shadow(deps) == 1
    assert look_in_shadow(deps) == 0
    with company.deps.db.transaction() as tx:
        said = shadows_of(tx, SITE, bytes.fromhex(head))
    assert [row.answer["reasons"] for row in said] == [["ENGINE_FAILED"], []]
    overview = site_models(SITE, company.people["supervisor"], company.deps)
    report = next(each for each in overview.reports if each.head_sha256 == head)
    assert (report.figures.trucks, report.figures.auto, report.figures.share_mae_bp) == (2, 1, 0)
    used(company, head, ModelMode.ASSIST)
    with company.deps.db.transaction() as tx:
        assert registry.head_at(tx, SITE) == head
        assert registry.mode_of(tx, SITE) is ModelMode.ASSIST
        assert registry.shadow_heads(tx, SITE) == []
        assert require_model(tx, head[:8]).name == "new"
    modes = [(use.version, use.mode) for use in overview.uses]
    assert modes == [(2, "shadow"), (1, "assist")]
    assert len(registered_models(company.deps)) == 2
    assert registered_model(head, company.deps).licence == "CC0"
    with pytest.raises(NotFoundError):
        registered_model("ff" * 32, company.deps)
    assert truck.ticket.ticket_no


def test_a_new_version_of_the_product_only_looks_on(company: Company) -> None:
    keep_installed_head(SHIPPED, company.deps)
    newer = dataclasses.replace(SHIPPED, content=b"newer head", name="newer")
    keep_installed_head(newer, company.deps)
    with company.deps.db.transaction() as tx:
        assert registry.head_at(tx, SITE) == sha256(b"shipped head").hex()
        (looking,) = registry.shadow_heads(tx, SITE)
        assert looking.head_sha256 == sha256(b"newer head").hex()
    used(company, sha256(b"shipped head").hex(), ModelMode.OFF)
    with company.deps.db.transaction() as tx:
        assert registry.mode_of(tx, SITE) is ModelMode.SHADOW
    used(company, "newer", ModelMode.OFF)
    with company.deps.db.transaction() as tx:
        assert registry.mode_of(tx, SITE) is ModelMode.OFF


def test_weeks_are_judged_once_and_a_strange_one_is_an_alarm(company: Company) -> None:
    keep_installed_head(SHIPPED, company.deps)
    grader = SureGrader()
    served = dataclasses.replace(company.deps, grader_with=lambda *_: grader)
    company.deps = served
    company.receive()
    company.clock.forward(timedelta(days=15))
    assert judge_drift(served) >= 2
    assert judge_drift(served) == 0
    weeks = site_models(SITE, company.people["supervisor"], served).weeks
    assert weeks[-1].trucks == 1
    assert not any(week.alarm for week in weeks)
    with served.db.transaction() as tx:
        assert not [row for row in views.alarms(tx, views.EVERYTHING) if "drift" in row.kind]


def test_a_grade_is_computed_again_from_the_database_and_from_a_folder(
    company: Company, tmp_path: Path
) -> None:
    keep_installed_head(SHIPPED, company.deps)
    grader = SureGrader()
    company.deps = dataclasses.replace(company.deps, grader_with=lambda *_: grader)
    truck = company.receive()
    replay = replay_of_id(truck.visit.visit_id, company.deps)
    assert regrade(replay, grader).verdict is Verdict.IDENTICAL
    same = replay_of_id(str(replay.record["proposal_id"]), company.deps)
    assert same.record == replay.record
    assert replay_of_document(replay.record, company.deps).head == b"shipped head"
    write_replay(replay, tmp_path)
    assert regrade(read_replay(tmp_path), grader).verdict is Verdict.IDENTICAL
    other = SureGrader("ab" * 32)
    outcome = regrade(replay, other)
    assert (outcome.verdict, outcome.same_engine) == (Verdict.DIFFERENT, False)
    (tmp_path / "head.json").write_bytes(b"another head")
    with pytest.raises(ReplayFolderError):
        read_replay(tmp_path)
    next(tmp_path.glob("*.image")).unlink()
    with pytest.raises(PhotographChangedError):
        read_replay(tmp_path)
    with pytest.raises(ReplayFolderError):
        read_replay(tmp_path / "nowhere")
    with pytest.raises(ReplayFolderError):
        record_of_bundle(b"{}")
    with pytest.raises(NotFoundError):
        replay_of_id("nobody", company.deps)


def test_a_proposal_made_without_the_engine_is_not_computed_again(company: Company) -> None:
    truck = company.receive()
    with pytest.raises(NothingToRegradeError):
        replay_of_id(truck.visit.visit_id, company.deps)


def test_a_site_without_blind_labels_has_no_loads_to_collect(company: Company) -> None:
    loads = labelled_loads(
        SITE, company.people["administrator"], company.deps, licence="ours", consent="drivers"
    )
    assert list(loads) == []
