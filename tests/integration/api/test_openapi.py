"""The document of the API is valid, is the URL map, and is never changed in what it promised."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from service.web import api
from service.web.docs import openapi_document
from tests.integration.api.company import Company

PROMISED = Path(__file__).parents[2] / "vectors" / "openapi.json"


def operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {
        (method.upper(), path) for path, methods in document["paths"].items() for method in methods
    }


def test_every_route_under_v1_is_documented_and_nothing_else_is(ferro: Company) -> None:
    routes = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in ferro.app.url_map.iter_rules()
        if rule.rule.startswith("/v1")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == operations(openapi_document())


def test_the_document_is_openapi_3_1_0_with_schemas_of_json_schema_2020_12(ferro: Company) -> None:
    document = ferro.client(None).get("/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.meta.validate(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
        )


def test_every_reference_of_the_document_leads_somewhere() -> None:
    document = openapi_document()
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found: Any = document
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_every_operation_has_its_own_name_a_summary_and_its_refusals_as_problem_json() -> None:
    document = openapi_document()
    names = []
    for methods in document["paths"].values():
        for operation in methods.values():
            names.append(operation["operationId"])
            assert operation["summary"]
            assert {"405", "500", "503"} <= set(operation["responses"])
            for status, answer in operation["responses"].items():
                is_problem = answer.get("$ref", "").startswith("#/components/responses/Problem")
                assert is_problem == (int(status) >= 400)
    assert len(set(names)) == len(names)
    for answer in document["components"]["responses"].values():
        assert list(answer["content"]) == ["application/problem+json"]


def test_every_body_is_required_and_limits_are_numbers() -> None:
    document = openapi_document()
    for methods in document["paths"].values():
        for operation in methods.values():
            assert operation.get("requestBody", {"required": True})["required"] is True
    text = json.dumps(document)
    for limit in ("minimum", "maximum", "minLength", "maxLength", "exclusiveMinimum"):
        assert not re.search(rf'"{limit}": "', text)


def test_every_post_that_creates_asks_for_an_idempotency_key() -> None:
    paths = openapi_document()["paths"]
    for section in api.SECTIONS:
        for operation in section.operations:
            path = paths[operation.path][operation.method.lower()]
            headers = [p["name"] for p in path.get("parameters", ()) if p["in"] == "header"]
            assert ("Idempotency-Key" in headers) == operation.creates


@pytest.mark.parametrize(
    "asset", ["start.js", "page.css", "swagger-ui.css", "swagger-ui-bundle.js"]
)
def test_the_page_of_the_document_needs_nothing_from_elsewhere(asset: str, ferro: Company) -> None:
    browser = ferro.client(None)
    page = browser.get("/docs")
    assert re.findall(r'(?:src|href)="(https?:)?//', page.text) == []
    assert "<script>" not in page.text
    assert "style=" not in page.text
    with browser.get(f"/docs/{asset}") as answer:
        assert answer.status_code == 200
    assert browser.get("/docs/secrets.js").status_code == 404


def test_what_the_api_promised_once_it_still_promises() -> None:
    """Paths, methods, fields, their kinds and what is required may be added to, not taken away.

    ``tests/vectors/openapi.json`` is the document as first published; extend it when you add.
    """
    promised = json.loads(PROMISED.read_text(encoding="utf-8"))
    now = openapi_document()
    assert operations(promised) <= operations(now)
    assert _broken(promised["components"]["schemas"], now["components"]["schemas"]) == []


def _broken(promised: dict[str, Any], now: dict[str, Any]) -> list[str]:
    return [
        f"{name}.{field}"
        for name, schema in promised.items()
        for field, kind in schema.get("properties", {}).items()
        if now.get(name, {}).get("properties", {}).get(field) != kind
    ] + [
        f"{name} asks for {field}"
        for name, schema in promised.items()
        if name.endswith("Request")
        for field in set(now.get(name, {}).get("required", ())) - set(schema.get("required", ()))
    ]
