"""Faults of a simulated indicator: settings that were changed, bytes that were bent on the line."""

import random
from dataclasses import dataclass, replace

from service.devices.indicators.dialect import Shown

LONGEST_GARBAGE = 16
WHOLE_BP = 10_000
DIGITS = b"0123456789"
GRAMS_PER_POUND_E2 = 45_359
"""One pound in hundredths of a gram (453.59 g)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """What is wrong with the indicator; without arguments nothing.

    ``motion`` is a stuck motion bit, ``overload`` a stuck range bit, ``frozen`` a value that no
    longer follows the load, ``serial_no`` another instrument's. Of 10,000 frames ``corrupt_bp``
    have one digit changed and ``garbage_bp`` come behind bytes that belong to no frame.
    """

    motion: bool | None = None
    overload: bool = False
    net: bool = False
    pounds: bool = False
    frozen: bool = False
    serial_no: str | None = None
    corrupt_bp: int = 0
    garbage_bp: int = 0

    def shown(self, shown: Shown) -> Shown:
        """``shown`` as the faulty indicator shows it."""
        in_pounds = round(shown.kg * 100_000 / GRAMS_PER_POUND_E2 / shown.d_kg) * shown.d_kg
        return replace(
            shown,
            kg=in_pounds if self.pounds else shown.kg,
            motion=shown.motion if self.motion is None else self.motion,
            out_of_range=shown.out_of_range or self.overload,
            net=self.net,
            pounds=self.pounds,
            serial_no=shown.serial_no if self.serial_no is None else self.serial_no,
        )

    def bent(self, frame: bytes, chance: random.Random) -> bytes:
        """``frame`` as it arrives over the bad line."""
        if chance.randrange(WHOLE_BP) < self.corrupt_bp:
            frame = _one_digit_changed(frame, chance)
        if chance.randrange(WHOLE_BP) < self.garbage_bp:
            frame = chance.randbytes(chance.randint(1, LONGEST_GARBAGE)) + frame
        return frame


NO_FAULTS = Faults()


def _one_digit_changed(frame: bytes, chance: random.Random) -> bytes:
    """Return ``frame`` with the lowest bit of one of its digits turned over."""
    places = [place for place, byte in enumerate(frame) if byte in DIGITS]
    if not places:
        return frame
    place = chance.choice(places)
    return frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :]
