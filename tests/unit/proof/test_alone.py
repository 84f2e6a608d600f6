"""The verifier taken by an outsider: two folders, Python, and one hash library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import service
from service.proof.__main__ import main
from service.proof.trust import trust_bytes
from tests.unit.proof.made_chain import anchored_truck

ROOT = Path(str(service.__file__)).parents[1]

ALONE = """
import sys
import runpy

ALLOWED = {"service", "sha3", "_pysha3"} | sys.stdlib_module_names

class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ALLOWED or (top == "service" and name.count(".") and
                                  name.split(".")[1] not in ("proof", "domain")):
            raise ImportError(f"{name} is not for outsiders")

sys.meta_path.insert(0, Refuse())
sys.path.insert(0, sys.argv.pop(1))
sys.argv[0] = "service.proof"
runpy.run_module("service.proof", run_name="__main__")
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    truck = anchored_truck()
    bundle, trust = tmp_path / "carbon.ferrotrace.json", tmp_path / "trust.json"
    bundle.write_bytes(truck.parts["carbon"].file())
    trust.write_bytes(trust_bytes(truck.trust))
    return bundle, trust


def test_nothing_but_the_standard_library_and_one_hash_is_needed(
    files: tuple[Path, Path],
) -> None:
    bundle, trust = files
    command = [sys.executable, "-c", ALONE, str(ROOT), str(bundle), "--trust", str(trust)]
    answer = subprocess.run(command, capture_output=True, check=False)
    assert answer.stderr == b""
    assert answer.returncode == 0
    assert json.loads(answer.stdout)["verdict"] == "VALID"


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


def test_files_that_cannot_be_read_leave_it_open(
    files: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    bundle, trust = files
    trust.write_bytes(b"garbage")
    assert main([str(bundle), "--trust", str(trust)]) == 2
    assert main([str(bundle.with_name("nothing.json"))]) == 2
    assert capsys.readouterr().err.count("could not tell") == 2
