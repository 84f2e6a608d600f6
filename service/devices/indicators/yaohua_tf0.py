"""Yaohua XK3190-A9 family, tF=0 continuous output (weighbridge.md, section 4.2).

``02 sign d6 dp XORhi XORlo 03``: 12 bytes. No bit for stability, net, unit or overload.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import xor

from service.devices.indicators.dialect import (
    Continuous,
    Frame,
    Match,
    Shown,
    WeightNotEncodableError,
    decimal_text,
    negative_kinds,
)
from service.devices.indicators.settings import checked_settings
from service.domain.weighing import Checksum, Mode

STX, ETX = 0x02, 0x03
LENGTH = 12
DIGITS = 6
LARGEST_KG = 10**DIGITS - 1


class YaohuaContinuous(Continuous):
    """No settings. Mode is gross and unit kg by the instrument record."""

    name = "yaohua_tf0"
    frame_length = longest = LENGTH
    states_unit = False

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)

    def match(self, data: bytes) -> Frame | Match:
        if not data or data[0] != STX:
            return Match.NONE
        if len(data) < LENGTH:
            return Match.PARTIAL
        raw = bytes(data[:LENGTH])
        if raw[-1] != ETX or raw[1] not in b"+-" or raw[8] not in b"01234":
            return Match.NONE
        if not raw[2:8].isdigit():
            return Match.NONE
        weight = Decimal(raw[1:8].decode("ascii")).scaleb(-int(raw[8:9]))
        good = raw[9:11] == check_characters(raw[1:9])
        return Frame(
            raw=raw,
            weight=weight,
            unit=None,
            mode=Mode.GROSS,
            checksum=Checksum.OK if good else Checksum.BAD,
            fields={"chk_ok": good, "weight": decimal_text(weight), "stable": None},
            negative=negative_kinds({"bad_checksum": not good, "below_zero": weight < 0}),
        )

    def encode(self, shown: Shown) -> bytes:
        kg = shown.kg
        if abs(kg) > LARGEST_KG:
            raise WeightNotEncodableError(field="kg", value=kg, limit=f"{DIGITS} digits")
        body = f"{'-' if kg < 0 else '+'}{abs(kg):0{DIGITS}d}0".encode("ascii")
        return bytes([STX]) + body + check_characters(body) + bytes([ETX])


def check_characters(body: bytes) -> bytes:
    """XOR of ``body`` (bytes 2 to 9) as two upper-case hex letters, high nibble first."""
    return f"{reduce(xor, body):02X}".encode("ascii")
