"""Rules over weighings: what may be a parent in which part, and what rests on a void one."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument

Visits = Mapping[str, Mapping[str, Any]]

MASSES = ("ticket", "delivery", "plant-receipt")
"""Kinds whose masses come from weighings that count."""

_OTHER = {"gross": "tare", "tare": "gross"}


def unfit_parent(
    document: OpenedDocument, part: str, parent: OpenedDocument, visits: Visits
) -> tuple[Any, Any] | None:
    """What the parent weighing says and what it must say to be ``part``; None where it fits.

    The last weighing of a drop is the first of the next drop, and there plays the other part.
    """
    own, there = document.standing.get("visit_id"), parent.record["visit_id"]
    weighed_as = parent.record["pass"]
    if part == "weighing":
        return _other_weighing(document.record, parent.record)
    if part == "found":
        return None if weighed_as == "tare" else (weighed_as, "tare")
    if own is not None and there != own:
        continued = visits.get(own, {}).get("continues_visit_id") == there
        return None if continued and _OTHER.get(weighed_as) == part else (there, own)
    return None if weighed_as == part else (weighed_as, part)


def _other_weighing(
    decision: Mapping[str, Any], weighing: Mapping[str, Any]
) -> tuple[Any, Any] | None:
    """The first member in which a decision says something else than the weighing it is about."""
    for member in ("weighing_id", "visit_id", "site_id", "pass", "kg", "operator_id", "controls"):
        if decision[member] != weighing.get(member):
            return decision[member], weighing.get(member)
    return None


def void_rules(journal: Journal) -> Iterator[Difference]:
    """A void weighing is the one that is named, and no mass rests on it."""
    void: dict[bytes, OpenedDocument] = {}
    for document in journal.of_kind("weighing-void"):
        digest = document.supersedes or b""
        void[digest] = document
        weighing = journal.by_hash.get(digest)
        named = None if weighing is None else weighing.record.get("weighing_id")
        if named != document.record["weighing_id"] and digest not in journal.damaged:
            wanted = document.record["weighing_id"]
            yield broken("weighing_void", document.document_id, "supersedes", named, wanted)
    for kind in MASSES:
        for document in journal.of_kind(kind):
            for part, digest in document.parents.items():
                if digest in void and document.record.get("status") != "void":
                    table, found = kind.replace("-", "_"), void[digest].name
                    yield broken(table, document.document_id, f"links.parents.{part}", found, "-")
