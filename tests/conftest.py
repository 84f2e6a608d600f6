"""What every test has: the database fixtures and an environment that is always the same."""

import os
import time
from pathlib import Path

import pytest

from service.usecases.identity import PASSWORD_COST, PasswordCost

pytest_plugins = [
    "tests.support.anvil",
    "tests.support.database",
    "tests.support.company",
    "tests.support.published",
    "tests.support.stock_judges",
    "tests.support.worker",
]

# A developer's own settings must not reach the tests.
for name in [name for name in os.environ if name.startswith("FERROTRACE_")]:
    if name != "FERROTRACE_TEST_MATERIAL":
        del os.environ[name]
os.environ["TZ"] = "UTC"
os.environ["LC_ALL"] = "C.UTF-8"
time.tzset()

PASSWORD_COST.update(PasswordCost(time_cost=1, memory_cost=8, parallelism=1))
"""Every test that signs in would else spend a fifth of a second on one hash."""

NOT_MEASURED = {
    "conformance",
    "e2e",
    "integration/api/test_rights.py",
    "integration/api/test_schemathesis.py",
    "integration/test_audit_tampering.py",
    "integration/test_kill.py",
}
"""Tests that go the same ways again and again, or compare whole programs: tracing every line
doubles their time, and the tests of the parts cover those lines."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave some tests out of the measured coverage."""
    here = Path(__file__).parent
    for item in items:
        place = item.path.relative_to(here)
        if {place.parts[0], place.as_posix()} & NOT_MEASURED:
            item.add_marker(pytest.mark.no_cover)
