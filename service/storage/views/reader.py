"""Who reads: everything, what stands at some sites, or what names some organisations."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, or_, true


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """The narrowing of every list and detail; nothing is readable by default."""

    all: bool = False
    site_ids: frozenset[str] = frozenset()
    organisation_ids: frozenset[str] = frozenset()

    def sees(
        self, site_id: ColumnElement[str], *organisation_ids: ColumnElement[str]
    ) -> ColumnElement[bool]:
        """The condition under which a row at ``site_id`` that names organisations is shown."""
        if self.all:
            return true()
        allowed: list[ColumnElement[bool]] = [false()]
        if self.site_ids:
            allowed.append(site_id.in_(self.site_ids))
        if self.organisation_ids:
            allowed.extend(named.in_(self.organisation_ids) for named in organisation_ids)
        return or_(*allowed)


EVERYTHING = Reader(all=True)
