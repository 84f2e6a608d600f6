"""Grade catalogues: what each standard says of its codes, and how surely we know it.

A catalogue is a JSON file of its own edition; its SHA-256 enters every proposal. A figure that was
not read in the standard itself is null and marked ``unverified``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from grading.canonical import sha256_hex
from grading.errors import CatalogueError

DEFAULT_CATALOGUE: Final = "gbt39733-2024"
CATALOGUES: Final = ("gb4223-2004", "gbt39733-2020", "gbt39733-2024")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueGrade:
    """One code; ``figures`` holds its limits by name, units in the names, None where not read.

    ``confidence`` says for each figure ``read`` or ``unverified``.
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
    content = json.loads(raw)
    return Catalogue(
        catalogue_id=catalogue_id,
        grade_standard=content["grade_standard"],
        edition=content["edition"],
        in_force_from=content["in_force_from"],
        superseded_by=content["superseded_by"],
        source=content["source"],
        grades=tuple(_grade(entry) for entry in content["grades"]),
        sha256=sha256_hex(raw),
    )


def _grade(entry: Mapping[str, Any]) -> CatalogueGrade:
    named = {"code", "name_zh", "name_en", "confidence"}
    return CatalogueGrade(
        code=entry["code"],
        name_zh=entry["name_zh"],
        name_en=entry["name_en"],
        figures={name: value for name, value in entry.items() if name not in named},
        confidence=entry["confidence"],
    )
