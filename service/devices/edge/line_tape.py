"""The last bytes of a line as they came, for commissioning: other profiles are tried on them."""

from collections import deque

LONGEST_MS = 180_000
MOST_BYTES = 512 * 1024


class LineTape:
    """Chunks with the ms at which they came, those of the last three minutes and half a MiB."""

    def __init__(self) -> None:
        self._chunks: deque[tuple[int, bytes]] = deque()
        self._size = 0

    def record(self, at_ms: int, chunk: bytes) -> None:
        """Append ``chunk``; what is too old goes."""
        self._chunks.append((at_ms, chunk))
        self._size += len(chunk)
        while self._size > MOST_BYTES or self._chunks[0][0] < at_ms - LONGEST_MS:
            self._size -= len(self._chunks.popleft()[1])

    def since(self, from_ms: int) -> tuple[tuple[int, bytes], ...]:
        """Chunks that came at ``from_ms`` or later, oldest first."""
        return tuple(chunk for chunk in tuple(self._chunks) if chunk[0] >= from_ms)
