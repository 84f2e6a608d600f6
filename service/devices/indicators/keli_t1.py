"""Keli XK3118T1, ``=5123.45(kg)`` CR LF: forward, 7 characters, no check (section 4.12)."""

import re
from collections.abc import Mapping

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import figure, padded, statement, unit_of

LINE = re.compile(rb"=([-+ 0-9.]{7})\(([a-zA-Z]{1,2}|  )\)\r\n")
LENGTH = 14


class KeliT1(Continuous):
    """No settings. No bit for stability, net or overload."""

    name = "keli_t1"
    states_unit = True
    frame_length = longest = LENGTH

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] != b"=":
            return Match.NONE
        found = LINE.match(data)
        if found is None:
            ended = b"\n" in data or len(data) >= LENGTH
            return Match.NONE if ended else Match.PARTIAL
        weight = figure(found[1])
        if weight is None:
            return Match.NONE
        return statement(found[0], weight=weight, unit=unit_of(found[2]))

    def encode(self, shown: Shown) -> bytes:
        return f"={padded(shown.kg, 7, fill='0')}(kg)\r\n".encode("ascii")
