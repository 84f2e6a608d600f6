"""The one place where refusals become answers: problem+json for programs, a page for people."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from urllib.parse import urlencode

import structlog
from flask import Flask, Response, g, redirect, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from service.domain.errors import (
    ConflictError,
    FerrotraceError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
    UnavailableError,
    gettext_noop,
)
from service.usecases.identity import LOOK_BACK, SignInRefusedError, TooManySignInsError
from service.web.context import SignInNeededError
from service.web.edge_access import EdgeTokenError
from service.web.problem import MEDIA_TYPE, Offence, Refusal, body_of
from service.web.terms import in_reader_language
from service.web.validation import offences, pointer

log = structlog.get_logger(__name__)


class TooManyRequestsError(FerrotraceError):
    """More requests from one address than the service takes from a stranger."""

    message = gettext_noop("Too many requests from your address; allowed are %(limit)s a minute.")


class UnreadableRequestError(FerrotraceError):
    """The request is malformed, before any rule is asked."""


class MalformedJsonError(UnreadableRequestError):
    message = gettext_noop("The body is not valid JSON.")


class IdempotencyKeyError(UnreadableRequestError):
    message = gettext_noop(
        "The header Idempotency-Key is required: 1 to 255 visible ASCII characters, new for each"
        " request and the same for its repetition."
    )


STATUSES: tuple[tuple[type[FerrotraceError], HTTPStatus], ...] = (
    (SignInNeededError, HTTPStatus.UNAUTHORIZED),
    (SignInRefusedError, HTTPStatus.UNAUTHORIZED),
    (EdgeTokenError, HTTPStatus.UNAUTHORIZED),
    (TooManySignInsError, HTTPStatus.TOO_MANY_REQUESTS),
    (TooManyRequestsError, HTTPStatus.TOO_MANY_REQUESTS),
    (UnreadableRequestError, HTTPStatus.BAD_REQUEST),
    (ForbiddenError, HTTPStatus.FORBIDDEN),
    (NotFoundError, HTTPStatus.NOT_FOUND),
    (ConflictError, HTTPStatus.CONFLICT),
    (UnavailableError, HTTPStatus.SERVICE_UNAVAILABLE),
    (RuleBrokenError, HTTPStatus.UNPROCESSABLE_ENTITY),
)
"""The first class that fits decides; anything else of the tree is a rule that was broken."""

TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_noop("The request cannot be read"),
    HTTPStatus.UNAUTHORIZED: gettext_noop("Sign in first"),
    HTTPStatus.FORBIDDEN: gettext_noop("You have no right to do this"),
    HTTPStatus.NOT_FOUND: gettext_noop("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("This address does not take this method"),
    HTTPStatus.CONFLICT: gettext_noop("This does not fit the present state"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_noop("The request is too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_noop("This kind of content is not taken here"),
    HTTPStatus.UNPROCESSABLE_ENTITY: gettext_noop("A value is not allowed"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_noop("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop("The service failed"),
    HTTPStatus.SERVICE_UNAVAILABLE: gettext_noop("Something does not answer"),
}

_DETAILS = {
    HTTPStatus.BAD_REQUEST: gettext_noop("The request is malformed. Nothing was stored."),
    HTTPStatus.NOT_FOUND: gettext_noop("There is nothing at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_noop("Allowed methods are %(limit)s."),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_noop(
        "The body has more than %(limit)s bytes. Nothing was stored."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: gettext_noop("Allowed kinds of content are %(limit)s."),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_noop(
        "Nothing was stored. The request is noted in the log under its identifier."
    ),
}

_RETRY_SECONDS: dict[HTTPStatus | type[FerrotraceError], int] = {
    TooManySignInsError: int(LOOK_BACK.total_seconds()),
    HTTPStatus.TOO_MANY_REQUESTS: 60,
    HTTPStatus.SERVICE_UNAVAILABLE: 5,
}


def init_errors(app: Flask) -> None:
    app.register_error_handler(FerrotraceError, _refusal)
    app.register_error_handler(ValidationError, _invalid)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unknown)


def refusal(error: FerrotraceError) -> Refusal:
    """What ``error`` says, in the reader's language; pages put it beside the field."""
    status = next(
        (status for kind, status in STATUSES if isinstance(error, kind)),
        HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    return _problem(
        status,
        code=error.code,
        detail=message_of(error),
        named=_named(error),
        retry_after_s=_RETRY_SECONDS.get(type(error)) or _RETRY_SECONDS.get(status),
    )


def message_of(error: FerrotraceError) -> str:
    """The sentence of ``error`` in the reader's language, with its values."""
    values = {name: in_reader_language(value) for name, value in error.values.items()}
    if reasons := _reasons(error):
        values["value"] = " ".join(message_of(reason) for reason in reasons)
    return str(gettext(error.message, **values) if values else gettext(error.message))


def wants_json() -> bool:
    """Whether the caller is a program: by the address, or by what it accepts."""
    if request.path == "/v1" or request.path.startswith("/v1/"):
        return True
    accepted = request.accept_mimetypes
    return bool(accepted["application/json"] > accepted["text/html"])


def _refusal(error: FerrotraceError) -> AnyResponse:
    if isinstance(error, SignInNeededError) and not wants_json():
        return redirect("/sign-in?" + urlencode({"next": request.path}))
    return _answer(refusal(error))


def _invalid(error: ValidationError) -> AnyResponse:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    if any(detail["type"] == "json_invalid" for detail in details):
        return _answer(refusal(MalformedJsonError()))
    in_body = error.title not in {"Query", "Headers"} and not error.title.endswith("Query")
    named = offences(error, in_body=in_body)
    detail = gettext("%(count)s value(s) are not allowed. Nothing was stored.", count=len(named))
    return _answer(
        _problem(HTTPStatus.UNPROCESSABLE_ENTITY, code="InvalidInput", detail=detail, named=named)
    )


def _forged(_error: CSRFError) -> AnyResponse:
    detail = gettext("The page was open for too long. Load it again. Nothing was stored.")
    return _answer(_problem(HTTPStatus.BAD_REQUEST, code="StalePage", detail=detail))


def _http(error: HTTPException) -> AnyResponse:
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error.get_response()
    status = HTTPStatus(error.code)
    limit = _http_limit(error, status)
    template = _DETAILS.get(status, status.description or status.phrase)
    detail = gettext(template, limit=limit) if "%(" in template else gettext(template)
    allowed = {name: value for name, value in error.get_headers() if name == "Allow"}
    return _answer(_problem(status, code=_camel(status.phrase), detail=detail, headers=allowed))


def _unknown(error: Exception) -> AnyResponse:
    log.error("unhandled", exc_info=error, request_id=request_id(), path=request.path)
    return _answer(
        _problem(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            code="InternalServerError",
            detail=gettext(_DETAILS[HTTPStatus.INTERNAL_SERVER_ERROR]),
        )
    )


def request_id() -> str:
    """Identifier of this request, in its answer and in the log."""
    return str(g.get("request_id", ""))


def _problem(
    status: HTTPStatus,
    *,
    code: str,
    detail: str,
    named: tuple[Offence, ...] = (),
    retry_after_s: int | None = None,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Refusal:
    retry = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return Refusal(
        status=status.value,
        code=code,
        title=gettext(TITLES.get(status, status.phrase)),
        detail=detail,
        instance=f"urn:uuid:{request_id()}",
        offences=named,
        headers=retry | dict(headers),
    )


def _reasons(error: FerrotraceError) -> tuple[FerrotraceError, ...]:
    """The single refusals of one that stands for several (a capture refused by the edge unit)."""
    reasons: tuple[FerrotraceError, ...] = getattr(error, "reasons", ())
    return reasons


def _named(error: FerrotraceError) -> tuple[Offence, ...]:
    named = _reasons(error) or ((error,) if error.field is not None else ())
    return tuple(_offence(single) for single in named)


def _offence(error: FerrotraceError) -> Offence:
    field = error.field or ""
    in_body = field != "Idempotency-Key" and field not in (request.view_args or {})
    return Offence(
        detail=message_of(error),
        code=error.code,
        pointer=pointer(field.split(".")) if in_body else None,
        parameter=None if in_body else field,
        value=error.values.get("value"),
        limit=error.values.get("limit"),
    )


def _http_limit(error: HTTPException, status: HTTPStatus) -> str:
    match status:
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return str(request.max_content_length)
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        case _:
            return error.description or ""


def _camel(phrase: str) -> str:
    return "".join(word.capitalize() for word in phrase.replace("-", " ").split())


def _answer(problem: Refusal) -> Response:
    if wants_json():
        body = body_of(problem).model_dump_json(exclude_none=True)
        response = Response(body, status=problem.status, mimetype=MEDIA_TYPE)
    else:
        page = render_template("error.html", problem=problem)
        response = Response(page, status=problem.status, mimetype="text/html")
    response.headers.update(problem.headers)
    return response
