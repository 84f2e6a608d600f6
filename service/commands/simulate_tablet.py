"""A tablet of the yard, as a program: enrolled once, signed in by PIN, and pressing its buttons."""

import base64
import uuid
from collections.abc import Callable
from typing import Any

import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from service.commands.simulate_client import (
    PATIENCE_S,
    SILENT,
    Found,
    Json,
    Login,
    RefusedError,
    answered,
)

COORDINATE_BYTES = 32
TIMEOUT_S = 30.0
TOO_MANY = 429
WAIT_MS = 10_000
PIN = "2580"


class Tablet:
    """One person at the tablet of one site; each request is sent again until it is answered."""

    def __init__(self, address: str, login: Login, *, patience_s: float = PATIENCE_S) -> None:
        """Enrol the person on a tablet of its own, and sign in by PIN; both sites must answer.

        A unit that is silent for ``patience_s`` is given up.
        """
        self._patience_s = patience_s
        self.login = login
        self._origin = address.removesuffix("/").removesuffix("/yard")
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy cannot reach this machine's own edge units
        self._http.headers["Accept-Language"] = "en"
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._tablet_id = str(uuid.uuid4())
        self.user_id = self._enrol()
        self._sign_in()

    def yard(self) -> Json:
        """The yard as the tablet shows it."""
        yard: Json = self._send("GET", "/yard/v1/yard")
        return yard

    def visit(self, visit_id: str) -> Json:
        """One visit of it; an empty one where it has left the yard."""
        found = (visit for visit in self.yard()["visits"] if visit["visit_id"] == visit_id)
        return next(found, {})

    def enter(self, kind: str, body: Json) -> Json:
        """Log an act, once even where the answer is lost on the way."""
        entry = {"entry_id": str(uuid.uuid4()), "kind": kind, "body": body}
        answer: Json = self._send("POST", "/yard/v1/entries", entry)
        return answer

    def weigh(self, visit_id: str, weighing_pass: str) -> Json:
        """Record the stable weight; raises RefusedError where there is none in time."""
        asked = {
            "entry_id": str(uuid.uuid4()),
            "visit_id": visit_id,
            "pass": weighing_pass,
            "wait_ms": WAIT_MS,
            "attested": True,
        }
        answer: Json = self._send("POST", "/yard/v1/weighings", asked)
        return answer

    def codes_at(self, camera_id: str) -> list[str]:
        """The codes that a camera of the yard sees now."""
        seen = self._send("POST", f"/yard/v1/cameras/{camera_id}/readings")
        return [code["text"] for code in seen["codes"]]

    def photograph(self, visit_id: str, camera_id: str) -> str:
        """Keep what a camera sees now with the visit; the picture's SHA-256."""
        picture = self._answered(lambda: self._picture(camera_id))
        path = f"/yard/v1/photographs?visit_id={visit_id}&camera_id={camera_id}"

        def keep() -> str:
            answer = self._http.post(self._origin + path, data=picture, timeout=TIMEOUT_S)
            answer.raise_for_status()
            return str(answer.json()["sha256"])

        return self._answered(keep)

    def _picture(self, camera_id: str) -> bytes:
        path = f"/yard/v1/cameras/{camera_id}.jpg"
        answer = self._http.get(self._origin + path, timeout=TIMEOUT_S)
        answer.raise_for_status()
        return answer.content

    def _enrol(self) -> str:
        numbers = self._key.public_key().public_numbers()
        body = {
            "email": self.login.username,
            "password": self.login.password,
            "pin": PIN,
            "tablet": {
                "tablet_id": self._tablet_id,
                "name": f"simulated tablet of {self.login.username}",
                "public_jwk": {
                    "kty": "EC",
                    "crv": "P-256",
                    "x": _base64url(numbers.x.to_bytes(COORDINATE_BYTES)),
                    "y": _base64url(numbers.y.to_bytes(COORDINATE_BYTES)),
                },
            },
        }
        return str(self._send("POST", "/yard/v1/enrolments", body)["person"]["user_id"])

    def _sign_in(self) -> None:
        nonce = self._send("POST", "/yard/v1/challenges")["nonce"]
        body = {
            "user_id": self.user_id,
            "pin": PIN,
            "tablet_id": self._tablet_id,
            "nonce": nonce,
            "signature": self._signature(nonce.encode()),
        }
        self._send("POST", "/yard/v1/sessions", body)

    def _signature(self, text: bytes) -> str:
        """Signature over ``text`` as Web Crypto gives it: r and s, 32 bytes each."""
        r, s = decode_dss_signature(self._key.sign(text, ec.ECDSA(hashes.SHA256())))
        raw = r.to_bytes(COORDINATE_BYTES) + s.to_bytes(COORDINATE_BYTES)
        return base64.b64encode(raw).decode("ascii")

    def _send(self, method: str, path: str, body: Json | None = None) -> Any:
        return self._answered(lambda: self._asked(method, path, body))

    def _answered(self, ask: Callable[[], Found]) -> Found:
        return answered(ask, self._origin, patience_s=self._patience_s)

    def _asked(self, method: str, path: str, body: Json | None) -> Any:
        answer = self._http.request(method, self._origin + path, json=body, timeout=TIMEOUT_S)
        if answer.ok:
            return answer.json() if answer.content else None
        if answer.status_code in {*SILENT, TOO_MANY}:
            answer.raise_for_status()
        try:
            problem = answer.json()
        except ValueError:
            problem = {"detail": answer.text[:200]}
        problem = {"type": f"/{problem.get('code', '')}", **problem}
        raise RefusedError(method, path, answer.status_code, problem)


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
