"""Every dialect with settings in which it can speak, for properties that hold for all of them."""

from itertools import pairwise
from typing import Any

from service.devices.indicators.dialect import Dialect, Frame, Match
from service.devices.indicators.registry import dialect_by_name
from service.devices.indicators.stream import FrameStream

BILANCIAI = {
    "start": "02",
    "ending": "0d",
    "length": 16,
    "status_at": 1,
    "weight_at": 6,
    "weight_width": 8,
}
"""A framing made up for tests: the real one is not documented."""

SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("toledo_cont", {"checksum": True}),
    ("toledo_cont", {"clone": "8142"}),
    ("toledo_cont", {"clone": "8530", "motion_inverted": True}),
    ("toledo_cont", {"clone": "liden"}),
    ("hengtian_9800", {}),
    ("yaohua_tf0", {}),
    ("yaohua_tf0", {"mask_parity": True}),
    ("yaohua_tf1", {"address": "C"}),
    ("yaohua_eq_rev", {}),
    ("yaohua_eq_fwd", {}),
    ("yaohua_a12e", {}),
    ("mt_sics", {}),
    ("mt_sics", {"mask_parity": True, "request": "S"}),
    ("and_std", {}),
    ("rinstrum_A", {}),
    ("rinstrum_B", {}),
    ("rinstrum_C", {}),
    ("rinstrum_F", {}),
    ("rinstrum_net", {}),
    ("rinstrum_net", {"framed": True, "decimals": 1, "address": 5}),
    ("sma", {}),
    ("keli_t1", {}),
    ("bilanciai", BILANCIAI),
    ("modbus_rtu", {"type": "float32", "order": "CDAB"}),
    ("modbus_rtu", {"map": "tuna_id551", "function": 4}),
    ("modbus_rtu", {"map": "cas_ci_600d", "order": "DCBA", "decimals": 1}),
    ("modbus_tcp", {"map": "eagle_ei_1000", "order": "BADC"}),
    ("modbus_tcp", {"type": "int32", "count": 3, "weight_at": 1}),
]
IDS = [f"{name} {' '.join(map(str, params.values()))}".strip() for name, params in SETTINGS]


def speaking() -> list[Dialect]:
    """Every dialect of ``SETTINGS``."""
    return [dialect_by_name(name, params) for name, params in SETTINGS]


def ended(dialect: Dialect, sent: bytes) -> bytes:
    """``sent`` and what closes it: an ``=`` payload counts only before another ``=``."""
    return sent + b"=" if dialect.name.startswith("yaohua_eq") else sent


def noise_without_starts(dialect: Dialect, some: bytes) -> bytes:
    """The bytes of ``some`` that cannot begin a frame, nor be the digits of one."""
    return bytes(
        byte
        for byte in some
        if dialect.match(bytes([byte])) is Match.NONE and chr(byte & 0x7F) not in "0123456789.+-= "
    )


def fed(dialect: Dialect, chunks: list[bytes]) -> list[Frame]:
    """Frames of ``chunks`` fed one after the other."""
    stream = FrameStream(dialect)
    return [frame for chunk in chunks for frame in stream.feed(chunk)]


def cut(sent: bytes, cuts: list[int]) -> list[bytes]:
    """``sent`` in pieces that end at ``cuts``."""
    edges = [0, *sorted(min(at, len(sent)) for at in cuts), len(sent)]
    return [sent[a:b] for a, b in pairwise(edges)]
