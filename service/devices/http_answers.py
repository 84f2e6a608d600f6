"""Answers of the programs beside the scale: JSON, and refusals as RFC 9457 problem documents."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar

from flask import Flask, Request, Response
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from service.domain.errors import (
    ConflictError,
    FerrotraceError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
    UnavailableError,
    gettext_noop,
)

Model = TypeVar("Model", bound=BaseModel)

STATUS_BY_ROOT: tuple[tuple[type[FerrotraceError], int], ...] = (
    (RuleBrokenError, 422),
    (ConflictError, 409),
    (NotFoundError, 404),
    (ForbiddenError, 403),
    (UnavailableError, 503),
)
JSON_TYPE = "application/json"
PROBLEM_TYPE = "application/problem+json"
LARGEST_BODY = 64 * 1024


class BodyError(RuleBrokenError):
    """A request whose body does not hold."""

    message = gettext_noop("%(value)s is not allowed: %(limit)s.")


Route: TypeAlias = tuple[str, str, Callable[..., Response]]
"""(method, rule, view)."""


def answering_app(name: str, routes: Iterable[Route]) -> Flask:
    """Application with ``routes``: refusals become problem+json, bodies end at 64 KiB."""
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.register_error_handler(FerrotraceError, problem)
    app.register_error_handler(HTTPException, _http_problem)
    for method, rule, view in routes:
        app.add_url_rule(rule, f"{method} {rule}", view, methods=[method])
    return app


def problem(
    error: FerrotraceError,
    *,
    status: int | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """Problem document of ``error``: its code, offending field, value and limit."""
    own = next((code for root, code in STATUS_BY_ROOT if isinstance(error, root)), 400)
    code = status or own
    body = {"status": code, **reason(error), **(members or {})}
    return json_answer(body, code, media_type=PROBLEM_TYPE)


def reason(error: FerrotraceError) -> dict[str, object]:
    """``error`` as members of a problem document."""
    return {
        "code": error.code,
        "title": error.code,
        "message": str(error),
        "detail": str(error),
        "field": error.field,
        **{key: _plain(value) for key, value in error.values.items()},
    }


def json_answer(body: object, status: int = 200, *, media_type: str = JSON_TYPE) -> Response:
    """``body`` as a JSON answer that nobody keeps."""
    return uncached(Response(json.dumps(body, ensure_ascii=False), status, mimetype=media_type))


def uncached(answer: Response) -> Response:
    """``answer``, which nobody is to keep."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def parsed(model: type[Model], request: Request) -> Model:
    """Body of ``request``, strictly as ``model``; raises BodyError naming the first bad field."""
    try:
        return model.model_validate_json(request.get_data())
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "body"
        value = f"{field} = {first['input']!r:.80}"
        raise BodyError(field=field, value=value, limit=first["msg"]) from error


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    body = {"status": status, "code": error.name, "title": error.name, "detail": error.description}
    return json_answer(body, status, media_type=PROBLEM_TYPE)


def _plain(value: object) -> object:
    return value if isinstance(value, int | str | None) else str(value)
