"""Five hundred trucks through both bases while the link to the service is cut at random."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

import psutil
import pytest
import requests

from tests.e2e.company import ROOT, demo_company
from tests.support.cable import cut_at_random

pytestmark = pytest.mark.soak

TRUCKS = int(os.environ.get("SOAK_TRUCKS", "500"))
SPEED = int(os.environ.get("SOAK_SPEED", "60"))
AT_ONCE = int(os.environ.get("SOAK_AT_ONCE", "4"))
SEED = 7
KILLS_EVERY_S = (60.0, 240.0)
UPLOADED_WITHIN_S = 600.0


def _ferrotrace(var_dir: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service", *arguments],
        cwd=ROOT,
        env={**os.environ, "FERROTRACE_VAR": str(var_dir)},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def killed_at_random(command: str) -> Iterator[None]:
    """Kill -9 the program of the company with ``command`` now and then; it is started again."""
    chance = random.Random(f"{SEED} {command}")  # noqa: S311 - a schedule, not a secret
    ended = Event()

    def killing() -> None:
        while not ended.wait(chance.uniform(*KILLS_EVERY_S)):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    if command in process.cmdline():
                        process.send_signal(signal.SIGKILL)

    thread = Thread(target=killing, name="killing", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def test_no_series_has_a_gap_and_the_audit_is_clean(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    with demo_company(tmp_path) as company:
        arguments = (
            *("--trucks", str(TRUCKS), "--speed", str(SPEED)),
            *("--at-once", str(AT_ONCE), "--patience", "600", "--no-wait"),
        )
        about = var_dir / "demo.json"
        with (
            cut_at_random(company.upstream, SEED, joined_s=(5, 40), cut_s=(1, 25)),
            killed_at_random("web"),
            killed_at_random("edge"),
        ):
            driven = _ferrotrace(var_dir, "simulate", *arguments, "--company", str(about), "--json")
        assert driven.returncode == 0, driven.stderr[-3000:]
        sys.stdout.write(driven.stdout)
        totals = json.loads(driven.stdout)
        for noun in ("tickets", "deliveries", "settlements"):
            assert totals[noun] == TRUCKS
        _wait_until_uploaded(about)
        audited = _ferrotrace(var_dir, "audit")
        assert audited.returncode == 0, audited.stdout[-3000:]
        sys.stdout.write(audited.stdout[-2000:])


def _wait_until_uploaded(about: Path) -> None:
    """Until no edge unit has anything left to send up."""
    tablets = json.loads(about.read_text())["tablets"]
    deadline = time.monotonic() + UPLOADED_WITHIN_S
    for address in tablets.values():
        hello = address.rstrip("/") + "/v1/hello"
        while requests.get(hello, timeout=10).json()["upstream"]["queued"]:
            assert time.monotonic() < deadline, f"{address} has entries left"
            time.sleep(1)
