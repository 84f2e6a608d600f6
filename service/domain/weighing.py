"""One pass of a truck over a scale: instrument, reading, capture (weighbridge.md, section 3.1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from service.domain.metrology import min_load_kg
from service.domain.sight import Sight


class Source(StrEnum):
    """Where a weight came from."""

    LIVE = "LIVE"
    MANUAL = "MANUAL"
    SIM = "SIM"
    REPLAY = "REPLAY"


class LinkState(StrEnum):
    """How long the indicator has been silent: fresh, stale (1 s), down (3 s)."""

    FRESH = "fresh"
    STALE = "stale"
    DOWN = "down"


class WeighingPass(StrEnum):
    """What a weighing is for: ``check`` counts towards nothing."""

    GROSS = "gross"
    TARE = "tare"
    CHECK = "check"


class Mode(StrEnum):
    """What the indicator shows."""

    GROSS = "gross"
    NET = "net"
    TARE = "tare"
    UNKNOWN = "unknown"


class Checksum(StrEnum):
    """What the frame's own check says."""

    OK = "ok"
    ABSENT = "absent"
    BAD = "bad"


class StableSource(StrEnum):
    """Who says the load stands still: a bit of the frame, or our window alone."""

    FLAG = "flag"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A verified scale as its plate and certificate state it; masses in kg."""

    instrument_id: str
    make: str
    model: str
    serial_no: str
    dialect: str
    d_kg: int
    e_kg: int
    max_kg: int
    accuracy_class: str
    certificate_no: str
    verified_on: date
    valid_to: date
    simulated: bool

    @property
    def min_kg(self) -> int:
        """Smallest load that may be traded, kg."""
        return min_load_kg(self.e_kg)

    @property
    def source(self) -> Source:
        """SIM where the record says the scale is simulated, LIVE otherwise."""
        return Source.SIM if self.simulated else Source.LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One decoded frame at the moment it was complete.

    ``kg`` is None where the frame states no weight, or one that is no whole number of kilograms.
    ``unit`` is the frame's own, or the record's where the dialect carries none. A flag is None
    where the dialect does not tell; ``out_of_range`` is over or under, whichever. ``d_agrees``:
    the frame's interval is the record's.
    ``t_mono_ms`` counts on the edge unit's own clock and never goes back.
    """

    instrument_id: str
    seq: int
    t_mono_ms: int
    t_utc: datetime
    raw_hex: str
    dialect: str
    kg: int | None
    unit: str | None
    mode: Mode
    motion: bool | None
    zero: bool | None
    over: bool | None
    under: bool | None
    out_of_range: bool | None
    expanded: bool | None
    not_zeroed: bool | None
    d_agrees: bool | None
    checksum: Checksum
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    """A picture of one pass; ``data`` is the file as the camera gave it.

    ``nonce_ok``: it shows the capture's figure; None where the camera does not see the display.
    """

    camera_id: str
    taken_at: datetime
    media_type: str
    sha256: str
    data: bytes
    nonce_ok: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A stable weight with all that proves it, as the edge unit has stored it.

    ``frames`` are (ms since the first frame, frame as hex), ``curve`` (ms, kg or None) over the
    same frames, from the last stillness at zero to the capture. ``edge_seq`` counts the edge's
    captures from 1 without a gap; ``hash`` covers all but itself and the pictures' bytes, and
    ``prev_hash`` is the one before. ``silent_cameras`` gave no picture. ``nonce`` stood on the
    display while they were asked, ``sight`` is what they saw of the vehicle, as far as known.
    """

    capture_id: str
    edge_id: str
    edge_seq: int
    prev_hash: str
    site_id: str
    instrument: Instrument
    weighing_pass: WeighingPass
    kg: int
    source: Source
    stable_source: StableSource
    window_ms: int
    spread_kg: int
    frame_count: int
    zero_before_kg: int
    first_frame_hex: str
    last_frame_hex: str
    frames: tuple[tuple[int, str], ...]
    frames_sha256: str
    curve: tuple[tuple[int, int | None], ...]
    curve_sha256: str
    taken_at: datetime
    photographs: tuple[Photograph, ...]
    silent_cameras: tuple[str, ...]
    hash: str
    nonce: str | None = None
    sight: Sight | None = None


def frames_of(readings: Sequence[Reading]) -> tuple[tuple[int, str], ...]:
    """(ms since the first reading, frame as hex) of each reading."""
    return tuple((r.t_mono_ms - readings[0].t_mono_ms, r.raw_hex) for r in readings)


def curve_of(readings: Sequence[Reading]) -> tuple[tuple[int, int | None], ...]:
    """(ms since the first reading, kg or None) of each reading."""
    return tuple((r.t_mono_ms - readings[0].t_mono_ms, r.kg) for r in readings)


def frames_text(frames: Sequence[tuple[int, str]]) -> str:
    """One line ``<ms> <hex>`` per frame, each ended by LF: what is kept and hashed."""
    return "".join(f"{ms} {raw}\n" for ms, raw in frames)


def curve_text(curve: Sequence[tuple[int, int | None]]) -> str:
    """One line ``<ms> <kg>`` per point (``-`` where no weight), each ended by LF."""
    return "".join(f"{ms} {'-' if kg is None else kg}\n" for ms, kg in curve)


def curve_points(text: str) -> tuple[tuple[int, int | None], ...]:
    """Inverse of ``curve_text``."""
    lines = (line.split(" ") for line in text.splitlines())
    return tuple((int(ms), None if kg == "-" else int(kg)) for ms, kg in lines)


def frames_sha256(frames: Sequence[tuple[int, str]]) -> str:
    """SHA-256 of ``frames_text``, hex."""
    return sha256(frames_text(frames).encode("ascii")).hexdigest()


def curve_sha256(curve: Sequence[tuple[int, int | None]]) -> str:
    """SHA-256 of ``curve_text``, hex."""
    return sha256(curve_text(curve).encode("ascii")).hexdigest()
