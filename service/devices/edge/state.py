"""The answer to ``GET /state``."""

from collections.abc import Sequence
from typing import TypeVar

from service.devices.edge.scale import Scale
from service.devices.http_answers import reason
from service.devices.site import SiteDevices
from service.domain.weighing import curve_of

Point = TypeVar("Point")

LARGEST_CURVE = 240


def state_document(site: SiteDevices, scale: Scale) -> dict[str, object]:
    """Live state of the scale; null is unknown, and a silent scale has no weight."""
    live = scale.state()
    frames_per_min, bad_frames_per_min = scale.counters.per_min(now_ms=scale.clock.now_ms())
    return {
        "instrument_id": scale.instrument.instrument_id,
        "site_id": site.site_id,
        "edge_id": site.edge_id,
        "source": scale.instrument.source,
        "simulated": scale.instrument.simulated,
        "link": live.link,
        "age_ms": live.age_ms,
        "kg": live.kg,
        "unit": live.unit,
        "mode": live.mode,
        "stable": live.stable,
        "motion": live.motion,
        "zero": live.zero,
        "over": live.over,
        "zero_before_kg": live.zero_before_kg,
        "bad_frames": scale.bad_frames,
        "frames_per_min": frames_per_min,
        "bad_frames_per_min": bad_frames_per_min,
        "serial_no": scale.serial_no,
        "serial_agrees": scale.serial_agrees,
        "rate": scale.clock.rate,
        "window": {
            "elapsed_ms": live.elapsed_ms,
            "needed_ms": live.needed_ms,
            "spread_kg": live.spread_kg,
        },
        "capture": {
            "allowed": live.capture_allowed,
            "reasons": [reason(error) for error in live.reasons],
        },
        "curve": curve_of(thinned(scale.passage.readings)),
        "cameras": sorted(site.cameras),
    }


def thinned(curve: Sequence[Point], *, largest: int = LARGEST_CURVE) -> list[Point]:
    """At most ``largest`` points of ``curve``, evenly taken, the last one always."""
    step = -(-len(curve) // largest) or 1
    return [point for at, point in enumerate(curve) if (len(curve) - 1 - at) % step == 0]
