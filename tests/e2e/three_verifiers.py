"""Proof files of one company before three verifiers: ours, a browser's, and those of others."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from service.web.verifier.page import BUILT
from tests.e2e.browser import CHROMIUM
from tests.e2e.company import ROOT
from tests.e2e.offline_page import WITHOUT_NETWORK, answer_of, answers_offline, can_unshare
from tests.support.children import not_measured
from tests.support.stock_verifiers import IDENTITY, INTEGRITY, STATUS, VALID, stock_verifiers


def others_say_valid(
    papers: Sequence[Path], var_dir: Path, browser: Browser | None, *, page: str
) -> None:
    """While the node runs: Python, the npm verifiers, and the page that the company serves.

    Without a ``browser`` nobody looks at the page.
    """
    rpc_url = _rpc_url(var_dir)
    for folder in sorted({path.parent for path in papers}):
        ours = _verify(folder, "--trust", str(var_dir / "trust.json"), "--rpc", rpc_url)
        assert ours.returncode == 0, ours.stdout
    with stock_verifiers() as others:
        for path in papers:
            said = others.judge(_document(path), rpc_url=rpc_url, dns=[_dns_record(var_dir)])
            assert said.oa_valid, (path.name, said)
            assert [said.oa[name] for name in (INTEGRITY, STATUS, IDENTITY)] == [VALID] * 3
            assert [said.tt[name] for name in (INTEGRITY, STATUS)] == [VALID] * 2
    if browser is None:
        return
    opened = browser.new_context(locale="en-GB").new_page()
    opened.goto(page)
    opened.locator("#service").fill(rpc_url)
    opened.locator("#service").blur()
    opened.locator("#bundles").set_input_files(list(papers))
    answer = answer_of(opened)
    opened.context.close()
    assert answer["files"] == ["VALID"] * len(papers), answer


def others_cannot_tell_the_status(papers: Sequence[Path], var_dir: Path) -> None:
    """With the node gone an outage is no verdict."""
    with stock_verifiers() as others:
        for path in papers[:3]:
            said = others.judge(
                _document(path), rpc_url=_rpc_url(var_dir), dns=[_dns_record(var_dir)]
            )
            assert said.oa[INTEGRITY] == said.tt[INTEGRITY] == VALID
            assert said.oa[STATUS][0] == said.tt[STATUS][0] == "ERROR", (path.name, said)


def valid_without_any_network(papers: Sequence[Path], var_dir: Path) -> None:
    """With the cable out: Python and the page from disk, against the trust file alone."""
    if not can_unshare():
        return
    trust = str(var_dir / "trust.json")
    for folder in sorted({path.parent for path in papers}):
        ours = _verify(folder, "--trust", trust, before=WITHOUT_NETWORK)
        assert ours.returncode == 0, ours.stdout
    if CHROMIUM is not None:
        (answer,) = answers_offline(BUILT, [{"files": [*map(str, papers)], "trust": trust}])
        assert answer["files"] == ["VALID"] * len(papers), answer


def _verify(
    folder: Path, *options: str, before: Sequence[str] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*before, sys.executable, "-m", "service", "verify", str(folder), *options],
        cwd=ROOT,
        env=not_measured(),
        capture_output=True,
        text=True,
        check=False,
    )


def _document(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))["document"]


def _rpc_url(var_dir: Path) -> str:
    settings: dict[str, str] = json.loads((var_dir / "settings.json").read_text("utf-8"))
    return settings["FERROTRACE_RPC_URL"]


def _dns_record(var_dir: Path) -> str:
    trust = json.loads((var_dir / "trust.json").read_text("utf-8"))
    return str(trust["issuers"][0]["dns_txt"])
