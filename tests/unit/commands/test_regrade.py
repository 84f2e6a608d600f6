"""regrade from a folder, with the real engine: identical, and told apart when a figure was bent."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from grading.api import shipped_head, site_settings
from service.bootstrap.engine import EngineGrader
from service.commands.regrade import command
from service.domain.grading_model import ModelMode
from service.proof.hashing import sha256
from service.storage.grading_model import ModelUse
from service.storage.photograph import PhotographRow
from service.usecases.grade_proposal import proposal_members
from service.usecases.ports import LoadFrame
from service.usecases.regrade import Replay, write_replay
from tests.unit.grading.drawings import draw, jpeg


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record of a drawn heap, with all that it was made from."""
    head, settings = shipped_head(), site_settings(b'{"format": "ferrotrace-site-1"}')
    at, salt, content = datetime(2026, 11, 20, tzinfo=UTC), b"s" * 32, jpeg(draw("heap", 1))
    row = PhotographRow(
        photograph_id="p",
        visit_id="v",
        weighing_id=None,
        camera_id="load",
        origin="CAMERA",
        media_type="image/jpeg",
        content=content,
        salt=salt,
        salted_sha256=sha256(salt + content),
        taken_at=at,
        taken_by="edge",
    )
    proposed = EngineGrader(head, settings).propose_load([LoadFrame(content=content, at=at)], None)
    use = ModelUse(head_sha256=None, mode=ModelMode.ASSIST, settings_sha256=None)
    record = json.loads(json.dumps(proposal_members(proposed, [row], use)))
    made = tmp_path_factory.mktemp("record")
    write_replay(Replay(record=record, head=head, settings=settings, pictures=[row]), made)
    return made


def bent(folder: Path, to: Path, **changes: Any) -> Path:
    index = json.loads((folder / "record.json").read_bytes())
    index["record"] |= changes
    to.mkdir()
    for path in folder.iterdir():
        (to / path.name).write_bytes(path.read_bytes())
    (to / "record.json").write_text(json.dumps(index), "utf-8")
    return to


def test_a_record_is_computed_again_bit_for_bit(folder: Path) -> None:
    told = CliRunner().invoke(command, [str(folder)])
    assert told.exit_code == 0, told.output
    assert "identical, bit for bit (the same engine)" in told.output


def test_a_bent_figure_is_named(folder: Path, tmp_path: Path) -> None:
    told = CliRunner().invoke(
        command, [str(bent(folder, tmp_path / "x", confidence_bp=1)), "--json"]
    )
    assert told.exit_code == 1
    outcome = json.loads(told.output)
    assert (outcome["verdict"], outcome["differences"][0]["path"]) == ("different", "confidence_bp")


def test_a_missing_photograph_is_found_elsewhere_or_told(folder: Path, tmp_path: Path) -> None:
    moved = bent(folder, tmp_path / "x")
    (picture,) = moved.glob("*.image")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    picture.rename(elsewhere / "any name.jpg")
    assert CliRunner().invoke(command, [str(moved)]).exit_code == 2
    assert CliRunner().invoke(command, [str(moved), "--photos", str(elsewhere)]).exit_code == 0
