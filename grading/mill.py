"""Tables of one mill: the classes it buys by, its prices, and the catalogue codes they stand for.

Files of the format ``ferrotrace-mill-1``. The tables that come with the product show how such
tables look; those marked ``is_example`` are read for reading alone and never price anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, Final

from grading.canonical import sha256_hex
from grading.catalogue import (
    READ,
    UNVERIFIED,
    is_number,
    json_object,
    load_catalogue,
    require_confidence,
    require_members,
    require_text,
)
from grading.errors import CatalogueError

MILL_FORMAT: Final = "ferrotrace-mill-1"
MILLS: Final = (
    "demo-lanbei",
    "example-price-list-2026",
    "example-furnace-charge",
    "example-platform",
    "example-vietnam",
)
BY_SITE: Final = "site"
"""Confidence of a mapping: the site itself says which codes a class stands for."""

_HEAD: Final = (
    *("format", "mill", "is_example", "catalogue", "edition", "in_force_from", "source"),
    "classes",
)
_CLASS: Final = (
    *("code", "name_zh", "name_en", "price_fen_per_t", "grades", "reference_only"),
    *("thickness_mm", "inclusions_max_bp", "confidence"),
)
_CONFIDENCE: Final = ("name", "price_fen_per_t", "grades", "thickness_mm", "inclusions_max_bp")


@dataclass(frozen=True, slots=True, kw_only=True)
class MillClass:
    """A class of a mill. ``grades`` are codes of the table's catalogue, empty where unknown.

    ``price_fen_per_t`` and ``inclusions_max_bp`` are None where not read; ``reference_only`` marks
    a class that is named beside the others and never paid, such as oversize pieces.
    """

    code: str
    name_zh: str
    name_en: str
    price_fen_per_t: int | None
    grades: tuple[str, ...]
    reference_only: bool
    thickness_mm: Mapping[str, Any]
    inclusions_max_bp: int | None
    confidence: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MillTable:
    """The classes of one mill in one edition; ``sha256`` is of the bytes of its file."""

    mill: str
    is_example: bool
    catalogue_id: str | None
    edition: str
    in_force_from: str | None
    source: str
    classes: tuple[MillClass, ...]
    sha256: str

    def prices(self) -> dict[str, int]:
        """Return the price of each catalogue code that exactly one priced class stands for.

        Fen per tonne. Raises ``CatalogueError`` for an example: those price nothing.
        """
        if self.is_example:
            raise CatalogueError(value=f"{self.mill} is an example and prices nothing")
        found: dict[str, list[int]] = {}
        for each in self.classes:
            if each.price_fen_per_t is not None and not each.reference_only:
                for code in each.grades:
                    found.setdefault(code, []).append(each.price_fen_per_t)
        return {code: prices[0] for code, prices in found.items() if len(prices) == 1}


def load_mill(name: str) -> MillTable:
    """Return one of ``MILLS``; raises ``CatalogueError`` for any other."""
    if name not in MILLS:
        raise CatalogueError(value=f"{name} is none of {', '.join(MILLS)}")
    folder = resources.files("grading") / "catalogues" / "mills"
    return mill_of((folder / f"{name}.json").read_bytes())


def read_mill(path: Path) -> MillTable:
    """Return the table of a site's own file; raises ``CatalogueError``."""
    try:
        return mill_of(path.read_bytes())
    except OSError as error:
        raise CatalogueError(value=str(error)) from error


