"""Edge units show the token of their site, the one that this service shows to them."""

import hmac

from flask import g, request

from service.domain.errors import FerrotraceError, gettext_noop
from service.web.context import outside

_SCHEME = "Bearer "


class EdgeTokenError(FerrotraceError):
    """The caller does not show the token of a site."""

    message = gettext_noop("Show the token of a site: Authorization: Bearer …")


def edge_site() -> str:
    """The site whose token the caller shows; raises ``EdgeTokenError``."""
    if "edge_site" not in g:
        g.edge_site = _site_of(request.headers.get("Authorization", ""))
    return str(g.edge_site)


def _site_of(header: str) -> str:
    """Every token is compared in the same time: nothing is learnt from how long it takes."""
    shown = header.removeprefix(_SCHEME).encode() if header.startswith(_SCHEME) else b""
    found = ""
    for site_id, token in outside().edge_tokens.items():
        if hmac.compare_digest(shown, token.encode()) and token:
            found = site_id
    if not found:
        raise EdgeTokenError
    return found
