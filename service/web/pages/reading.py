"""What many pages read: one thing or nothing, a page of a list, and who is who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import request

from service.domain.errors import NotFoundError
from service.storage import views
from service.storage.db import Tx
from service.web.pages.figures import named

T = TypeVar("T")

PAGE_LENGTH = 50


def found(thing: T | None, *, what: str, key: str) -> T:
    """``thing``; raises ``NotFoundError`` for what does not exist, or not for this reader."""
    if thing is None:
        raise NotFoundError(what=what, key=key[:64])
    return thing


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, and where the next, older ones begin."""

    rows: Sequence[Any]
    before: str | None


def older_than() -> datetime | None:
    """The instant before which the reader wants to see; None for the newest."""
    try:
        moment = datetime.fromisoformat(request.args.get("before", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def page_of(rows: Sequence[Any], at: str) -> Page:
    """``rows`` as a page; their instant ``at`` tells where the older ones begin."""
    is_full = len(rows) == PAGE_LENGTH
    return Page(rows, getattr(rows[-1], at).isoformat() if is_full else None)


@dataclass(frozen=True, slots=True)
class Directory:
    """Sites and organisations by their ids, for names and choices."""

    sites: dict[str, views.SiteRow]
    organisations: dict[str, views.OrganisationRow]

    def choices(self, kind: str) -> list[tuple[str, str]]:
        """(id, name) of the organisations of one kind."""
        return [
            (row.organisation_id, named(row))
            for row in self.organisations.values()
            if row.kind == kind
        ]

    def bases(self) -> list[views.SiteRow]:
        return [row for row in self.sites.values() if row.kind == "BASE"]

    def plant_site(self, plant_id: str) -> views.SiteRow | None:
        return next((s for s in self.sites.values() if s.organisation_id == plant_id), None)

    def who(self, *organisation_ids: str | None) -> str:
        """The names of those organisations that are known, joined."""
        known = (self.organisations.get(key) for key in organisation_ids if key)
        return " · ".join(named(row) for row in known if row is not None)


def directory(tx: Tx) -> Directory:
    return Directory(
        sites={row.site_id: row for row in views.sites(tx)},
        organisations={row.organisation_id: row for row in views.organisations(tx)},
    )


def own_sites(sites: Iterable[views.SiteRow], site_ids: frozenset[str]) -> list[views.SiteRow]:
    """The sites where the reader works."""
    return [site for site in sites if site.site_id in site_ids]
