"""Yaohua XK3190-A12(E), 15 bytes (weighbridge.md, section 4.5).

``W``, ``G`` or ``N``, 7 characters, ``kg``, XOR of bytes 1 to 11 as two hex characters, CR LF.
Out of range, 9 blanks and ``OL`` or ``LO``: both give the same XOR, so the letters are read.
"""

import re
from collections.abc import Mapping

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import figure, padded, statement, unit_of
from service.devices.indicators.yaohua_tf0 import check_characters
from service.domain.weighing import Checksum, Mode

LENGTH = 15
CHECKED = 11
WEIGHT = re.compile(rb"W([GN])([-+ 0-9.]{7})(kg|lb)[0-9A-F]{2}\r\n")
RANGE = re.compile(rb" {9}(OL|LO)[0-9A-F]{2}\r\n")
MODES = {b"G": Mode.GROSS, b"N": Mode.NET}


class YaohuaA12E(Continuous):
    """No settings."""

    name = "yaohua_a12e"
    states_unit = True
    frame_length = longest = LENGTH

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] not in {b"W", b" "}:
            return Match.NONE
        if len(data) < LENGTH:
            return Match.PARTIAL
        raw = bytes(data[:LENGTH])
        sent = raw[CHECKED : CHECKED + 2]
        checksum = Checksum.OK if sent == check_characters(raw[:CHECKED]) else Checksum.BAD
        named = {"chk": sent.decode("latin-1")}
        found = RANGE.match(raw)
        if found is not None:
            over = found[1] == b"OL"
            return statement(
                raw,
                weight=None,
                mode=Mode.UNKNOWN,
                over=over,
                under=not over,
                checksum=checksum,
                fields=named,
            )
        found = WEIGHT.match(raw)
        weight = None if found is None else figure(found[2])
        if found is None or weight is None:
            return Match.NONE
        return statement(
            raw,
            weight=weight,
            unit=unit_of(found[3]),
            mode=MODES[found[1]],
            checksum=checksum,
            fields=named,
        )

    def encode(self, shown: Shown) -> bytes:
        if shown.out_of_range:
            body = b" " * 9 + (b"OL" if shown.over else b"LO")
        else:
            body = f"W{shown.letter}{padded(shown.kg, 7, fill='0')}{shown.unit}".encode("ascii")
        return body + check_characters(body) + b"\r\n"
