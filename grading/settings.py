"""Everything that a site has set, as bytes: they are kept by their hash, and give it back later.

A proposal names them as ``settings_sha256``. With the head, the pictures and these bytes the same
proposal can be computed again.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grading.camera import Usual
from grading.canonical import canonical_json
from grading.errors import SiteFileError
from grading.site import Site, site_content, site_of

SETTINGS_FORMAT: Final = "ferrotrace-settings-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """A site and, where the load's camera has them, the record of its bay and what is usual."""

    site: Site
    bay: Mapping[str, Any] | None
    usual: Usual | None = None


def settings_bytes(
    site: Site, bay: Mapping[str, Any] | None = None, usual: Usual | None = None
) -> bytes:
    """Return the canonical bytes of what a site has set; ``bay`` is the record of the bay.

    ``usual``, what frames of the camera used to be like, is named where it was known.
    """
    content: dict[str, Any] = {
        "format": SETTINGS_FORMAT,
        "site": site_content(site),
        "bay": None if bay is None else dict(bay),
    }
    if usual is not None:
        content["camera"] = dataclasses.asdict(usual)
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
    camera = content.get("camera")
    return Settings(
        site=site_of(content.get("site")),
        bay=content.get("bay"),
        usual=None if camera is None else Usual(**camera),
    )
