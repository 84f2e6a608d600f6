"""Yaohua XK3190-A9 family, tF=1 command mode (weighbridge.md, section 4.3).

Asked ``02 addr cmd XORhi XORlo 03``, answered ``02 addr cmd … XORhi XORlo 03``: gross, tare and
net are explicit. The truck and cargo numbers are passed on as text.
"""

from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import DEFAULT_POLL_MS, Frame, Match, Shown
from service.devices.indicators.settings import Whole, checked_settings
from service.devices.indicators.statement import padded, side_answer, statement
from service.devices.indicators.yaohua_tf0 import ETX, STX, check_characters
from service.domain.weighing import Checksum, Mode

HANDSHAKE, GROSS = "A", "B"
MODES = {"B": Mode.GROSS, "C": Mode.TARE, "D": Mode.NET}
REPLY_LENGTHS = {"A": 6, "B": 14, "C": 14, "D": 14, "E": 11, "F": 14}
ADDRESSES = tuple(chr(ord("A") + at) for at in range(26))
HEAD = 3
LONGEST = 14
DIGITS = 6


class YaohuaCommand:
    """Settings: ``address`` A to Z, ``poll_ms``. Only the gross weight is asked for."""

    name = "yaohua_tf1"
    states_unit = False
    frame_length = longest = LONGEST

    def __init__(self, params: Mapping[str, object]) -> None:
        settings = checked_settings(
            params,
            {
                "address": ADDRESSES,
                "poll_ms": Whole(default=DEFAULT_POLL_MS, low=50, high=2_000),
            },
        )
        self._address = settings.text("address")
        self.greetings = (framed(self._address + HANDSHAKE),)
        self.requests = (framed(self._address + GROSS),)
        self.poll_ms = settings.whole("poll_ms")

    def match(self, data: bytes) -> Frame | Match:
        if not data or data[0] != STX:
            return Match.NONE
        if len(data) < HEAD:
            return Match.PARTIAL
        address, command = chr(data[1]), chr(data[2])
        length = REPLY_LENGTHS.get(command)
        if length is None or address != self._address:
            return Match.NONE
        if len(data) < length:
            return Match.PARTIAL
        raw = bytes(data[:length])
        if raw[-1] != ETX:
            return Match.NONE
        good = raw[-3:-1] == check_characters(raw[1:-3])
        return _frame(raw, command, Checksum.OK if good else Checksum.BAD)

    def encode(self, shown: Shown) -> bytes:
        sign = "-" if shown.kg < 0 else "+"
        digits = padded(abs(shown.kg), DIGITS, fill="0")
        return framed(f"{self._address}{GROSS}{sign}{digits}0")

    def answer(self, request: bytes, shown: Shown) -> bytes:
        if request in self.greetings:
            return request
        return self.encode(shown) if request in self.requests else b""


def framed(body: str) -> bytes:
    """``body`` between STX and its check, ended by ETX."""
    sent = body.encode("ascii")
    return bytes([STX]) + sent + check_characters(sent) + bytes([ETX])


def _frame(raw: bytes, command: str, checksum: Checksum) -> Frame | Match:
    named = {"addr": chr(raw[1]), "cmd": command}
    body = raw[3:-3]
    if command not in MODES:
        text = body.decode("latin-1")
        fields = {**named, "chk_ok": checksum is Checksum.OK, "text": text}
        return side_answer(raw, fields, checksum=checksum)
    if body[0] not in b"+-" or not body[1:7].isdigit() or body[7] not in b"01234":
        return Match.NONE
    weight = Decimal(body[:7].decode("ascii")).scaleb(-int(body[7:8]))
    return statement(raw, weight=weight, mode=MODES[command], checksum=checksum, fields=named)
