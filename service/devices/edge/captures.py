"""One capture: the stable window, the photographs of that moment, the chained record."""

from collections.abc import Mapping
from threading import Lock

from service.devices.edge.deck_eyes import DeckEyes, Seen
from service.devices.edge.document import (
    capture_hash,
    instant_text,
    instrument_document,
    photograph_document,
)
from service.devices.edge.scale import CapturedPassage, Scale
from service.devices.edge.store import CaptureStore
from service.devices.site import SiteDevices
from service.domain.weighing import (
    WeighingPass,
    curve_of,
    curve_sha256,
    frames_of,
    frames_sha256,
)


class CaptureDesk:
    """Captures of one scale, one at a time; the same id always gets the same bytes."""

    def __init__(
        self, site: SiteDevices, scale: Scale, store: CaptureStore, eyes: DeckEyes
    ) -> None:
        self._site = site
        self._scale = scale
        self._store = store
        self._eyes = eyes
        self._one_at_a_time = Lock()

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int) -> bytes:
        """Answer for ``capture_id``: the stored one, else a new one, stored before it is given.

        Waits ``wait_ms`` for a window. Raises one of ``CAPTURE_REFUSALS``; a camera that is
        silent is named and does not stop the scale.
        """
        with self._one_at_a_time:
            stored = self._store.body(capture_id, weighing_pass)
            if stored is not None:
                return stored
            captured = self._scale.stable_window(wait_ms=wait_ms)
            seen = self._eyes.seen(captured)
            facts = {
                "capture_id": capture_id,
                "edge_id": self._site.edge_id,
                "site_id": self._site.site_id,
                "instrument": instrument_document(self._scale.instrument),
                "pass": weighing_pass.value,
                **_measured(captured),
                **_shown(seen, self._site.deck_cameras),
            }
            return self._store.add(
                capture_id,
                weighing_pass,
                lambda edge_seq, prev_hash: _chained(facts, edge_seq, prev_hash),
                seen.pulled.photographs,
            )


def _shown(seen: Seen, cameras: Mapping[str, str]) -> dict[str, object]:
    """What the cameras showed; the figure and the vehicle only where something is known of them."""
    photographs, nonce = seen.pulled.photographs, seen.pulled.nonce
    return {
        "photographs": [photograph_document(photograph) for photograph in photographs],
        "silent_cameras": sorted(set(cameras) - {taken.camera_id for taken in photographs}),
        **({} if nonce is None else {"nonce": nonce}),
        **({} if seen.sight is None else {"sight": seen.sight.record()}),
    }


def _measured(captured: CapturedPassage) -> dict[str, object]:
    window, readings = captured.window, captured.passage.readings
    frames, curve = frames_of(readings), curve_of(readings)
    return {
        "kg": window.kg,
        "source": readings[-1].source.value,
        "stable_source": window.stable_source.value,
        "window_ms": window.window_ms,
        "spread_kg": window.spread_kg,
        "frame_count": len(window.readings),
        "zero_before_kg": window.zero_before_kg,
        "first_frame_hex": window.readings[0].raw_hex,
        "last_frame_hex": window.readings[-1].raw_hex,
        "frames": [list(frame) for frame in frames],
        "frames_sha256": frames_sha256(frames),
        "curve": [list(point) for point in curve],
        "curve_sha256": curve_sha256(curve),
        "taken_at": instant_text(readings[-1].t_utc),
    }


def _chained(
    facts: Mapping[str, object], edge_seq: int, prev_hash: str
) -> tuple[str, dict[str, object]]:
    document = {**facts, "edge_seq": edge_seq, "prev_hash": prev_hash}
    own_hash = capture_hash(document)
    return own_hash, {**document, "hash": own_hash}
