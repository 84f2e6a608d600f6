"""Frames out of a stream of bytes that arrive in arbitrary chunks, and questions likewise."""

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
        match, longest = self.dialect.match, self.dialect.longest
        frames: list[Frame] = []
        start = 0
        while start < len(data):
            found = match(data[start : start + longest])
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


@dataclass(slots=True)
class RequestStream:
    """Reads what a host sends: the indicator's side of a dialect that is asked."""

    dialect: Dialect
    _rest: bytes = field(default=b"", repr=False)

    def feed(self, chunk: bytes) -> list[bytes]:
        """Greetings and requests completed by ``chunk``, oldest first; all else is passed over."""
        data = self._rest + chunk
        known = sorted({*self.dialect.greetings, *self.dialect.requests}, key=len, reverse=True)
        asked: list[bytes] = []
        start = 0
        while start < len(data):
            found = next((each for each in known if data.startswith(each, start)), None)
            if found is not None:
                asked.append(found)
                start += len(found)
            elif any(each.startswith(data[start:]) for each in known):
                break
            else:
                start += 1
        self._rest = data[start:]
        return asked
