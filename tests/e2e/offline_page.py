"""The verifier opened from disk: ``python -m tests.e2e.offline_page PAGE CASES``, JSON to stdout.

A case is ``{"trust": path or null, "files": [paths], "promise": text, "entries": path}``; its
answer names what the page says: the heading, its state, and the state of each check or file. Run
under ``unshare -rn`` it proves that no network is needed.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.browser import ARGUMENTS, CHROMIUM

WITHIN_S = 180
WITHOUT_NETWORK = ("unshare", "-rn")


def can_unshare() -> bool:
    """Whether a process without any network may be started here."""
    if shutil.which(WITHOUT_NETWORK[0]) is None:
        return False
    return subprocess.run([*WITHOUT_NETWORK, "true"], check=False).returncode == 0


def answers_offline(page: Path, cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page says to each case, in a process that has no network at all."""
    command = [*WITHOUT_NETWORK, sys.executable, "-m", "tests.e2e.offline_page", str(page)]
    run = subprocess.run(
        [*command, json.dumps(cases)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-3000:]
    answers: list[dict[str, Any]] = json.loads(run.stdout)
    return answers


def answer_of(page: Page) -> dict[str, Any]:
    """What the page says: heading, state, and states by check or by file."""
    page.wait_for_selector(".verdict")
    return {
        "heading": page.locator("#answer").inner_text(),
        "state": page.locator(".verdict").get_attribute("data-state"),
        "sentence": page.locator(".verdict p").inner_text(),
        "checks": {
            str(item.get_attribute("data-check")): item.get_attribute("data-state")
            for item in page.locator("[data-check]").all()
        },
        "files": [
            row.get_attribute("data-status") for row in page.locator("tr[data-status]").all()
        ],
    }


def _answer(browser: Browser, address: str, case: dict[str, Any]) -> dict[str, Any]:
    page = browser.new_context(locale="en-GB").new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{address}#{case['promise']}" if case.get("promise") else address)
    if case.get("trust"):
        page.set_input_files("#trust", case["trust"])
    if case.get("entries"):
        page.wait_for_selector("#entries", state="attached")
        page.set_input_files("#entries", case["entries"])
        page.wait_for_selector(f'.verdict[data-state="{case["state"]}"]')
    if case.get("files"):
        page.set_input_files("#bundles", case["files"])
    answer = {**answer_of(page), "said": said, "hash": page.locator("#page-hash").inner_text()}
    page.context.close()
    return answer


def main() -> None:
    path, cases = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        address = Path(path).as_uri()
        answers = [_answer(browser, address, case) for case in json.loads(cases)]
        browser.close()
    sys.stdout.write(json.dumps(answers))


if __name__ == "__main__":
    main()
