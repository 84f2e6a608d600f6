"""The committed page is what its sources build to, and its tables are those of the package."""

import shutil
import subprocess
from pathlib import Path

import pytest

from service.web.verifier.page import BUILT
from service.web.verifier.tables import TARGET, tables_text

SOURCES = TARGET.parents[1]
FILES = ("verify.html", "log-check.js", "SHA256SUMS")
REBUILD = "python -m service.web.verifier.tables && npm --prefix service/web/verifier run build"


def test_committed_tables_are_those_of_the_package() -> None:
    assert TARGET.read_text(encoding="utf-8") == tables_text(), f"build it anew: {REBUILD}"


def test_committed_page_is_what_the_sources_build_to(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None or not (SOURCES / "node_modules" / "esbuild").exists():
        pytest.skip("the bundler is not installed: npm ci --prefix service/web/verifier")
    subprocess.run([node, "build.mjs", str(tmp_path)], cwd=SOURCES, check=True)
    for name in FILES:
        built, committed = (tmp_path / name).read_bytes(), BUILT.with_name(name).read_bytes()
        assert built == committed, f"build it anew: {REBUILD}"
