"""Who takes part: organisations, the roles people have in them, and the person who acts."""

from dataclasses import dataclass
from enum import StrEnum


class OrganisationKind(StrEnum):
    """What an organisation is in the trade."""

    OPERATOR = "operator"  # runs the bases
    PLANT = "plant"
    BANK = "bank"
    CARRIER = "carrier"
    SUPPLIER = "supplier"
    AUDITOR = "auditor"


class Role(StrEnum):
    """What a person does; each person has one role."""

    OPERATOR = "operator"  # weighbridge operator
    INSPECTOR = "inspector"
    SUPERVISOR = "supervisor"
    CLERK = "clerk"  # settlement clerk
    APPROVER = "approver"
    PLANT = "plant"
    BANK = "bank"
    CARRIER = "carrier"
    SUPPLIER = "supplier"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A company that takes part in the trade."""

    organisation_id: str
    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A signed-in person: one role in one organisation, and the sites where that person works."""

    user_id: str
    name: str
    role: Role
    organisation_id: str
    site_ids: frozenset[str] = frozenset()
