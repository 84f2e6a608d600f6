"""HTTP to the server above: the edge unit's own calls, by the site's bearer token."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from ipaddress import ip_address
from threading import local
from typing import Any

import requests

from service.devices.edge.entries import instant_ms
from service.devices.edge.log import Blob, Outcome
from service.devices.site import host_and_port
from service.domain.errors import ConflictError, ForbiddenError, UnavailableError, gettext_noop
from service.domain.party import Actor, Role

TIMEOUT_S = (5.0, 15.0)
"""To connect, and between two bytes of an answer."""

BRIEF_TIMEOUT_S = (3.0, 6.0)
"""Of the brief: a server that hangs is soon seen to be gone."""


class UpstreamDownError(UnavailableError):
    """The server does not answer, or not as itself."""

    message = gettext_noop("The server at %(value)s does not answer: %(limit)s.")


class UpstreamRefusedError(ConflictError):
    """The server refuses what the edge unit sends."""

    message = gettext_noop("The server refuses this edge unit: %(value)s (%(limit)s).")


class SignInFailedError(ForbiddenError):
    """The server does not know the name with this password, or not at this site."""

    message = gettext_noop("The server refuses this name and password: %(value)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedBrief:
    """A brief as it came, and the server's name for it."""

    document: Mapping[str, Any]
    etag: str


class UpstreamClient:
    """Calls of edge unit ``edge_id`` to the server at ``url``; for any thread."""

    def __init__(self, url: str, edge_id: str, token: str) -> None:
        self.url = url.rstrip("/")
        self.clock_drift_ms: int | None = None
        self._base = f"{self.url}/v1/edges/{edge_id}"
        self._token = token
        self._of_thread = local()

    def register(self, *, site_id: str, public_key: bytes, made_at: str) -> None:
        """Make the log key known; known already, nothing changes.

        This and all others raise UpstreamDownError and UpstreamRefusedError.
        """
        body = {"site_id": site_id, "public_key": public_key.hex(), "made_at": made_at}
        self._ask("PUT", "", json=body)

    def put_blob(self, digest: str, blob: Blob) -> None:
        """Send a picture."""
        headers = {"Content-Type": blob.media_type}
        self._ask("PUT", f"/blobs/{digest}", data=blob.data, headers=headers)

    def post_entries(self, entries: Sequence[Mapping[str, Any]]) -> list[Outcome]:
        """Send entries in order; what the server says of each."""
        answer = self._ask("POST", "/entries", json={"entries": list(entries)})
        try:
            return [
                Outcome(
                    entry_seq=int(each["entry_seq"]),
                    outcome=_applied_or_held(each["outcome"]),
                    code=each.get("code"),
                    message=each.get("message"),
                )
                for each in answer.json()["outcomes"]
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._not_itself(error) from error

    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry that the server has; 0 and zeros before the first."""
        try:
            told = self._ask("GET", "/head").json()
            return int(told["entry_seq"]), str(told["hash"])
        except (ValueError, KeyError, TypeError) as error:
            raise self._not_itself(error) from error

    def brief(self, etag: str | None, sent_at: datetime) -> FetchedBrief | None:
        """The present snapshot; None where it is still the one named ``etag``.

        ``sent_at`` is the clock here, with which the server compares its own (control C19).
        """
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._ask(
            "GET", f"/brief?sent_at={instant_ms(sent_at)}", headers=headers, timeout=BRIEF_TIMEOUT_S
        )
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return None
        try:
            return FetchedBrief(document=answer.json(), etag=answer.headers.get("ETag", ""))
        except ValueError as error:
            raise self._not_itself(error) from error

    def sign_in(self, email: str, password: str) -> Actor:
        """The person of that name and password; raises SignInFailedError too."""
        try:
            answer = self._ask("POST", "/sign-ins", json={"email": email, "password": password})
            told = answer.json()
            return Actor(
                user_id=told["user_id"],
                name=told["name"],
                role=Role(told["role"]),
                organisation_id=told["organisation_id"],
                site_ids=frozenset(told["site_ids"]),
            )
        except UpstreamRefusedError as error:
            raise SignInFailedError(field="password", value=error.values["value"]) from error
        except (ValueError, KeyError, TypeError) as error:
            raise self._not_itself(error) from error

    def _ask(self, method: str, path: str, **content: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", **content.pop("headers", {})}
        try:
            answer = self._session().request(
                method,
                self._base + path,
                headers=headers,
                allow_redirects=False,
                **{"timeout": TIMEOUT_S, **content},
            )
        except requests.RequestException as error:
            raise UpstreamDownError(
                field="upstream", value=self.url, limit=type(error).__name__
            ) from error
        self._compare_clocks(answer)
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise UpstreamDownError(
                field="upstream", value=self.url, limit=f"HTTP {answer.status_code}"
            )
        if answer.status_code >= HTTPStatus.BAD_REQUEST:
            raise UpstreamRefusedError(
                field="upstream", value=_detail(answer), limit=f"HTTP {answer.status_code}"
            )
        return answer

    def _session(self) -> requests.Session:
        """A session of this thread's own; between two programs of one machine stands no proxy."""
        if not hasattr(self._of_thread, "session"):
            session = requests.Session()
            session.trust_env = not is_loopback(host_and_port_of(self.url)[0])
            self._of_thread.session = session
        kept: requests.Session = self._of_thread.session
        return kept

    def _compare_clocks(self, answer: requests.Response) -> None:
        try:
            # Dates of HTTP are always GMT; a proxy that repeats the header makes them naive.
            theirs = parsedate_to_datetime(answer.headers["Date"]).replace(tzinfo=UTC)
        except (KeyError, ValueError):
            return
        ours = datetime.now(UTC)
        drift_ms = int((ours - theirs).total_seconds() * 1_000)
        # The header counts whole seconds and was written before the answer travelled.
        self.clock_drift_ms = 0 if 0 <= drift_ms < 1_000 + _elapsed_ms(answer) else drift_ms

    def _not_itself(self, error: Exception) -> UpstreamDownError:
        return UpstreamDownError(field="upstream", value=self.url, limit=type(error).__name__)


def is_loopback(host: str) -> bool:
    """Whether only this machine answers at ``host``."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def host_and_port_of(url: str) -> tuple[str, int]:
    """Host and port of a URL; the scheme's own port where it names none."""
    authority = url.partition("://")[2].partition("/")[0]
    if ":" in authority:
        return host_and_port(url)
    return authority, 443 if url.startswith("https") else 80


def _elapsed_ms(answer: requests.Response) -> int:
    return int(answer.elapsed.total_seconds() * 1_000)


def _applied_or_held(outcome: str) -> str:
    if outcome not in {"applied", "held"}:
        raise ValueError(outcome)
    return outcome


def _detail(answer: requests.Response) -> str:
    """What the problem document says, or the phrase of the status."""
    try:
        told = answer.json()
        return str(told.get("detail") or told.get("message") or told.get("title"))
    except (ValueError, AttributeError):
        return answer.reason
