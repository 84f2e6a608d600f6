"""Rinstrum network protocol (weighbridge.md, section 4.9).

``ADDR CMD REG : DATA`` in hex without blanks, ended by CR LF or ``;``, or framed SOH … CRC EOT. A
weight is eight hex digits without a point: decimals are a setting of the instrument.
"""

import re
from binascii import crc_hqx
from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import DEFAULT_POLL_MS, Frame, FrameKind, Match, Shown
from service.devices.indicators.modbus_value import number_bytes
from service.devices.indicators.settings import Whole, checked_settings
from service.devices.indicators.statement import side_answer, statement
from service.domain.weighing import Checksum, Mode

SOH, EOT = b"\x01", b"\x04"
CRC_START = 0xFFFF
RESPONSE, ERROR, WANTS_REPLY, ADDRESS = 0x80, 0x40, 0x20, 0x1F
READ_HEX = 0x11
STATUS = "0021"
MODES = {
    "0025": Mode.UNKNOWN,  # gross or net, whichever is displayed
    "0026": Mode.GROSS,
    "0027": Mode.NET,
    "0028": Mode.TARE,
}
MOTION, CENTRE_OF_ZERO, ZERO, NET = 0x1000, 0x0800, 0x0400, 0x0200
UNDER, ERROR_BIT = 0x10000, 0x8000
ERRORS = {0x8040: "bad parameter"}
"""Meaning not documented beyond the error flag in the address (unverified)."""

BODY = rb"([0-9A-F]{2})([0-9A-F]{2})([0-9A-F]{4}):([0-9A-F]{8})"
LINE = re.compile(BODY + rb"(?:\r\n|;)")
FRAMED = re.compile(SOH + BODY + rb"([0-9A-F]{4})" + EOT)
LINE_LENGTH, FRAMED_LENGTH = 19, 23


class RinstrumNet:
    """Settings: ``address`` 0 (any) to 31, ``framed`` (with a check), ``decimals``, ``poll_ms``.

    Gross and status are asked in turn. ``error_bit_blocks``: 8000h of the status register refuses
    capture; off as delivered, for the manual's own example has it set.
    """

    name = "rinstrum_net"
    states_unit = False
    frame_length = LINE_LENGTH
    longest = FRAMED_LENGTH
    greetings: tuple[bytes, ...] = ()

    def __init__(self, params: Mapping[str, object]) -> None:
        settings = checked_settings(
            params,
            {
                "address": Whole(default=0, low=0, high=ADDRESS),
                "framed": (False, True),
                "decimals": Whole(default=0, low=0, high=4),
                "error_bit_blocks": (False, True),
                "poll_ms": Whole(default=DEFAULT_POLL_MS // 2, low=20, high=2_000),
            },
        )
        self._framed = settings.flag("framed")
        self._decimals = settings.whole("decimals")
        self._error_blocks = settings.flag("error_bit_blocks")
        self._address = settings.whole("address")
        head = f"{WANTS_REPLY | self._address:02X}{READ_HEX:02X}"
        self.requests = tuple(self._ended(f"{head}{register}:") for register in ("0026", STATUS))
        self.poll_ms = settings.whole("poll_ms")

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] == SOH:
            return self._match(data, FRAMED, FRAMED_LENGTH)
        if not data or data[0] not in b"89ABCDEF":
            return Match.NONE  # the first digit of an answer's address holds 80h
        return self._match(data, LINE, LINE_LENGTH)

    def _match(self, data: bytes, pattern: re.Pattern[bytes], length: int) -> Frame | Match:
        found = pattern.match(data)
        if found is None:
            return Match.NONE if len(data) >= length else Match.PARTIAL
        address = int(found[1], 16)
        if self._address not in {0, address & ADDRESS}:
            return Match.NONE
        checksum = Checksum.ABSENT
        if pattern is FRAMED:
            good = int(found[5], 16) == crc_hqx(found[0][1:-5], CRC_START)
            checksum = Checksum.OK if good else Checksum.BAD
        register, value = found[3].decode("ascii"), int(found[4], 16)
        if address & ERROR:
            error = ERRORS.get(value, f"code {value:08X}")
            return side_answer(found[0], {"error": error}, checksum=checksum, error=True)
        if register == STATUS:
            return self._status(found[0], value, checksum)
        if register not in MODES:
            fields = {"register": register, "data": f"{value:08X}"}
            return side_answer(found[0], fields, checksum=checksum)
        signed = value - (1 << 32) if value >> 31 else value
        weight = Decimal(signed).scaleb(-self._decimals)
        return statement(found[0], weight=weight, mode=MODES[register], checksum=checksum)

    def _status(self, raw: bytes, value: int, checksum: Checksum) -> Frame:
        motion, zero = bool(value & MOTION), bool(value & (ZERO | CENTRE_OF_ZERO))
        error_bit = bool(value & ERROR_BIT)
        negative = {
            "bad_checksum": checksum is Checksum.BAD,
            "motion": motion,
            "underload": bool(value & UNDER),
            "not_gross": bool(value & NET),
            "error_bit": error_bit,
        }
        return Frame(
            raw=raw,
            weight=None,
            unit=None,
            mode=Mode.UNKNOWN,
            checksum=checksum,
            kind=FrameKind.STATUS,
            motion=motion,
            zero=zero,
            under=negative["underload"],
            out_of_range=True if error_bit and self._error_blocks else None,
            fields={
                "motion": motion,
                "stable": not motion,
                "zero": zero,
                "net": negative["not_gross"],
                "underload": negative["underload"],
                "error_bit": error_bit,
            },
            negative=tuple(kind for kind, found in negative.items() if found),
        )

    def encode(self, shown: Shown) -> bytes:
        value = shown.kg * 10**self._decimals
        return self._reply("0026", int.from_bytes(number_bytes(value, "int32"), "big"))

    def answer(self, request: bytes, shown: Shown) -> bytes:
        if request == self.requests[0]:
            return self.encode(shown)
        if request != self.requests[1]:
            return b""
        value = (MOTION if shown.motion else 0) | (ZERO if shown.kg == 0 else 0)
        value |= NET if shown.net else 0
        return self._reply(STATUS, value | (UNDER if shown.under else 0))

    def _reply(self, register: str, value: int) -> bytes:
        return self._ended(
            f"{RESPONSE | (self._address or 1):02X}{READ_HEX:02X}{register}:{value:08X}"
        )

    def _ended(self, body: str) -> bytes:
        sent = body.encode("ascii")
        if not self._framed:
            return sent + b"\r\n"
        return SOH + sent + f"{crc_hqx(sent, CRC_START):04X}".encode("ascii") + EOT
