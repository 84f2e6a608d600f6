"""Bilanciai: four status nibbles, as far as they are documented (weighbridge.md, section 4.12).

How the frame is built round them is not documented, so it has no default here: it is captured on
site and set. The nibbles are hex characters s1 to s4, bit 0 the least significant.
"""

from collections.abc import Mapping
from itertools import pairwise

from service.devices.indicators.dialect import (
    Continuous,
    DialectParameterError,
    Frame,
    Match,
    Shown,
)
from service.devices.indicators.settings import Whole, checked_settings
from service.devices.indicators.statement import error_named, figure, padded, statement

STATUS_WIDTH = 4
LONGEST = 64
BELOW_MIN, ZERO = 0b0001, 0b1000  # s1
STABLE, OVERLOAD = 0b0010, 0b0100  # s2
INVALID = 0b0100  # s3
HEX_DIGITS = frozenset(b"0123456789ABCDEFabcdef")


class Bilanciai(Continuous):
    """Settings, all but ``start`` asked for: ``start`` and ``ending`` (hex), ``length``,
    ``status_at``, ``weight_at``, ``weight_width``: places in bytes from the frame's first.
    """

    name = "bilanciai"
    states_unit = False

    def __init__(self, params: Mapping[str, object]) -> None:
        places = {
            "length": Whole(default=0, low=6, high=LONGEST),
            "status_at": Whole(default=0, low=0, high=LONGEST),
            "weight_at": Whole(default=0, low=0, high=LONGEST),
            "weight_width": Whole(default=0, low=1, high=12),
        }
        numbers = {key: value for key, value in params.items() if key not in {"start", "ending"}}
        settings = checked_settings(numbers, places)
        self._start, self._ending = (_bytes(params, key) for key in ("start", "ending"))
        self._status_at = settings.whole("status_at")
        self._weight_at = settings.whole("weight_at")
        self._weight_end = self._weight_at + settings.whole("weight_width")
        self.frame_length = self.longest = settings.whole("length")
        if set(places) - set(numbers) or not self._ending or not self._apart():
            raise DialectParameterError(
                field="params",
                value=f"framing {dict(params)}",
                limit=f"{', '.join(places)}, ending: places that do not overlap",
            )

    def _apart(self) -> bool:
        """Whether start, status, weight and ending lie within the frame and beside each other."""
        spans = sorted(
            [
                (0, len(self._start)),
                (self._status_at, self._status_at + STATUS_WIDTH),
                (self._weight_at, self._weight_end),
                (self.frame_length - len(self._ending), self.frame_length),
            ]
        )
        return all(one[1] <= next_[0] for one, next_ in pairwise(spans))

    def match(self, data: bytes) -> Frame | Match:
        if not data or not data.startswith(self._start[: len(data)]):
            return Match.NONE
        if len(data) < self.frame_length:
            return Match.PARTIAL
        raw = bytes(data[: self.frame_length])
        nibbles = raw[self._status_at : self._status_at + STATUS_WIDTH]
        if not raw.endswith(self._ending) or not HEX_DIGITS.issuperset(nibbles):
            return Match.NONE
        first, second, third, _ = (int(chr(nibble), 16) for nibble in nibbles)
        invalid = bool(third & INVALID)
        error = error_named("invalid" if invalid else None)
        weight = None if invalid else figure(raw[self._weight_at : self._weight_end])
        if weight is None and not invalid:
            return Match.NONE
        return statement(
            raw,
            weight=weight,
            motion=not second & STABLE,
            zero=bool(first & ZERO),
            over=bool(second & OVERLOAD),
            fields={"below_min": bool(first & BELOW_MIN), **error},
        )

    def encode(self, shown: Shown) -> bytes:
        frame = bytearray(b" " * self.frame_length)
        first = ZERO if shown.kg == 0 else 0
        second = (0 if shown.motion else STABLE) | (OVERLOAD if shown.over else 0)
        status = f"{first:X}{second:X}{INVALID if shown.under else 0:X}0"
        width = self._weight_end - self._weight_at
        frame[: len(self._start)] = self._start
        frame[self._status_at : self._status_at + STATUS_WIDTH] = status.encode("ascii")
        frame[self._weight_at : self._weight_end] = padded(shown.kg, width).encode("ascii")
        frame[self.frame_length - len(self._ending) :] = self._ending
        return bytes(frame)


def _bytes(params: Mapping[str, object], key: str) -> bytes:
    text = params.get(key, "")
    try:
        return bytes.fromhex(text) if isinstance(text, str) else b""
    except ValueError as error:
        raise DialectParameterError(
            field=f"params.{key}", value=f"{key}={text!r}", limit="hex bytes"
        ) from error
