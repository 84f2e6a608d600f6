"""The eyes of the deck: they look at the vehicle while it stands still, before its weight is taken.

Pulling pictures takes a tenth of a second and reading plates half of one; the stable window takes
five. So both are done while it runs, and the capture finds them ready, and so do the controls what
the pictures look like.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Event, Lock, Thread

from service.devices.edge.deck_cameras import DeckCameras, Pulled
from service.devices.edge.scale import CapturedPassage, Scale
from service.devices.photo_hash import perceptual_hash
from service.devices.pictures import PictureTooLargeError
from service.domain.sight import Sight
from service.domain.weighing import LinkState, Photograph, Reading

POLL_S = 0.1
SETTLED_SHARE = 5
"""They look once the load has stood still for a fifth of the window."""

RENEWED_SHARE = 2
"""And again after half a window, for the next capture must find pictures of its own window."""

SHORTEST_WINDOW_S = 2.0
"""A simulated clock may hurry: where less true time is left, nobody looks ahead."""

PATIENCE_S = 0.1
"""So long a capture waits for plates that are being read."""

ReadSight = Callable[[tuple[Photograph, ...]], Sight | None]
"""Pictures of one moment -> what they show of the vehicle; None where that cannot be told."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a capture takes over: pictures of its own window, and the vehicle as far as known."""

    pulled: Pulled
    sight: Sight | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """``at_ms`` is on the scale's clock."""

    at_ms: int
    pulled: Pulled


class DeckEyes:
    """Looks at the deck of ``scale`` through ``cameras``; without ``read_sight`` no plate is read.

    ``start`` a thread that looks ahead; without it every capture pulls its own pictures.
    """

    def __init__(
        self, scale: Scale, cameras: DeckCameras, read_sight: ReadSight | None = None
    ) -> None:
        self._scale = scale
        self._cameras = cameras
        self._read_sight = read_sight
        self._look: _Look | None = None
        self._sight: tuple[int, Sight | None] | None = None
        self._reading = False
        self._spent = False
        self._pulling = Lock()
        self._kept = Lock()
        self._read = Condition()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="eyes of the deck", daemon=True)

    def start(self) -> None:
        """Look ahead in a thread of its own, until ``stop``."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and close the line to the display."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self._cameras.close()

    def seen(self, captured: CapturedPassage) -> Seen:
        """Pictures of the window that was captured, each given once, and what is known by now.

        Those that were pulled ahead, else new ones. Plates that are being read are waited for, not
        longer than a tenth of a second.
        """
        from_ms = captured.window.readings[0].t_mono_ms
        pulled = self._pulled_since(from_ms)
        if pulled is None:
            with self._pulling:  # a look that was going on may have been of this window
                pulled = self._pulled_since(from_ms) or self._cameras.pull()
        with self._read:
            self._read.wait_for(lambda: not self._reading, PATIENCE_S)
            known = self._sight
        if known is None or not self._stood_still(captured.passage.readings, since_ms=known[0]):
            return Seen(pulled=pulled, sight=None)
        return Seen(pulled=pulled, sight=known[1])

    def _pulled_since(self, from_ms: int) -> Pulled | None:
        """Pictures that were pulled ahead, in the window that began at ``from_ms``.

        A capture that finds them waits for no camera, also not for a look that is going on.
        """
        with self._kept:
            look, self._look, self._spent = self._look, None, True
        return look.pulled if look and look.at_ms >= from_ms else None

    def look(self) -> None:
        """Look once, where the load stands still and the last look has grown old."""
        now_ms = self._scale.clock.now_ms()
        if not self._stands():
            with self._kept:
                self._look, self._spent = None, False
            with self._read:
                self._sight = None
            return
        with self._pulling:
            if self._spent or not self._is_old(now_ms):
                return
            look = _Look(at_ms=now_ms, pulled=self._cameras.pull())
            photographs = look.pulled.photographs
            with self._kept:
                self._look = look
            with self._read:
                self._reading = self._read_sight is not None and self._sight is None
        _remember_looks(photographs)
        self._recognise(now_ms, photographs)

    def _recognise(self, at_ms: int, photographs: tuple[Photograph, ...]) -> None:
        """Read the plates, once for as long as the load stands still."""
        if not self._reading or self._read_sight is None:
            return
        sight = None
        try:
            sight = self._read_sight(photographs)
        finally:
            with self._read:
                self._reading, self._sight = False, (at_ms, sight)
                self._read.notify_all()

    def _run(self) -> None:
        while not self._stopped.wait(POLL_S):
            try:
                self.look()
            except Exception:
                log.exception("eyes of the deck")

    def _stands(self) -> bool:
        """Whether a load stands still, with time enough to look before its window closes."""
        if not self._scale.passage.departed:
            return False
        live = self._scale.state()
        if live.needed_ms / 1_000 / self._scale.clock.rate < SHORTEST_WINDOW_S:
            return False
        is_load = live.kg is not None and live.kg >= self._scale.instrument.min_kg
        still = live.motion is not True and live.elapsed_ms * SETTLED_SHARE >= live.needed_ms
        return live.link is LinkState.FRESH and is_load and still

    def _is_old(self, now_ms: int) -> bool:
        if self._look is None:
            return True
        return (now_ms - self._look.at_ms) * RENEWED_SHARE > self._scale.state().needed_ms

    def _stood_still(self, readings: Iterable[Reading], *, since_ms: int) -> bool:
        """Whether the load did not move by more than an interval since then."""
        since = [reading for reading in readings if reading.t_mono_ms >= since_ms]
        weights = [reading.kg for reading in since if reading.kg is not None]
        moved = any(reading.motion is True for reading in since) or len(weights) < len(since)
        if moved or not weights:
            return False
        return max(weights) - min(weights) <= self._scale.instrument.d_kg


def _remember_looks(photographs: Iterable[Photograph]) -> None:
    """Have the perceptual hashes ready that control C11 will ask for."""
    for photograph in photographs:
        with suppress(PictureTooLargeError):  # the capture meets it again and says so
            perceptual_hash(photograph.data)
