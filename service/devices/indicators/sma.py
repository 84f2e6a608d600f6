"""SMA text replies, Avery Weigh-Tronix ZM400 (weighbridge.md, section 4.10).

Asked LF ``W`` CR, answered LF, five status characters by position, weight and unit as tokens, CR:
20 bytes as documented, 18 as seen. Out of range the digits are dashes.
"""

import re
from collections.abc import Mapping

from service.devices.indicators.dialect import DEFAULT_POLL_MS, Frame, Match, Shown
from service.devices.indicators.settings import Whole, checked_settings
from service.devices.indicators.statement import (
    error_named,
    figure,
    padded,
    side_answer,
    statement,
    unit_of,
)
from service.domain.weighing import Mode

ASK_WEIGHT = b"\nW\r"
UNKNOWN_COMMAND = b"\n?\r"
LONGEST = 24
REPLY = re.compile(
    rb"\n([ ZOUET])([0-9A-Z ])([GTN])([ M])([^\r\n]) *"
    rb"(-? *[0-9][0-9.]*|-+) +([A-Za-z]{1,3}) *\r"
)
MODES = {b"G": Mode.GROSS, b"N": Mode.NET, b"T": Mode.TARE}


class Sma:
    """Settings: ``poll_ms``."""

    name = "sma"
    states_unit = True
    frame_length = 20
    longest = LONGEST
    greetings: tuple[bytes, ...] = ()
    requests = (ASK_WEIGHT,)

    def __init__(self, params: Mapping[str, object]) -> None:
        settings = checked_settings(
            params, {"poll_ms": Whole(default=DEFAULT_POLL_MS, low=20, high=2_000)}
        )
        self.poll_ms = settings.whole("poll_ms")

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] != b"\n":
            return Match.NONE
        if data.startswith(UNKNOWN_COMMAND):
            return side_answer(UNKNOWN_COMMAND, {"error": "unrecognised"}, error=True)
        found = REPLY.match(data)
        if found is None:
            ended = b"\r" in data or b"\n" in data[1:] or len(data) >= LONGEST
            return Match.NONE if ended else Match.PARTIAL
        status = found[1]
        over, under, failed = status == b"O", status == b"U", status == b"E"
        weight = figure(found[6])
        if weight is None and not (over or under or failed):
            return Match.NONE
        return statement(
            found[0],
            weight=weight,
            unit=unit_of(found[7]),
            mode=MODES[found[3]],
            motion=found[4] == b"M",
            zero=status == b"Z",
            over=over,
            under=under,
            fields=error_named("status E" if failed else None),
        )

    def encode(self, shown: Shown) -> bytes:
        status = "Z" if shown.kg == 0 else " "
        weight = padded(shown.kg, 10)
        if shown.out_of_range:
            status, weight = ("O" if shown.over else "U"), "    ------"
        motion = "M" if shown.motion else " "
        return f"\n{status}1{shown.letter}{motion} {weight} {shown.unit}\r".encode("ascii")

    def answer(self, request: bytes, shown: Shown) -> bytes:
        return self.encode(shown) if request == ASK_WEIGHT else UNKNOWN_COMMAND
