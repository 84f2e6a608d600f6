"""Deductions as people enter them on the forms of tickets and plant receipts: a few rows, each with
its code and pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from flask import request
from pydantic import Field, create_model

from service.domain.deduction import (
    BY_KG,
    BY_PERCENT,
    MOST_E2,
    ONCE_E2,
    Deduction,
    DeductionKind,
    DeductionReason,
    Deductions,
    deduction_of,
    entries,
)
from service.domain.errors import FerrotraceError
from service.web.pages.forms import Form, typed_fields

ROWS = ("deduction", "deduction2", "deduction3", "deduction4")
HEAVIEST_KG = 1_000_000

_CODES = ("", *(code.value for code in DeductionReason))


class _Row(Form):
    """One row, whatever its fields are called on the page."""

    kind: Literal["NONE", "PCT", "KG", "IMPURITY", "MOISTURE"]
    percent: Decimal
    kg: int
    times: Decimal
    free: Decimal
    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowShown:
    """What stands in a row before anybody types: ``name`` begins the names of its fields."""

    name: str
    kind: str = "NONE"
    percent: str = "0"
    kg: str = "0"
    times: str = "1"
    free: str = "0"
    code: str = ""
    reason: str = ""
    photographs: tuple[str, ...] = field(default=())


def entered(*, without_reason: bool = False) -> Deductions:
    """What the form deducts.

    ``without_reason`` is for sums that are worked out while somebody types. Raises what the form
    and the deductions refuse, at the names of the fields.
    """
    rows = [(name, _read(name)) for name in ROWS]
    lines = []
    for name, row in rows:
        if row.kind != "NONE":
            if without_reason and not row.code:
                row = row.model_copy(update={"code": DeductionReason.OTHER.value})  # noqa: PLW2901
            lines.append((name, _deduction(name, row, without_reason=without_reason)))
    try:
        return Deductions(lines=tuple(line for _name, line in lines))
    except FerrotraceError as error:
        error.field = _called(error.field or "", [name for name, _line in lines])
        raise


def shown_rows(stated: Mapping[str, Any]) -> list[RowShown]:
    """The rows of a form that begins with what a document's member ``deduction`` states."""
    lines = [deduction_of(dict(entry)) for entry in entries(dict(stated))]
    filled = [_shown(name, line) for name, line in zip(ROWS, lines, strict=False)]
    return filled + [RowShown(name=name) for name in ROWS[len(filled) :]]


def _shown(name: str, line: Deduction) -> RowShown:
    return RowShown(
        name=name,
        kind=line.kind.value,
        percent=_hundredths(line.bp),
        kg=str(line.kg),
        times=_hundredths(line.multiplier_e2),
        free=_hundredths(line.free_bp),
        code=(line.reason_code or DeductionReason.OTHER).value,
        reason=line.reason,
        photographs=line.photographs,
    )


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


@cache
def _model(name: str) -> type[Any]:
    """The row whose fields begin with ``name``: refusals then stand beside them."""
    most = Decimal(MOST_E2) / 100
    times = Field(Decimal(1), ge=1, le=most, decimal_places=2, alias=f"{name}.times")
    fields: dict[str, Any] = {
        "kind": (_Row.model_fields["kind"].annotation, Field("NONE", alias=f"{name}.kind")),
        "percent": (Decimal, _share(f"{name}.percent")),
        "kg": (int, Field(0, ge=0, le=HEAVIEST_KG, alias=f"{name}.kg")),
        "times": (Decimal, times),
        "free": (Decimal, _share(f"{name}.free")),
        "code": (Literal[_CODES], Field("", alias=f"{name}.code")),
        "reason": (str, Field("", max_length=500, alias=f"{name}.reason")),
    }
    return create_model(f"Row{name}", __base__=Form, **fields)


def _share(alias: str) -> Any:
    return Field(Decimal(0), ge=0, le=100, decimal_places=2, alias=alias)


def _read(name: str) -> _Row:
    read = _model(name).model_validate(typed_fields())
    return _Row.model_construct(**read.model_dump())


def _deduction(name: str, row: _Row, *, without_reason: bool) -> Deduction:
    """The row as a value; figures of the other kinds do not count."""
    kind = DeductionKind(row.kind)
    is_none = kind is DeductionKind.NONE
    try:
        return Deduction(
            kind=kind,
            kg=row.kg if kind in BY_KG else 0,
            bp=int(row.percent * 100) if kind in BY_PERCENT else 0,
            multiplier_e2=int(row.times * 100) if kind is DeductionKind.IMPURITY else ONCE_E2,
            free_bp=int(row.free * 100) if kind is DeductionKind.MOISTURE else 0,
            reason_code=DeductionReason(row.code) if row.code and not is_none else None,
            reason="" if is_none else row.reason or ("-" if without_reason else ""),
            photographs=tuple(request.form.getlist(f"{name}.photo")),
        )
    except FerrotraceError as error:
        error.field = (error.field or "").replace("deduction.", f"{name}.", 1)
        raise


def _called(path: str, names: list[str]) -> str:
    """``deductions.1.reason_code`` as the page calls it: ``deduction2.code``."""
    parts = path.split(".")
    place = next(_places(parts), None)
    if place is None or place >= len(names):
        return f"{ROWS[0]}.kind"
    return f"{names[place]}.{'code' if parts[-1] == 'reason_code' else parts[-1]}"


def _places(parts: list[str]) -> Iterator[int]:
    return (int(part) for part in parts if part.isdigit())
