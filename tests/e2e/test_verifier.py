"""The verifier in a browser: from disk without a network, and served beside a chain."""

import hashlib
import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from service.chain.node import LocalNode
from service.config import Settings
from service.proof.promise import compact_promises
from service.proof.trust import trust_bytes
from service.proof.verify import verify, verify_together
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.web.app import create_app
from service.web.context import Outside
from service.web.verifier.page import BUILT
from tests.e2e.browser import CHROMIUM, PHONE, TABLET, chromium
from tests.e2e.looks import faults
from tests.e2e.offline_page import answer_of, answers_offline, can_unshare
from tests.support.anchored_company import AnchoredCompany, anchored_company
from tests.support.company import TEMPLATE
from tests.support.registry_on_chain import deployed, require_anvil
from tests.unit.proof import test_omission as promised
from tests.unit.proof.made_chain import signed_promise

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("verifier of the page"),
    pytest.mark.skipif(CHROMIUM is None, reason="Debian's chromium is not installed"),
]

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
SUFFIX = ".ferrotrace.json"
FROM_DISK = BUILT.as_uri()


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Proof files of an anchored company on disk, and the service that stands for them."""

    anchored: AnchoredCompany
    folder: Path
    trust: Path
    tampered: Path
    address: str

    def file(self, kind: str) -> Path:
        """The first proof file of a kind."""
        return sorted(self.folder.glob(f"{kind} *"))[0]

    def verdicts(self, audience: str | None = None) -> Counter[str]:
        """How many files the Python verifier finds in each state, all of them together."""
        trust = self.anchored.trust
        told = verify_together(
            {path.name: path.read_bytes() for path in self.folder.iterdir()},
            lambda raw, beside: verify(raw, trust=trust, audience=audience, parents=beside),
        )
        return Counter(verdict.verdict.value for verdict in told.values())

    @property
    def rpc_url(self) -> str:
        return self.anchored.registry.rpc_url


@pytest.fixture(scope="module")
def papers(
    moved_in: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Papers]:
    require_anvil()
    name = "browser_verifier"
    moved_in.create_database(name, template=TEMPLATE)
    folder = tmp_path_factory.mktemp("papers")
    with (
        LocalNode(tmp_path_factory.mktemp("node"), pages_of="*") as node,
        deployed(node.rpc_url, tmp_path_factory.mktemp("chain")) as registry,
        anchored_company(moved_in.url(APP_ROLE, name), registry) as anchored,
        served(anchored) as address,
    ):
        (folder / "all").mkdir()
        for title, raw in anchored.bundles.items():
            (folder / "all" / f"{title.replace('/', '-')}{SUFFIX}").write_bytes(raw)
        trust, tampered = folder / "trust.json", folder / f"tampered{SUFFIX}"
        trust.write_bytes(trust_bytes(anchored.trust))
        content = json.loads(anchored.bundle("ticket"))
        content["document"]["data"]["record"]["net_kg"] += "0"
        tampered.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
        yield Papers(
            anchored=anchored,
            folder=folder / "all",
            trust=trust,
            tampered=tampered,
            address=address,
        )
    moved_in.drop_database(name)


class served:  # noqa: N801 - a context manager reads like a function
    """The web application of the company on a port of its own."""

    def __init__(self, anchored: AnchoredCompany) -> None:
        settings = SimpleNamespace(secret_key="a key of the tests", public_url="http://127.0.0.1")
        outside = Outside(
            verify=lambda _bundle, _audience: {},
            chain_answers=lambda: True,
            is_migrated=lambda: True,
            trust=lambda: trust_bytes(anchored.trust),
        )
        app = create_app(anchored.company.deps, cast(Settings, settings), outside)
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    opened = context.new_page()
    yield opened
    context.close()


def test_from_disk_without_any_network_it_tells_true_from_false(
    papers: Papers, tmp_path: Path
) -> None:
    if not can_unshare():
        pytest.skip("processes without a network may not be started here (unshare -rn)")
    ticket, trust = str(papers.file("ticket")), str(papers.trust)
    everything = [str(path) for path in sorted(papers.folder.iterdir())]
    entries, believed = tmp_path / "entries.jsonl", tmp_path / "trust.json"
    entries.write_bytes(b"\n".join(promised.lines()) + b"\n")
    believed.write_bytes(trust_bytes(promised.trusting(at=promised.INCLUDE_BY)))
    receipt = {"trust": str(believed), "entries": str(entries)}
    kept, omitted = (
        compact_promises([signed_promise(digest)])
        for digest in (promised.target(), promised.MISSING)
    )
    true, false, unknown, every, held, broken = answers_offline(
        BUILT,
        [
            {"files": [ticket], "trust": trust},
            {"files": [str(papers.tampered)], "trust": trust},
            {"files": [ticket]},
            {"files": everything, "trust": trust},
            {"promise": kept, "state": "ok", **receipt},
            {"promise": omitted, "state": "bad", **receipt},
        ],
    )
    assert (true["heading"], true["state"]) == ("Valid", "ok")
    assert "Weighing ticket: on record since" in true["sentence"]
    assert (false["heading"], false["state"]) == ("Invalid", "bad")
    assert false["checks"]["DOCUMENT_INTEGRITY"] == "bad"
    assert (unknown["heading"], unknown["state"]) == ("Could not tell", "warn")
    assert unknown["checks"]["DOCUMENT_INTEGRITY"] == "ok"
    assert Counter(every["files"]) == papers.verdicts()
    assert every["state"] == "bad"  # one ticket was corrected
    assert held["heading"] == "The promise was kept"
    assert broken["heading"] == "The promise was not kept"
    for answer in (true, false, unknown, every, held, broken):
        assert answer["said"] == []
        assert answer["hash"] == hashlib.sha256(BUILT.read_bytes()).hexdigest()


def test_served_it_trusts_the_sites_file_and_asks_the_node_that_the_visitor_names(
    page: Page, papers: Papers
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    response = page.goto(f"{papers.address}/verify")
    assert response is not None
    assert response.body() == BUILT.read_bytes()
    expect(page.locator("#page-hash")).to_have_text(hashlib.sha256(BUILT.read_bytes()).hexdigest())
    expect(page.locator("#trust-state")).to_contain_text("as this site gives it")
    page.locator("#bundles").set_input_files(papers.file("settlement"))
    alone = answer_of(page)
    assert alone["state"] == "ok"
    assert "asked just now" not in alone["sentence"]
    asked = judged_with(page, papers, papers.rpc_url)
    assert asked["state"] == "ok"
    assert "The query service was asked just now." in asked["sentence"]
    assert asked["checks"]["LOG_CONSISTENCY"] == "ok"
    silent = judged_with(page, papers, NOWHERE)
    assert silent["state"] == "ok"
    assert "did not answer" in silent["sentence"]
    assert not [line for line in said if "Content Security Policy" in line]


def judged_with(page: Page, papers: Papers, service: str) -> dict[str, Any]:
    """The settlement again, with another query service."""
    page.get_by_role("button", name="Verify another").click()
    page.locator("#service").fill(service)
    page.locator("#service").blur()
    page.locator("#bundles").set_input_files(papers.file("settlement"))
    return answer_of(page)


def test_from_disk_it_asks_the_node_that_the_visitor_names(page: Page, papers: Papers) -> None:
    page.goto(FROM_DISK)
    page.locator("#trust").set_input_files(papers.trust)
    page.locator("#service").fill("ftp://nowhere")
    page.locator("#service").blur()
    expect(page.locator("#service-problem")).to_be_visible()
    page.locator("#service").fill(papers.rpc_url)
    page.locator("#service").blur()
    page.locator("#bundles").set_input_files(papers.file("delivery"))
    answer = answer_of(page)
    assert answer["state"] == "ok"
    assert "asked just now" in answer["sentence"]
    page.reload()
    expect(page.locator("#service")).to_have_value(papers.rpc_url)


def test_a_folder_is_verified_at_once_and_each_file_opens(page: Page, papers: Papers) -> None:
    page.goto(FROM_DISK)
    page.locator("#trust").set_input_files(papers.trust)
    page.locator('input[value="bank"]').check(force=True)
    page.locator("#folder").set_input_files(papers.folder)
    answer = answer_of(page)
    expected = papers.verdicts("bank")
    assert Counter(answer["files"]) == expected
    assert f"{expected['VALID']} valid" in answer["sentence"]
    page.locator("#find").fill("settlement")
    expect(page.locator("tr[data-status]")).to_have_count(1)
    page.locator("tr[data-status] button").focus()
    page.keyboard.press("Enter")
    opened = answer_of(page)
    assert opened["checks"]["LINEAGE"] == "ok"
    assert opened["checks"]["DISCLOSURE_POLICY"] == "ok"
    expect(page.locator("#answer")).to_be_focused()
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator("#find")).to_have_value("settlement")


def test_a_dropped_folder_brings_its_trust_file_along(page: Page, papers: Papers) -> None:
    page.goto(FROM_DISK)
    files = [papers.file("ticket"), papers.trust]
    handle = page.evaluate_handle(
        """(files) => {
          const transfer = new DataTransfer();
          for (const [name, text] of files) transfer.items.add(new File([text], name));
          return transfer;
        }""",
        [[path.name, path.read_text("utf-8")] for path in files],
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": handle})
    assert answer_of(page)["state"] == "ok"


def test_the_answer_comes_in_chinese_and_english_and_the_ledger_at_the_third_click(
    page: Page, papers: Papers
) -> None:
    page.goto(f"{FROM_DISK}?lang=zh")
    page.locator("#trust").set_input_files(papers.trust)
    page.locator("#bundles").set_input_files(papers.file("ticket"))
    expect(page.locator("#answer")).to_have_text("可信")
    assert not {"区块", "哈希", "链上", "合约"} & set(page.locator("main").inner_text())
    page.locator("#language").click()
    expect(page.locator("#answer")).to_have_text("Valid")
    visible = page.locator("main").inner_text().lower()
    for word in ("blockchain", "block ", "hash", "merkle", "contract"):
        assert word not in visible, word
    for summary in ("Fingerprint and sealing record", "Step by step", "The verifier's full answer"):
        page.locator("summary", has_text=summary).click()
    expect(page.locator("pre.raw")).to_contain_text('"finality": "trusted-hash"')


@pytest.mark.parametrize("size", [PHONE, TABLET])
def test_every_view_is_clean_in_both_themes_and_fits(
    browser: Browser, papers: Papers, size: tuple[int, int]
) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
    page = context.new_page()
    page.goto(FROM_DISK)
    found = faults(page)
    page.locator("#bundles").set_input_files(papers.file("ticket"))
    answer_of(page)
    found += faults(page)
    page.locator("#trust").set_input_files(papers.trust)
    expect(page.locator("#answer")).to_have_text("可信")
    found += faults(page)
    page.goto(FROM_DISK)
    page.locator("#bundles").set_input_files([*papers.folder.iterdir(), papers.tampered])
    answer_of(page)
    found += faults(page)
    context.close()
    assert found == []


def test_what_is_no_proof_file_is_said_so_beside_what_was_handed_in(
    page: Page, tmp_path: Path
) -> None:
    page.goto(FROM_DISK)
    wrong = tmp_path / "notes.json"
    wrong.write_text("{}")
    page.locator("#trust").set_input_files(wrong)
    expect(page.get_by_text("notes.json is no trust file")).to_be_visible()
    page.locator("#bundles").set_input_files(wrong)
    answer = answer_of(page)
    assert answer["state"] == "bad"
    expect(page.get_by_text("The file cannot be read")).to_be_visible()
