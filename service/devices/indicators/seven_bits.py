"""A dialect of seven-bit characters on a line that leaves their parity in bit 7."""

from dataclasses import replace

from service.devices.indicators.dialect import Dialect, Frame, Match, Shown

WITHOUT_PARITY = bytes(byte & 0x7F for byte in range(256))


class SevenBits:
    """``dialect`` with every byte masked before it is framed or checked; raw bytes keep theirs."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self.name = dialect.name
        self.frame_length = dialect.frame_length
        self.longest = dialect.longest
        self.states_unit = dialect.states_unit
        self.greetings = dialect.greetings
        self.requests = dialect.requests
        self.poll_ms = dialect.poll_ms

    def match(self, data: bytes) -> Frame | Match:
        found = self._dialect.match(data.translate(WITHOUT_PARITY))
        if isinstance(found, Match):
            return found
        return replace(found, raw=bytes(data[: len(found.raw)]))

    def encode(self, shown: Shown) -> bytes:
        return with_even_parity(self._dialect.encode(shown))

    def answer(self, request: bytes, shown: Shown) -> bytes:
        return with_even_parity(self._dialect.answer(request, shown))


def with_even_parity(data: bytes) -> bytes:
    """``data`` of seven-bit characters with even parity in bit 7."""
    return bytes(byte | (byte.bit_count() & 1) << 7 for byte in data)
