"""What a site has set for the image engine: which grade it buys in which form."""

import json
from collections.abc import Mapping

from service.storage import grading_model as registry
from service.storage.db import Tx


def grades_by_form(tx: Tx, site_id: str) -> Mapping[str, tuple[str, ...]]:
    """Catalogue codes by form, of the newest settings of the site; nothing where it set none."""
    for use in registry.uses_now(tx, site_id):
        if use.settings_sha256 is None:
            continue
        content = json.loads(registry.blob(tx, use.settings_sha256) or b"{}")
        site = content.get("site") or content
        return {form: tuple(codes) for form, codes in site.get("form_grades", {}).items()}
    return {}
