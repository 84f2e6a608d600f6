"""From a declared operation to its route: who asks, read the input, call the view, present."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Response, request
from pydantic import BaseModel
from werkzeug.exceptions import UnsupportedMediaType

from service.web.context import actor
from service.web.edge_access import edge_site
from service.web.idempotency import answered_once
from service.web.openapi import JSON, Operation, Section

Model = TypeVar("Model", bound=BaseModel)


def blueprint(sections: tuple[Section, ...]) -> Blueprint:
    """All operations as routes; each endpoint bears the name of its operation."""
    routes = Blueprint("api", __name__)
    for section in sections:
        for operation in section.operations:
            routes.add_url_rule(
                operation.rule,
                endpoint=operation.name,
                view_func=_view(operation),
                methods=[operation.method],
            )
    return routes


def _view(operation: Operation) -> Callable[..., Response]:
    def answer(**path: str) -> Response:
        if operation.edge:
            edge_site()
        elif not operation.public:
            actor()
        arguments = path | _input(operation)
        if operation.creates:
            return answered_once(lambda: present(operation, operation.view(**arguments)))
        return present(operation, operation.view(**arguments))

    return answer


def _input(operation: Operation) -> dict[str, Any]:
    given: dict[str, Any] = {}
    if operation.query is not None:
        given["query"] = operation.query.model_validate(request.args.to_dict())
    if operation.body is not None:
        given["body"] = _json_body(operation.body)
    if operation.raw:
        _require_media_type(operation.raw)
    return given


def _json_body(model: type[Model]) -> Model:
    _require_media_type((JSON,))
    return model.model_validate_json(request.get_data())


def _require_media_type(allowed: tuple[str, ...]) -> None:
    if request.mimetype not in allowed:
        raise UnsupportedMediaType(", ".join(allowed))


def present(operation: Operation, value: Any) -> Response:
    """The answer of ``operation`` with ``value``: a Response as it is, else its answer model."""
    if isinstance(value, Response):
        return value
    if operation.answer is None:
        return Response(status=operation.status)
    body = operation.answer.model_validate(value, from_attributes=True)
    response = Response(body.model_dump_json(), status=operation.status, mimetype=JSON)
    if operation.location:
        response.headers["Location"] = operation.location.format(**dict(body))
    return response
