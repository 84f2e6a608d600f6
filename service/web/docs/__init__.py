"""The API's document and a page that shows it, both without anything from elsewhere."""

from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, send_from_directory
from werkzeug.exceptions import NotFound

from service.web import api
from service.web.openapi import document

routes = Blueprint("docs", __name__)

_OWN = Path(__file__).parent
_SWAGGER = Path(str(files("flask_openapi3_swagger"))) / "templates" / "swagger"
_ASSETS = {
    "page.css": _OWN,
    "start.js": _OWN,
    "swagger-ui.css": _SWAGGER / "css",
    "swagger-ui-bundle.js": _SWAGGER / "js",
}


@cache
def openapi_document() -> dict[str, Any]:
    """The OpenAPI 3.1.0 document of this version."""
    return document(api.SECTIONS, title="Ferrotrace", version=version("ferrotrace"))


@routes.get("/openapi.json")
def openapi() -> Response:
    """The document of the API, for programs."""
    return jsonify(openapi_document())


@routes.get("/docs")
def page() -> Response:
    """The document of the API, for people."""
    return Response((_OWN / "page.html").read_text(encoding="utf-8"), mimetype="text/html")


@routes.get("/docs/<asset>")
def asset(asset: str) -> Response:
    """A file of the page."""
    if asset not in _ASSETS:
        raise NotFound
    max_age_s = None if current_app.debug else 86_400
    return send_from_directory(_ASSETS[asset], asset, max_age=max_age_s)
