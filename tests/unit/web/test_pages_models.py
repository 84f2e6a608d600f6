"""Pages and commands of the heads: what each does at a site, how it does, how that is changed."""

import json
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask

from service.bootstrap.engine import grading_label
from service.commands import label as label_command
from service.commands import models as models_command
from service.commands import shadow as shadow_command
from service.commands.label_page import LabelDesk, label_app
from service.domain.visit import VisitKind
from service.proof.hashing import sha256
from service.storage.grading_drift import DriftRow, add_drift
from service.usecases.grade import LabelGrade, label_grade
from service.usecases.grading_model import InstalledHead, keep_installed_head
from service.usecases.visit import OpenVisit, open_visit
from tests.support.company import START, Company
from tests.support.pages import Person, pages_of
from tests.unit.grading.drawings import draw, jpeg

SHIPPED = InstalledHead(content=b"shipped", name="shipped", licence="ours", about={"n": 1})


class RefusedError(Exception):
    """What the stand-in for the engine refuses."""


ENGINE = SimpleNamespace(
    describe_head=lambda content: {"bytes": len(content)},
    site_settings=lambda content: content,
    GradingError=RefusedError,
)


@pytest.fixture
def app(company: Company) -> Flask:
    keep_installed_head(SHIPPED, company.deps)
    return pages_of(company)


def run(command: Any, *args: str) -> tuple[int, str]:
    told = CliRunner().invoke(command, args)
    return told.exit_code, told.output


def test_a_supervisor_reads_of_the_heads_and_rests_one(company: Company, app: Flask) -> None:
    with company.deps.db.transaction() as tx:
        week = DriftRow(
            site_id="BASE01",
            head_sha256=sha256(b"shipped"),
            week=date(2026, 11, 9),
            trucks=40,
            reference_trucks=200,
            psi_bp=3_100,
            unfamiliar_bp=1_200,
            reference_unfamiliar_bp=500,
            alarm=True,
            judged_at=START,
        )
        add_drift(tx, week)
    supervisor = Person(app, "supervisor")
    path = "/sites/BASE01/models"
    shown = supervisor.read(path)
    assert "assist: the inspector decides" in shown
    assert "0.31" in shown
    assert "stability index of the shares is 0.31" in supervisor.read("/alarms")
    assert supervisor.read("/models") == shown
    refused = supervisor.fill(path, path, mode="auto", reason="because")
    assert refused.status_code == 409
    assert "may not decide here yet" in refused.text
    assert supervisor.fill(path, path, mode="off", reason="summer").status_code == 303
    assert "summer" in supervisor.read(path)
    link = supervisor.get(path).text.split('href="/models/')[1].split('"')[0]
    assert "Data sheet" in supervisor.read(f"/models/{link}")
    assert Person(app, "operator").get(path).status_code == 403


