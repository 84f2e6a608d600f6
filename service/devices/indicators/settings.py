"""Settings of a dialect, checked: each has its allowed values, the first of them the default."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

from service.devices.indicators.dialect import DialectParameterError


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    default: int
    low: int
    high: int

    def __str__(self) -> str:
        return f"{self.low} to {self.high}"


Allowed: TypeAlias = tuple[object, ...] | Whole


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that passed; read one by its type."""

    values: Mapping[str, object]

    def flag(self, name: str) -> bool:
        return self.values[name] is True

    def whole(self, name: str) -> int:
        return cast("int", self.values[name])

    def text(self, name: str) -> str:
        return str(self.values[name])


def checked_settings(
    params: Mapping[str, object], allowed: Mapping[str, Allowed] | None = None
) -> Settings:
    """``params`` over the defaults of ``allowed``; raises DialectParameterError."""
    known = allowed or {}
    for key, value in params.items():
        if key not in known or not _fits(value, known[key]):
            names = "; ".join(f"{name}: {_words(each)}" for name, each in known.items())
            raise DialectParameterError(
                field=f"params.{key}", value=f"{key}={value!r}", limit=names or "none"
            )
    defaults = {
        name: each.default if isinstance(each, Whole) else each[0] for name, each in known.items()
    }
    return Settings({**defaults, **params})


def _fits(value: object, allowed: Allowed) -> bool:
    if isinstance(allowed, Whole):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole and allowed.low <= cast("int", value) <= allowed.high
    return any(type(value) is type(each) and value == each for each in allowed)


def _words(allowed: Allowed) -> str:
    return str(allowed) if isinstance(allowed, Whole) else ", ".join(map(str, allowed))
