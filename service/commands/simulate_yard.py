"""What people do in a yard with a simulated scale: show a code, drive on, weigh, drive off."""

import time
import uuid
from dataclasses import dataclass
from threading import Lock

import click

from service.commands.simulate_client import POLL_S, Json, Person, RefusedError, waited_for

TRIES = 4
STAND_S = 20.0
NOT_YET = "CaptureRefused"  # the load moved between the look and the capture


@dataclass(frozen=True, slots=True, kw_only=True)
class Yard:
    """The scale and the gate of one site; ``lock`` keeps two trucks from one deck."""

    site_id: str
    operator: Person
    lock: Lock

    def scan_at_gate(self, plate: str, code: str) -> str:
        """The code as the gate camera read it off the driver's QR."""
        simulator = f"/v1/sites/{self.site_id}/simulator/gate"
        self.operator.put(simulator, {"plate": plate, "code": code})
        try:
            return waited_for(f"a code at the gate of {self.site_id}", lambda: self._read(code))
        finally:
            self.operator.delete(simulator)

    def weigh(self, visit_id: str, weighing_pass: str, plate: str, kg: int) -> Json:
        """Let the truck drive on, record the stable weight, let it drive off.

        Where the scale refuses, for it saw no zero before the truck came, the driver tries again.
        """
        deck = f"/v1/sites/{self.site_id}/simulator/deck"
        for _ in range(TRIES):
            waited_for(f"an empty deck at {self.site_id}", self._is_empty)
            self.operator.put(deck, {"plate": plate, "kg": kg})
            try:
                weighing = self._stand(visit_id, weighing_pass)
            finally:
                self.operator.delete(deck)
            if weighing is not None:
                return weighing
        reasons = "; ".join(reason["message"] for reason in self._state()["reasons"])
        raise click.ClickException(f"no weight at {self.site_id}: {reasons}")

    def _stand(self, visit_id: str, weighing_pass: str) -> Json | None:
        """The recorded weighing, or None where the scale does not allow it in reasonable time."""
        deadline_s = time.monotonic() + STAND_S
        while time.monotonic() < deadline_s:
            weighing = self._capture(visit_id, weighing_pass)
            if weighing is not None:
                return weighing
            time.sleep(POLL_S)
        return None

    def _read(self, code: str) -> str | None:
        scan = self.operator.post(f"/v1/sites/{self.site_id}/gate-scans")
        texts = [found["text"] for found in scan["codes"]]
        return code if code in texts else None

    def _state(self) -> Json:
        state: Json = self.operator.get(f"/v1/sites/{self.site_id}/scale")
        return state

    def _is_empty(self) -> bool | None:
        """True once the scale has stood at zero long enough for the next truck."""
        state = self._state()
        return True if state["zero"] and state["elapsed_ms"] >= state["needed_ms"] else None

    def _capture(self, visit_id: str, weighing_pass: str) -> Json | None:
        """The recorded weighing, or None while the scale does not allow it yet."""
        if not self._state()["capture_allowed"]:
            return None
        body = {"weighing_pass": weighing_pass, "capture_id": str(uuid.uuid4())}
        try:
            weighing: Json = self.operator.post(f"/v1/visits/{visit_id}/weighings", body)
        except RefusedError as error:
            if error.code == NOT_YET:
                return None
            raise
        return weighing
