"""All catalogues and mill tables as plain values, for commands and pages."""

from decimal import Decimal
from typing import Any

from grading.catalogue import CATALOGUES, Catalogue, load_catalogue
from grading.mill import MILLS, MillTable, load_mill


def shelf() -> dict[str, list[dict[str, Any]]]:
    """Return every catalogue and mill table that comes with the product, JSON values alone."""
    return {
        "catalogues": [catalogue_content(load_catalogue(name)) for name in CATALOGUES],
        "mills": [mill_content(name, load_mill(name)) for name in MILLS],
    }


def catalogue_content(catalogue: Catalogue) -> dict[str, Any]:
    """Return the catalogue; numbers with a fraction as text, what was not read as None."""
    return {
        "catalogue_id": catalogue.catalogue_id,
        "grade_standard": catalogue.grade_standard,
        "edition": catalogue.edition,
        "in_force_from": catalogue.in_force_from,
        "superseded_by": catalogue.superseded_by,
        "source": catalogue.source,
        "sha256": catalogue.sha256,
        "grades": [
            {
                "code": grade.code,
                "name_zh": grade.name_zh,
                "name_en": grade.name_en,
                **{name: _plain(value) for name, value in grade.figures.items()},
                "confidence": dict(grade.confidence),
            }
            for grade in catalogue.grades
        ],
    }


def mill_content(name: str, table: MillTable) -> dict[str, Any]:
    """Return the table of one mill, under the name by which the product knows it."""
    return {
        "mill_id": name,
        "mill": table.mill,
        "is_example": table.is_example,
        "catalogue": table.catalogue_id,
        "edition": table.edition,
        "in_force_from": table.in_force_from,
        "source": table.source,
        "sha256": table.sha256,
        "classes": [
            {
                "code": each.code,
                "name_zh": each.name_zh,
                "name_en": each.name_en,
                "price_fen_per_t": each.price_fen_per_t,
                "grades": list(each.grades),
                "reference_only": each.reference_only,
                "thickness_mm": _plain(dict(each.thickness_mm)),
                "inclusions_max_bp": each.inclusions_max_bp,
                "confidence": dict(each.confidence),
            }
            for each in table.classes
        ],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return str(value) if isinstance(value, Decimal) else value
