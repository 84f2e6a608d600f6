"""The audit shares no code with what it audits."""

import ast
from collections.abc import Iterator
from pathlib import Path

import service

ROOT = Path(service.__file__).parent.parent
SHARED = {
    "service.proof.hashing",  # the two hash functions
    "service.proof.signature",  # who signed: the library's curve, nothing of the writers
    "service.domain.errors",  # how sentences are marked for translation
    "service.storage.db",  # what a transaction is
}
OWN = ("service.usecases.audit", "service.storage.audit_rows")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_of_the_product_it_uses_the_hash_functions_and_its_own_modules_only() -> None:
    package = ROOT / "service" / "usecases" / "audit"
    modules = [*package.glob("*.py"), ROOT / "service" / "storage" / "audit_rows.py"]
    assert len(modules) > 10
    used = {name for path in modules for name in imported(path) if name.startswith("service")}
    assert {name for name in used if not name.startswith(OWN)} <= SHARED
