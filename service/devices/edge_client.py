"""What the service asks of an edge unit, over HTTP."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import requests

from service.devices.camera import CameraUnavailableError, Snapshot
from service.devices.codes import Code
from service.devices.edge.document import capture_of
from service.devices.http_client import YardSession
from service.devices.pictures import picture_header
from service.domain.errors import (
    ConflictError,
    FerrotraceError,
    NotFoundError,
    RuleBrokenError,
    UnavailableError,
    gettext_noop,
)
from service.domain.weighing import Capture, LinkState, Mode, Source, WeighingPass
from service.domain.weighing_window import CAPTURE_REFUSALS
from service.proof.promise import InclusionPromise

Part = TypeVar("Part")

TIMEOUT_S = 5.0
PICTURES_TIMEOUT_S = 10.0
PROMISE_TIMEOUT_S = 2.0
REFUSALS_BY_CODE = {refusal.__name__.removesuffix("Error"): refusal for refusal in CAPTURE_REFUSALS}


class ScaleUnavailableError(UnavailableError):
    """The edge unit does not answer: nothing is known of the scale."""

    message = gettext_noop("The edge unit at %(value)s does not answer: %(limit)s.")


class EdgeRefusedError(RuleBrokenError):
    """The edge unit refuses what was asked of it."""

    message = gettext_noop("The edge unit refuses: %(value)s")


class EdgeConflictError(ConflictError):
    """What was asked of the edge unit does not fit its present state."""

    message = gettext_noop("The edge unit cannot do this now: %(value)s")


class CaptureRefusedError(ConflictError):
    """No weight may be recorded now; ``reasons`` are errors of the rules, the gravest first."""

    message = gettext_noop("The weight cannot be recorded now: %(value)s")

    def __init__(self, reasons: tuple[FerrotraceError, ...]) -> None:
        super().__init__(field="capture", value=" ".join(str(reason) for reason in reasons))
        self.reasons = reasons


REFUSALS_BY_STATUS: Mapping[int, type[FerrotraceError]] = {
    409: EdgeConflictError,
    413: EdgeRefusedError,
    422: EdgeRefusedError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeState:
    """A scale as its edge unit sees it now; None is unknown, and a silent scale has no ``kg``.

    ``curve`` is thinned: (ms since the passage began, kg or None). ``reasons`` are why nothing may
    be captured; empty means that it may.
    """

    instrument_id: str
    site_id: str
    edge_id: str
    source: Source
    simulated: bool
    link: LinkState
    age_ms: int | None
    kg: int | None
    unit: str | None
    mode: Mode
    stable: bool | None
    motion: bool | None
    zero: bool | None
    over: bool | None
    zero_before_kg: int | None
    bad_frames: int
    rate: int
    elapsed_ms: int
    needed_ms: int
    spread_kg: int | None
    capture_allowed: bool
    reasons: tuple[FerrotraceError, ...]
    curve: tuple[tuple[int, int | None], ...]
    cameras: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCodes:
    """Codes in one picture, and the picture's SHA-256."""

    codes: tuple[Code, ...]
    picture_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteKey:
    """The key with which a site promises: ``made_at`` in seconds since 1970.

    ``address`` carries its checksum (EIP-55), ``public_key`` has 65 bytes.
    """

    address: str
    public_key: bytes
    made_at: int


