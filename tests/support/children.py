"""The environment of programs that tests start as processes of their own."""

import os

_MEASURES = "COVERAGE_PROCESS_CONFIG"


def not_measured(**changes: str) -> dict[str, str]:
    """This process's environment with ``changes``, for a child whose coverage is not measured.

    Tracing doubles the work of a whole program; where its parts have tests of their own it only
    makes the suite longer.
    """
    kept = {name: value for name, value in os.environ.items() if name != _MEASURES}
    return {**kept, **changes}
