"""ISSUER_IDENTITY: the issuer's domain names the registry that the document is anchored in."""

from service.proof.case import Case
from service.proof.families import ISSUER_IDENTITY
from service.proof.issuer import Standing, StatedIssuer
from service.proof.key_epoch import KeyEpoch
from service.proof.registry import dns_record
from service.proof.verdict import Check

UNEXPECTED, INVALID_IDENTITY, INVALID_ISSUERS, NO_MATCH = 0, 1, 3, 4


def check_identity(case: Case, key: KeyEpoch | Check | None) -> Check:
    """Compare the trusted DNS record, and snapshot and key of the bundle, with the document."""
    if case.stated is None:
        return ISSUER_IDENTITY.invalid(
            INVALID_ISSUERS, "The document states no single issuer with a DNS identity."
        )
    finding = _snapshot(case, case.stated) or (key if isinstance(key, Check) else None)
    return finding or _trusted_record(case, case.stated)


def _snapshot(case: Case, stated: StatedIssuer) -> Check | None:
    """The snapshot proves nothing; where it contradicts the document, the bundle is wrong."""
    identity, anchor = case.bundle.identity, case.bundle.anchor
    if identity is None:
        return None
    if identity.location != stated.location:
        return ISSUER_IDENTITY.invalid(
            INVALID_IDENTITY, "The bundle's DNS snapshot is of another domain."
        )
    chain_id = case.issuer.chain_id if case.issuer else anchor.chain_id if anchor else None
    if chain_id is None:
        return None
    expected = dns_record(chain_id, stated.store)
    if set(identity.records) != {expected}:
        return ISSUER_IDENTITY.invalid(
            NO_MATCH, f"The bundle's DNS snapshot is not exactly {expected!r}."
        )
    return None


def _trusted_record(case: Case, stated: StatedIssuer) -> Check:
    if case.standing is Standing.UNKNOWN:
        return ISSUER_IDENTITY.error(
            UNEXPECTED, f"No trusted source says what the DNS of {stated.location} holds."
        )
    if case.issuer is None:
        names_none = stated.location in case.trust.without_record
        other = "no registry" if names_none else "another registry than this document"
        return ISSUER_IDENTITY.invalid(NO_MATCH, f"{stated.location} names {other}.")
    if case.issuer.dns_txt is None:
        return ISSUER_IDENTITY.error(UNEXPECTED, f"Nobody asked the DNS of {stated.location}.")
    if case.issuer.dns_txt != dns_record(case.issuer.chain_id, stated.store):
        return ISSUER_IDENTITY.invalid(
            NO_MATCH, f"The DNS record of {stated.location} names another registry or chain."
        )
    return ISSUER_IDENTITY.valid({"name": stated.name, "location": stated.location})
