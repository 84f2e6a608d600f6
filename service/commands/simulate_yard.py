"""What people do in a yard with a simulated scale: show a code, drive on, weigh, drive off."""

import uuid
from dataclasses import dataclass
from threading import Lock

from service.commands.simulate_client import Json, Person, RefusedError, waited_for

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
        """Let the truck drive on, record the stable weight, let it drive off."""
        deck = f"/v1/sites/{self.site_id}/simulator/deck"
        waited_for(f"an empty deck at {self.site_id}", self._is_empty)
        self.operator.put(deck, {"plate": plate, "kg": kg})
        try:
            return waited_for(
                f"a stable weight at {self.site_id}", lambda: self._capture(visit_id, weighing_pass)
            )
        finally:
            self.operator.delete(deck)

    def _read(self, code: str) -> str | None:
        scan = self.operator.post(f"/v1/sites/{self.site_id}/gate-scans")
        texts = [found["text"] for found in scan["codes"]]
        return code if code in texts else None

    def _state(self) -> Json:
        state: Json = self.operator.get(f"/v1/sites/{self.site_id}/scale")
        return state

    def _is_empty(self) -> bool | None:
        state = self._state()
        return True if state["zero"] and not state["motion"] else None

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
