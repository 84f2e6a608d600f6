"""Unattended mode at the scale: watches the deck, identifies, weighs, and calls the operator.

The rules are in ``service.domain.unattended``; this drives them. What it needs of the yard comes as
callables: who is there, and the weighing itself, which runs through the same rules as a person's.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event, Lock, Thread
from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field

from service.devices.edge.yard_io import ScaleView
from service.devices.http_answers import Route, json_answer, parsed
from service.domain.deck_lights import Beams, DeckOrder, ExpectedTruck
from service.domain.deck_signs import Announcement, sign
from service.domain.errors import ConflictError, FerrotraceError, gettext_noop
from service.domain.unattended import (
    DeckLook,
    Identified,
    Step,
    StopReason,
    UnattendedRule,
    UnattendedState,
    Weighed,
    identified,
    looked,
    refused,
    resumed,
    weighed,
)

LOOK_S = 0.2
SHORTEST_LOOK_S = 0.02

STOP_WORDS: dict[StopReason, str] = {
    StopReason.NO_BEAMS: gettext_noop("The photo cells do not answer."),
    StopReason.SCALE_SILENT: gettext_noop("The scale fell silent with a truck on the deck."),
    StopReason.NOT_IN_PLACE: gettext_noop("The truck does not stand on the deck with all axles."),
    StopReason.NOT_IDENTIFIED: gettext_noop("No code, card or plate could be read."),
    StopReason.NOT_BOOKED: gettext_noop("No booking was found."),
    StopReason.PLATE_UNLIKE_BOOKING: gettext_noop("The plate is not the one that was booked."),
    StopReason.TARE_EXPIRED: gettext_noop("The stored tare has expired."),
    StopReason.NOT_WEIGHED: gettext_noop("No weight could be taken."),
    StopReason.CONTROL_NOT_PASSED: gettext_noop("A control did not pass."),
    StopReason.SECOND_TRUCK: gettext_noop("A second truck is on the deck."),
    StopReason.NOT_LEFT: gettext_noop("The truck did not leave the deck."),
}

SIGNS: dict[Step, Announcement] = {
    Step.READY: Announcement.DRIVE_ON,
    Step.POSITIONING: Announcement.INTO_PLACE,
    Step.IDENTIFYING: Announcement.SHOW_CODE,
    Step.WEIGHING: Announcement.STAND_STILL,
    Step.LEAVING: Announcement.DRIVE_OFF,
    Step.STOPPED: Announcement.ASK_OPERATOR,
}

log = logging.getLogger(__name__)


class NothingStoppedError(ConflictError):
    """Somebody goes on after a stop that is not there."""

    message = gettext_noop("Unattended weighing is %(value)s, not %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnattendedMark:
    """What goes on record: ``event`` is ON, OFF, STOPPED or RESUMED."""

    event: str
    stopped_for: StopReason | None = None
    detail: str = ""
    reason: str = ""
    visit_id: str | None = None

    def record(self) -> dict[str, object]:
        """As JSON, without what is empty."""
        found = {
            "event": self.event,
            "stopped_for": self.stopped_for,
            "detail": self.detail,
            "reason": self.reason,
            "visit_id": self.visit_id,
        }
        return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class YardHands:
    """What unattended mode does on the yard.

    ``identify``: who stands there by code, card or plate, None while nothing can be read.
    ``weigh``: capture, controls and entry; raises FerrotraceError where the rules refuse.
    ``mark``: puts a mark on record; a STOPPED one is the call to the operator.
    """

    identify: Callable[[], Identified | None]
    weigh: Callable[[Identified], Weighed]
    mark: Callable[[UnattendedMark], None]


class Switch(BaseModel):
    """Unattended mode on or off, with the reason that stays on record."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    on: bool
    reason: Annotated[str, Field(min_length=3, max_length=200)]


