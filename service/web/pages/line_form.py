"""The lines of a load as people enter them on a ticket's form: a few rows, stated in one way.

In equal parts nothing is typed; of rows by percent or by kilograms one may be left empty and takes
what is left.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from pydantic import Field, create_model

from service.domain.errors import FerrotraceError
from service.domain.load_lines import (
    LONGEST_MATERIAL,
    NO_LINES,
    LineMassMissingError,
    LoadLine,
    LoadLines,
    balanced,
    equal_parts,
    in_order,
)
from service.domain.units import WHOLE_BP
from service.web.pages.figures import kg, percent
from service.web.pages.forms import Form, typed_fields
from service.web.pages.language import _

ROWS = tuple(f"line{place}" for place in range(1, 7))
_HEAVIEST = Decimal(1_000_000)


class WayForm(Form):
    """How the lines are stated."""

    lines_by: Literal["NONE", "PCT", "KG", "EQUAL"] = "NONE"


class _Row(Form):
    """One row, whatever its fields are called on the page."""

    grade: str
    material: str
    amount: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRow:
    """What stands in a row before anybody types; ``amount`` in per cent or kg."""

    name: str
    grade: str = ""
    material: str = ""
    amount: str = ""


def entered_lines(settlement_kg: int) -> LoadLines:
    """The lines that the form states of a load of ``settlement_kg``; none where it is not split.

    Raises what the form and the lines refuse, at the names of the fields.
    """
    way = WayForm.of_request().lines_by
    rows = [(name, row) for name in ROWS if (row := _read(name)).grade or row.material]
    if way == "NONE":
        return NO_LINES
    try:
        if way == "KG":
            parts = _amounts(rows, settlement_kg, 1)
            stated = [
                _line(name, row, kg=part) for (name, row), part in zip(rows, parts, strict=True)
            ]
        else:
            parts = _amounts(rows, WHOLE_BP, 100) if way == "PCT" else _equal(len(rows))
            stated = [
                _line(name, row, bp=part) for (name, row), part in zip(rows, parts, strict=True)
            ]
        return LoadLines(lines=tuple(stated))
    except FerrotraceError as error:
        error.field = error.field if error.field in _fields(rows) else "lines_by"
        raise


def shown_lines(stated: Mapping[str, Mapping[str, Any]]) -> tuple[str, list[LineRow]]:
    """How a document's member ``lines`` was stated, and the rows of a form that begins with it."""
    lines = in_order(stated)
    is_by_share = any("bp" in entry for entry in lines)
    filled = [
        LineRow(
            name=name,
            grade=entry.get("grade", ""),
            material=entry.get("material", ""),
            amount=_hundredths(entry["bp"]) if is_by_share else str(entry["kg"]),
        )
        for name, entry in zip(ROWS, lines, strict=False)
    ]
    way = ("PCT" if is_by_share else "KG") if lines else "NONE"
    return way, filled + [LineRow(name=name) for name in ROWS[len(filled) :]]


def suggested_lines(shares_bp: Mapping[str, int]) -> tuple[str, list[LineRow]]:
    """The rows with what the grade decision found; nothing is split before somebody says so."""
    found = {code: bp for code, bp in shares_bp.items() if bp}
    stated = {
        str(place): {"grade": code, "bp": bp} for place, (code, bp) in enumerate(found.items(), 1)
    }
    return "NONE", shown_lines(stated if len(found) > 1 else {})[1]


def line_choices(grades: Iterable[str]) -> dict[str, Any]:
    """What the rows are chosen from: the grades of the decision, or a material in words."""
    return {
        "line_ways": [
            ("NONE", _("not split")),
            ("PCT", _("by percent")),
            ("KG", _("by kg")),
            ("EQUAL", _("in equal parts")),
        ],
        "line_grades": [(code, code) for code in dict.fromkeys(grades) if code],
    }


def lines_text(stated: Mapping[str, Mapping[str, Any]]) -> str:
    """Lines in words: HRS101 60.00 % 19,006 kg; copper 12,671 kg."""
    return "; ".join(f"{name} {kg(mass)} kg" for name, mass in named_lines(stated))


def named_lines(stated: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Name and kilograms of each line in its order."""
    return [
        (
            " ".join(
                filter(
                    None,
                    (
                        entry.get("grade"),
                        entry.get("material"),
                        percent(entry["bp"]) if "bp" in entry else "",
                    ),
                )
            ),
            entry["kg"],
        )
        for entry in in_order(stated)
    ]


def _amounts(rows: list[tuple[str, _Row]], whole: int, times: int) -> list[int]:
    """The figures as integers; the one row that was left empty takes what is left of ``whole``."""
    parts = [int((row.amount or 0) * times) for _name, row in rows]
    empty = [place for place, (_name, row) in enumerate(rows) if row.amount is None]
    if len(empty) > 1:
        raise LineMassMissingError(field=f"{rows[empty[1]][0]}.amount")
    return balanced(whole, parts, empty[0]) if empty else parts


def _equal(count: int) -> list[int]:
    return equal_parts(WHOLE_BP, count) if count else []


def _line(name: str, row: _Row, **figure: int) -> LoadLine:
    try:
        return LoadLine(grade=row.grade, material=row.material, **figure)
    except FerrotraceError as error:
        mass = isinstance(error, LineMassMissingError)
        error.field = f"{name}.{'amount' if mass else 'grade'}"
        raise


def _fields(rows: list[tuple[str, _Row]]) -> set[str]:
    return {f"{name}.{member}" for name, _row in rows for member in ("grade", "amount")}


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


@cache
def _model(name: str) -> type[Any]:
    """The row whose fields begin with ``name``: refusals then stand beside them."""
    amount = Field(None, ge=0, le=_HEAVIEST, decimal_places=2, alias=f"{name}.amount")
    fields: dict[str, Any] = {
        "grade": (str, Field("", max_length=16, alias=f"{name}.grade")),
        "material": (str, Field("", max_length=LONGEST_MATERIAL, alias=f"{name}.material")),
        "amount": (Decimal | None, amount),
    }
    return create_model(f"Row{name}", __base__=Form, **fields)


def _read(name: str) -> _Row:
    read = _model(name).model_validate(typed_fields())
    return _Row.model_construct(**read.model_dump())
