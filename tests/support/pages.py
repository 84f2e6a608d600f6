"""A person at the pages: signs in, opens them, fills in forms as they are drawn."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO
from types import SimpleNamespace
from typing import Any, cast

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from service.config import Settings
from service.devices.edge_client import EdgeState
from service.domain.errors import FerrotraceError
from service.domain.weighing import LinkState, Mode, Source
from service.web.app import create_app
from service.web.context import Outside
from tests.support.company import Company

PASSWORD = "correct horse"
VALID: dict[str, Any] = {"verdict": "VALID", "as_of": None, "checks": []}


def pages_of(company: Company, *, answer: Mapping[str, Any] = VALID) -> Flask:
    """The web application of ``company``; every verification answers ``answer``."""
    settings = cast(
        Settings, SimpleNamespace(secret_key="a key of the tests", public_url="http://127.0.0.1")
    )
    outside = Outside(
        verify=lambda _bundle, _audience: dict(answer),
        chain_answers=lambda: True,
        is_migrated=lambda: True,
    )
    app = create_app(company.deps, settings, outside)
    app.testing = True
    return app


@dataclass
class Form:
    """A form as it is drawn: its address, its fields with their values."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(action=of.get("action", "")))
        elif self.forms and tag == "select":
            self._select = of["name"]
            self.forms[-1].fields.setdefault(self._select, "")
        elif tag == "option" and self._select:
            fields = self.forms[-1].fields
            if "selected" in of or not fields[self._select]:
                fields[self._select] = of["value"]
        elif self.forms and tag in {"input", "textarea"} and "name" in of:
            self._input(of)

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = None

    def _input(self, of: dict[str, str]) -> None:
        is_choice = of.get("type") in {"radio", "checkbox"}
        if of.get("type") != "file" and (not is_choice or "checked" in of):
            self.forms[-1].fields[of["name"]] = of.get("value", "")


def forms_of(html: str) -> list[Form]:
    parser = _Forms()
    parser.feed(html)
    return parser.forms


def text_of(html: str) -> str:
    """What a person reads of a page."""
    without = re.sub(r"<(script|style|template)\b.*?</\1>", " ", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without))


class Person:
    """Somebody at a browser of their own, reading ``language``."""

    def __init__(self, app: Flask, username: str | None = None, language: str = "en") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("lang", language)
        if username is not None:
            answer = self.fill("/sign-in", "sign-in", login=username, password=PASSWORD)
            assert answer.status_code == 302, text_of(answer.text)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Accept": "text/html"})

    def read(self, path: str) -> str:
        """The text of a page that opens."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, text_of(answer.text)[:600])
        return text_of(answer.text)

    def form(self, path: str, action: str) -> Form:
        """The form of the page at ``path`` whose address contains ``action``."""
        shown = forms_of(self.get(path).text)
        return next(form for form in shown if action in (form.action or path))

    def fill(self, path: str, action: str, **values: Any) -> TestResponse:
        """Fill in the form and send it; ``__`` in a name stands for a dot, ``_0`` for a dash."""
        form = self.form(path, action)
        return self.send(form, path, {k.replace("__", "."): v for k, v in values.items()})

    def send(self, form: Form, path: str, values: Mapping[str, Any]) -> TestResponse:
        return self.client.post(
            form.action or path, data={**form.fields, **values}, headers={"Accept": "text/html"}
        )

    def upload(self, path: str, action: str, name: str, content: bytes, media: str) -> TestResponse:
        form = self.form(path, action)
        return self.client.post(
            form.action,
            data={**form.fields, name: (BytesIO(content), "file", media)},
            content_type="multipart/form-data",
            headers={"Accept": "text/html"},
            buffered=True,
        )


def edge_state(
    kg: int | None, *, stable: bool = True, reasons: tuple[FerrotraceError, ...] = ()
) -> EdgeState:
    """What the edge unit of BASE01 says of a scale with ``kg`` on it; None is silence."""
    is_silent = kg is None
    return EdgeState(
        instrument_id="WB-BASE01",
        site_id="BASE01",
        edge_id="EDGE-BASE01",
        source=Source.SIM,
        simulated=True,
        link=LinkState.DOWN if is_silent else LinkState.FRESH,
        age_ms=3_400 if is_silent else 100,
        kg=kg,
        unit=None if is_silent else "kg",
        mode=Mode.UNKNOWN if is_silent else Mode.GROSS,
        stable=None if is_silent else stable,
        motion=None if is_silent else not stable,
        zero=None,
        over=None if is_silent else False,
        zero_before_kg=None if is_silent else 0,
        bad_frames=0,
        rate=1,
        elapsed_ms=0 if is_silent else 3_200,
        needed_ms=3_000,
        spread_kg=None if is_silent else 0,
        capture_allowed=not reasons and not is_silent,
        reasons=reasons,
        curve=((0, 0), (1_000, 20_000), (2_000, None), (5_000, kg or 0)),
        cameras=("front", "load", "rear"),
    )
