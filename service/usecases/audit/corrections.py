"""What must hold of corrections: one chain of versions, and only what may be corrected differs."""

from collections.abc import Collection, Iterator

from service.usecases.audit.difference import Difference, broken, missing
from service.usecases.audit.documents import Journal, OpenedDocument
from service.usecases.audit.grade_reviews import is_regraded
from service.usecases.audit.identity import NUMBER

CORRECTABLE = {
    "ticket": {
        "rejected_kg",
        "rejected_reason",
        "accepted_kg",
        "deduction",
        "deducted_kg",
        "settlement_kg",
        "lines",
    },
    "delivery": {"waybill_no", "carrier_id", "distance_km"},
}
"""By kind: the members that a correction may state otherwise; what the scale said is not there."""

REST_ON_NEWEST = {"plant-receipt", "carbon-statement", "settlement", "payment", "lien"}
"""Kinds that rest on a document as it stood when they were recorded. An answered appeal goes on
about the document that was appealed against."""


def correction_rules(journal: Journal) -> list[Difference]:
    """Corrections that break the chain, and documents that rest on what no longer counted."""
    replaced: dict[bytes, OpenedDocument] = {}
    differences: list[Difference] = []
    for document in journal.documents:
        if document.kind == "correction":
            differences += _of_correction(document, journal, replaced)
            if document.supersedes is not None:
                replaced[document.supersedes] = document
        elif document.kind in REST_ON_NEWEST:
            differences += _on_newest(document, replaced)
    return differences


def _of_correction(
    document: OpenedDocument, journal: Journal, replaced: dict[bytes, OpenedDocument]
) -> Iterator[Difference]:
    key, superseded = document.document_id, document.supersedes or b""
    if superseded in replaced:
        other = replaced[superseded].document_id
        yield broken("correction", key, "supersedes", other, "a document that counts")
    former = journal.by_hash.get(superseded)
    if former is None:
        if superseded not in journal.damaged:
            yield missing("journal", superseded.hex(), document.name)
        return
    if former.speaks_as != document.speaks_as:
        yield broken("correction", key, "corrects", document.speaks_as, former.speaks_as)
        return
    number = str(former.standing[NUMBER[former.speaks_as]])
    version = 2
    if former.kind == "correction":
        version = int(former.document_id.rsplit("-R", 1)[1]) + 1
    if key != f"{number}-R{version}":
        yield broken("correction", key, "correction_no", key, f"{number}-R{version}")
    regraded = is_regraded(document, former, journal)
    if document.parents != former.parents and not regraded:
        yield broken("correction", key, "links.parents", "others", former.name)
    correctable = {"grade", "lines"} if regraded else CORRECTABLE[document.speaks_as]
    yield from _members(document, former, correctable)


def _members(
    document: OpenedDocument, former: OpenedDocument, correctable: Collection[str]
) -> Iterator[Difference]:
    """Members that differ although this correction may not state them otherwise."""
    fixed = (document.standing.keys() | former.standing.keys()) - set(correctable)
    for member in sorted(fixed):
        pair = document.standing.get(member), former.standing.get(member)
        if pair[0] != pair[1]:
            yield broken("correction", document.document_id, f"values.{member}", *pair)


def _on_newest(
    document: OpenedDocument, replaced: dict[bytes, OpenedDocument]
) -> Iterator[Difference]:
    for part, digest in document.parents.items():
        later = replaced.get(digest)
        if later is not None:
            table = document.kind.replace("-", "_")
            column = f"links.parents.{part}"
            yield broken(table, document.document_id, column, digest, later.target_hash)
