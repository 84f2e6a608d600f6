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
    "overload",
    "underload",
    "below_zero",
    "not_zeroed",
    "not_gross",
    "unit_not_kg",
    "error_reply",
    "error_bit",
    "expanded",
)
"""Why a frame must never become a trade weight, in the order in which they are named."""

DEFAULT_POLL_MS = 100
"""Ten questions a second; an indicator at 1200 baud needs that long for 12 bytes (section 2)."""


class UnknownDialectError(RuleBrokenError):
    """A dialect that is not built; dialects are configured, never guessed."""

    message = gettext_noop("Indicator dialect %(value)s is unknown; known are %(limit)s.")


class DialectParameterError(RuleBrokenError):
    """A setting that the dialect does not have, or not with this value."""

    message = gettext_noop("Dialect parameter %(value)s is not one of %(limit)s.")


class WeightNotEncodableError(RuleBrokenError):
    """A weight that does not fit the digits of the frame."""

    message = gettext_noop("%(value)s kg does not fit a frame of at most %(limit)s.")


class FrameKind(Enum):
    """What a frame is about."""

    WEIGHT = auto()  # a reading, also where it says that there is no weight
    STATUS = auto()  # flags alone, which belong to the next weight
    SERIAL = auto()  # the instrument's own serial number
    OTHER = auto()  # an answer that says nothing about the load


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One frame as the indicator sent it; a flag is None where the dialect does not tell.

    ``raw``: bytes as received, parity included. ``weight`` and ``interval`` in ``unit``.
    ``out_of_range``: over or under, not told which. ``fields``: everything decoded.
    ``negative``: why this can be no trade weight. ``serial_no``: of a SERIAL frame alone.
    """

    raw: bytes
    weight: Decimal | None
    unit: str | None
    mode: Mode
    checksum: Checksum
    kind: FrameKind = FrameKind.WEIGHT
    motion: bool | None = None
    zero: bool | None = None
    over: bool | None = None
    under: bool | None = None
    out_of_range: bool | None = None
    expanded: bool | None = None
    not_zeroed: bool | None = None
    interval: Decimal | None = None
    serial_no: str | None = None
    fields: Answer = field(default_factory=dict)
    negative: tuple[str, ...] = ()


class Match(Enum):
    """Answer of ``Dialect.match`` where it is no frame."""

    NONE = auto()  # no frame begins at the first byte
    PARTIAL = auto()  # one may begin there; more bytes will tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What an indicator shows, gross: whole kg on a scale of interval ``d_kg``.

    ``out_of_range`` is over range, under range where ``kg`` is negative. Faults of a setting:
    ``net`` mode, and ``pounds``, the number being in lb; frames without a place for it say nothing.
    """

    kg: int
    d_kg: int
    motion: bool = False
    out_of_range: bool = False
    serial_no: str = ""
    net: bool = False
    pounds: bool = False

    @property
    def unit(self) -> str:
        """What its number counts."""
        return "lb" if self.pounds else "kg"

    @property
    def letter(self) -> str:
        """``G`` gross or ``N`` net, as several dialects write it."""
        return "N" if self.net else "G"

    @property
    def over(self) -> bool:
        """Whether the load is above the range."""
        return self.out_of_range and self.kg >= 0

    @property
    def under(self) -> bool:
        """Whether the load is below the range."""
        return self.out_of_range and self.kg < 0


class Dialect(Protocol):
    """A way in which indicators speak, with its settings.

    ``frame_length`` is that of the usual weight frame, in bytes; ``longest`` the most bytes
    ``match`` needs to decide. ``states_unit``: the frame names its unit; where it does not, the
    unit is the instrument record's.

    ``greetings`` are sent once at each connect (the serial number is asked so); ``requests`` are
    sent in turn, one each ``poll_ms``. An indicator that speaks unasked has none.
    """

    @property
    def name(self) -> str: ...
    @property
    def frame_length(self) -> int: ...
    @property
    def longest(self) -> int: ...
    @property
    def states_unit(self) -> bool: ...
    @property
    def greetings(self) -> tuple[bytes, ...]: ...
    @property
    def requests(self) -> tuple[bytes, ...]: ...
    @property
    def poll_ms(self) -> int: ...

    def match(self, data: bytes) -> Frame | Match:
        """Frame that begins at the first byte of ``data``; never raises, whatever the bytes."""
        ...

    def encode(self, shown: Shown) -> bytes:
        """Weight frame that an indicator sends for ``shown``; raises WeightNotEncodableError."""
        ...

    def answer(self, request: bytes, shown: Shown) -> bytes:
        """What an indicator answers to ``request``, one of the greetings or requests; b"" else."""
        ...


class Continuous:
    """The half of a dialect that never asks: the indicator sends by itself."""

    greetings: tuple[bytes, ...] = ()
    requests: tuple[bytes, ...] = ()
    poll_ms = DEFAULT_POLL_MS

    def answer(self, request: bytes, shown: Shown) -> bytes:  # noqa: ARG002 - it does not listen
        return b""


def decimal_text(value: Decimal | None) -> str | None:
    """``value`` as plain decimal digits: no exponent, and no minus before zero."""
    if value is None:
        return None
    return format(abs(value) if value == 0 else value, "f")


def negative_kinds(found: Mapping[str, bool | None]) -> tuple[str, ...]:
    """Names of the kinds that are true in ``found``, in the one order."""
    return tuple(kind for kind in NEGATIVE_KINDS if found.get(kind))
