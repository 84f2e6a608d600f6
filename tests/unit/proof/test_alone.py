"""The verifier taken by an outsider: two folders, Python, and one hash library."""

import json
import os
import runpy
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import eth_keys
import pytest

import service
from service.proof.__main__ import main
from service.proof.promise import compact_promises
from service.proof.trust import trust_bytes
from tests.unit.proof.made_chain import anchored_truck, signed_promise
from tests.unit.proof.test_omission import INCLUDE_BY, MISSING, lines, trusting

SERVICE = Path(str(service.__file__)).parent
TRUCK = anchored_truck()


def ticket_promise() -> str:
    return compact_promises([signed_promise(bytes(TRUCK.nodes["ticket"][0]))])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    bundle, trust = tmp_path / "ticket.ferrotrace.json", tmp_path / "trust.json"
    bundle.write_bytes(TRUCK.parts["ticket"].file())
    trust.write_bytes(trust_bytes(TRUCK.trust))
    return bundle, trust


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder with nothing but ``service/domain``, ``service/proof`` and the hash library."""
    folder = tmp_path / "outside"
    (folder / "service").mkdir(parents=True)
    shutil.copy(SERVICE / "__init__.py", folder / "service")
    for name in ("domain", "proof"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(SERVICE / name, folder / "service" / name, ignore=ignored)
    for name in ("sha3", "_pysha3"):
        spec = find_spec(name)
        assert spec is not None
        shutil.copy(str(spec.origin), folder)
    return folder


def alone(
    folder: Path, arguments: Sequence[object], *, beside: Sequence[Path] = ()
) -> subprocess.CompletedProcess[bytes]:
    """The verifier without site packages but those ``beside``, and without this checkout."""
    command = [sys.executable, "-S", "-P", "-B", "-m", "service.proof", *map(str, arguments)]
    env = {
        "PYTHONPATH": os.pathsep.join(map(str, (folder, *beside))),
        "PATH": os.defpath,
        "HOME": str(folder),
    }
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=False)


def answer_of(done: subprocess.CompletedProcess[bytes]) -> Any:
    assert done.stderr == b"", done.stderr
    return json.loads(done.stdout)


def promise_of(answer: Any) -> object:
    (inclusion,) = (check for check in answer["checks"] if check["type"] == "LOG_INCLUSION")
    return inclusion["data"]["promise"]


def test_nothing_but_two_folders_and_one_hash_is_needed(
    outside: Path, files: tuple[Path, Path]
) -> None:
    bundle, trust = files
    done = alone(outside, (bundle, "--trust", trust, "--audience", "plant"))
    answer = answer_of(done)
    assert done.returncode == 0
    assert answer["verdict"] == "VALID"
    assert promise_of(answer) == "signature not checked"


def test_with_the_signature_library_the_promise_is_checked_too(
    outside: Path, files: tuple[Path, Path]
) -> None:
    bundle, trust = files
    packages = Path(str(eth_keys.__file__)).parents[1]
    arguments = (bundle, "--trust", trust, "--promise", ticket_promise())
    done = alone(outside, arguments, beside=[packages])
    assert promise_of(answer_of(done)) == "kept"
    assert done.returncode == 0


def test_without_the_signature_library_no_omission_is_proven(outside: Path) -> None:
    trust, entries = outside / "trust.json", outside / "entries.jsonl"
    trust.write_bytes(trust_bytes(trusting(at=INCLUDE_BY)))
    entries.write_bytes(b"\n".join(lines()))
    text = compact_promises([signed_promise(MISSING)])
    done = alone(outside, ("--promise", text, "--log", entries, "--trust", trust))
    assert done.returncode == 2
    assert "signature not checked" in answer_of(done)["checks"][0]["reason"]["message"]


def test_the_answer_is_json_and_the_exit_code_says_the_same(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = files
    assert main([str(bundle), "--trust", str(trust), "--audience", "bank"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "VALID"
    assert main([str(bundle)]) == 2
    assert json.loads(capsys.readouterr().out)["verdict"] == "ERROR"
    bundle.write_bytes(b"garbage")
    assert main([str(bundle), "--trust", str(trust)]) == 1
    assert json.loads(capsys.readouterr().out)["verdict"] == "INVALID"


def test_a_promise_is_judged_beside_its_bundle_or_alone(
    files: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = files
    assert main([str(bundle), "--trust", str(trust), "--promise", ticket_promise()]) == 0
    entries = tmp_path / "entries.jsonl"
    entries.write_bytes(b"\n".join(lines()))
    trust.write_bytes(trust_bytes(trusting(at=INCLUDE_BY)))
    alone = ["--promise", ticket_promise(), "--trust", str(trust)]
    assert main([*alone, "--log", str(entries)]) == 0
    assert main(alone) == 2
    assert capsys.readouterr().err == ""


def test_files_that_cannot_be_read_leave_it_open(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = files
    other = compact_promises([signed_promise(MISSING)])
    assert main([str(bundle), "--promise", other]) == 2
    trust.write_bytes(b"garbage")
    assert main([str(bundle), "--trust", str(trust)]) == 2
    assert main([str(bundle.with_name("nothing.json"))]) == 2
    assert capsys.readouterr().err.count("could not tell") == 3


def test_the_module_runs_as_a_program(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "service.proof.__main__")
    monkeypatch.setattr(sys, "argv", ["service.proof", str(files[0])])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("service.proof", run_name="__main__")
    assert ended.value.code == 2


def test_a_bundle_or_a_promise_must_be_named() -> None:
    with pytest.raises(SystemExit):
        main([])
