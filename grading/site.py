"""What a site sets for itself: limits, calibration, catalogue.

The file is JSON: ``{"format": "ferrotrace-site-1", "catalogue": ID, "quality": {LIMIT: N},
"calibration": {FIGURE: N}, "load": {LIMIT: N}, "form_grades": {FORM: [CODE]},
"prices_fen_per_t": {CODE: N}, "deduction": TABLE}``; all but ``format`` may be left out, and a name
that is not known is refused.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from grading.calibration import Calibration
from grading.canonical import canonical_json, sha256_hex
from grading.catalogue import DEFAULT_CATALOGUE, Catalogue, load_catalogue
from grading.deduction import MEMBER as DEDUCTION
from grading.deduction import DeductionTable, read_deduction
from grading.errors import SiteFileError
from grading.forms import FORMS
from grading.load_limits import LoadLimits
from grading.mill import price_proposal_fen_per_t
from grading.quality import QualityLimits
from grading.sights import sights_sha256

SITE_FORMAT: Final = "ferrotrace-site-1"
_MEMBERS: Final = {
    *("format", "catalogue", "quality", "calibration", "load"),
    *("form_grades", "prices_fen_per_t", DEDUCTION),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Limits and catalogue of one site; ``calibration`` names the figures of the head it replaces.

    ``load`` limits the layers of a load and the automatic decision on it; ``form_grades`` lists, by
    form, the catalogue codes that the site buys in it, ``prices_fen_per_t`` what it pays for a
    code; ``deduction`` is the curve of its weighed refuse, where there is one.
    """

    limits: QualityLimits = field(default_factory=QualityLimits)
    calibration: Mapping[str, int] = field(default_factory=dict)
    load: LoadLimits = field(default_factory=LoadLimits)
    catalogue: Catalogue = field(default_factory=lambda: load_catalogue(DEFAULT_CATALOGUE))
    form_grades: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    prices_fen_per_t: Mapping[str, int] = field(default_factory=dict)
    deduction: DeductionTable | None = None

    def calibrated(self, fitted: Calibration) -> Calibration:
        """Return the calibration of a head with the site's own figures in place."""
        return dataclasses.replace(fitted, **self.calibration)

    def calibration_sha256(self, fitted: Calibration) -> str:
        """Return the hash of every figure by which a decision at this site is taken.

        The prototypes of ``grading.sights``, which stop a load, are among them.
        """
        figures = {
            "sights_sha256": sights_sha256(),
            "calibration": dataclasses.asdict(self.calibrated(fitted)),
            "quality": dataclasses.asdict(self.limits),
        }
        return sha256_hex(canonical_json(figures))

    def price_proposal_fen_per_t(self, shares_bp: Mapping[str, int]) -> int | None:
        """Return what a load with these shares by form is worth here, fen per tonne: evidence.

        None where a form with a share has no one code here, or its code no price.
        """
        return price_proposal_fen_per_t(shares_bp, self.form_grades, self.prices_fen_per_t)


def read_site(path: Path) -> Site:
    """Return the site configuration of a file; raises ``SiteFileError``, ``CatalogueError``."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, OSError) as error:
        raise SiteFileError(value=str(error)) from error
    return site_of(content)


def site_of(content: object) -> Site:
    """Return the site of a file's content; raises ``SiteFileError``, ``CatalogueError``."""
    if not isinstance(content, dict) or content.get("format") != SITE_FORMAT:
        raise SiteFileError(value=f"format is not {SITE_FORMAT}")
    _only_known("", content, _MEMBERS)
    catalogue = load_catalogue(str(content.get("catalogue", DEFAULT_CATALOGUE)))
    return Site(
        limits=QualityLimits(**_limits(content.get("quality", {}))),
        calibration=_figures("calibration", content.get("calibration", {}), Calibration),
        load=LoadLimits(**_figures("load", content.get("load", {}), LoadLimits)),
        catalogue=catalogue,
        form_grades=_form_grades(content.get("form_grades", {}), catalogue),
        prices_fen_per_t=_prices(content.get("prices_fen_per_t", {}), catalogue),
        deduction=read_deduction(content[DEDUCTION]) if DEDUCTION in content else None,
    )


def site_content(site: Site) -> dict[str, Any]:
    """Return the content of a file that gives the same site, every limit of the gate named."""
    deduction = {} if site.deduction is None else {DEDUCTION: site.deduction.as_json()}
    return {
        "format": SITE_FORMAT,
        "catalogue": site.catalogue.catalogue_id,
        "quality": dataclasses.asdict(site.limits),
        "calibration": dict(site.calibration),
        "load": dataclasses.asdict(site.load),
        "form_grades": {form: list(codes) for form, codes in site.form_grades.items()},
        "prices_fen_per_t": dict(site.prices_fen_per_t),
        **deduction,
    }


def _limits(members: object) -> dict[str, Any]:
    by_form_name = "laplacian_variance_min_by_form"
    by_form = members.get(by_form_name, {}) if isinstance(members, dict) else {}
    if not isinstance(by_form, dict) or not all(_is_count(limit) for limit in by_form.values()):
        raise SiteFileError(value=f"quality.{by_form_name} is no table of whole numbers")
    _only_known(f"quality.{by_form_name}.", by_form, set(FORMS))
    plain = _figures("quality", members, QualityLimits, besides=by_form_name)
    return {**plain, by_form_name: by_form}


def _figures(name: str, members: object, kind: type, besides: str = "") -> dict[str, int]:
    """Return the whole numbers of a part of the file whose names are the fields of ``kind``."""
    if not isinstance(members, dict):
        raise SiteFileError(value=f"{name} is no object")
    _only_known(f"{name}.", members, {figure.name for figure in dataclasses.fields(kind)})
    figures = {key: value for key, value in members.items() if key != besides}
    for key, value in figures.items():
        if not _is_count(value):
            raise SiteFileError(value=f"{name}.{key} is {value!r}, not a whole number from 0")
    return figures


def _form_grades(members: object, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    if not isinstance(members, dict):
        raise SiteFileError(value="form_grades is no object")
    _only_known("form_grades.", members, set(FORMS))
    known = {grade.code for grade in catalogue.grades}
    for form, codes in members.items():
        if not isinstance(codes, list) or not set(codes) <= known:
            raise SiteFileError(value=f"form_grades.{form} has codes outside the catalogue")
    return {form: tuple(codes) for form, codes in members.items()}


def _prices(members: object, catalogue: Catalogue) -> dict[str, int]:
    if not isinstance(members, dict) or not all(_is_count(price) for price in members.values()):
        raise SiteFileError(value="prices_fen_per_t is no table of whole numbers")
    _only_known("prices_fen_per_t.", members, {grade.code for grade in catalogue.grades})
    return members


def _only_known(prefix: str, members: Mapping[str, object], known: set[str]) -> None:
    strangers = sorted(set(members) - known)
    if strangers:
        raise SiteFileError(value=f"{prefix}{strangers[0]} is not known")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
