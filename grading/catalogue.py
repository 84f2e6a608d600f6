"""Grade catalogues: what each standard says of its codes, and how surely we know it.

A catalogue is a JSON file of its own edition; its SHA-256 enters every proposal. A figure that was
not read in the standard itself is null and marked ``unverified``, and the loader refuses a file in
which one of them stands with a value, or a member is missing or strange (grading.md, section 7).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from typing import Any, Final

from grading.canonical import sha256_hex
from grading.errors import CatalogueError

DEFAULT_CATALOGUE: Final = "gbt39733-2024"
CATALOGUES: Final = (
    "gbt39733-2024",
    "gbt39733-2020",
    "gb4223-2004",
    "gbt4223-2017",
    "isri-ferrous",
    "eu27-2007",
    "bmra",
)
READ, UNVERIFIED = "read", "unverified"

FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "thickness_mm": ("min", "max"),
    "size_mm": (),
    "piece_kg": ("min", "max"),
    "solid_diameter_mm_min": (),
    "density_t_per_m3_min": (),
    "inclusions_max_bp": (),
    "tfe_min_bp": (),
    "residual_max": ("cu", "sn", "cr_ni_mo"),
}
"""Limits of a code, with the parts of those that have some; residuals are basis points of mass."""

_HEAD: Final = ("grade_standard", "edition", "in_force_from", "superseded_by", "source", "grades")
_NAMES: Final = ("code", "name_zh", "name_en")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueGrade:
    """One code; ``figures`` holds its limits by name, units in the names, None where not read.

    Numbers are ``int``, or ``Decimal`` where they have a fraction. ``confidence`` says for each
    figure, and for code and name where they are in doubt, ``read`` or ``unverified``.
    """

    code: str
    name_zh: str
    name_en: str
    figures: Mapping[str, Any]
    confidence: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """One edition of a standard; ``sha256`` is of the bytes of its file."""

    catalogue_id: str
    grade_standard: str
    edition: str
    in_force_from: str | None
    superseded_by: str | None
    source: str
    grades: tuple[CatalogueGrade, ...]
    sha256: str

    def grade(self, code: str) -> CatalogueGrade:
        """Return the grade of a code; raises ``CatalogueError`` where there is none."""
        for grade in self.grades:
            if grade.code == code:
                return grade
        raise CatalogueError(value=f"{self.grade_standard} has no code {code}")


def load_catalogue(catalogue_id: str) -> Catalogue:
    """Return a catalogue of ``CATALOGUES``; raises ``CatalogueError`` for any other."""
    if catalogue_id not in CATALOGUES:
        raise CatalogueError(value=f"{catalogue_id} is none of {', '.join(CATALOGUES)}")
    raw = (resources.files("grading") / "catalogues" / f"{catalogue_id}.json").read_bytes()
    return catalogue_of(catalogue_id, raw)


def catalogue_of(catalogue_id: str, raw: bytes) -> Catalogue:
    """Return the catalogue that a file's bytes hold; raises ``CatalogueError``."""
    content = json_object(raw)
    require_members("catalogue", content, _HEAD)
    if not isinstance(content["grades"], list) or not content["grades"]:
        raise CatalogueError(value=f"{catalogue_id} has no grades")
    grades = tuple(_grade(entry) for entry in content["grades"])
    if len({grade.code for grade in grades}) != len(grades):
        raise CatalogueError(value=f"{catalogue_id} has a code twice")
    return Catalogue(
        catalogue_id=catalogue_id,
        grade_standard=require_text("grade_standard", content["grade_standard"]),
        edition=require_text("edition", content["edition"]),
        in_force_from=content["in_force_from"],
        superseded_by=content["superseded_by"],
        source=require_text("source", content["source"]),
        grades=grades,
        sha256=sha256_hex(raw),
    )


def _grade(entry: object) -> CatalogueGrade:
    code = entry.get("code") if isinstance(entry, dict) else entry
    members = require_members(f"grade {code}", entry, (*_NAMES, *FIGURES, "confidence"))
    confidence = members["confidence"]
    if not isinstance(confidence, dict) or not confidence.keys() >= FIGURES.keys():
        raise CatalogueError(value=f"grade {code} does not say how sure each figure is")
    only_known(f"grade {code}.confidence.", confidence, {*FIGURES, "code", "name"})
    for name, parts in FIGURES.items():
        _require_figure(f"grade {code}.{name}", members[name], parts, confidence[name])
    return CatalogueGrade(
        code=require_text("code", code),
        name_zh=require_text("name_zh", members["name_zh"]),
        name_en=require_text("name_en", members["name_en"]),
        figures={name: members[name] for name in FIGURES},
        confidence=confidence,
    )


def _require_figure(name: str, value: object, parts: tuple[str, ...], confidence: object) -> None:
    """Return where the figure has its form, and no value where it was not read."""
    numbers = [value]
    if parts:
        numbers = list(require_members(name, value, parts).values())
    elif isinstance(value, list):
        numbers = value
    if any(number is not None and not is_number(number) for number in numbers):
        raise CatalogueError(value=f"{name} is {value!r}, not a number from 0")
    require_confidence(name, confidence, is_stated=any(number is not None for number in numbers))


def require_confidence(name: str, confidence: object, *, is_stated: bool) -> None:
    """Return where a value that is stated was read, and one that was not read is not stated."""
    if confidence not in {READ, UNVERIFIED}:
        raise CatalogueError(value=f"{name} is neither {READ} nor {UNVERIFIED}")
    if is_stated and confidence == UNVERIFIED:
        raise CatalogueError(value=f"{name} has a value that was not read")


def json_object(raw: bytes) -> dict[str, Any]:
    """Return the object of a JSON file, fractions as ``Decimal``; raises ``CatalogueError``."""
    try:
        content = json.loads(raw, parse_float=Decimal)
    except ValueError as error:
        raise CatalogueError(value=str(error)) from error
    if not isinstance(content, dict):
        raise CatalogueError(value="the file holds no object")
    return content


def require_members(name: str, value: object, members: tuple[str, ...]) -> dict[str, Any]:
    """Return the object ``value``, which has exactly these members."""
    if not isinstance(value, dict):
        raise CatalogueError(value=f"{name} is no object")
    only_known(f"{name}.", value, set(members))
    for member in members:
        if member not in value:
            raise CatalogueError(value=f"{name}.{member} is missing")
    return value


def only_known(prefix: str, members: Mapping[str, object], known: set[str]) -> None:
    """Return where no member is strange; raises ``CatalogueError``."""
    strangers = sorted(set(members) - known)
    if strangers:
        raise CatalogueError(value=f"{prefix}{strangers[0]} is not known")


def require_text(name: str, value: object) -> str:
    """Return ``value``, a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise CatalogueError(value=f"{name} is no text")
    return value


def is_number(value: object) -> bool:
    """Whether ``value`` is a number from 0."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool) and value >= 0
