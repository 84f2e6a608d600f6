"""The file that describes a company to ``ferrotrace install``: who takes part, and where."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.devices.site import parse_site_devices
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.party import OrganisationKind
from service.storage.party import OrganisationRow, SiteRow
from service.usecases.installation import CompanyRecord
from service.usecases.weighing import instrument_record

Code = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")]
SiteCode = Annotated[str, Field(pattern=r"^[A-Z0-9]{1,12}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]


class CompanyFileError(RuleBrokenError):
    """A description of a company that does not hold."""

    message = gettext_noop("Company file: %(value)s (%(limit)s).")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OrganisationEntry(_Strict):
    """An organisation; ``kind`` is operator, plant, bank, carrier, supplier or auditor."""

    organisation_id: Code
    kind: OrganisationKind
    name_zh: Name
    name_en: Name


class SiteEntry(_Strict):
    """A place with a scale; ``grid_region`` names the power grid as the grid factors do."""

    site_id: SiteCode
    kind: Annotated[str, Field(pattern="^(BASE|PLANT)$")]
    organisation_id: Code
    name_zh: Name
    name_en: Name
    grid_region: Name


class CompanyEntry(_Strict):
    """The whole file."""

    organisations: Annotated[list[OrganisationEntry], Field(min_length=1)]
    sites: Annotated[list[SiteEntry], Field(min_length=1)]


def read_company(company: Path, devices: Path) -> CompanyRecord:
    """The company of two files: this one, and the site devices that the edge units read too.

    Raises ``CompanyFileError`` and ``SiteDevicesError``.
    """
    try:
        entry = CompanyEntry.model_validate(json.loads(company.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        value = f"{field} = {first['input']!r:.80}"
        raise CompanyFileError(field=field, value=value, limit=first["msg"]) from error
    except ValueError as error:
        raise CompanyFileError(value=str(error), limit="JSON") from error
    known = {site.site_id for site in entry.sites}
    hardware = parse_site_devices(devices.read_text(encoding="utf-8"))
    for site in hardware:
        if site.site_id not in known:
            raise CompanyFileError(value=site.site_id, limit="a site of the company file")
    return CompanyRecord(
        organisations=tuple(
            OrganisationRow(**(party.model_dump() | {"kind": party.kind.value}))
            for party in entry.organisations
        ),
        sites=tuple(SiteRow(**place.model_dump()) for place in entry.sites),
        instruments=tuple(
            (site.site_id, instrument_record(site.instrument.instrument())) for site in hardware
        ),
    )
