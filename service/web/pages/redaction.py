"""The holder hides fields of a document and takes a smaller proof file home."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from service.domain.access import Action
from service.proof.bundle import FILE_SUFFIX
from service.storage import views
from service.usecases.bundle import bundle
from service.usecases.redaction import AUDIENCES, Field, Lock, fields_of, smaller_bundle
from service.web.context import deps, reader
from service.web.kept import require_told
from service.web.openapi import JSON
from service.web.pages.content import part_value, part_word
from service.web.pages.forms import shows_again
from service.web.pages.reading import found

bp = Blueprint("redaction", __name__)

FIRST = ("record", "personal", "images", "carbon", "links")
"""Parts of a document by how much they say of people and trade."""


@dataclass(frozen=True, slots=True)
class Pick:
    """A field to tick: what it is called, what it says, and whether it may go."""

    field: Field
    word: str
    value: str

    @property
    def parent(self) -> str:
        """Path of the object in which it stands; empty at the top."""
        return self.field.path.rpartition(".")[0]


@bp.get("/documents/<hash:target_hash>/smaller")
def smaller(target_hash: str) -> ResponseReturnValue:
    """Every field with a tick; those that the chosen audience needs are locked."""
    row, content = _bundle(target_hash)
    audience = _audience()
    fields = fields_of(content, audience)
    shown = set(request.form.getlist("show"))
    return render_template(
        "public/smaller.html",
        row=row,
        audience=audience,
        picks=_picks(fields),
        ticked=shown if request.method == "POST" else {field.path for field in fields},
        total=sum(field.leaves for field in fields if field.depth == 0),
    )


@bp.post("/documents/<hash:target_hash>/smaller")
@shows_again(smaller)
def post_smaller(target_hash: str) -> ResponseReturnValue:
    """The smaller proof file; what was not ticked is not in it."""
    row, content = _bundle(target_hash)
    audience = _audience()
    shown = set(request.form.getlist("show"))
    hide = [
        field.path
        for field in fields_of(content, audience)
        if field.lock is None and field.path not in shown
    ]
    made = smaller_bundle(content, hide, audience)
    response = Response(made.content, mimetype=JSON)
    name = f"{row.kind}-{row.document_id}{FILE_SUFFIX}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _bundle(target_hash: str) -> tuple[views.DocumentRow, bytes]:
    with deps().db.transaction() as tx:
        seen = views.document(tx, reader(Action.EVIDENCE_EXPORT), target_hash)
        row = found(seen, what="document", key=target_hash)
        require_told(tx, row.subject_id, kind=row.kind)
        return row, bundle(row.target_hash, deps())


def _audience() -> str | None:
    given = request.values.get("audience", "")
    return given if given in AUDIENCES else None


def _picks(fields: list[Field]) -> list[Pick]:
    """The fields in the order in which a holder thinks of them; what always stays comes last, and
    without its inner parts."""
    shown = [field for field in fields if field.depth == 0 or field.lock is not Lock.ALWAYS]
    return [_pick(field) for field in sorted(shown, key=_place)]


def _place(field: Field) -> int:
    part = field.path.partition(".")[0]
    return FIRST.index(part) if part in FIRST else len(FIRST) + (field.lock is Lock.ALWAYS)


def _pick(field: Field) -> Pick:
    value = "" if field.is_group else part_value(field.name, field.value)
    return Pick(field, part_word(field.path), value)
