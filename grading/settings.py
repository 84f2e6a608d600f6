"""Everything that a site has set, as bytes: they are kept by their hash, and give it back later.

A proposal names them as ``settings_sha256``. With the head, the pictures and these bytes the same
proposal can be computed again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grading.canonical import canonical_json
from grading.errors import SiteFileError
from grading.site import Site, site_content, site_of

SETTINGS_FORMAT: Final = "ferrotrace-settings-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A site and, where the load's camera has one, the record of its bay."""

    site: Site
    bay: Mapping[str, Any] | None


def settings_bytes(site: Site, bay: Mapping[str, Any] | None = None) -> bytes:
    """Return the canonical bytes of what a site has set; ``bay`` is the record of the bay."""
    content = {
        "format": SETTINGS_FORMAT,
        "site": site_content(site),
        "bay": None if bay is None else dict(bay),
    }
    return canonical_json(content)


def read_settings(raw: bytes) -> Settings:
    """Return what ``settings_bytes`` wrote; a site's own file is good too, and has no bay.

    Raises ``SiteFileError``, ``CatalogueError``.
    """
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise SiteFileError(value=str(error)) from error
    if not isinstance(content, dict) or content.get("format") != SETTINGS_FORMAT:
        return Settings(site=site_of(content), bay=None)
    return Settings(site=site_of(content.get("site")), bay=content.get("bay"))
