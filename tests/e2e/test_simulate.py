"""The demo company as people start it: trucks through it, what they leave, and how it ends."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import requests

from service.commands.simulate_client import Login, Person
from tests.e2e.company import ROOT, demo_company
from tests.e2e.three_verifiers import (
    others_cannot_tell_the_status,
    others_say_valid,
    valid_without_any_network,
)
from tests.support.cable import cut_at_random

DOCUMENTS_A_TRUCK = 5 + 3 + 4 + 1
"""Received, loaded, received at the plant with its carbon statement, settled."""
TRUCKS = 1
SEED = 20_261_122


def _ferrotrace(var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={**os.environ, "FERROTRACE_VAR": str(var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


def _person(var_dir: Path, role: str) -> tuple[Person, str]:
    said: dict[str, Any] = json.loads((var_dir / "demo.json").read_text())
    (login,) = [login for login in said["logins"] if login["role"] == role]
    fields = ("username", "password", "role", "organisation_id")
    person = Person(said["url"], Login(site_ids=(), **{name: login[name] for name in fields}))
    return person, said["url"]


def _bundles(var_dir: Path, folder: Path) -> list[Path]:
    """Bundles of every delivery, a folder each."""
    clerk, url = _person(var_dir, "clerk")
    folders = []
    for noun, key in (("deliveries", "delivery_id"), ("visits", "visit_id")):
        for found in clerk.get(f"/v1/{noun}")["items"]:
            path = f"/v1/{noun}/{found[key]}/bundles"
            answer = requests.get(url + path, headers=clerk.headers, timeout=60)
            answer.raise_for_status()
            folders.append(folder / found[key])
            zipfile.ZipFile(BytesIO(answer.content)).extractall(folders[-1])
    return folders


def _together(folders: list[Path], target: Path) -> str:
    """All bundles in one folder; a document that is in several is in it once."""
    target.mkdir()
    for path in (path for folder in folders for path in folder.iterdir()):
        shutil.copyfile(path, target / path.name)
    return str(target)


def test_trucks_go_from_booking_to_settlement_and_all_evidence_holds(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    with demo_company(tmp_path, measured=True) as company:
        logins = ("--company", str(var_dir / "demo.json"))
        with cut_at_random(company.upstream, SEED, joined_s=(4, 8), cut_s=(2, 5)):
            driven = _ferrotrace(var_dir, "simulate", "--trucks", str(TRUCKS), "--json", *logins)
        assert driven.returncode == 0, driven.stderr[-2000:]
        totals = json.loads(driven.stdout)
        for noun in ("tickets", "deliveries", "settlements"):
            assert totals[noun] == TRUCKS
        assert totals["final_documents"] == DOCUMENTS_A_TRUCK * TRUCKS
        audited = _ferrotrace(var_dir, "audit")
        assert audited.returncode == 0, audited.stdout
        folders = _bundles(var_dir, tmp_path / "bundles")
        papers = [path for folder in folders[:4] for path in sorted(folder.iterdir())]
        others_say_valid(papers, var_dir, page=company.address + "/verify")
    assert len(folders) == 4 * TRUCKS  # a delivery and three visits each
    others_cannot_tell_the_status(papers, var_dir)
    valid_without_any_network(papers, var_dir)
    together = _together(folders, tmp_path / "together")  # the chain has stopped with the company
    verified = _ferrotrace(var_dir, "verify", together, "--trust", str(var_dir / "trust.json"))
    assert verified.returncode == 0, verified.stdout
    assert _ferrotrace(var_dir, "verify", together).returncode == 2
