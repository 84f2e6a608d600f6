"""What every test has: the database fixtures and an environment that is always the same."""

import os
import time

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
