"""Mettler-Toledo standard continuous output (weighbridge.md, section 4.1).

``STX SWA SWB SWC weight6 tare6 CR [CHK]``: 17 bytes, with the check 18. Seven data bits: a line
read as 8N1 leaves parity in bit 7, so every byte is masked before framing and before the sum.
Bits by the Wildcat manual, tables 6-9 to 6-11; constant bits are masked, never tested.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from service.devices.indicators.dialect import (
    Continuous,
    Frame,
    Match,
    Shown,
    WeightNotEncodableError,
    decimal_text,
    negative_kinds,
)
from service.devices.indicators.settings import Allowed, checked_settings
from service.devices.indicators.seven_bits import WITHOUT_PARITY
from service.domain.weighing import Checksum, Mode

STX, CR = 0x02, 0x0D
SEVEN_BITS = 0x7F
LENGTH = 17
DIGITS = 6
INCREMENTS_BY_CODE = (0, 1, 2, 5)
INCREMENT_CODES = {1: 1, 2: 2, 5: 3}
DP_OF_CODE_ZERO = 2  # code 000 is x100, each further code a tenth of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Clone:
    """What an indicator that sends this frame does otherwise.

    ``swc_mask``: bits of SWC that mean anything. ``units_by_code``: of its bits 2-0, but 0.
    """

    settings: Mapping[str, object] = field(default_factory=dict)
    swc_mask: int = SEVEN_BITS
    units_by_code: Mapping[int, str] = field(default_factory=lambda: {1: "g", 2: "t"})


CLONES: Mapping[str, Clone] = {
    "toledo": Clone(),
    "8142": Clone(settings={"checksum": False}, swc_mask=0),
    "8530": Clone(),  # constant bits differ, and none is tested
    "liden": Clone(units_by_code={1: "lb"}),
}
ALLOWED: Mapping[str, Allowed] = {
    "clone": tuple(CLONES),
    "checksum": (True, False),
    "power_up_bit": (False, True),
    "motion_inverted": (False, True),
}


class ToledoContinuous(Continuous):
    """Settings: ``clone``, whose differences are the defaults of the others; ``checksum`` (byte 18
    is sent), ``power_up_bit`` (SWB bit 6 means not zeroed), ``motion_inverted`` (SWB bit 3 is 1
    while the load stands).
    """

    name = "toledo_cont"
    states_unit = True

    def __init__(self, params: Mapping[str, object]) -> None:
        clone = CLONES[checked_settings(params, ALLOWED).text("clone")]
        settings = checked_settings({**clone.settings, **params}, ALLOWED)
        self._checked = settings.flag("checksum")
        self._power_up_bit = settings.flag("power_up_bit")
        self._motion_inverted = settings.flag("motion_inverted")
        self._clone = clone
        self.frame_length = self.longest = LENGTH + self._checked

    def match(self, data: bytes) -> Frame | Match:
        if not data or data[0] & SEVEN_BITS != STX:
            return Match.NONE
        if len(data) < self.frame_length:
            return Match.PARTIAL
        raw = bytes(data[: self.frame_length])
        masked = raw.translate(WITHOUT_PARITY)
        if masked[LENGTH - 1] != CR:
            return Match.NONE
        weight, tare = _digits(masked[4:10]), _digits(masked[10:16])
        if weight is None or tare is None:
            return Match.NONE
        return self._frame(raw, masked, weight, tare)

    def _frame(self, raw: bytes, masked: bytes, weight: int, tare: int) -> Frame:
        swa, swb, swc = masked[1:4]
        dp = DP_OF_CODE_ZERO - (swa & 0b111)
        inc = INCREMENTS_BY_CODE[swa >> 3 & 0b11]
        net, neg, out_of_range, moving = (bool(swb >> bit & 1) for bit in range(4))
        motion = moving is not self._motion_inverted
        swc &= self._clone.swc_mask
        unit = _unit(swb, swc, self._clone)
        signed = Decimal(-weight if neg else weight).scaleb(dp)
        checksum = self._check(masked)
        not_zeroed = self._power_up_bit and bool(swb >> 6 & 1)
        expand = bool(swc >> 4 & 1)
        return Frame(
            raw=raw,
            weight=signed,
            unit=unit,
            mode=Mode.NET if net else Mode.GROSS,
            checksum=checksum,
            motion=motion,
            out_of_range=out_of_range,
            expanded=expand,
            not_zeroed=not_zeroed,
            interval=Decimal(inc).scaleb(dp),
            fields={
                "chk_ok": None if checksum is Checksum.ABSENT else checksum is Checksum.OK,
                "dp": dp,
                "inc": inc,
                "net": net,
                "neg": neg,
                "out_of_range": out_of_range,
                "motion": motion,
                "unit": unit,
                "not_zeroed": not_zeroed,
                "print_req": bool(swc >> 3 & 1),
                "expand": expand,
                "kbd_tare": bool(swc >> 6 & 1),
                "weight": decimal_text(signed),
                "tare": decimal_text(Decimal(tare).scaleb(dp)),
            },
            negative=negative_kinds(
                {
                    "bad_checksum": checksum is Checksum.BAD,
                    "motion": motion,
                    "out_of_range": out_of_range,
                    "below_zero": signed < 0,
                    "not_zeroed": not_zeroed,
                    "not_gross": net,
                    "unit_not_kg": unit != "kg",
                    "expanded": expand,
                }
            ),
        )

    def _check(self, masked: bytes) -> Checksum:
        if not self._checked:
            return Checksum.ABSENT
        return Checksum.BAD if sum(masked) & SEVEN_BITS else Checksum.OK

    def encode(self, shown: Shown) -> bytes:
        kg, d_kg = shown.kg, shown.d_kg
        dp = len(str(d_kg)) - 1
        inc, rest = divmod(d_kg, 10**dp)
        digits = f"{abs(kg) // 10**dp:0{DIGITS}d}"
        if rest or inc not in INCREMENT_CODES or dp > DP_OF_CODE_ZERO or len(digits) > DIGITS:
            limit = f"{DIGITS} digits in steps of 1, 2 or 5"
            raise WeightNotEncodableError(field="kg", value=kg, limit=limit)
        moving = shown.motion is not self._motion_inverted
        swa = 0x20 | INCREMENT_CODES[inc] << 3 | DP_OF_CODE_ZERO - dp
        swb = 0x20 | (not shown.pounds) << 4 | moving << 3 | shown.out_of_range << 2
        swb |= (kg < 0) << 1 | shown.net
        frame = bytes([STX, swa, swb, 0x20]) + f"{digits}{0:0{DIGITS}d}".encode() + bytes([CR])
        return frame + bytes([-sum(frame) & SEVEN_BITS]) if self._checked else frame


def _digits(figures: bytes) -> int | None:
    """Number in six digits whose leading zeros may be blanks (8530); None where it is none."""
    digits = figures.lstrip(b" ")
    return int(digits) if digits.isdigit() else None


def _unit(swb: int, swc: int, clone: Clone) -> str | None:
    """Unit by SWC bits 2-0; code 000 leaves kg or lb to SWB bit 4, an unlisted one is unknown."""
    code = swc & 0b111
    if code == 0:
        return "kg" if swb >> 4 & 1 else "lb"
    return clone.units_by_code.get(code)