class Resumption(BaseModel):
    """Somebody looked at what was unusual, and lets it go on."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    reason: Annotated[str, Field(min_length=3, max_length=200)]


class UnattendedMode:
    """Unattended weighing at one scale; off until somebody switches it on."""

    def __init__(
        self,
        scale: ScaleView,
        beams: Callable[[], Beams],
        hands: YardHands,
        *,
        rule: UnattendedRule | None = None,
    ) -> None:
        self._scale = scale
        self._beams = beams
        self._hands = hands
        self._rule = rule or UnattendedRule()
        self._state = UnattendedState()
        self._on = False
        self._called = False
        self._lock = Lock()
        self._stopped = Event()
        self._thread = Thread(target=self._run, name="unattended", daemon=True)

    def start(self) -> None:
        """Watch in a thread of its own, until ``stop``."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def on(self) -> bool:
        return self._on

    @property
    def state(self) -> UnattendedState:
        return self._state

    def switch(self, *, on: bool, reason: str) -> None:
        """Switch on or off; the mark comes first, and nothing changes if it fails."""
        with self._lock:
            self._hands.mark(UnattendedMark(event="ON" if on else "OFF", reason=reason))
            self._state = resumed(now_ms=self._scale.now_ms())
            self._on = on

    def resume(self, *, reason: str) -> None:
        """Go on after a stop, from the beginning; raises NothingStoppedError."""
        with self._lock:
            if self._state.step is not Step.STOPPED:
                raise NothingStoppedError(
                    field="step", value=self._state.step, limit=Step.STOPPED.value
                )
            self._hands.mark(UnattendedMark(event="RESUMED", reason=reason))
            self._state = resumed(now_ms=self._scale.now_ms())

    def look(self) -> None:
        """Look once: follow the deck, and do the one thing that is due."""
        with self._lock:
            if not self._on:
                return
            self._state = looked(self._state, self._deck_look(), self._rule)
            self._do()
            self._call_operator()

    def order(self, yard: DeckOrder) -> DeckOrder:
        """``yard`` (what visits and book want of the deck) as unattended mode wants it now.

        Switched off it is ``yard`` itself. On, any booked truck may drive on while it is ready, and
        none may leave before its controls passed.
        """
        state = self._state
        if not self._on:
            return yard
        plate = state.identified.plate if state.identified else ""
        ready = state.step is Step.READY and self._beams().in_position is not None
        weight = self._scale.state().kg
        return replace(
            yard,
            expected=ExpectedTruck() if ready else None,
            stopped=state.step not in {Step.READY, Step.LEAVING},
            sign=sign(SIGNS[state.step], plate=plate, kg=weight),
        )

    def document(self) -> dict[str, object]:
        """The answer to ``GET /yard/v1/unattended``."""
        state = self._state
        stopped = state.stopped_for
        return {
            "on": self._on,
            "step": state.step,
            "plate": state.identified.plate if state.identified else None,
            "visit_id": state.identified.visit_id if state.identified else None,
            "weighing_id": state.weighed.weighing_id if state.weighed else None,
            "stopped_for": stopped,
            "message": None if stopped is None else STOP_WORDS[stopped],
            "detail": state.detail,
        }

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self.look()
            except Exception:
                log.exception("unattended mode")
            self._stopped.wait(max(LOOK_S / self._scale.rate(), SHORTEST_LOOK_S))

    def _deck_look(self) -> DeckLook:
        live, instrument = self._scale.state(), self._scale.instrument
        return DeckLook(
            now_ms=self._scale.now_ms(),
            kg=live.kg,
            d_kg=instrument.d_kg,
            min_kg=instrument.min_kg,
            still=live.capture_allowed,
            beams=self._beams(),
        )

    def _do(self) -> None:
        """Identify while that is due, or weigh once the window has closed."""
        if self._state.may_identify:
            found = self._hands.identify()
            if found is not None:
                self._state = identified(self._state, found, now_ms=self._scale.now_ms())
        elif self._state.may_weigh and self._scale.state().capture_allowed:
            self._weigh()

    def _weigh(self) -> None:
        truck = self._state.identified
        if truck is None:
            return
        try:
            result = self._hands.weigh(truck)
        except FerrotraceError as error:
            self._state = refused(self._state, str(error), now_ms=self._scale.now_ms())
            return
        self._state = weighed(self._state, result, self._rule, now_ms=self._scale.now_ms())

    def _call_operator(self) -> None:
        """Call the operator, once for each stop; again where the call could not be recorded."""
        state = self._state
        if state.step is not Step.STOPPED:
            self._called = False
        elif not self._called:
            self._hands.mark(
                UnattendedMark(
                    event="STOPPED",
                    stopped_for=state.stopped_for,
                    detail=state.detail,
                    visit_id=state.identified.visit_id if state.identified else None,
                )
            )
            self._called = True


class UnattendedDesk:
    """``GET`` and ``PUT /yard/v1/unattended``, and ``POST /yard/v1/unattended/resumptions``."""

    def __init__(self, mode: UnattendedMode) -> None:
        self._mode = mode

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/yard/v1/unattended", self.get_state),
            ("PUT", "/yard/v1/unattended", self.put_switch),
            ("POST", "/yard/v1/unattended/resumptions", self.post_resumption),
        )

    def get_state(self) -> Response:
        return json_answer(self._mode.document())

    def put_switch(self) -> Response:
        body = parsed(Switch, request)
        self._mode.switch(on=body.on, reason=body.reason)
        return self.get_state()

    def post_resumption(self) -> Response:
        self._mode.resume(reason=parsed(Resumption, request).reason)
        return self.get_state()
