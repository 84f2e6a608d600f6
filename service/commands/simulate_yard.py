"""What people do in a yard with a simulated scale: show a code, drive on, weigh, drive off.

The people work at tablets; the driver, who is simulated, is moved through the service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import click

from service.commands.simulate_client import (
    UPLOAD_POLL_S,
    Json,
    Person,
    RefusedError,
    waited_for,
)
from service.commands.simulate_tablet import Tablet

TRIES = 6
MOST_STEPS = 24
BRIEF_LIMIT_S = 300.0
NOT_YET = frozenset(
    {
        *("LinkNotFresh", "Motion", "StillnessTooShort", "TooFewFrames", "NotIdentical"),
        *("ZeroNotSeen", "BelowMinimum", "BadChecksum", "NoWeight"),
    }
)
"""Refusals of a scale that pass: the driver drives off and on again."""

UNKNOWN_YET = frozenset({"CodeUnknown", "BriefMissing", "SiteUnknown"})
"""Refusals of a yard that did not hear from above yet."""

NATURAL_BACKGROUND = {
    "background_nsv_h": [80, 82, 79, 81, 80],
    "max_nsv_h": 95,
    "alarm_level_nsv_h": 300,
    "rescans_nsv_h": [],
    "decision": "OK",
    "officer": "simulated officer",
    "instrument": "PM-1",
    "calibration_due": "2099-12-31",
}
PLACE = "A1"

Act = Callable[[str], None]
"""What is done with the visit of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """The scale and the gate of one site; two locks keep two trucks from one deck, one gate.

    ``hardware`` moves the simulated driver. ``inspector`` and ``supervisor`` are the operator
    where the site has none.
    """

    site_id: str
    operator: Tablet
    inspector: Tablet
    supervisor: Tablet
    hardware: Person
    deck: Lock = field(default_factory=Lock)
    gate: Lock = field(default_factory=Lock)

    def scan_at_gate(self, plate: str, code: str) -> str:
        """The code as the gate camera read it off the driver's QR."""
        simulator = f"/v1/sites/{self.site_id}/simulator/gate"
        with self.gate:
            self.hardware.put(simulator, {"plate": plate, "code": code})
            try:
                return waited_for(
                    f"a code at the gate of {self.site_id}",
                    lambda: code if code in self.operator.codes_at("gate") else None,
                )
            finally:
                self.hardware.delete(simulator)

    def arrive(self, body: Json) -> str:
        """Open a visit; a booking that the yard has not heard of yet is waited for."""
        opened = waited_for(
            f"{body.get('code', 'a truck')} to be known at {self.site_id}",
            lambda: self._opened(body),
            limit_s=BRIEF_LIMIT_S,
            poll_s=UPLOAD_POLL_S,
        )
        return str(opened["body"]["visit_id"])

    def go(self, visit_id: str, *, acts: Mapping[str, Act], until: str) -> None:
        """Do what the main button says, again and again, up to the step ``until``."""
        for _ in range(MOST_STEPS):
            actions = self.operator.visit(visit_id).get("next_actions") or [""]
            if actions[0] == until:
                return
            act = acts.get(actions[0]) or self._routine().get(actions[0])
            if act is None:
                raise click.ClickException(f"{self.site_id}: nobody can do {actions[0]!r}")
            act(visit_id)
        raise click.ClickException(f"{self.site_id}: {until!r} is never reached")

    def weigh(self, visit_id: str, weighing_pass: str, plate: str, kg: int) -> None:
        """Let the truck drive on, record the stable weight, let it drive off.

        Where the scale refuses, for it saw no zero before the truck came, the driver tries again.
        """
        deck = f"/v1/sites/{self.site_id}/simulator/deck"
        refused: RefusedError | None = None
        with self.deck:
            for _ in range(TRIES):
                waited_for(f"an empty deck at {self.site_id}", self._is_empty)
                self.hardware.put(deck, {"plate": plate, "kg": kg})
                try:
                    self.operator.weigh(visit_id, weighing_pass)
                except RefusedError as error:
                    if error.code not in NOT_YET:
                        raise
                    refused = error
                else:
                    return
                finally:
                    self.hardware.delete(deck)
        raise click.ClickException(f"no weight at {self.site_id}: {refused}")

    def _opened(self, body: Json) -> Json | None:
        try:
            return self.operator.enter("visit.opened", body)
        except RefusedError as error:
            if error.code in UNKNOWN_YET:
                return None
            raise

    def _routine(self) -> Mapping[str, Act]:
        """What is done with every truck alike."""

        def entered(kind: str, **body: Any) -> Act:
            return lambda visit_id: _ignored(
                self.operator.enter(kind, {"visit_id": visit_id, **body})
            )

        return {
            "check-radiation": entered("radiation.checked", check=NATURAL_BACKGROUND),
            "call": entered("visit.called", place="deck", order=1),
            "inspect": entered("visit.inspected", sealed_vessels_ok=True),
            "unload": entered("visit.unloaded", place=PLACE),
            "exit": entered("visit.exited", at_gate="exit"),
            "decide-hold": self._release,
        }

    def _release(self, visit_id: str) -> None:
        """The supervisor looks at what holds the truck, and lets it go on."""
        visit = self.operator.visit(visit_id)
        for hold in visit["passes"]:
            if hold["held"]:
                decision = {
                    "weighing_id": hold["weighing_id"],
                    "decision": "RELEASE",
                    "reason_code": "SEEN_AND_CONFIRMED",
                    "reason": "simulated supervisor looked at it",
                    "photographs": [self.supervisor.photograph(visit_id, "load")],
                }
                self.supervisor.enter("hold.decided", decision)

    def _is_empty(self) -> bool | None:
        """True once the scale has stood at zero long enough for the next truck."""
        state = self.hardware.get(f"/v1/sites/{self.site_id}/scale")
        return True if state["zero"] and state["elapsed_ms"] >= state["needed_ms"] else None


def _ignored(answer: Json) -> None:
    del answer