def mill_of(raw: bytes) -> MillTable:
    """Return the table that a file's bytes hold; raises ``CatalogueError``."""
    content = require_members("mill table", json_object(raw), _HEAD)
    if content["format"] != MILL_FORMAT:
        raise CatalogueError(value=f"format is not {MILL_FORMAT}")
    if not isinstance(content["is_example"], bool):
        raise CatalogueError(value="is_example is neither true nor false")
    if not isinstance(content["classes"], list) or not content["classes"]:
        raise CatalogueError(value="the mill has no classes")
    codes = _codes(content["catalogue"])
    return MillTable(
        mill=require_text("mill", content["mill"]),
        is_example=content["is_example"],
        catalogue_id=content["catalogue"],
        edition=require_text("edition", content["edition"]),
        in_force_from=content["in_force_from"],
        source=require_text("source", content["source"]),
        classes=tuple(_class(entry, codes) for entry in content["classes"]),
        sha256=sha256_hex(raw),
    )


def _codes(catalogue_id: object) -> frozenset[str]:
    if catalogue_id is None:
        return frozenset()
    return frozenset(grade.code for grade in load_catalogue(str(catalogue_id)).grades)


def _class(entry: object, codes: frozenset[str]) -> MillClass:
    members = require_members("class", entry, _CLASS)
    name = f"class {members['code']}"
    confidence = require_members(f"{name}.confidence", members["confidence"], _CONFIDENCE)
    thickness = require_members(f"{name}.thickness_mm", members["thickness_mm"], ("min", "max"))
    for figure in ("price_fen_per_t", "inclusions_max_bp"):
        value = members[figure]
        if value is not None and (not is_number(value) or value != int(value)):
            raise CatalogueError(value=f"{name}.{figure} is no whole number from 0")
        require_confidence(f"{name}.{figure}", confidence[figure], is_stated=value is not None)
    if any(limit is not None and not is_number(limit) for limit in thickness.values()):
        raise CatalogueError(value=f"{name}.thickness_mm holds no number from 0")
    is_stated = any(limit is not None for limit in thickness.values())
    require_confidence(f"{name}.thickness_mm", confidence["thickness_mm"], is_stated=is_stated)
    require_confidence(f"{name}.name", confidence["name"], is_stated=False)
    if not isinstance(members["reference_only"], bool):
        raise CatalogueError(value=f"{name}.reference_only is neither true nor false")
    return MillClass(
        code=require_text("code", members["code"]),
        name_zh=require_text("name_zh", members["name_zh"]),
        name_en=require_text("name_en", members["name_en"]),
        price_fen_per_t=members["price_fen_per_t"],
        grades=_grades(name, members["grades"], codes, confidence["grades"]),
        reference_only=members["reference_only"],
        thickness_mm=thickness,
        inclusions_max_bp=members["inclusions_max_bp"],
        confidence=confidence,
    )


def _grades(
    name: str, grades: object, codes: frozenset[str], confidence: object
) -> tuple[str, ...]:
    if not isinstance(grades, list) or not all(isinstance(code, str) for code in grades):
        raise CatalogueError(value=f"{name}.grades is no list of codes")
    if not set(grades) <= codes:
        raise CatalogueError(value=f"{name}.grades has codes outside the catalogue")
    expected = {READ, BY_SITE} if grades else {UNVERIFIED}
    if confidence not in expected:
        raise CatalogueError(value=f"{name}.grades: confidence {confidence!r}")
    return tuple(grades)


def price_proposal_fen_per_t(
    shares_bp: Mapping[str, int],
    form_grades: Mapping[str, Iterable[str]],
    prices: Mapping[str, int],
) -> int | None:
    """Return Σ share × price of a load seen by form, fen per tonne, half up; evidence only.

    ``shares_bp`` are by form, ``form_grades`` the codes that the site buys in each, ``prices`` by
    code. None where a form with a share has not exactly one code, or that code no price: nobody
    can say then what the load is worth.
    """
    worth = 0
    for form, share_bp in shares_bp.items():
        codes = tuple(form_grades.get(form, ()))
        if share_bp and (len(codes) != 1 or codes[0] not in prices):
            return None
        worth += share_bp * prices[codes[0]] if share_bp else 0
    total_bp = sum(shares_bp.values())
    return (2 * worth + total_bp) // (2 * total_bp) if total_bp else None
