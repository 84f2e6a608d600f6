"""The facts of a visit as plain JSON: what the edge unit keeps and the tablet is told."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.instants import parse_utc, utc_text
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard import PassFact, VisitFacts

Fact = TypeVar("Fact", PassFact, VisitFacts)


class FactsMalformedError(RuleBrokenError):
    """A document does not state the facts of a visit."""

    message = gettext_noop("%(value)s does not state a visit: %(limit)s.")


def as_document(facts: VisitFacts) -> dict[str, Any]:
    """Every fact by its name, times as RFC 3339 in UTC to the second; ``weighing_pass`` is "pass".

    Facts that are not known are null, so that the keys are always the same.
    """
    return _plain(facts) | {"passes": [_plain(fact) for fact in facts.passes]}


def from_document(document: Mapping[str, Any]) -> VisitFacts:
    """The facts that ``as_document`` wrote; keys that are absent are not known.

    Raises ``FactsMalformedError`` for a key that is not known, one that is missing, or a value of
    another type.
    """
    passes = document.get("passes", [])
    if not isinstance(passes, list):
        raise FactsMalformedError(field="passes", value="passes", limit="a list")
    return _read(VisitFacts, {**document, "passes": tuple(_read(PassFact, p) for p in passes)})


def _plain(fact: PassFact | VisitFacts) -> dict[str, Any]:
    return {_key(f.name): _json(getattr(fact, f.name)) for f in fields(fact)}


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return utc_text(value)
    return [_json(each) for each in value] if isinstance(value, tuple) else value


def _read(cls: type[Fact], document: Any) -> Fact:
    if not isinstance(document, Mapping):
        raise FactsMalformedError(value=cls.__name__, limit="an object")
    known = {_key(f.name): (f.name, f.type) for f in fields(cls)}
    for key in document:
        if key not in known:
            raise FactsMalformedError(field=str(key), value=str(key)[:32], limit="known keys")
    try:
        return cls(
            **{known[key][0]: _value(known[key][1], value) for key, value in document.items()}
        )
    except (TypeError, ValueError) as error:
        raise FactsMalformedError(value=cls.__name__, limit=str(error)) from error


def _value(kind: Any, value: Any) -> Any:
    """Return ``value`` as the field of type ``kind`` holds it; raises ``ValueError`` otherwise."""
    optional = kind in _OPTIONAL
    if optional and value is None:
        return None
    return _READERS[_OPTIONAL.get(kind, kind)](value)


def _exactly(kind: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{value!r} is no {kind.__name__}")
        return value

    return read


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_exactly(str)(text) for text in _exactly(list)(value))


def _shares(value: Any) -> tuple[tuple[str, int], ...]:
    pairs = [(code, bp) for code, bp in _exactly(list)(value)]
    return tuple((_exactly(str)(code), _exactly(int)(bp)) for code, bp in pairs)


_OPTIONAL = {str | None: str, datetime | None: datetime, bool | None: bool, int | None: int}
_READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    int: _exactly(int),
    bool: _exactly(bool),
    datetime: lambda value: parse_utc(_exactly(str)(value)),
    VisitKind: VisitKind,
    WeighingPass: WeighingPass,
    tuple[str, ...]: _texts,
    tuple[tuple[str, int], ...]: _shares,
    tuple[PassFact, ...]: lambda value: value,
}


def _key(name: str) -> str:
    return "pass" if name == "weighing_pass" else name
