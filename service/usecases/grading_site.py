"""The image engine of a site: with the head that serves there, and what the site has set."""

import json
from collections.abc import Mapping

from service.storage import grading_model as registry
from service.storage.db import Tx
from service.storage.grade_rules import grade_rules_of
from service.storage.grading_model import ModelUse
from service.usecases.ports import Deps, Grader


def grader_at(use: ModelUse, deps: Deps) -> Grader:
    """The image engine with the head and the settings of ``use``."""
    if deps.grader_with is None or (use.head_sha256 is None and use.settings_sha256 is None):
        return deps.grader
    return deps.grader_with(use.head_sha256, use.settings_sha256)


def grades_by_form(tx: Tx, site_id: str) -> Mapping[str, tuple[str, ...]]:
    """Catalogue codes by form: of the site's rules for grades, else of its newest settings of the
    engine; nothing where it set none."""
    ruled = grade_rules_of(tx, site_id).form_grades
    if ruled:
        return ruled
    for use in registry.uses_now(tx, site_id):
        if use.settings_sha256 is None:
            continue
        content = json.loads(registry.blob(tx, use.settings_sha256) or b"{}")
        site = content.get("site") or content
        return {form: tuple(codes) for form, codes in site.get("form_grades", {}).items()}
    return {}
