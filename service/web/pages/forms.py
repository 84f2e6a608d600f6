"""Forms that keep what was typed and put each refusal beside its field.

A view that takes a form is written as if everything went well. ``@shows_again`` turns a refusal
into the page that holds the form, with status and message, and without losing a letter.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, ValidationError

from service.domain.errors import FerrotraceError
from service.web.context import deps
from service.web.errors import refusal
from service.web.validation import offences

P = ParamSpec("P")

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
                return page(*args, **kwargs), 422
            except FerrotraceError as error:
                problem = refusal(error)
                _note(error.field, problem.detail)
                return page(*args, **kwargs), problem.status

        return shown

    return decorate


def note_invalid(error: ValidationError) -> None:
    for offence in offences(error, in_body=True):
        place = (offence.pointer or "#").removeprefix("#/").replace("/", ".")
        text = offence.detail
        if offence.code == "missing":
            text = gettext("Please fill this in.")
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


def idempotency_key() -> str:
    """A new key for the form about to be shown: two clicks on it do one thing."""
    return deps().new_id()


def sent_key() -> str:
    """The key that the form carried."""
    return request.form.get("idempotency_key", "") or deps().new_id()
