"""Large pictures go back to the system as soon as nobody holds them.

The GNU C library raises its limit for blocks of their own to the size of the first large one that
is freed, up to 32 MiB; from then on a decoded frame lies in the heap of its thread, and what is
freed stays there (mallopt(3), M_MMAP_THRESHOLD). A limit that is set once stays where it is.
"""

import ctypes
from typing import Final

M_MMAP_THRESHOLD: Final = -3
LARGE_BYTES: Final = 4 * 1024 * 1024


def give_back_large_blocks() -> bool:
    """Let blocks of 4 MiB and more be memory of their own; whether the C library can do so."""
    try:
        return bool(ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BYTES))
    except (OSError, AttributeError):
        return False
