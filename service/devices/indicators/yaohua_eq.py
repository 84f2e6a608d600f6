"""Yaohua ``=`` streams, both orientations (weighbridge.md, section 4.4).

``=`` separates payloads of exactly 8 characters, so a payload counts only between two of them.
Reversed, the last character comes first and the sign last; each orientation read as the other is a
valid wrong number. Which one it is, is proved at commissioning, never guessed.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import figure, padded, statement

SEPARATOR = b"="
WIDTH = 8
LENGTH = 1 + WIDTH
PAYLOAD = re.compile(rb"[+-]?\d*\.?\d*\Z")


class _YaohuaEqual(Continuous):
    states_unit = False
    frame_length = LENGTH
    longest = LENGTH + 1
    orientation = ""

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params, {"orientation": (self.orientation,)})

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] != SEPARATOR:
            return Match.NONE
        if len(data) < self.longest:
            return Match.NONE if SEPARATOR in data[1:] else Match.PARTIAL
        if data[LENGTH : LENGTH + 1] != SEPARATOR:
            return Match.NONE
        weight = self._weight(data[1:LENGTH])
        return Match.NONE if weight is None else statement(bytes(data[:LENGTH]), weight=weight)

    def _weight(self, payload: bytes) -> Decimal | None:
        text = self._turned(payload)
        return figure(text) if PAYLOAD.match(text) else None

    def encode(self, shown: Shown) -> bytes:
        digits = padded(shown.kg, WIDTH - 1, fill="0").encode("ascii")
        return SEPARATOR + self._turned(digits + b".")

    @staticmethod
    def _turned(payload: bytes) -> bytes:
        return payload


class YaohuaEqualForward(_YaohuaEqual):
    """No setting but ``orientation``: ``forward``, as the name says."""

    name = "yaohua_eq_fwd"
    orientation = "forward"


class YaohuaEqualReversed(_YaohuaEqual):
    """No setting but ``orientation``: ``reversed``, as the name says."""

    name = "yaohua_eq_rev"
    orientation = "reversed"

    @staticmethod
    def _turned(payload: bytes) -> bytes:
        return payload[::-1]
