"""Hengtian 9800, 12 bytes (weighbridge.md, section 4.8).

``02 A B C w6 0D 0A``: Toledo-like, with the motion bit the other way round and code 000 for no
decimals; no tare, no check. Read as Toledo it gives neither an error nor the right weight.
"""

from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import padded, statement
from service.domain.weighing import Mode

STX = 0x02
ENDING = b"\r\n"
LENGTH = 12
DIGITS = 6
KG_BIT, STABLE_BIT, OVER_BIT, SIGN_BIT = 0x10, 0x08, 0x04, 0x02
DECIMALS_BY_CODE = {0: 0, 3: 1, 4: 2, 5: 3, 6: 4, 7: 5}
"""011 is one decimal and 100 two; that higher codes go on so is not documented."""


class Hengtian9800(Continuous):
    """No settings."""

    name = "hengtian_9800"
    states_unit = True
    frame_length = longest = LENGTH

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)

    def match(self, data: bytes) -> Frame | Match:
        if not data or data[0] != STX:
            return Match.NONE
        if len(data) < LENGTH:
            return Match.PARTIAL
        raw = bytes(data[:LENGTH])
        decimals = DECIMALS_BY_CODE.get(raw[1] & 0b111)
        digits = raw[4:10].lstrip(b" ")
        if raw[10:] != ENDING or decimals is None or not digits.isdigit():
            return Match.NONE
        status = raw[2]
        weight = Decimal(int(digits)).scaleb(-decimals)
        return statement(
            raw,
            weight=-weight if status & SIGN_BIT else weight,
            unit="kg" if status & KG_BIT else None,
            mode=Mode.GROSS,
            motion=not status & STABLE_BIT,
            over=bool(status & OVER_BIT),
        )

    def encode(self, shown: Shown) -> bytes:
        digits = padded(abs(shown.kg), DIGITS, fill="0").encode("ascii")
        status = 0x20 | (0 if shown.pounds else KG_BIT) | (0 if shown.motion else STABLE_BIT)
        status |= (OVER_BIT if shown.over else 0) | (SIGN_BIT if shown.kg < 0 else 0)
        return bytes([STX, 0x20, status, 0x20]) + digits + ENDING