def test_the_commands_do_what_the_pages_show(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for module in (models_command, shadow_command, label_command):
        monkeypatch.setattr(module, "read_settings", lambda: None)
        monkeypatch.setattr(module, "build_deps", lambda _: company.deps)
    monkeypatch.setattr(models_command, "grading_api", lambda: ENGINE)
    head, sheet = tmp_path / "head.json", tmp_path / "sheet.json"
    head.write_bytes(b"a head")
    sheet.write_text('{"pictures": 30}', "utf-8")
    register = ("register", str(head), "--licence", "CC0", "--data-sheet", str(sheet))
    code, text = run(models_command.command, *register, "--name", "new", "--json")
    assert code == 0, text
    assert json.loads(text)["data_sheet"] == {"pictures": 30, "head": {"bytes": 6}}
    code, text = run(models_command.command, *register, "--name", "new")
    assert (code, "is registered already" in text) == (1, True)
    use = ("use", "new", "--site", "BASE01", "--reason", "trial")
    assert run(models_command.command, *use, "--mode", "auto")[0] == 1
    assert run(models_command.command, *use, "--mode", "shadow", "--json")[0] == 0
    assert "new" in run(models_command.command, "list")[1]
    assert json.loads(run(models_command.command, "list", "--json")[1])[0]["name"] == "new"
    out = tmp_path / "out.json"
    assert run(models_command.command, "show", "new", "--out", str(out))[0] == 0
    assert out.read_bytes() == b"a head"
    assert "shadow" in run(models_command.command, "uses", "--site", "BASE01")[1]
    assert "shadow" in run(models_command.command, "uses", "--site", "BASE01", "--json")[1]
    assert "not yet auto: trucks 0" in run(shadow_command.command, "--site", "BASE01")[1]
    assert json.loads(run(shadow_command.command, "--site", "BASE01", "--json")[1])
    assert "No head" in run(shadow_command.command, "--site", "BASE02")[1]
    assert run(shadow_command.command, "--site", "NOWHERE")[0] == 1
    sheet.write_text("[]", "utf-8")
    assert run(models_command.command, *register, "--name", "other")[0] == 1


def test_loads_with_a_blind_label_become_lines_without_a_name(
    company: Company, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(label_command, "read_settings", lambda: None)
    monkeypatch.setattr(label_command, "build_deps", lambda _: company.deps)
    arrival = OpenVisit(
        site_id="BASE01", kind=VisitKind.RECEIVING, plate="辽E77777", supplier_id="SU-QINGHE"
    )
    visit = open_visit(arrival, company.people["operator"], company.deps)
    company.weigh(visit.visit_id, "BASE01", "gross", 48_620, "operator")
    inspector = company.people["inspector"]
    command = LabelGrade(
        visit_id=visit.visit_id, grade="HRS101", shares={"HRS101": 10_000}, grade_class="HMS_1"
    )
    label_grade(command, inspector, company.deps)
    collect = ("collect", str(tmp_path), "--site", "BASE01", "--licence", "x", "--consent", "y")
    assert "1 new loads" in run(label_command.command, *collect)[1]
    assert "0 new loads" in run(label_command.command, *collect)[1]
    line = (tmp_path / "loads.jsonl").read_text("utf-8")
    assert json.loads(line)["labels"] == [
        {"grade_class": "HMS_1", "inspector": 1, "shares": {"HRS101": 10_000}}
    ]
    assert not {inspector.user_id, inspector.name, "SU-QINGHE"} & set(line.split('"'))
    assert list((tmp_path / "pictures").iterdir())


def test_a_person_labels_on_the_page_without_seeing_a_proposal(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jpg").write_bytes(jpeg(draw("heap", 1)))
    dataset = tmp_path / "set"
    add = ("add", str(dataset), "--photos", f"{tmp_path}/in")
    assert "1 new" in run(label_command.command, *add)[1]
    desk = LabelDesk(dataset, "Wang", grading_label())
    client = label_app(desk).test_client()
    state = client.get("/state").get_json()
    assert (state["total"], state["labelled"]) == (1, 0)
    assert client.get("/").status_code == 200
    assert client.get(f"/pictures/{state['next']}").mimetype == "image/jpeg"
    assert client.get("/pictures/none").status_code == 404
    label = {"picture": state["next"], "grade_class": "HMS_1", "areas": []}
    assert client.post("/labels", json=label).status_code == 403
    token = {"X-Label-Token": state["token"]}
    wrong = label | {"grade_class": "gold"}
    assert client.post("/labels", json=wrong, headers=token).status_code == 422
    assert client.post("/labels", json=label | {"picture": "x"}, headers=token).status_code == 422
    drawn = label | {"areas": [{"kind": "hazard", "box_bp": [1, 2, 300, 400]}]}
    assert client.post("/labels", json=drawn, headers=token).get_json()["next"] is None
    again = client.post("/undo", json={}, headers=token).get_json()
    assert again["next"] == state["next"]
    assert client.post("/undo", json={}, headers=token).get_json()["next"] == state["next"]
    exported = json.loads(run(label_command.command, "export", str(dataset))[1])
    assert exported == {"classes": {"HMS_1": 1}, "undecided": 0, "areas": 1}
