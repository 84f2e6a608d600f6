"""Forms that keep what was typed and put each refusal beside its field.

A view that takes a form is written as if everything went well. ``@shows_again`` turns a refusal
into the page that holds the form, with status and message, and without losing a letter.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from http import HTTPStatus
from typing import Any, ParamSpec

from flask import g, make_response, redirect, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.errors import FerrotraceError
from service.proof.hashing import sha256
from service.usecases.idempotency import Answer, once
from service.web.context import actor, deps
from service.web.errors import message_of, refusal
from service.web.pages.language import _
from service.web.validation import offences

P = ParamSpec("P")

_KEY = re.compile(r"[!-~]{1,255}\Z")
_NOT_A_FIELD = {"csrf_token", "idempotency_key"}


class Form(BaseModel):
    """What a page sends: texts, turned into values; blanks around them are dropped."""

    model_config = ConfigDict(frozen=True, extra="ignore", str_strip_whitespace=True)

    @classmethod
    def of_request(cls) -> "Any":
        """The form in the request; an empty field is one that was not filled in."""
        return cls.model_validate(typed_fields())


def typed_fields() -> dict[str, str]:
    """Every filled field of the request's form by its name; the first where a name repeats."""
    return {
        name: value
        for name, value in request.form.items()
        if value.strip() and name not in _NOT_A_FIELD
    }


def shows_again(
    page: Callable[P, ResponseReturnValue],
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Show ``page`` again, with the refusals beside the fields, when the view refuses its form."""

    def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def shown(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            try:
                return view(*args, **kwargs)
            except ValidationError as error:
                note_invalid(error)
                return _answer(page(*args, **kwargs), HTTPStatus.UNPROCESSABLE_ENTITY)
            except FerrotraceError as error:
                for reason in getattr(error, "reasons", ()) or (error,):
                    _note(error.field, message_of(reason))
                return _answer(page(*args, **kwargs), refusal(error).status)

        return shown

    return decorate


def _answer(shown: ResponseReturnValue, status: int) -> ResponseReturnValue:
    response = make_response(shown)
    response.status_code = status
    return response


def note_invalid(error: ValidationError) -> None:
    for offence in offences(error, in_body=True):
        place = (offence.pointer or "#").removeprefix("#/").replace("/", ".")
        text = offence.detail
        if offence.code == "missing":
            text = _("Please fill this in.")
        _note(place, text)


def _note(field: str | None, text: str) -> None:
    g.setdefault("refused", {}).setdefault(field, []).append(text)


def any_refusal() -> bool:
    return bool(g.get("refused"))


def refusals(name: str | None) -> list[str]:
    """What is said beside the field ``name``; with None what belongs to no field of the page.

    A template asks for its fields first, so whatever nobody asked for is told at the top.
    """
    refused: dict[str | None, list[str]] = g.get("refused", {})
    if name is not None:
        return refused.get(name, [])
    return [text for field, texts in refused.items() if field not in request.form for text in texts]


def typed(name: str, value: object = "") -> object:
    """What was typed into the field ``name``, else ``value``."""
    return request.form.get(name, "" if value is None else value)


@contextmanager
def fields_called(**names: str) -> Iterator[None]:
    """Let refusals of a field stand beside the input that the page calls otherwise."""
    try:
        yield
    except FerrotraceError as error:
        error.field = names.get(error.field or "", error.field)
        raise


def idempotency_key() -> str:
    """A new key for the form about to be shown: two clicks on it do one thing."""
    return deps().new_id()


def answered_once(work: Callable[[], str]) -> ResponseReturnValue:
    """Go to the page that ``work`` names. The same form sent again goes there too and does nothing.

    ``work`` does what the form asks for and answers with an address.
    """
    sent = request.form.get("idempotency_key", "")
    key = sent if _KEY.match(sent) else deps().new_id()
    answer = once(
        key,
        f"{actor().user_id} {request.method} {request.path}",
        _fingerprint(),
        lambda: Answer(status=HTTPStatus.SEE_OTHER, body=b"", location=work()),
        deps(),
    )
    return redirect(answer.location or "/", HTTPStatus.SEE_OTHER)


def _fingerprint() -> bytes:
    """32 bytes over what the form says."""
    fields = sorted(
        (name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"
    )
    digest = [f"{name}={value}".encode() for name, value in fields]
    for name, upload in sorted(request.files.items()):
        digest.append(name.encode() + sha256(upload.stream.read()))
        upload.stream.seek(0)
    return sha256(b"\n".join(digest))
