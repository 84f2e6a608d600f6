"""What a frame took goes back to the system when nobody holds it any more."""

import ctypes
import subprocess
import sys

import pytest

from grading.memory import give_back_large_blocks

FRAME_BYTES = 3840 * 2160 * 3
TWO_FRAMES = f"""
import numpy, psutil
from grading.memory import give_back_large_blocks
give_back_large_blocks()
before = psutil.Process().memory_info().rss
for _ in range(2):
    frame = numpy.ones({FRAME_BYTES}, numpy.uint8)
    held = psutil.Process().memory_info().rss - before
    del frame
print(held, psutil.Process().memory_info().rss - before)
"""


@pytest.mark.skipif(not give_back_large_blocks(), reason="not the GNU C library")
def test_a_frame_that_is_let_go_is_given_back() -> None:
    told = subprocess.run(
        [sys.executable, "-c", TWO_FRAMES], check=True, capture_output=True, text=True
    )
    held, kept = map(int, told.stdout.split())
    assert held > FRAME_BYTES // 2
    assert kept < FRAME_BYTES // 2


def test_another_c_library_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not give_back_large_blocks()
