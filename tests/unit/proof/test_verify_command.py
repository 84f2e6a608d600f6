import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.commands.verify import command
from service.proof.trust import trust_bytes
from tests.unit.proof.made_chain import anchored_truck

TRUCK = anchored_truck()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    bundles = tmp_path / "bundles"
    bundles.mkdir()
    for name, parts in TRUCK.parts.items():
        (bundles / f"{name}.ferrotrace.json").write_bytes(parts.file())
    (tmp_path / "trust.json").write_bytes(trust_bytes(TRUCK.trust))
    return bundles


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_a_bundle_is_valid_with_the_trust_file(folder: Path) -> None:
    answer = run(
        folder / "ticket.ferrotrace.json", "--trust", folder.parent / "trust.json", "--json"
    )
    assert answer.exit_code == 0
    verdict = json.loads(answer.output)
    assert verdict["verdict"] == "VALID"
    assert set(verdict) == {"verdict", "as_of", "checks"}
    assert set(verdict["checks"][0]) >= {"name", "type", "status", "reason"}


def test_without_trust_nobody_can_tell_and_people_can_read_it(folder: Path) -> None:
    answer = run(folder / "ticket.ferrotrace.json")
    assert answer.exit_code == 2
    assert "COULD NOT TELL" in answer.output
    assert "ISSUER_IDENTITY" in answer.output


def test_a_silent_chain_beside_a_trust_file_changes_nothing(folder: Path) -> None:
    answer = run(
        folder / "ticket.ferrotrace.json",
        *("--trust", folder.parent / "trust.json"),
        *("--rpc", "http://127.0.0.1:9", "--audience", "plant"),
    )
    assert answer.exit_code == 0
    assert "VALID  ticket.ferrotrace.json, as of block 9, 2026-03-01T02:10:09Z" in answer.output


def test_a_folder_is_verified_as_a_family(folder: Path) -> None:
    answer = run(folder, "--trust", folder.parent / "trust.json", "--json")
    assert answer.exit_code == 0
    result = json.loads(answer.output)
    assert result["verdict"] == "VALID"
    assert len(result["bundles"]) == len(TRUCK.parts)
    lineage = {
        check["status"]
        for bundle in result["bundles"]
        for check in bundle["checks"]
        if check["type"] == "LINEAGE"
    }
    assert lineage == {"VALID", "SKIPPED"}


def test_one_bad_bundle_makes_the_folder_invalid(folder: Path) -> None:
    (folder / "zz.ferrotrace.json").write_bytes(b"garbage")
    answer = run(folder, "--trust", folder.parent / "trust.json", "--rpc", "http://127.0.0.1:9")
    assert answer.exit_code == 1
    assert "INVALID  all 22 bundles together" in answer.output


def test_an_empty_folder_and_a_bad_trust_file_are_said_plainly(
    folder: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no file" in run(empty).output
    (tmp_path / "trust.json").write_bytes(b"[]")
    answer = run(folder, "--trust", tmp_path / "trust.json")
    assert answer.exit_code == 2
    assert "--trust" in answer.output
