import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.commands.verify import command
from service.proof.promise import compact_promises
from service.proof.trust import trust_bytes
from tests.unit.proof.made_chain import ISSUED_AT, anchored_truck, signed_promise
from tests.unit.proof.test_omission import INCLUDE_BY, MISSING, lines, trusting

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
    assert f"INVALID  all {len(TRUCK.parts) + 1} bundles together" in answer.output


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


class TestPromise:
    @pytest.fixture
    def log(self, tmp_path: Path) -> tuple[Path, Path]:
        """Entries of the log, and a trust file with a head of the time when promises end."""
        entries, trust = tmp_path / "entries.jsonl", tmp_path / "trust-of-log.json"
        entries.write_bytes(b"\n".join(lines()) + b"\n")
        trust.write_bytes(trust_bytes(trusting(at=INCLUDE_BY)))
        return entries, trust

    @staticmethod
    def text(*documents: str) -> str:
        hashes = [TRUCK.nodes[name][0] for name in documents]
        return compact_promises(signed_promise(bytes(digest)) for digest in hashes)

    def test_every_promise_of_a_ticket_is_held_against_the_log(
        self, log: tuple[Path, Path]
    ) -> None:
        entries, trust = log
        url = "https://base.example/t/BASE01-A-26-000001#" + self.text("gross", "tare", "ticket")
        answer = run("--promise", url, "--log", entries, "--trust", trust)
        assert answer.exit_code == 0
        assert answer.output.count("promise: kept") == 3
        assert "VALID  all 3 promises together" in answer.output

    def test_a_promise_in_a_file_is_answered_like_a_bundle(
        self, log: tuple[Path, Path], tmp_path: Path
    ) -> None:
        entries, trust = log
        code = tmp_path / "code.txt"
        code.write_text(self.text("ticket") + "\n")
        answer = run("--promise", code, "--log", entries, "--trust", trust, "--json")
        assert answer.exit_code == 0
        assert json.loads(answer.output)["checks"][0]["data"]["promise"] == "kept"

    def test_an_omission_is_proven(self, log: tuple[Path, Path]) -> None:
        entries, trust = log
        text = compact_promises([signed_promise(MISSING)])
        answer = run("--promise", text, "--log", entries, "--trust", trust)
        assert answer.exit_code == 1
        assert "Proof of omission" in answer.output

    def test_a_silent_chain_changes_nothing_and_no_log_leaves_it_open(
        self, log: tuple[Path, Path]
    ) -> None:
        entries, trust = log
        rpc = ("--rpc", "http://127.0.0.1:9")
        text = self.text("ticket")
        assert run("--promise", text, "--log", entries, "--trust", trust, *rpc).exit_code == 0
        assert run("--promise", text, "--trust", trust).exit_code == 2

    def test_a_promise_beside_a_bundle_is_judged_with_it(self, folder: Path) -> None:
        trust = ("--trust", folder.parent / "trust.json")
        bundle = folder / "ticket.ferrotrace.json"
        target = bytes(TRUCK.nodes["ticket"][0])
        late = compact_promises([signed_promise(target, recorded_at=ISSUED_AT - 700)])
        assert run(bundle, *trust, "--promise", self.text("ticket", "gross")).exit_code == 0
        assert run(bundle, *trust, "--promise", late).exit_code == 1
        assert run(folder, *trust, "--promise", late).exit_code == 1

    def test_a_promise_for_another_document_is_refused(self, folder: Path) -> None:
        answer = run(folder / "ticket.ferrotrace.json", "--promise", self.text("gross"))
        assert answer.exit_code == 2
        assert "none of the promises is for this document" in answer.output

    def test_a_promise_beside_garbage_leaves_the_garbage_invalid(self, folder: Path) -> None:
        bundle = folder / "ticket.ferrotrace.json"
        bundle.write_bytes(b"garbage")
        assert run(bundle, "--promise", self.text("gross")).exit_code == 1

    def test_what_cannot_be_asked_is_refused(self, folder: Path, log: tuple[Path, Path]) -> None:
        entries, _ = log
        bundle = folder / "ticket.ferrotrace.json"
        assert run("--promise", "FT2.xyz").exit_code == 2
        assert "Name a bundle" in run().output
        assert "--log is for a promise" in run(bundle, "--log", entries).output
        entries.write_bytes(b"\xff")
        assert run("--promise", entries).exit_code == 2
