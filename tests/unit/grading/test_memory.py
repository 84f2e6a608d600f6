"""What a frame took goes back to the system when nobody holds it any more."""

import ctypes

import numpy as np
import psutil
import pytest

from grading.memory import give_back_large_blocks

FRAME_BYTES = 3840 * 2160 * 3


def _resident() -> int:
    return int(psutil.Process().memory_info().rss)


@pytest.mark.skipif(not give_back_large_blocks(), reason="not the GNU C library")
def test_a_frame_that_is_let_go_is_given_back() -> None:
    for _ in range(3):
        before = _resident()
        frame = np.ones(FRAME_BYTES, np.uint8)
        assert _resident() - before > FRAME_BYTES // 2
        del frame
        assert _resident() - before < FRAME_BYTES // 2


def test_another_c_library_goes_its_own_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not give_back_large_blocks()
