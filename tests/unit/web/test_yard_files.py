"""The tablet's files: complete without a network, small, no line of script in the page."""

import gzip
import re
from hashlib import sha256
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "service" / "web" / "static"
YARD = STATIC / "yard"
LARGEST_SCRIPT_BYTES = 150_000
OTHER_PAGES = {f"commissioning{end}" for end in (".html", ".js", ".css", "-words.js")}
"""Pages of the same folder that need the edge unit and are not kept on the tablet."""

WORKER = (YARD / "sw.js").read_text(encoding="utf-8")
KEPT = re.findall(r'"([^"]+\.[a-z]+|\./)"', WORKER.split("FILES = [")[1].split("];")[0])


def own_files() -> set[str]:
    found = {path.relative_to(YARD).as_posix() for path in YARD.rglob("*") if path.is_file()}
    return found - OTHER_PAGES - {"sw.js", "index.html"}


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


def test_every_file_of_the_app_is_kept_for_when_there_is_no_network() -> None:
    assert own_files() == {name for name in KEPT if not name.startswith("/static/")} - {"./"}
    assert all(path_of(name).is_file() for name in KEPT)


def test_a_change_of_any_file_makes_a_new_version() -> None:
    assert f'VERSION = "{version_of_files()}"' in WORKER, f"set VERSION to {version_of_files()}"


def test_all_script_of_the_app_is_small() -> None:
    script = [path_of(name).read_bytes() for name in KEPT if name.endswith(".js")]
    assert sum(len(gzip.compress(each)) for each in [*script, WORKER.encode()]) <= (
        LARGEST_SCRIPT_BYTES
    )


def test_the_page_holds_no_script_and_no_style_of_its_own() -> None:
    page = (YARD / "index.html").read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == []
    assert "<style" not in page
    assert "style=" not in page


@pytest.mark.parametrize("name", sorted(name for name in KEPT if name.endswith(".js")))
def test_no_script_writes_markup_or_style_attributes(name: str) -> None:
    script = path_of(name).read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|insertAdjacentHTML|\beval\(|style:|\.style\b", script)


def test_every_word_stands_in_both_languages() -> None:
    words = (YARD / "words.js").read_text(encoding="utf-8")
    pairs = re.findall(r'(?:\w+|"[^"]+"): \["([^"]*)", "([^"]*)"\]', words)
    assert len(pairs) > 300
    assert [pair for pair in pairs if not all(pair)] == []
    places = re.compile(r"\{\w+\}")
    assert [p for p in pairs if sorted(places.findall(p[0])) != sorted(places.findall(p[1]))] == []
