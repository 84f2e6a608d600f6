"""Emission factors: published records, each known by its hash, kept in numbered sets.

A record is the text of a publication: all its numbers are text, and '1.50' hashes otherwise than
'1.5'. A set is never changed; a new figure is a new set, so that old statements can be computed
again (carbon.md, sections 2 and 3).
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib import resources

from service.domain.canonical_text import record_sha256
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop

DEFAULT_FACTOR_SET_ID = "FS-2026-1"
_SET_FILES = {DEFAULT_FACTOR_SET_ID: "fs_2026_1.json"}

LOCATION = "location"
"""Basis of a grid factor that counts CO2 where the electricity is used: the inventory view."""

LIFE_CYCLE = "life_cycle"
"""Basis of a grid factor that counts the whole life cycle in CO2e: the footprint view."""


class FactorSetUnknownError(NotFoundError):
    """No factor set has this name."""

    message = gettext_noop("Factor set %(value)s is unknown; known: %(limit)s.")


class FactorMissingError(RuleBrokenError):
    """A factor is not published; another is never taken silently in its place (rule R04)."""

    message = gettext_noop("Factor %(value)s is not in factor set %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmissionFactor:
    """A published figure: ``value`` per ``basis`` in ``unit``, with where it is from.

    ``status`` says how far the source was checked: verified, derived, unverified,
    transcribed_twice or transcribed_once. ``record`` is the whole record, all text.
    """

    factor_id: str
    value: Decimal
    unit: str
    basis: str
    source: str
    status: str
    record: Mapping[str, str]

    @property
    def text(self) -> str:
        """The value as published."""
        return self.record["value"]

    @property
    def sha256(self) -> str:
        """Hash of the record."""
        return record_sha256(self.record)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorSet:
    """Factors by id, under one name and one hash."""

    factor_set_id: str
    version: str
    sha256: str
    factors: Mapping[str, EmissionFactor]

    def factor(self, factor_id: str) -> EmissionFactor:
        """The factor of this id; raises ``FactorMissingError``."""
        found = self.factors.get(factor_id)
        if found is None:
            raise FactorMissingError(
                field="factor_id", value=factor_id[:64], limit=self.factor_set_id
            )
        return found

    def grid(self, year: int, region: str) -> EmissionFactor:
        """Location-based grid factor, kgCO2/kWh, of the electricity's year and region.

        ``region`` is the Chinese name of a province, of a regional grid, or 全国. Raises
        ``FactorMissingError``: a fall-back to another region is chosen by whoever states it.
        """
        return self.factor(grid_factor_id(year, region))


def grid_factor_id(year: int | str, region: str) -> str:
    """Id of a location-based grid factor, for instance ``GRID-CN-2023-天津``."""
    return f"GRID-CN-{year}-{region}"


def factor_from_record(record: Mapping[str, str]) -> EmissionFactor:
    """The factor that a published record states."""
    return EmissionFactor(
        factor_id=record["id"],
        value=Decimal(record["value"]),
        unit=record["unit"],
        basis=record["basis"],
        source=record["source"],
        status=record["status"],
        record=record,
    )


def set_record(records: Sequence[Mapping[str, str]], version: str) -> dict[str, object]:
    """What names a set: its version, and id and hash of each record in the order of the ids."""
    hashes = {record["id"]: record_sha256(record) for record in records}
    return {
        "factors": [{"id": factor_id, "sha256": hashes[factor_id]} for factor_id in sorted(hashes)],
        "version": version,
    }


@cache
def factor_set(factor_set_id: str = DEFAULT_FACTOR_SET_ID) -> FactorSet:
    """The set of this name as it ships; raises ``FactorSetUnknownError``."""
    if factor_set_id not in _SET_FILES:
        raise FactorSetUnknownError(
            field="factor_set_id", value=factor_set_id[:64], limit=", ".join(_SET_FILES)
        )
    stored = json.loads(_data_text(_SET_FILES[factor_set_id]))
    records = [*stored["factors"], *_grid_records(stored["grid_file"])]
    return FactorSet(
        factor_set_id=stored["id"],
        version=stored["version"],
        sha256=record_sha256(set_record(records, stored["version"])),
        factors={record["id"]: factor_from_record(record) for record in records},
    )


def factor_sets() -> tuple[FactorSet, ...]:
    """Every set that ships."""
    return tuple(factor_set(factor_set_id) for factor_set_id in _SET_FILES)


def _grid_records(file_name: str) -> list[dict[str, str]]:
    """A factor record for each row of the file of Chinese grid factors."""
    return [
        {
            "id": grid_factor_id(row["year"], row["region"]),
            "version": "1",
            "quantity": "grid electricity",
            "value": row["kgco2_per_kwh"],
            "unit": "kgCO2/kWh",
            "basis": LOCATION,
            "source": row["source"],
            "data_year": row["year"],
            "region": row["region"],
            "status": row["status"],
        }
        for row in csv.DictReader(_data_text(file_name).splitlines())
    ]


def _data_text(file_name: str) -> str:
    return resources.files("service.domain.data").joinpath(file_name).read_text(encoding="utf-8")
