"""The demo company as people start it: trucks through it, what they leave, and how it ends."""

import json
import os
import signal
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests

from service.commands.simulate_client import Login, Person
from tests.e2e.company import ROOT, demo_company

TRUCKS = 2


def _ferrotrace(var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={**os.environ, "FERROTRACE_VAR": str(var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def _clerk(var_dir: Path) -> tuple[Person, str]:
    said: dict[str, Any] = json.loads((var_dir / "demo.json").read_text())
    (login,) = [login for login in said["logins"] if login["role"] == "clerk"]
    fields = ("username", "password", "role", "organisation_id")
    person = Person(said["url"], Login(site_ids=(), **{name: login[name] for name in fields}))
    return person, said["url"]


def _bundles(var_dir: Path, folder: Path) -> list[Path]:
    """Bundles of every delivery, a folder each."""
    clerk, url = _clerk(var_dir)
    folders = []
    for delivery in clerk.get("/v1/deliveries")["items"]:
        path = f"/v1/deliveries/{delivery['delivery_id']}/bundles"
        answer = requests.get(url + path, headers=clerk.headers, timeout=60)
        answer.raise_for_status()
        folders.append(folder / delivery["delivery_id"])
        zipfile.ZipFile(BytesIO(answer.content)).extractall(folders[-1])
    return folders


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


@pytest.fixture(scope="module")
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("company") / "var"


def test_trucks_go_from_booking_to_settlement_and_all_evidence_holds(
    var_dir: Path, tmp_path: Path
) -> None:
    with demo_company(var_dir.parent):
        company = ("--company", str(var_dir / "demo.json"))
        driven = _ferrotrace(var_dir, "simulate", "--trucks", str(TRUCKS), "--json", *company)
        assert driven.returncode == 0, driven.stderr[-2000:]
        totals = json.loads(driven.stdout)
        for noun in ("tickets", "deliveries", "settlements"):
            assert totals[noun] == TRUCKS
        assert totals["final"] == totals["documents"]
        audited = _ferrotrace(var_dir, "audit")
        assert audited.returncode == 0, audited.stdout
        folders = _bundles(var_dir, tmp_path)
    assert len(folders) == TRUCKS
    for folder in folders:  # the chain has stopped with the company
        verified = _ferrotrace(
            var_dir, "verify", str(folder), "--trust", str(var_dir / "trust.json")
        )
        assert verified.returncode == 0, verified.stdout
        assert _ferrotrace(var_dir, "verify", str(folder)).returncode == 2


def test_a_killed_company_leaves_nothing_running_and_goes_on_where_it_was(var_dir: Path) -> None:
    before = {process.pid for process in _children()}
    with demo_company(var_dir.parent):
        started = [process for process in _children() if process.pid not in before]
        (company,) = [process for process in started if "demo" in process.cmdline()]
        company.send_signal(signal.SIGKILL)
        company.wait(10)
        _gone, alive = psutil.wait_procs(started, timeout=15)
        assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    with demo_company(var_dir.parent):
        clerk, _url = _clerk(var_dir)
        assert len(clerk.get("/v1/deliveries")["items"]) == TRUCKS
        audited = _ferrotrace(var_dir, "audit")
        assert audited.returncode == 0, audited.stdout
