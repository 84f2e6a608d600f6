"""Test material that is not part of the project: found beside the checkout, or the test skips."""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[3] / "shared"


def shared_path(relative: str) -> Path:
    """Path of ``relative`` in the folder of test material; skips the test where it is absent."""
    path = Path(os.environ.get("FERROTRACE_TEST_MATERIAL", _BESIDE)) / relative
    if not path.exists():
        pytest.skip(f"test material not at hand: {relative}")
    return path
