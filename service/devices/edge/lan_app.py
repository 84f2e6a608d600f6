"""The application of the LAN: its routes, its files, and what every answer must carry."""

from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask, Response, abort, request, send_from_directory
from werkzeug.exceptions import HTTPException

from service.devices.edge.lan import LanApi, LanParts, language
from service.devices.edge.lan_smaller import smaller
from service.devices.edge.messages import Messages, status_of
from service.devices.edge.scale import Scale
from service.devices.edge.sessions import SignInNeededError
from service.devices.http_answers import PROBLEM_TYPE, Route, json_answer
from service.devices.http_answers import reason as plain_reason
from service.domain.errors import FerrotraceError
from service.domain.weighing_window import CAPTURE_REFUSALS

LARGEST_BODY = 256 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:;"
        " object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
API = "/yard/v1/"
BEFORE_SESSION = frozenset(API + name for name in ("hello", "enrolments", "challenges", "sessions"))
GUARDED = (API, "/yard/tickets/")
SCRIPT_SCOPE = "/yard/"
CERTIFICATE_TYPE = "application/x-x509-ca-cert"


def lan_app(parts: LanParts, scale: Scale, api: LanApi, routes: Iterable[Route]) -> Flask:
    """The application of the yard's LAN with ``routes`` and the tablet's program.

    Every answer of the API and every print asks for a session, but those that lead to one.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    refusals = _Refusals(parts.messages, scale)
    app.register_error_handler(FerrotraceError, refusals.of_rule)
    app.register_error_handler(HTTPException, refusals.of_http)
    for method, rule, view in (*routes, *_Files(parts.static, parts.certificate).routes()):
        app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
    app.before_request(_require_own_origin)

    @app.before_request
    def require_session() -> None:
        if request.path.startswith(GUARDED) and request.path not in BEFORE_SESSION:
            api.doer()

    app.after_request(_with_headers)
    return app


class _Refusals:
    """Problem documents in the reader's language."""

    def __init__(self, messages: Messages, scale: Scale) -> None:
        self._messages = messages
        self._scale = scale

    def of_rule(self, error: FerrotraceError) -> Response:
        status = 401 if isinstance(error, SignInNeededError) else status_of(error)
        body = self._messages.document(error, language())
        if isinstance(error, CAPTURE_REFUSALS):
            status = HTTPStatus.CONFLICT
            body["reasons"] = self._reasons(error)
        return json_answer({"status": status, **body}, status, media_type=PROBLEM_TYPE)

    def of_http(self, error: HTTPException) -> Response:
        status = error.code or 500
        body = {"status": status, "code": error.name, "message": error.description, "field": None}
        return json_answer(body, status, media_type=PROBLEM_TYPE)

    def _reasons(self, error: FerrotraceError) -> list[dict[str, object]]:
        """Every reason why the scale gives no weight now, the one that was met first."""
        others = [why for why in self._scale.state().reasons if type(why) is not type(error)]
        return [
            {**plain_reason(why), **self._messages.document(why, language())}
            for why in (error, *others)
        ]


class _Files:
    """The tablet's program, the shared style sheets, and the certificate of the local CA."""

    def __init__(self, folder: Path | None, certificate: Path | None) -> None:
        self._folder = folder
        self._certificate = certificate

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/yard/", self.get_shell),
            ("GET", "/yard/<path:name>", self.get_yard_file),
            ("GET", "/static/<path:name>", self.get_shared_file),
            ("GET", "/ca.crt", self.get_certificate),
        )

    def get_shell(self) -> Response:
        return self.get_yard_file("index.html")

    def get_yard_file(self, name: str) -> Response:
        answer = self._file("yard", name)
        answer.headers["Service-Worker-Allowed"] = SCRIPT_SCOPE
        return answer

    def get_shared_file(self, name: str) -> Response:
        return self._file("", name)

    def get_certificate(self) -> Response:
        if self._certificate is None:
            abort(HTTPStatus.NOT_FOUND)
        answer = Response(self._certificate.read_bytes(), mimetype=CERTIFICATE_TYPE)
        answer.headers["Content-Disposition"] = 'attachment; filename="yard-ca.crt"'
        return answer

    def _file(self, part: str, name: str) -> Response:
        if self._folder is None:
            abort(HTTPStatus.NOT_FOUND)
        answer = send_from_directory(self._folder / part, name, conditional=True)
        answer.headers["Cache-Control"] = "no-cache"
        return smaller(answer)


def _require_own_origin() -> None:
    """Refuse what another site's page sends with the tablet's cookie."""
    origin = request.headers.get("Origin")
    if request.method in SAFE_METHODS or origin is None:
        return
    if urlsplit(origin).netloc != request.host:
        abort(HTTPStatus.FORBIDDEN, "Another origin.")


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
