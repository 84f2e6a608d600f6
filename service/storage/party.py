"""Organisations, sites and their instruments."""

from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from service.storage.db import Tx
from service.storage.rows import every, one, select_as
from service.storage.tables import instrument, organisation, site


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationRow:
    organisation_id: str
    kind: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRow:
    site_id: str
    kind: str
    organisation_id: str
    name_zh: str
    name_en: str
    grid_region: str


def add_organisation(tx: Tx, row: OrganisationRow) -> None:
    tx.execute(insert(organisation).values(asdict(row)).on_conflict_do_nothing())


def add_site(tx: Tx, row: SiteRow) -> None:
    tx.execute(insert(site).values(asdict(row)).on_conflict_do_nothing())


def add_instrument(tx: Tx, instrument_id: str, site_id: str, record: dict[str, Any]) -> None:
    tx.execute(
        insert(instrument)
        .values(instrument_id=instrument_id, site_id=site_id, record=record)
        .on_conflict_do_nothing()
    )


def organisations(tx: Tx) -> list[OrganisationRow]:
    query = select_as(OrganisationRow, organisation).order_by(organisation.c.organisation_id)
    return every(tx, OrganisationRow, query)


def organisation_by_id(tx: Tx, organisation_id: str) -> OrganisationRow | None:
    query = select_as(OrganisationRow, organisation)
    return one(tx, OrganisationRow, query.where(organisation.c.organisation_id == organisation_id))


def sites(tx: Tx) -> list[SiteRow]:
    return every(tx, SiteRow, select_as(SiteRow, site).order_by(site.c.site_id))


def site_by_id(tx: Tx, site_id: str) -> SiteRow | None:
    return one(tx, SiteRow, select_as(SiteRow, site).where(site.c.site_id == site_id))


def instrument_record(tx: Tx, instrument_id: str, site_id: str) -> dict[str, Any] | None:
    """The record under which the instrument is known at the site."""
    query = instrument.select().where(
        instrument.c.instrument_id == instrument_id, instrument.c.site_id == site_id
    )
    row = tx.execute(query).one_or_none()
    return None if row is None else dict(row.record)


def instruments_of(tx: Tx, site_id: str) -> list[str]:
    """The instruments of the site, by name."""
    query = select(instrument.c.instrument_id).where(instrument.c.site_id == site_id)
    return list(tx.execute(query.order_by(instrument.c.instrument_id)).scalars())
