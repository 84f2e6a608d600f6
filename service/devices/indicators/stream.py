"""Frames out of a stream of bytes that arrive in arbitrary chunks."""

from dataclasses import dataclass, field

from service.devices.indicators.dialect import Dialect, Frame, Match
from service.domain.weighing import Checksum


@dataclass(slots=True)
class FrameStream:
    """Reads one line. ``bad_frames`` counts frames dropped for their check.

    After a wrong check or end byte one byte is given up, not the frame, and the next start byte is
    looked for; so the frames found depend on the bytes alone, never on how they were cut.
    """

    dialect: Dialect
    bad_frames: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def feed(self, chunk: bytes) -> list[Frame]:
        """Frames completed by ``chunk``, oldest first; garbage yields none and never raises."""
        data = self._rest + chunk
        frames: list[Frame] = []
        start = 0
        while start < len(data):
            found = self.dialect.match(data[start : start + 2 * self.dialect.frame_length])
            if found is Match.PARTIAL:
                break
            if isinstance(found, Frame) and found.checksum is not Checksum.BAD:
                frames.append(found)
                start += len(found.raw)
                continue
            self.bad_frames += isinstance(found, Frame)
            start += 1
        self._rest = data[start:]
        return frames
