"""The page on which a person labels pictures: on this machine alone, one picture at a time.

What an engine thinks of a picture is nowhere on it, and the order of the pictures says nothing.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

from flask import Flask, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from service.domain.instants import utc_text

STATIC = Path(str(resources.files("service") / "web" / "static"))


class LabelDesk:
    """One person at one data set; the last label of this sitting can be taken back."""

    def __init__(self, dataset: Path, inspector: str, engine: ModuleType) -> None:
        """Begin a sitting; ``engine`` is the data set's module of the image engine."""
        self.dataset = dataset
        self.inspector = inspector
        self.engine = engine
        self.token = secrets.token_urlsafe(16)
        self.pictures: dict[str, Path] = engine.pictures(dataset)
        self._given: list[str] = []
        self._again: set[str] = set()

    def state(self) -> dict[str, Any]:
        """What the page shows: how far it is, and the next picture without an own label."""
        done = {
            label.picture
            for label in self.engine.labels_of(self.dataset)
            if label.inspector == self.inspector
        } - self._again
        left = sorted(
            (digest for digest in self.pictures if digest not in done),
            key=lambda digest: digest not in self._again,
        )
        return {
            "token": self.token,
            "inspector": self.inspector,
            "total": len(self.pictures),
            "labelled": len(self.pictures) - len(left),
            "next": left[0] if left else None,
            "last": self._given[-1] if self._given else None,
            "forms": self.engine.classes_by_form(),
            "words": self.engine.class_words(),
        }

    def label(self, content: dict[str, Any]) -> None:
        """Keep a label; raises ``GradingError``, ``KeyError``, ``TypeError`` for what is none."""
        picture = content["picture"]
        if picture not in self.pictures:
            raise KeyError(picture)
        areas = tuple(
            self.engine.LabelArea(kind=area["kind"], box_bp=tuple(map(int, area["box_bp"])))
            for area in content["areas"]
        )
        label = self.engine.Label(
            picture=picture,
            inspector=self.inspector,
            grade_class=content["grade_class"],
            areas=areas,
            at=utc_text(datetime.now(UTC)),
        )
        self.engine.add_label(self.dataset, label)
        self._given.append(picture)
        self._again.discard(picture)

    def undo(self) -> None:
        """Show the last picture again; its label stands until another takes its place."""
        if self._given:
            self._again.add(self._given.pop())


def label_app(desk: LabelDesk) -> Flask:
    """The page and what it asks for; every change needs the page's own token."""
    app = Flask(__name__, static_folder=str(STATIC), static_url_path="/static")
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    page = resources.files("service.commands").joinpath("label_page.html").read_text("utf-8")

    def changed(work: Callable[[], None]) -> ResponseReturnValue:
        if not secrets.compare_digest(request.headers.get("X-Label-Token", ""), desk.token):
            abort(403)
        try:
            work()
        except (desk.engine.GradingError, KeyError, TypeError, ValueError) as error:
            return Response(str(error), 422)
        return jsonify(desk.state())

    @app.get("/")
    def show() -> ResponseReturnValue:
        return Response(page, mimetype="text/html")

    @app.get("/state")
    def state() -> ResponseReturnValue:
        return jsonify(desk.state())

    @app.get("/pictures/<digest>")
    def picture(digest: str) -> ResponseReturnValue:
        if digest not in desk.pictures:
            abort(404)
        return Response(desk.engine.small_jpeg(desk.pictures[digest]), mimetype="image/jpeg")

    @app.post("/labels")
    def labels() -> ResponseReturnValue:
        return changed(lambda: desk.label(request.get_json()))

    @app.post("/undo")
    def undo() -> ResponseReturnValue:
        return changed(desk.undo)

    return app
