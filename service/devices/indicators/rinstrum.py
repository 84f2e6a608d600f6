"""Rinstrum AUTO output, formats A, B, C and F (weighbridge.md, section 4.9).

Fixed widths; the figure is right-justified in 7 (C: 8 with its sign), a plus is a blank. In format
B the unit is blank while the load moves: that is no error.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import Continuous, Frame, Match, Shown
from service.devices.indicators.settings import checked_settings
from service.devices.indicators.statement import error_named, figure, padded, statement, unit_of
from service.domain.weighing import Mode

STX, ETX = b"\x02", b"\x03"
MODES = {"G": Mode.GROSS, "N": Mode.NET}
UNITS_OF_F = {"L": "lb", "K": "kg", "G": "g", "T": "t"}


class _RinstrumAuto(Continuous, ABC):
    """Between ``start`` and ``ending``: a figure of ``figure_width`` and one letter per status."""

    name = ""
    states_unit = False
    start, ending = STX, ETX
    figure_width = 8
    statuses: tuple[str, ...] = ()
    unit_width = 0

    def __init__(self, params: Mapping[str, object]) -> None:
        checked_settings(params)
        body = self.figure_width + len(self.statuses) + self.unit_width
        self.frame_length = self.longest = len(self.start) + body + len(self.ending)

    def match(self, data: bytes) -> Frame | Match:
        if not data or not data.startswith(self.start):
            return Match.NONE
        if not self.start and data[0] not in b" -+":
            return Match.NONE
        if len(data) < self.frame_length:
            return Match.PARTIAL
        raw = bytes(data[: self.frame_length])
        if not raw.endswith(self.ending):
            return Match.NONE
        body = raw[len(self.start) : -len(self.ending)]
        letters = body[self.figure_width :].decode("latin-1")
        signs = letters[: len(self.statuses)]
        if any(sign not in allowed for sign, allowed in zip(signs, self.statuses, strict=True)):
            return Match.NONE
        weight = figure(body[: self.figure_width])
        unit = unit_of(body[self.figure_width + len(self.statuses) :])
        return self._frame(raw, weight, signs, unit) or Match.NONE

    @abstractmethod
    def _frame(
        self, raw: bytes, weight: Decimal | None, signs: str, unit: str | None
    ) -> Frame | None: ...

    def encode(self, shown: Shown) -> bytes:
        sign = "-" if shown.kg < 0 else " "
        figures = sign + padded(abs(shown.kg), self.figure_width - 1)
        return self.start + (figures + self._signs(shown)).encode("ascii") + self.ending

    @abstractmethod
    def _signs(self, shown: Shown) -> str: ...


class RinstrumA(_RinstrumAuto):
    """FMT_1, 11 bytes: status ``G`` gross, ``N`` net, ``M`` motion, ``O`` over. No settings.

    One letter for all: a moving or overloaded frame does not say whether it is gross.
    """

    name = "rinstrum_A"
    statuses = ("GNMO",)

    def _frame(
        self, raw: bytes, weight: Decimal | None, signs: str, unit: str | None
    ) -> Frame | None:
        over = signs == "O"
        if weight is None and not over:
            return None
        mode = MODES.get(signs, Mode.UNKNOWN)
        return statement(raw, weight=weight, unit=unit, mode=mode, motion=signs == "M", over=over)

    def _signs(self, shown: Shown) -> str:
        if shown.out_of_range:
            return "O"
        return "M" if shown.motion else shown.letter


class RinstrumB(_RinstrumAuto):
    """FMT_2, 17 bytes: ``G N U O E``, ``M``, ``Z``, range, unit of 3. No settings."""

    name = "rinstrum_B"
    states_unit = True
    statuses = ("GNUOE", "M ", "Z ", "-12 ")
    unit_width = 3

    def _frame(
        self, raw: bytes, weight: Decimal | None, signs: str, unit: str | None
    ) -> Frame | None:
        first = signs[0]
        if weight is None and first in "GN":
            return None
        return statement(
            raw,
            weight=weight,
            unit=unit,
            mode=MODES.get(first, Mode.UNKNOWN),
            motion=signs[1] == "M",
            zero=signs[2] == "Z",
            over=first == "O",
            under=first == "U",
            fields=error_named("status E" if first == "E" else None),
        )

    def _signs(self, shown: Shown) -> str:
        first = ("O" if shown.over else "U") if shown.out_of_range else shown.letter
        zero = "Z" if shown.kg == 0 else " "
        unit = "   " if shown.motion else f" {shown.unit}"
        return f"{first}{'M' if shown.motion else ' '}{zero}-{unit}"


class RinstrumC(_RinstrumAuto):
    """FMT_3, 16 bytes: ``G`` or ``N``, ``M`` or ``S``, ``I O U``, ``Z``, 2 blanks. No settings."""

    name = "rinstrum_C"
    statuses = ("GN", "MS", "IOU", "Z ", " ", " ")

    def _frame(
        self, raw: bytes, weight: Decimal | None, signs: str, unit: str | None
    ) -> Frame | None:
        if weight is None and signs[2] == "I":
            return None
        return statement(
            raw,
            weight=weight,
            unit=unit,
            mode=MODES[signs[0]],
            motion=signs[1] == "M",
            zero=signs[3] == "Z",
            over=signs[2] == "O",
            under=signs[2] == "U",
        )

    def _signs(self, shown: Shown) -> str:
        within = ("O" if shown.over else "U") if shown.out_of_range else "I"
        return (
            f"{shown.letter}{'M' if shown.motion else 'S'}{within}{'Z' if shown.kg == 0 else ' '}  "
        )


class RinstrumF(_RinstrumAuto):
    """Format F, 13 bytes to CR LF: unit, ``G`` or ``N``, ``M``, ``O`` or blank. No settings."""

    name = "rinstrum_F"
    states_unit = True
    start, ending = b"", b"\r\n"
    statuses = ("LKGT", "GN", " MO")

    def _frame(
        self,
        raw: bytes,
        weight: Decimal | None,
        signs: str,
        unit: str | None,  # noqa: ARG002 - a letter here
    ) -> Frame | None:
        over = signs[2] == "O"
        if weight is None and not over:
            return None
        return statement(
            raw,
            weight=weight,
            unit=UNITS_OF_F[signs[0]],
            mode=MODES[signs[1]],
            motion=signs[2] == "M",
            over=over,
        )

    def _signs(self, shown: Shown) -> str:
        last = "M" if shown.motion else " "
        unit = "L" if shown.pounds else "K"
        return f"{unit}{shown.letter}{'O' if shown.out_of_range else last}"
