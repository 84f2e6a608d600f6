"""Briefs of edge units, kept between requests: asked every two seconds, made when things change."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import current_app

from service.domain.instants import utc_text
from service.proof.hashing import sha256
from service.storage import views
from service.storage.audit_rows import see_one_moment
from service.storage.db import Tx
from service.usecases.edge_entry import require_unit
from service.usecases.ports import Deps

_KEY = "ferrotrace_briefs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A brief as JSON, plain and packed. ``change`` is what it was made after, ``etag`` its name.

    The name leaves out when the brief was made, so that what says the same is called the same.
    """

    change: str
    etag: str
    body: bytes = field(repr=False)
    packed: bytes = field(repr=False)


def brief_of(edge_id: str, site_id: str, deps: Deps) -> Brief:
    """The brief of a unit of the site; where nothing changed, one query tells so."""
    kept: dict[str, Brief] = current_app.extensions.setdefault(_KEY, {})
    now = deps.now()
    with deps.db.transaction() as tx:
        see_one_moment(tx)
        require_unit(tx, edge_id, site_id)
        change = f"{views.newest_change(tx)} {utc_text(now)[:16]}"
        known = kept.get(edge_id)
        if known is None or known.change != change:
            kept[edge_id] = known = _made(tx, edge_id, site_id, deps, now, change, known)
        return known


def _made(
    tx: Tx,
    edge_id: str,
    site_id: str,
    deps: Deps,
    now: datetime,
    change: str,
    known: Brief | None,
) -> Brief:
    content = views.brief(tx, edge_id, site_id, now=now) | {
        "demo": deps.demo,
        "public_url": deps.public_url,
    }
    etag = sha256(_json(content)).hex()[:32]
    if known is not None and known.etag == etag:
        return replace(known, change=change)
    body = _json({"made_at": utc_text(now), **content})
    return Brief(change=change, etag=etag, body=body, packed=gzip.compress(body, 5, mtime=0))


def _json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
