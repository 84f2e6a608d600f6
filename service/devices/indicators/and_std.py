"""A&D standard line and its Chinese kin (weighbridge.md, section 4.7).

``ST,GS,+0048620kg`` CR LF, 18 bytes; Excell and others write 21 with blanks. The point may be a
comma and may stand last. Out of range the digits are blank or all nine: the head is read.
"""

import re
from collections.abc import Mapping

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import figure, line_match, padded, statement, unit_of
from service.domain.weighing import Mode

LONGEST = 24
LINE = re.compile(
    rb"(ST|US|OL|LO|HD),(GS|NT|TR|PT|G |N |T ),"
    rb"(?:([+-][ 0-9.,]{7})([A-Za-z ]{2,3})|([+-][ 0-9.,]{8})([A-Za-z ]{4}))\r\n"
)
"""Two widths, each exact: with a digit lost or doubled on the way, a line is none."""

MODES = {b"G": Mode.GROSS, b"N": Mode.NET, b"T": Mode.TARE, b"P": Mode.TARE}
MOTION = {b"ST": False, b"US": True}


class AndStandard(Continuous):
    """No settings."""

    name = "and_std"
    states_unit = True
    frame_length = 18
    longest = LONGEST

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)

    def match(self, data: bytes) -> Frame | Match:
        if data[:1] not in {b"S", b"U", b"O", b"L", b"H"}:
            return Match.NONE
        found = line_match(data, LINE, longest=LONGEST)
        if isinstance(found, Match):
            return found
        head, mode = found[1], MODES[found[2][:1]]
        over, under = head == b"OL", head == b"LO"
        weight = None if over or under else figure(found[3] or found[5])
        if weight is None and not (over or under):
            return Match.NONE
        return statement(
            found[0],
            weight=weight,
            unit=unit_of(found[4] or found[6]),
            mode=Mode.UNKNOWN if head == b"HD" else mode,  # a held display is no live weight
            motion=MOTION.get(head),
            over=over,
            under=under,
        )

    def encode(self, shown: Shown) -> bytes:
        sign = "-" if shown.kg < 0 else "+"
        if shown.out_of_range:
            return f"{'OL' if shown.over else 'LO'},GS,{sign}       kg\r\n".encode("ascii")
        head = "US" if shown.motion else "ST"
        digits = padded(abs(shown.kg), 7, fill="0")
        mode = "NT" if shown.net else "GS"
        return f"{head},{mode},{sign}{digits}{shown.unit}\r\n".encode("ascii")
