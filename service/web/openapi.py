"""The JSON API as data: each operation is declared once, with its models, and from the same
declaration come its route, the checks of its input, its answer and its place in the document.

The document is OpenAPI 3.1.0. What the API libraries get wrong (an error documented as
application/json, a body that is not required, limits as strings, a malformed body taken for an
empty one) cannot arise here, since nothing is inferred from anything else.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from service.web.converters import IDENTIFIERS
from service.web.problem import MEDIA_TYPE, Problem

JSON = "application/json"
REF = "#/components/schemas/{model}"

View = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One method at one address.

    ``creates`` makes an Idempotency-Key required and the answer repeatable. ``raw`` are the media
    types of a body that is not JSON. ``edge`` is an operation of a site's edge unit, which shows
    the token of its site. ``location`` is the address of what was created, with the
    names of the answer's fields in braces.
    """

    method: str
    rule: str
    view: View
    tag: str
    summary: str
    description: str
    answer: type[BaseModel] | None
    media_type: str
    status: HTTPStatus
    body: type[BaseModel] | None
    raw: tuple[str, ...]
    query: type[BaseModel] | None
    creates: bool
    public: bool
    edge: bool
    location: str | None

    @property
    def name(self) -> str:
        """The operationId, also the name of the endpoint."""
        return self.view.__name__

    @property
    def path(self) -> str:
        """The address as the document writes it."""
        return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """The operations about one noun, in the order in which they are declared."""

    tag: str
    description: str
    operations: list[Operation]

    @classmethod
    def of(cls, tag: str, description: str) -> "Section":
        return cls(tag=tag, description=description, operations=[])

    def get(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare a reading operation."""
        return self._declare("GET", rule, **declared)

    def post(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare an operation that creates something, unless it says ``creates=False``."""
        creates = declared.setdefault("creates", True)
        declared.setdefault("status", HTTPStatus.CREATED if creates else HTTPStatus.OK)
        return self._declare("POST", rule, **declared)

    def put(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare an operation that sets something, however often it is repeated."""
        return self._declare("PUT", rule, **declared)

    def delete(self, rule: str, **declared: Any) -> Callable[[View], View]:
        """Declare an operation that ends something, however often it is repeated."""
        return self._declare("DELETE", rule, **declared)

    def _declare(  # noqa: PLR0913 - one keyword for each part of a declaration
        self,
        method: str,
        rule: str,
        *,
        answer: type[BaseModel] | None = None,
        media_type: str = JSON,
        status: HTTPStatus = HTTPStatus.OK,
        body: type[BaseModel] | None = None,
        raw: tuple[str, ...] = (),
        query: type[BaseModel] | None = None,
        creates: bool = False,
        public: bool = False,
        edge: bool = False,
        location: str | None = None,
    ) -> Callable[[View], View]:
        def declare(view: View) -> View:
            summary, _, description = (view.__doc__ or "").strip().partition("\n")
            self.operations.append(
                Operation(
                    method=method,
                    rule=rule,
                    view=view,
                    tag=self.tag,
                    summary=summary.rstrip("."),
                    description=" ".join(description.split()),
                    answer=answer,
                    media_type=media_type,
                    status=status,
                    body=body,
                    raw=raw,
                    query=query,
                    creates=creates,
                    public=public,
                    edge=edge,
                    location=location,
                )
            )
            return view

        return declare


def document(sections: tuple[Section, ...], *, title: str, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1.0 document of all operations."""
    operations = [operation for section in sections for operation in section.operations]
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": "/"}],
        "tags": [{"name": s.tag, "description": s.description} for s in sections],
        "security": [{"session": []}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(operations),
            "responses": _PROBLEMS,
            "headers": {"RequestId": _REQUEST_ID_HEADER},
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "ferrotrace_session"},
                "token": {"type": "apiKey", "in": "header", "name": "Authentication-Token"},
                "site": {"type": "http", "scheme": "bearer"},
            },
        },
    }


_REQUEST_ID_HEADER = {
    "description": "Identifier of the request, also in the log of the service.",
    "schema": {"type": "string"},
}

_PROBLEM_STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)

_PROBLEMS: Mapping[str, Any] = {
    f"Problem{status}": {
        "description": HTTPStatus(status).phrase,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in _PROBLEM_STATUSES
}


def _operation(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": _responses(operation),
    }
    if operation.description:
        described["description"] = operation.description
    if operation.public:
        described["security"] = []
    elif operation.edge:
        described["security"] = [{"site": []}]
    if parameters := [*_path(operation), *_query(operation), *_headers(operation)]:
        described["parameters"] = parameters
    if body := _body(operation):
        described["requestBody"] = body
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    answered: dict[str, Any] = {
        "description": operation.status.phrase,
        "headers": {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}},
    }
    if operation.location:
        answered["headers"]["Location"] = {"schema": {"type": "string"}}
    if operation.answer is not None:
        schema = {"$ref": REF.format(model=operation.answer.__name__)}
        answered["content"] = {operation.media_type: {"schema": schema}}
    elif operation.status is not HTTPStatus.NO_CONTENT:
        answered["content"] = {operation.media_type: {}}
    problems = {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in problem_statuses(operation)
    }
    return {str(operation.status.value): answered} | problems


def problem_statuses(operation: Operation) -> tuple[int, ...]:
    """With which refusals a caller of ``operation`` has to reckon."""
    has_body = bool(operation.body or operation.raw)
    expected = {
        400: has_body or operation.creates,
        401: not operation.public or operation.name == "post_session",
        403: not operation.public,
        404: "<" in operation.rule or has_body,
        405: True,
        409: operation.method != "GET",
        413: has_body,
        415: has_body,
        422: has_body or operation.creates or operation.query is not None,
        429: operation.public or operation.name == "post_edge_sign_in",
        500: True,
        503: True,
    }
    return tuple(status for status, applies in expected.items() if applies)


def _path(operation: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": IDENTIFIERS[kind].description,
            "schema": {"type": "string", "pattern": f"^{IDENTIFIERS[kind].pattern}$"},
        }
        for kind, name in re.findall(r"<(\w+):(\w+)>", operation.rule)
    ]


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = operation.query.model_json_schema(ref_template=REF)
    required = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": member}
        for name, member in schema["properties"].items()
    ]


def _headers(operation: Operation) -> list[dict[str, Any]]:
    if not operation.creates:
        return []
    return [
        {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "New for each request, the same for its repetition, which gets the"
            " first answer again.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
        }
    ]


def _body(operation: Operation) -> dict[str, Any] | None:
    if operation.body is not None:
        schema = {"$ref": REF.format(model=operation.body.__name__)}
        return {"required": True, "content": {JSON: {"schema": schema}}}
    if operation.raw:
        return {"required": True, "content": {kind: _raw(kind) for kind in operation.raw}}
    return None


def _raw(media_type: str) -> dict[str, Any]:
    if media_type != "multipart/form-data":
        return {}
    part = {"type": "string", "contentMediaType": "application/octet-stream"}
    return {
        "schema": {"type": "object", "required": ["photograph"], "properties": {"photograph": part}}
    }


def _schemas(operations: list[Operation]) -> dict[str, Any]:
    """The schema of every model, under its name. Bodies and answers never share a model."""
    taken = {(op.body, "validation") for op in operations if op.body}
    given = {(op.answer, "serialization") for op in operations if op.answer}
    ordered: list[Any] = sorted(
        [*taken, *given, (Problem, "serialization")], key=lambda pair: pair[0].__name__
    )
    _, definitions = models_json_schema(ordered, ref_template=REF)
    schemas: dict[str, Any] = definitions["$defs"]
    return schemas
