"""MT-SICS text replies (weighbridge.md, section 4.6).

``S S`` (stable) or ``S D`` (dynamic), weight and unit, ended by CR LF; read by blank-separated
tokens, for the width varies. ``SI S`` is how the package mt-sics-emulator answers: both are taken.
"""

import re
from collections.abc import Mapping

from service.devices.indicators.dialect import DEFAULT_POLL_MS, Frame, FrameKind, Match, Shown
from service.devices.indicators.settings import Whole, checked_settings
from service.devices.indicators.statement import (
    figure,
    line_match,
    padded,
    side_answer,
    statement,
    unit_of,
)

LINE = re.compile(
    rb"(?:"
    rb"(?:S|SI) +(?P<status>[SD]) +(?P<figure>-? *[0-9.]+) +(?P<unit>[A-Za-z]{1,3}) *"
    rb"|(?:S|SI) +(?P<refusal>[I+-])"
    rb'|I4 +A +"(?P<serial>[\x20\x21\x23-\x7e]{1,32})"'
    rb"|(?P<error>E[STL])"
    rb"|(?:I4) +I"
    rb")\r\n"
)
ASK_SERIAL = b"I4\r\n"
STARTS = b"SIE"
ERRORS = {b"ES": "syntax", b"ET": "transmission", b"EL": "logical"}
LONGEST = 48
WEIGHT_WIDTH = 10


class MtSics:
    """Settings: ``request`` (``SI``: the weight now; ``S``: the next stable one), ``poll_ms``."""

    name = "mt_sics"
    states_unit = True
    frame_length = 18
    longest = LONGEST
    greetings = (ASK_SERIAL,)

    def __init__(self, params: Mapping[str, object]) -> None:
        settings = checked_settings(
            params,
            {
                "request": ("SI", "S"),
                "poll_ms": Whole(default=DEFAULT_POLL_MS, low=20, high=2_000),
            },
        )
        self.requests = (f"{settings.text('request')}\r\n".encode("ascii"),)
        self.poll_ms = settings.whole("poll_ms")

    def match(self, data: bytes) -> Frame | Match:
        if not data or data[0] not in STARTS:
            return Match.NONE
        found = line_match(data, LINE, longest=LONGEST)
        if isinstance(found, Match):
            return found
        raw = found[0]
        if found["status"]:
            return _weight(found)
        if found["serial"]:
            serial_no = found["serial"].decode("ascii")
            return side_answer(
                raw, {"serial_no": serial_no}, kind=FrameKind.SERIAL, serial_no=serial_no
            )
        if found["error"]:
            return side_answer(raw, {"error": ERRORS[found["error"]]}, error=True)
        return _refused(raw, found["refusal"])

    def encode(self, shown: Shown) -> bytes:
        if shown.out_of_range:
            return b"S +\r\n" if shown.over else b"S -\r\n"
        status = "D" if shown.motion else "S"
        return f"S {status} {padded(shown.kg, WEIGHT_WIDTH)} {shown.unit}\r\n".encode("ascii")

    def answer(self, request: bytes, shown: Shown) -> bytes:
        if request == ASK_SERIAL:
            return f'I4 A "{shown.serial_no}"\r\n'.encode("ascii")
        if request not in self.requests:
            return b"ES\r\n"
        return b"S I\r\n" if request == b"S\r\n" and shown.motion else self.encode(shown)


def _weight(found: re.Match[bytes]) -> Frame | Match:
    weight = figure(found["figure"])
    if weight is None:
        return Match.NONE
    moving = found["status"] == b"D"
    return statement(found[0], weight=weight, unit=unit_of(found["unit"]), motion=moving)


def _refused(raw: bytes, sign: bytes | None) -> Frame:
    if sign is None:
        return side_answer(raw, {"error": "not executable"}, error=True)
    if sign == b"I":
        return statement(raw, weight=None, fields={"error": "not executable"})
    return statement(raw, weight=None, over=sign == b"+", under=sign == b"-")
