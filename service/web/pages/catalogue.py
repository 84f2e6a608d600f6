"""Grade catalogues for people: what each standard says, and which figures nobody here has read."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from service.web.context import outside
from service.web.pages.language import _l

bp = Blueprint("catalogue", __name__)

FIGURES = {
    "thickness_mm": _l("Thickness, mm"),
    "size_mm": _l("Largest size, mm"),
    "piece_kg": _l("Piece, kg"),
    "solid_diameter_mm_min": _l("Solid diameter, mm"),
    "density_t_per_m3_min": _l("Density, t/m³"),
    "inclusions_max_bp": _l("Inclusions, %"),
    "tfe_min_bp": _l("Iron, %"),
    "residual_max": _l("Cu / Sn / Cr+Ni+Mo, %"),
}
_LEAST = {"solid_diameter_mm_min", "density_t_per_m3_min", "tfe_min_bp"}


@bp.get("/catalogues")
def catalogues() -> ResponseReturnValue:
    """One catalogue or mill table at a time, all of them in the list above it."""
    shelf = outside().catalogues()
    shown: list[Mapping[str, Any]] = [*shelf.get("catalogues", ())]
    mills: list[Mapping[str, Any]] = [*shelf.get("mills", ())]
    wanted = request.args.get("show", "")
    by_name = {row["catalogue_id"]: row for row in shown} | {row["mill_id"]: row for row in mills}
    chosen = by_name.get(wanted) or next(iter(shown), None)
    return render_template(
        "public/catalogues.html",
        catalogues=shown,
        mills=mills,
        chosen=chosen,
        columns=[(name, word) for name, word in FIGURES.items() if _is_known(chosen, name)],
        missing=[word for name, word in FIGURES.items() if not _is_known(chosen, name)],
        figure_text=figure_text,
    )


def _is_known(chosen: Mapping[str, Any] | None, name: str) -> bool:
    """Whether the figure was read for any grade of the catalogue."""
    grades = chosen.get("grades", ()) if chosen else ()
    return any(grade["confidence"][name] == "read" for grade in grades)


def figure_text(name: str, value: Any) -> str:
    """A limit as people write it: ≥ 6, 4–1500, 1000 × 400, ≤ 0.8; a dash where it has none."""
    if value is None:
        return "—"
    if name == "residual_max":
        return " / ".join(_percent(part) for part in value.values())
    if isinstance(value, Mapping):
        return _range(value["min"], value["max"])
    if isinstance(value, list):
        return " × ".join(str(side) for side in value)
    text = _percent(value) if name.endswith("_bp") else str(value)
    return f"≥ {text}" if name in _LEAST else f"≤ {text}"


def _range(least: Any, most: Any) -> str:
    if least is None and most is None:
        return "—"
    if most is None:
        return f"≥ {least}"
    return f"< {most}" if least is None else f"{least}–{most}"


def _percent(value_bp: int | None) -> str:
    return "—" if value_bp is None else f"{value_bp / 100:g}"
