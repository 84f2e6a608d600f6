"""A person's session with the running service, as another program would have it."""

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click
import requests

TOKEN_HEADER = "Authentication-Token"
TIMEOUT_S = 30.0
PATIENCE_S = 15.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 5.0
SILENT = frozenset({502, 503, 504})
"""Statuses of a service that is not there yet, or not any more."""
POLL_S = 0.1
UPLOAD_POLL_S = 1.0
"""How often a person looks for what a yard sends up."""
WAIT_S = 120.0

Json = Mapping[str, Any]
Found = TypeVar("Found")


class RefusedError(Exception):
    """The service refused: ``status``, and the ``code`` of the broken rule."""

    def __init__(self, method: str, path: str, status: int, problem: Json) -> None:
        """Take code and words from ``problem`` (RFC 9457)."""
        self.status = status
        self.code = str(problem.get("type", "")).rpartition("/")[2]
        super().__init__(f"{method} {path}: {status} {problem.get('detail') or problem}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """An account of the demo company."""

    username: str
    password: str = field(repr=False)
    role: str
    organisation_id: str
    site_ids: tuple[str, ...]


class Person:
    """Somebody signed in. Each request is tried again, with the same key, when nothing answers."""

    def __init__(self, url: str, login: Login, *, patience_s: float = PATIENCE_S) -> None:
        """Sign in as ``login``; a service that is silent for ``patience_s`` is given up."""
        self._patience_s = patience_s
        self.login = login
        self._url = url
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy cannot reach this machine's own service
        credentials = {"email": login.username, "password": login.password}
        answer = self._send("POST", "/v1/session", credentials)
        self._http.headers[TOKEN_HEADER] = answer["auth_token"]
        self._http.cookies.clear()

    @property
    def headers(self) -> dict[str, str]:
        """What a request of this person carries."""
        return {TOKEN_HEADER: str(self._http.headers[TOKEN_HEADER])}

    def get(self, path: str) -> Any:
        """Read."""
        return self._send("GET", path, None)

    def post(self, path: str, body: Json | None = None) -> Any:
        """Create something, once even where the answer is lost on the way."""
        return self._send("POST", path, body)

    def put(self, path: str, body: Json) -> Any:
        """Set a part of the simulator."""
        return self._send("PUT", path, body)

    def delete(self, path: str) -> Any:
        """Clear a part of the simulator."""
        return self._send("DELETE", path, None)

    def _send(self, method: str, path: str, body: Json | None) -> Any:
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}

        def asked() -> requests.Response:
            answer = self._http.request(
                method, self._url + path, json=body, headers=headers, timeout=TIMEOUT_S
            )
            if answer.status_code in SILENT:
                answer.raise_for_status()
            return answer

        return _answer(method, path, answered(asked, self._url, patience_s=self._patience_s))


def answered(ask: Callable[[], Found], who: str, *, patience_s: float) -> Found:
    """What ``ask`` gives, asked again with growing pauses while nobody answers."""
    deadline_s, pause_s = time.monotonic() + patience_s, FIRST_PAUSE_S
    while True:
        try:
            return ask()
        except requests.RequestException as error:
            if time.monotonic() > deadline_s:
                raise click.ClickException(f"{who} does not answer: {error}") from error
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)


def _answer(method: str, path: str, answer: requests.Response) -> Any:
    if answer.ok:
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except ValueError:
        problem = {"detail": answer.text[:200]}
    raise RefusedError(method, path, answer.status_code, problem)


def waited_for(
    what: str,
    look: Callable[[], Found | None],
    *,
    limit_s: float = WAIT_S,
    poll_s: float = POLL_S,
) -> Found:
    """What ``look`` finds, asked again and again; ends the program where it finds nothing."""
    deadline_s = time.monotonic() + limit_s
    while (found := look()) is None:
        if time.monotonic() > deadline_s:
            raise click.ClickException(f"waited {limit_s:.0f} s for {what}")
        time.sleep(poll_s)
    return found
