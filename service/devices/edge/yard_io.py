"""Drives lights, barriers, display and voice from the scale and the visits; reads the beams.

A thread looks some times a second. When the Modbus device does not answer, the outputs count as
red and closed, the alarm shows, and weighing goes on without them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from threading import Event, Lock, Thread
from typing import Protocol

from flask import Response, request

from service.devices.edge.yard_override import OutputMark, Override, OverrideBody
from service.devices.http_answers import Route, json_answer, parsed
from service.devices.yard_io import YardIoUnavailableError
from service.domain.deck_lights import (
    SAFE,
    Beams,
    DeckFacts,
    DeckOrder,
    DeckState,
    Outputs,
    deck_after,
)
from service.domain.deck_signs import SPOKEN, Announcement, Sign
from service.domain.errors import NotFoundError
from service.domain.weighing import Instrument
from service.domain.weighing_live import LiveState

LOOK_S = 0.2
"""Five looks a second; a quick clock looks more often, down to ``SHORTEST_LOOK_S``."""

SHORTEST_LOOK_S = 0.02
REFRESH_LOOKS = 10
"""After so many looks everything is written again, for devices that forget or watch for it."""

log = logging.getLogger(__name__)


class OutputsPort(Protocol):
    """What shows; ``service.devices.yard_io.OutputsDevice`` or a fake of it."""

    def show(self, outputs: Outputs) -> None: ...
    def speak(self, sign: Sign) -> None: ...
    def close(self) -> None: ...


class BeamsPort(Protocol):
    """What sees; ``service.devices.yard_io.BeamsDevice`` or a fake of it."""

    def read(self) -> Beams: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleView:
    """The scale, as far as the outputs need it: callables, so that anything can stand in."""

    instrument: Instrument
    state: Callable[[], LiveState]
    now_ms: Callable[[], int]
    rate: Callable[[], int]


class YardDriver:
    """Outputs and beams of one deck; without ``outputs`` or ``beams`` it goes without them.

    ``order`` says what the visits want. Threads may ask ``beams`` and ``document`` at any time.
    """

    def __init__(
        self,
        scale: ScaleView,
        order: Callable[[], DeckOrder],
        *,
        outputs: OutputsPort | None,
        beams: BeamsPort | None,
    ) -> None:
        self._scale = scale
        self._order = order
        self._outputs = outputs
        self._beams_port = beams
        self._state = DeckState()
        self._beams = Beams()
        self._shown: Outputs | None = None
        self._looks = 0
        self._alarms: dict[str, str] = {}
        self._override: Override | None = None
        self._looking = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="yard outputs", daemon=True)

    def start(self) -> None:
        """Drive in a thread of its own, until ``stop``."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and leave the yard red and closed."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()
        self._write(SAFE)
        for port in (self._outputs, self._beams_port):
            if port is not None:
                port.close()

    @property
    def beams(self) -> Beams:
        """Beams and loop as last read; all None while they are not there or do not answer."""
        return self._beams

    @property
    def state(self) -> DeckState:
        return self._state

    def look(self) -> None:
        """Look once: read the beams, decide, and show what changed."""
        with self._looking:
            self._look()

    def _look(self) -> None:
        self._beams = self._read_beams()
        live, instrument = self._scale.state(), self._scale.instrument
        facts = DeckFacts(
            now=datetime.now(UTC),
            kg=live.kg,
            d_kg=instrument.d_kg,
            threshold_kg=instrument.min_kg,
            still=live.stable is True,
            beams=self._beams,
            order=self._order(),
        )
        self._state = deck_after(self._state, facts)
        self._write(self._by_hand(self._state.outputs))

    def override(self, body: OverrideBody, mark: Callable[[OutputMark], None]) -> None:
        """Set outputs by hand; ``mark`` puts it on record first, and nothing moves if it fails.

        Raises NotFoundError where the yard has no outputs, and whatever ``mark`` raises.
        """
        if self._outputs is None:
            raise NotFoundError(field="outputs", what="output", key="outputs")
        wanted = body.outputs()
        shown = self._shown or SAFE
        before = {name: str(getattr(shown, name)) for name in wanted}
        mark(
            OutputMark(
                at=datetime.now(UTC),
                set_to={name: str(value) for name, value in wanted.items()},
                instead_of=before,
                reason=body.reason,
                hold_ms=body.hold_ms,
            )
        )
        until_ms = self._scale.now_ms() + body.hold_ms * self._scale.rate()
        with self._looking:
            self._override = Override(outputs=wanted, until_ms=until_ms, reason=body.reason)
            self._look()

    def document(self) -> dict[str, object]:
        """The answer to ``GET /yard/v1/outputs``."""
        shown, beams = self._shown or SAFE, self._beams
        override = self._override
        return {
            "configured": self._outputs is not None,
            "link": "down" if self._alarms else "up",
            "alarms": [{"device": name, "message": why} for name, why in self._alarms.items()],
            "phase": self._state.phase,
            "entry": {"light": shown.entry_light, "barrier": shown.entry_barrier},
            "exit": {"light": shown.exit_light, "barrier": shown.exit_barrier},
            "display": list(shown.sign.lines),
            "announcement": int(shown.sign.announcement),
            "spoken": SPOKEN[Announcement(shown.sign.announcement)],
            "beams": {
                "configured": self._beams_port is not None,
                "front_clear": beams.front_clear,
                "back_clear": beams.back_clear,
                "loop_occupied": beams.loop_occupied,
            },
            "override": None
            if override is None
            else {"outputs": dict(override.outputs), "reason": override.reason},
        }

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception:
                log.exception("outputs of the yard: red and closed")
                self._write(SAFE)
            self._stopped.wait(max(LOOK_S / self._scale.rate(), SHORTEST_LOOK_S))

    def _by_hand(self, outputs: Outputs) -> Outputs:
        """Return ``outputs`` with what is set by hand, for as long as that holds."""
        if self._override is not None and self._scale.now_ms() >= self._override.until_ms:
            self._override = None
        return replace(outputs, **self._override.outputs) if self._override else outputs  # type: ignore[arg-type]

    def _read_beams(self) -> Beams:
        if self._beams_port is None:
            return Beams()
        try:
            beams = self._beams_port.read()
        except YardIoUnavailableError as error:
            self._alarm("beams", error)
            return Beams()
        self._well("beams")
        return beams

    def _write(self, wanted: Outputs) -> None:
        """Make the yard show ``wanted`` where it does not, and now and then where it does."""
        self._looks += 1
        if self._outputs is None:
            return
        before = self._shown
        if wanted == before and self._looks % REFRESH_LOOKS:
            return
        try:
            self._outputs.show(wanted)
            if before is None or wanted.sign.announcement != before.sign.announcement:
                self._outputs.speak(wanted.sign)
        except YardIoUnavailableError as error:
            self._alarm("outputs", error)
            self._shown = None
            return
        self._well("outputs")
        self._shown = wanted

    def _well(self, device: str) -> None:
        self._alarms = {name: why for name, why in self._alarms.items() if name != device}

    def _alarm(self, device: str, error: YardIoUnavailableError) -> None:
        if device not in self._alarms:
            log.warning("%s: %s", device, error)
        self._alarms = {**self._alarms, device: str(error)}


class OutputsDesk:
    """``GET`` and ``PUT /yard/v1/outputs``; ``mark`` records a hand that moves an output."""

    def __init__(self, driver: YardDriver, mark: Callable[[OutputMark], None]) -> None:
        self._driver = driver
        self._mark = mark

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/yard/v1/outputs", self.get_outputs),
            ("PUT", "/yard/v1/outputs", self.put_outputs),
        )

    def get_outputs(self) -> Response:
        return json_answer(self._driver.document())

    def put_outputs(self) -> Response:
        self._driver.override(parsed(OverrideBody, request), self._mark)
        return json_answer(self._driver.document(), HTTPStatus.OK)
