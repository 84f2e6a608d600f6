"""The families of checks: names and code numbers that never change once shipped.

The first three are those of OpenAttestation's verifiers, the others our own (ledger.md, section
10). What a code means in words stands in docs/bundle.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from service.proof.verdict import Check, Reason, Status


@dataclass(frozen=True, slots=True)
class Family:
    """One family: its type, its name, and the names of its codes."""

    type: str
    name: str
    codes: Mapping[int, str]

    def valid(self, data: Mapping[str, str | int] | None = None) -> Check:
        """The check holds."""
        return Check(name=self.name, type=self.type, status=Status.VALID, data=data)

    def invalid(self, code: int, message: str) -> Check:
        """The check fails for the reason ``code``."""
        return self._check(Status.INVALID, code, message)

    def error(self, code: int, message: str) -> Check:
        """Nobody here can tell."""
        return self._check(Status.ERROR, code, message)

    def skipped(self, message: str) -> Check:
        """There is nothing to check."""
        code = next(code for code, name in self.codes.items() if name == "SKIPPED")
        return self._check(Status.SKIPPED, code, message)

    def _check(self, status: Status, code: int, message: str) -> Check:
        reason = Reason(code=code, code_string=self.codes[code], message=message)
        return Check(name=self.name, type=self.type, status=status, reason=reason)


_OF_ALL_OWN = {0: "UNEXPECTED_ERROR", 4: "SKIPPED", 500: "SERVER_ERROR"}

DOCUMENT_INTEGRITY = Family(
    "DOCUMENT_INTEGRITY",
    "OpenAttestationHash",
    {0: "DOCUMENT_TAMPERED", 1: "UNEXPECTED_ERROR", 2: "SKIPPED"},
)
DOCUMENT_STATUS = Family(
    "DOCUMENT_STATUS",
    "OpenAttestationEthereumDocumentStoreStatus",
    {
        0: "UNEXPECTED_ERROR",
        1: "DOCUMENT_NOT_ISSUED",
        2: "CONTRACT_ADDRESS_INVALID",
        3: "ETHERS_UNHANDLED_ERROR",
        4: "SKIPPED",
        5: "DOCUMENT_REVOKED",
        6: "INVALID_ARGUMENT",
        7: "INVALID_ISSUERS",
        8: "INVALID_VALIDATION_METHOD",
        9: "UNRECOGNIZED_DOCUMENT",
        404: "CONTRACT_NOT_FOUND",
        500: "SERVER_ERROR",
    },
)
ISSUER_IDENTITY = Family(
    "ISSUER_IDENTITY",
    "OpenAttestationDnsTxtIdentityProof",
    {
        0: "UNEXPECTED_ERROR",
        1: "INVALID_IDENTITY",
        2: "SKIPPED",
        3: "INVALID_ISSUERS",
        4: "MATCHING_RECORD_NOT_FOUND",
        5: "UNRECOGNIZED_DOCUMENT",
        6: "UNSUPPORTED",
    },
)
LOG_INCLUSION = Family(
    "LOG_INCLUSION",
    "ScrapLogInclusion",
    {
        **_OF_ALL_OWN,
        1: "ENTRY_MISMATCH",
        2: "PROOF_INVALID",
        3: "ROOT_NOT_ANCHORED",
        5: "OVERDUE",
        6: "PROMISE_INVALID",
    },
)
LOG_CONSISTENCY = Family(
    "LOG_CONSISTENCY",
    "ScrapLogConsistency",
    {**_OF_ALL_OWN, 1: "NOT_CONSISTENT", 2: "SIZE_WENT_BACK", 3: "SPLIT_VIEW"},
)
CHAIN_ANCHOR = Family(
    "CHAIN_ANCHOR",
    "ScrapChainAnchor",
    {
        **_OF_ALL_OWN,
        1: "HEADER_HASH_CONTRADICTED",
        2: "RECEIPT_PROOF_INVALID",
        3: "EVENT_MISMATCH",
        5: "STATE_PROOF_INVALID",
        6: "CONTRACT_NOT_EXPECTED",
        7: "BATCH_ROOT_MISMATCH",
        8: "NOT_FINAL",
        9: "HEADER_HASH_UNKNOWN",
    },
)
DISCLOSURE_POLICY = Family(
    "DISCLOSURE_POLICY",
    "ScrapDisclosurePolicy",
    {**_OF_ALL_OWN, 1: "MANDATORY_FIELD_HIDDEN", 2: "UNSALTED_VALUE", 3: "UNKNOWN_POLICY"},
)
RECORD_SEMANTICS = Family(
    "RECORD_SEMANTICS",
    "ScrapRecordSemantics",
    {
        **_OF_ALL_OWN,
        1: "NET_MISMATCH",
        2: "CO2_MISMATCH",
        3: "AMOUNT_MISMATCH",
        5: "RECORD_SCHEMA",
        6: "FACTOR_VERSION_UNKNOWN",
    },
)
LINEAGE = Family(
    "LINEAGE",
    "ScrapLineage",
    {
        **_OF_ALL_OWN,
        1: "PARENT_INVALID",
        2: "PARENT_REVOKED",
        3: "SUPERSEDED",
        5: "ALREADY_PLEDGED",
        6: "NULLIFIER_MISMATCH",
        7: "PARENT_MISSING",
    },
)

ALL = (
    DOCUMENT_INTEGRITY,
    DOCUMENT_STATUS,
    ISSUER_IDENTITY,
    LOG_INCLUSION,
    LOG_CONSISTENCY,
    CHAIN_ANCHOR,
    DISCLOSURE_POLICY,
    RECORD_SEMANTICS,
    LINEAGE,
)
REQUIRED = (DOCUMENT_INTEGRITY, DOCUMENT_STATUS, ISSUER_IDENTITY, LOG_INCLUSION, CHAIN_ANCHOR)
"""Without a VALID of each of these no verdict is VALID."""
