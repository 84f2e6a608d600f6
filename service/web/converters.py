"""The identifiers in addresses: what does not have the form of one leads nowhere (404)."""

from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import BaseConverter, Map


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A kind of identifier: regular expression, what it is, and an example."""

    pattern: str
    description: str


IDENTIFIERS = {
    "record": Identifier(
        pattern="[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        description="identifier of a record (UUID)",
    ),
    "site": Identifier(pattern="[A-Z0-9]{2,16}", description="identifier of a site"),
    "number": Identifier(
        pattern="[A-Z0-9]{2,16}(?:-[A-Z0-9]{1,16}){2,4}", description="number on paper"
    ),
    "lot": Identifier(pattern="[A-Z0-9]{2,16}-[A-Z0-9]{2,16}", description="identifier of a lot"),
    "plate": Identifier(
        pattern="[\u4e00-\u9fff]?[A-Z0-9]{4,10}[\u4e00-\u9fff]?", description="number plate"
    ),
    "edge": Identifier(pattern="[A-Za-z0-9_.-]{1,64}", description="identifier of an edge unit"),
    "count": Identifier(pattern="[1-9][0-9]{0,14}", description="number from 1 on"),
    "hash": Identifier(pattern="[0-9a-f]{64}", description="target hash of a document, hex"),
}


def _converter(pattern: str) -> type[BaseConverter]:
    return type("IdentifierConverter", (BaseConverter,), {"regex": pattern})


def init_converters(app: Flask) -> None:
    """Make ``<record:…>``, ``<site:…>`` and the others known to the routes."""
    url_map: Map = app.url_map
    for name, identifier in IDENTIFIERS.items():
        url_map.converters[name] = _converter(identifier.pattern)
