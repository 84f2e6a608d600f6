"""DOCUMENT_INTEGRITY: every visible field and every hidden hash gives the signed fingerprint."""

from typing import Any

from service.proof.case import Case
from service.proof.document import hidden_hashes, target_hash
from service.proof.families import DOCUMENT_INTEGRITY
from service.proof.verdict import Check

TAMPERED = 0


def check_integrity(case: Case) -> Check:
    """Recompute target hash and batch root (ledger.md, sections 3 and 4); leaves must be salted."""
    document = case.bundle.document
    if case.data is None:
        return DOCUMENT_INTEGRITY.invalid(TAMPERED, "A field is not salted as uuid4:type:value.")
    if not _has_form(case.data):
        return DOCUMENT_INTEGRITY.invalid(TAMPERED, "The document states its form in part only.")
    computed = target_hash(document.wrapped["data"], hidden_hashes(document.wrapped))
    if computed != document.target_hash.hex():
        return DOCUMENT_INTEGRITY.invalid(
            TAMPERED, "The fields do not give the fingerprint that was sealed."
        )
    if case.nodes[-1] != document.merkle_root:
        return DOCUMENT_INTEGRITY.invalid(
            TAMPERED, "The fingerprint is not part of the batch it claims."
        )
    return DOCUMENT_INTEGRITY.valid()


def _has_form(data: dict[str, Any]) -> bool:
    """Whether ``$template`` is whole or absent: stock verifiers take no document without either."""
    template = data.get("$template", {"name": "", "type": "EMBEDDED_RENDERER"})
    return (
        isinstance(template, dict)
        and isinstance(template.get("name"), str)
        and template.get("type") == "EMBEDDED_RENDERER"
    )
