"""The tablet's files: complete without a network, small, no line of script in the page."""

import gzip
import re
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "service" / "web"
STATIC = WEB / "static"
YARD = STATIC / "yard"
SOURCES = WEB / "yard"
LARGEST_SCRIPT_BYTES = 150_000
LARGEST_FIRST_BYTES = 60_000
REBUILD = "build it anew: node service/web/yard/build.mjs"

WORKER = (YARD / "sw.js").read_text(encoding="utf-8")
KEPT = re.findall(r'"([^"]+)"', WORKER.split("FILES = [")[1].split("];")[0])
PAGES = ("index.html", "commissioning.html")


def path_of(name: str) -> Path:
    if name == "./":
        return YARD / "index.html"
    return STATIC / name.removeprefix("/static/") if name.startswith("/static/") else YARD / name


def version_of_files() -> str:
    """What ``VERSION`` in sw.js must be: the first 12 digits of a hash over the kept files."""
    digest = sha256()
    for name in KEPT:
        digest.update(sha256(path_of(name).read_bytes()).digest())
    return digest.hexdigest()[:12]


def compressed(*names: str) -> int:
    return sum(len(gzip.compress((YARD / name).read_bytes())) for name in names)


def test_every_page_and_file_of_the_app_is_kept_for_when_there_is_no_network() -> None:
    own = {path.relative_to(YARD).as_posix() for path in YARD.rglob("*") if path.is_file()}
    own -= {"sw.js", "index.html"}
    assert own == {name for name in KEPT if not name.startswith("/static/")} - {"./"}
    assert all(path_of(name).is_file() for name in KEPT)


def test_a_change_of_any_file_makes_a_new_version() -> None:
    assert f'VERSION = "{version_of_files()}"' in WORKER, REBUILD


def test_the_committed_files_are_what_the_sources_build_to(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (WEB / "verifier" / "node_modules" / "esbuild").exists():
        pytest.skip("the bundler is not installed: npm ci --prefix service/web/verifier")
    subprocess.run([node, str(SOURCES / "build.mjs"), str(tmp_path)], check=True)
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    committed = {name: (YARD / name).read_bytes() for name in built}
    assert [name for name in built if built[name] != committed[name]] == [], REBUILD


def test_all_script_of_the_app_is_small() -> None:
    assert compressed(*(path.name for path in YARD.glob("*.js"))) <= LARGEST_SCRIPT_BYTES


def test_the_first_screen_is_one_style_sheet_and_two_scripts_fetched_at_once() -> None:
    page = (YARD / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'<script[^>]* src="([^"]+)"', page) == ["app.js"]
    assert re.findall(r'rel="(?:stylesheet|modulepreload)" href="([^"]+)"', page) == [
        "app.css",
        "core.js",
    ]
    imported = re.findall(r'(?:from|import)"\./([^"]+)"', (YARD / "app.js").read_text("utf-8"))
    assert imported == ["core.js"]
    assert compressed("index.html", "app.css", "app.js", "core.js") <= LARGEST_FIRST_BYTES


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_hold_no_script_and_no_style_of_their_own(name: str) -> None:
    page = (YARD / name).read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert "<style" not in page
    assert "style=" not in page


def test_no_script_writes_markup_or_style_attributes() -> None:
    forbidden = re.compile(r"innerHTML|insertAdjacentHTML|\beval\(|style:|\.style\b")
    sources = SOURCES.rglob("*.js")
    assert [path.name for path in sources if forbidden.search(path.read_text("utf-8"))] == []


def test_every_word_stands_in_both_languages() -> None:
    words = "".join((SOURCES / f"words{end}.js").read_text("utf-8") for end in ("", "-more"))
    pairs = re.findall(r'(?:\w+|"[^"]+"): \["([^"]*)", "([^"]*)"\]', words)
    assert len(pairs) > 300
    assert [pair for pair in pairs if not all(pair)] == []
    places = re.compile(r"\{\w+\}")
    assert [p for p in pairs if sorted(places.findall(p[0])) != sorted(places.findall(p[1]))] == []
