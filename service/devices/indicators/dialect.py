"""What every indicator dialect offers: frames found in bytes, and bytes made for a weight."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, auto
from typing import Protocol

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.weighing import Checksum, Mode

Answer = Mapping[str, object]
"""Decoded fields under the names of ``tests/vectors/weighbridge_frames.json``."""

NEGATIVE_KINDS = (
    "bad_checksum",
    "misaligned",
    "motion",
    "out_of_range",
    "below_zero",
    "not_zeroed",
    "not_gross",
    "unit_not_kg",
    "expanded",
)
"""Why a frame must never become a trade weight, in the order in which they are named."""


class UnknownDialectError(RuleBrokenError):
    """A dialect that is not built; dialects are configured, never guessed."""

    message = gettext_noop("Indicator dialect %(value)s is unknown; known are %(limit)s.")


class DialectParameterError(RuleBrokenError):
    """A setting that the dialect does not have, or not with this value."""

    message = gettext_noop("Dialect parameter %(value)s is not one of %(limit)s.")


class WeightNotEncodableError(RuleBrokenError):
    """A weight that does not fit the digits of the frame."""

    message = gettext_noop("%(value)s kg does not fit a frame of at most %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame as the indicator sent it; a flag is None where the dialect does not tell.

    ``raw``: bytes as received, parity included. ``weight`` and ``interval`` in ``unit``.
    ``fields``: everything decoded. ``negative``: why this can be no trade weight.
    """

    raw: bytes
    weight: Decimal | None
    unit: str | None
    mode: Mode
    checksum: Checksum
    motion: bool | None = None
    out_of_range: bool | None = None
    expanded: bool | None = None
    not_zeroed: bool | None = None
    interval: Decimal | None = None
    fields: Answer = field(default_factory=dict)
    negative: tuple[str, ...] = ()


class Match(Enum):
    """Answer of ``Dialect.match`` where it is no frame."""

    NONE = auto()  # no frame begins at the first byte
    PARTIAL = auto()  # one may begin there; more bytes will tell


class Dialect(Protocol):
    """A way in which indicators speak, with its settings.

    ``frame_length`` is that of the usual frame, in bytes. ``states_unit``: the frame names its
    unit; where it does not, the unit is the instrument record's.
    """

    name: str
    frame_length: int
    states_unit: bool

    def match(self, data: bytes) -> Frame | Match:
        """Frame that begins at the first byte of ``data``; never raises, whatever the bytes."""
        ...

    def encode(self, kg: int, *, d_kg: int, motion: bool, out_of_range: bool) -> bytes:
        """Frame an indicator of interval ``d_kg`` sends for ``kg``, gross."""
        ...


def decimal_text(value: Decimal | None) -> str | None:
    """``value`` as plain decimal digits: no exponent, and no minus before zero."""
    if value is None:
        return None
    return format(abs(value) if value == 0 else value, "f")


def negative_kinds(found: Mapping[str, bool]) -> tuple[str, ...]:
    """Names of the kinds that are true in ``found``, in the one order."""
    return tuple(kind for kind in NEGATIVE_KINDS if found.get(kind, False))
