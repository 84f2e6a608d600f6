"""A database begins as demo or real, and a company with its sites and scales moves in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.errors import ConflictError, NotFoundError, gettext_noop
from service.domain.instants import whole_second
from service.storage import installation
from service.storage import party as parties
from service.storage.db import Database
from service.storage.installation import Kind


class KindIsForEverError(ConflictError):
    """A demo database is to be used as a real one, or the other way round."""

    message = gettext_noop(
        "This is a %(limit)s database and stays one. Create another database for %(value)s."
    )


def create_installation(db: Database, kind: Kind, *, at: datetime) -> None:
    """Declare what kind of database this is; harmless when it is that already."""
    with db.transaction() as tx:
        present = installation.kind_of(tx)
        if present is None:
            installation.declare(tx, kind, at=whole_second(at))
        elif present != kind:
            raise KindIsForEverError(value=kind, limit=present)


def is_demo(db: Database) -> bool:
    """Whether this is a demo database; raises before it was created as one or the other."""
    with db.transaction() as tx:
        kind = installation.kind_of(tx)
    if kind is None:
        raise NotFoundError(what="kind", key="database")
    return kind == "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyRecord:
    """Who takes part and where: ``instruments`` are (site, record as documents state it)."""

    organisations: tuple[parties.OrganisationRow, ...]
    sites: tuple[parties.SiteRow, ...]
    instruments: tuple[tuple[str, Mapping[str, Any]], ...]


def enter_company(company: CompanyRecord, db: Database) -> None:
    """Put organisations, sites and instruments on record; what is there already stays as it is."""
    with db.transaction() as tx:
        for organisation in company.organisations:
            parties.add_organisation(tx, organisation)
        for site in company.sites:
            parties.add_site(tx, site)
        for site_id, record in company.instruments:
            parties.add_instrument(tx, record["instrument_id"], site_id, dict(record))