class EdgeClient:
    """One edge unit; every call raises ScaleUnavailableError where it does not answer."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}

    def state(self) -> EdgeState:
        """State of the scale now."""
        return state_of(self._json("GET", "/state"))

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int = 0) -> Capture:
        """Capture ``capture_id``: a new one, or the one that the edge unit has under this id.

        Waits up to ``wait_ms`` for the load to stand still. Raises CaptureRefusedError.
        """
        body = {"capture_id": capture_id, "pass": weighing_pass.value, "wait_ms": wait_ms}
        timeout_s = PICTURES_TIMEOUT_S + wait_ms / 1000
        return capture_of(self._json("POST", "/captures", body, timeout_s=timeout_s))

    def stored_capture(self, capture_id: str) -> Capture:
        """Capture that the edge unit has under this id; raises NotFoundError."""
        return capture_of(self._json("GET", f"/captures/{capture_id}"))

    def codes(self, camera_id: str) -> SeenCodes:
        """Codes that a camera sees now; raises NotFoundError, CameraUnavailableError."""
        answer = self._json("POST", "/codes", {"camera": camera_id}, timeout_s=PICTURES_TIMEOUT_S)
        codes = tuple(Code(code["type"], code["text"]) for code in answer["codes"])
        return SeenCodes(codes=codes, picture_sha256=answer["picture_sha256"])

    def camera_picture(self, camera_id: str) -> Snapshot:
        """Picture that camera ``camera_id`` sees now; raises as ``codes``."""
        data = self._ask("GET", f"/cameras/{camera_id}.jpg", timeout_s=PICTURES_TIMEOUT_S).content
        return Snapshot(data=data, media_type=picture_header(data).media_type)

    def sign_promise(self, promise: InclusionPromise, *, chain_id: int, registry: str) -> bytes:
        """Signature of the site's key, 65 bytes; the same one when asked again.

        Raises NotFoundError where the site has no key for that time, EdgeConflictError where the
        document was promised otherwise, EdgeRefusedError for a delay that the site does not allow.
        """
        body = {
            "targetHash": promise.target_hash.hex(),
            "recordedAt": promise.recorded_at,
            "includeBy": promise.include_by,
            "chainId": chain_id,
            "registry": registry,
        }
        answer = self._json("POST", "/v1/promises", body, timeout_s=PROMISE_TIMEOUT_S)
        return self._read(lambda: _hex_bytes(answer["signature"]))

    def promise_key(self) -> SiteKey:
        """The key that signs now; raises NotFoundError where the site has none."""
        answer = self._json("GET", "/v1/promise-key", timeout_s=PROMISE_TIMEOUT_S)
        return self._read(lambda: _site_key(answer))

    def replace_promise_key(self, address: str) -> SiteKey:
        """The key that signs from now on in place of ``address``; the same one when asked again.

        Raises EdgeConflictError where another one signs.
        """
        answer = self._json("POST", "/v1/promise-key", {"replaces": address})
        return self._read(lambda: _site_key(answer))

    def simulator_state(self) -> Mapping[str, Any]:
        """What stands on the simulated deck; raises NotFoundError where the scale is a real one."""
        return self._json("GET", "/simulator/deck")

    def simulator_put(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Set ``deck``, ``gate``, ``line`` or ``speed`` of the simulator; its state after it."""
        return self._json("PUT", f"/simulator/{path}", body)

    def simulator_delete(self, path: str) -> Mapping[str, Any]:
        """Let the truck leave the ``deck`` or the ``gate``; the simulator's state after it."""
        return self._json("DELETE", f"/simulator/{path}")

    def _json(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        timeout_s: float = TIMEOUT_S,
    ) -> Mapping[str, Any]:
        answer = self._ask(method, path, body, timeout_s=timeout_s)
        try:
            document: Mapping[str, Any] = answer.json()
        except ValueError as error:
            raise self._silent(error) from error
        return document

    def _ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        timeout_s: float,
    ) -> requests.Response:
        try:
            with YardSession() as session:
                answer = session.request(
                    method, self._url + path, json=body, headers=self._headers, timeout=timeout_s
                )
        except requests.RequestException as error:
            raise self._silent(error) from error
        if not answer.ok:
            raise refusal_of(answer, self._url)
        return answer

    def _read(self, read: Callable[[], Part]) -> Part:
        try:
            return read()
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._silent(error) from error

    def _silent(self, error: Exception) -> ScaleUnavailableError:
        return ScaleUnavailableError(field="edge", value=self._url, limit=type(error).__name__)


def _site_key(document: Mapping[str, Any]) -> SiteKey:
    return SiteKey(
        address=str(document["address"]),
        public_key=_hex_bytes(document["public_key"]),
        made_at=int(document["made_at"]),
    )


def _hex_bytes(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def refusal_of(answer: requests.Response, url: str) -> FerrotraceError:
    """Refusal of the edge unit as one of ours, by its status and its code."""
    try:
        problem = answer.json()
    except ValueError:
        return ScaleUnavailableError(field="edge", value=url, limit=f"HTTP {answer.status_code}")
    if "reasons" in problem:
        return CaptureRefusedError(reasons_of(problem["reasons"]))
    if problem.get("code") == "NotFound":
        return NotFoundError(field=problem["field"], what=problem["what"], key=problem["key"])
    if problem.get("code") == "CameraUnavailable":
        return CameraUnavailableError(
            field=problem["field"], value=problem["value"], limit=problem["limit"]
        )
    detail = str(problem.get("detail"))
    refusal = REFUSALS_BY_STATUS.get(answer.status_code)
    if refusal is not None:
        return refusal(field=problem.get("field"), value=detail)
    return ScaleUnavailableError(field="edge", value=url, limit=detail)


def reasons_of(reasons: list[Mapping[str, Any]]) -> tuple[FerrotraceError, ...]:
    """Errors of the rules from an edge unit's list; one it does not know is kept in its words."""
    return tuple(map(_reason, reasons))


def _reason(document: Mapping[str, Any]) -> FerrotraceError:
    refusal = REFUSALS_BY_CODE.get(document["code"])
    if refusal is None:
        return EdgeConflictError(field=document["field"], value=document["message"])
    return refusal(field=document["field"], value=document["value"], limit=document["limit"])


def state_of(document: Mapping[str, Any]) -> EdgeState:
    """State from the edge unit's answer."""
    window, capture = document["window"], document["capture"]
    return EdgeState(
        instrument_id=document["instrument_id"],
        site_id=document["site_id"],
        edge_id=document["edge_id"],
        source=Source(document["source"]),
        simulated=document["simulated"],
        link=LinkState(document["link"]),
        age_ms=document["age_ms"],
        kg=document["kg"],
        unit=document["unit"],
        mode=Mode(document["mode"]),
        stable=document["stable"],
        motion=document["motion"],
        zero=document["zero"],
        over=document["over"],
        zero_before_kg=document["zero_before_kg"],
        bad_frames=document["bad_frames"],
        rate=document["rate"],
        elapsed_ms=window["elapsed_ms"],
        needed_ms=window["needed_ms"],
        spread_kg=window["spread_kg"],
        capture_allowed=capture["allowed"],
        reasons=reasons_of(capture["reasons"]),
        curve=tuple((ms, kg) for ms, kg in document["curve"]),
        cameras=tuple(document["cameras"]),
    )
