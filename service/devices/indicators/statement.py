"""What most dialects state, put into one frame under one set of names."""

import re
from collections.abc import Mapping
from decimal import Decimal

from service.devices.indicators.dialect import (
    Frame,
    FrameKind,
    Match,
    WeightNotEncodableError,
    decimal_text,
    negative_kinds,
)
from service.domain.weighing import Checksum, Mode

FIGURE = re.compile(rb"([+-]?) *(\d*)[.,]?(\d*)\Z")
"""Sign, blanks, digits, point or comma anywhere among the digits, also last."""

UNITS = {"kg": "kg", "g": "g", "t": "t", "lb": "lb"}


def figure(text: bytes) -> Decimal | None:
    """Number in ``text``, blanks around it and after its sign allowed; None where there is none."""
    found = FIGURE.match(text.strip(b" "))
    if found is None or not (found[2] or found[3]):
        return None
    digits = Decimal((found[2] + found[3]).decode("ascii"))
    value = digits.scaleb(-len(found[3]))
    return -value if found[1] == b"-" else value


def unit_of(text: bytes) -> str | None:
    """Unit named by ``text`` in any case, None where it is blank or unknown."""
    return UNITS.get(text.strip(b" ").decode("latin-1").lower())


def line_match(data: bytes, pattern: re.Pattern[bytes], *, longest: int) -> re.Match[bytes] | Match:
    """Line at the start of ``data``, which ``pattern`` describes up to its line feed.

    What is answered for a part of the bytes is never another line than for the whole.
    """
    found = pattern.match(data)
    if found is not None:
        return found
    return Match.PARTIAL if len(data) < longest and b"\n" not in data else Match.NONE


def statement(
    raw: bytes,
    *,
    weight: Decimal | None,
    unit: str | None = None,
    mode: Mode = Mode.GROSS,
    motion: bool | None = None,
    zero: bool | None = None,
    over: bool | None = None,
    under: bool | None = None,
    checksum: Checksum = Checksum.ABSENT,
    fields: Mapping[str, object] | None = None,
) -> Frame:
    """Weight frame of ``raw``; ``fields`` are its own, ``error`` among them for an error."""
    signed = weight is not None and weight < 0
    return Frame(
        raw=raw,
        weight=weight,
        unit=unit,
        mode=mode,
        checksum=checksum,
        motion=motion,
        zero=zero,
        over=over,
        under=under,
        fields={
            "weight": decimal_text(weight),
            "unit": unit,
            "mode": mode.value,
            "stable": None if motion is None else not motion,
            "zero": zero,
            "overload": over,
            "underload": under,
            "chk_ok": None if checksum is Checksum.ABSENT else checksum is Checksum.OK,
            **(fields or {}),
        },
        negative=negative_kinds(
            {
                "bad_checksum": checksum is Checksum.BAD,
                "motion": motion,
                "overload": over,
                "underload": under,
                "below_zero": signed,
                "not_gross": mode in {Mode.NET, Mode.TARE},
                "unit_not_kg": unit not in {None, "kg"},
                "error_reply": "error" in (fields or {}),
            }
        ),
    )


def error_named(error: str | None) -> Mapping[str, object]:
    """``error`` as a field of a statement; nothing where there is none."""
    return {"error": error} if error else {}


def side_answer(
    raw: bytes,
    fields: Mapping[str, object],
    *,
    kind: FrameKind = FrameKind.OTHER,
    checksum: Checksum = Checksum.ABSENT,
    serial_no: str | None = None,
    error: bool = False,
) -> Frame:
    """Frame of ``raw`` that says nothing about the load; ``error`` where a request was refused."""
    return Frame(
        raw=raw,
        weight=None,
        unit=None,
        mode=Mode.UNKNOWN,
        checksum=checksum,
        kind=kind,
        serial_no=serial_no,
        fields=fields,
        negative=negative_kinds({"bad_checksum": checksum is Checksum.BAD, "error_reply": error}),
    )


def padded(kg: int, width: int, *, fill: str = " ") -> str:
    """``kg`` right-justified in ``width`` characters; raises WeightNotEncodableError."""
    text = f"{kg:{fill}>{width}d}" if fill == " " else f"{kg:0{width}d}"
    if len(text) > width:
        raise WeightNotEncodableError(field="kg", value=kg, limit=f"{width} characters")
    return text
