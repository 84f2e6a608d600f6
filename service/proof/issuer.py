"""The issuer as a document states it, and what the trust file knows of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from service.proof.errors import FileShapeError
from service.proof.shape import Part
from service.proof.trust import Trust, TrustedIssuer


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedIssuer:
    """What the document says of its issuer: ``store`` is the registry's address, 20 bytes."""

    name: str
    store: bytes
    location: str


class Standing(StrEnum):
    """What the trust file says about the stated issuer."""

    TRUSTED = "trusted"
    CONTRADICTED = "contradicted"
    UNKNOWN = "unknown"


def stated_issuer(data: dict[str, Any]) -> StatedIssuer | None:
    """The one issuer of the unsalted ``data`` with a DNS-TXT identity, or None."""
    issuers = data.get("issuers")
    if not isinstance(issuers, list) or len(issuers) != 1:
        return None
    try:
        issuer = Part(issuers[0], "issuers.0", required=("name", "documentStore", "identityProof"))
        identity = Part(issuer.get("identityProof"), "identityProof", required=("type", "location"))
        if identity.text("type") != "DNS-TXT":
            return None
        return StatedIssuer(
            name=issuer.text("name"),
            store=issuer.address("documentStore"),
            location=identity.text("location"),
        )
    except FileShapeError:
        return None


def trusted_issuer(
    trust: Trust | None, stated: StatedIssuer | None, chain_id: int | None
) -> tuple[Standing, TrustedIssuer | None]:
    """The entry of ``trust`` for the location, registry and chain that the document states.

    CONTRADICTED where the location is known with other registries only, or to name none; UNKNOWN
    where nothing is known of it. ``chain_id`` is the anchor's, None where the bundle has none.
    """
    known = trust.issuers_at(stated.location) if trust and stated else []
    for issuer in known:
        if stated and issuer.registry == stated.store and chain_id in (None, issuer.chain_id):
            return Standing.TRUSTED, issuer
    names_none = bool(trust and stated and stated.location in trust.without_record)
    return (Standing.CONTRADICTED if known or names_none else Standing.UNKNOWN), None
