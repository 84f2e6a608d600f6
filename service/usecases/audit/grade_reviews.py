"""What must hold of blind reviews and of what an upheld appeal against a grade made.

Medians and differences are computed here a second time, from grading.md, section 9.13.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument

PARTS = {"second": 2, "third": 3}
"""Parts that reviews play for the answer to an appeal, and their places."""

GROUPS = ("HRS", "MRS", "LRS", "SRS", "BRS", "ARS", "CRS")
"""Groups of GB/T 39733 in its order, by which codes are ordered where shares are level."""

_REVIEWED = {"SECOND_AGREES": 1, "MEDIAN_CONFIRMS": 2, "GRADE_CHANGED": 2, "SHARES_CHANGED": 2}
"""By reason of an answer: how many reviews it rests on."""
UPHELD = ("GRADE_CHANGED", "SHARES_CHANGED")


def wanted_of_reviews(document: OpenedDocument) -> dict[str, tuple[str, str]]:
    """The parents that the answer to an appeal names besides: its reviews and what it made."""
    reason = document.record.get("reason_code")
    parts = list(PARTS)[: _REVIEWED.get(str(reason), 0)]
    wanted = dict.fromkeys(parts, ("grade-review", "appeal_id"))
    if reason in UPHELD:
        wanted |= {"decision": ("grade-decision", ""), "correction": ("ticket", "")}
    return wanted


def lot_of_first(document: OpenedDocument, grade: str) -> dict[str, tuple[Any, Any]]:
    """The lot of a ticket is that of its grade; a correction leaves it where it was."""
    record = document.standing
    if document.kind == "correction":
        return {}
    return {"lot_id": (record["lot_id"], f"{record['site_id']}-{grade}")}


def is_regraded(document: OpenedDocument, former: OpenedDocument, journal: Journal) -> bool:
    """Whether only the decision is another, one that takes the former's place after an appeal."""
    own, before = dict(document.parents), dict(former.parents)
    decision = journal.by_hash.get(own.pop("decision", b""))
    replaced = before.pop("decision", None)
    return (
        decision is not None
        and own == before
        and decision.supersedes == replaced
        and "appeal_no" in decision.record
    )


def review_rules(journal: Journal) -> Iterator[Difference]:
    """Nobody looks twice or at the own decision; an upheld appeal decides by the median."""
    for document in journal.of_kind("grade-review"):
        yield from _of_review(document, journal)
    for document in journal.of_kind("appeal"):
        yield from _of_answer(document, journal)


def _of_review(document: OpenedDocument, journal: Journal) -> Iterator[Difference]:
    key, record = document.document_id, document.record
    concerned = {
        other.record["reviewer_id"]
        for other in journal.of_kind("grade-review")
        if other.record["appeal_id"] == record["appeal_id"] and other is not document
    }
    decision = journal.by_hash.get(document.parents.get("decision", b""))
    if decision is not None:
        concerned.add(decision.record.get("inspector_id"))
    if record["reviewer_id"] in concerned:
        yield broken("grade_review", key, "reviewer_id", record["reviewer_id"], "another person")
    appeal = journal.by_hash.get(document.parents.get("appeal", b""))
    if appeal is None:
        return
    if appeal.record["appeal_id"] != record["appeal_id"]:
        found, expected = record["appeal_id"], appeal.record["appeal_id"]
        yield broken("grade_review", key, "appeal_no", found, expected)
    if document.parents.get("decision") != appeal.parents.get("document"):
        yield broken("grade_review", key, "links.parents.decision", "another", appeal.name)


def _of_answer(document: OpenedDocument, journal: Journal) -> Iterator[Difference]:
    """The decision that an upheld appeal made says what the three opinions come to."""
    record, parents = document.record, document.parents
    named = [journal.by_hash.get(parents.get(part, b"")) for part in ("document", *PARTS)]
    opinions = [each.record for each in named if each is not None]
    if record.get("reason_code") not in UPHELD or len(opinions) != len(named):
        return
    made = journal.by_hash.get(parents.get("decision", b""))
    if made is None:
        return
    key, median = document.document_id, _median([opinion["shares"] for opinion in opinions])
    for column, found, expected in (
        ("shares", made.record["shares"], median),
        ("grade", made.record["grade"], _grade([one["grade"] for one in opinions], median)),
        ("appeal_no", made.record.get("appeal_no"), record["appeal_id"]),
    ):
        if found != expected:
            yield broken("grade_decision", made.document_id, column, found, expected)
    difference = record.get("difference")
    if difference is not None:
        pairs = (
            ("shares_before", opinions[0]["shares"]),
            ("shares_after", median),
        )
        for member, expected in pairs:
            if difference[member] != expected:
                yield broken("appeal_decision", key, member, difference[member], expected)
        worth = sum(
            (median.get(code, 0) - opinions[0]["shares"].get(code, 0)) * price
            for code, price in difference["prices_fen_per_t"].items()
        )
        fen = _nearest(worth * difference["settlement_kg"], 10_000_000)
        if difference["difference_fen"] != fen:
            found = difference["difference_fen"]
            yield broken("appeal_decision", key, "difference_fen", found, fen)


def _median(shares: list[Mapping[str, int]]) -> dict[str, int]:
    seen = {code for each in shares for code in each}
    codes = sorted(seen, key=lambda code: (GROUPS.index(code[:3]), code))
    middle = {code: sorted(each.get(code, 0) for each in shares)[1] for code in codes}
    if not any(middle.values()):
        middle = {code: sum(each.get(code, 0) for each in shares) for code in codes}
    whole = sum(middle.values())
    result = {code: 10_000 * part // whole for code, part in middle.items()}
    rests = {code: 10_000 * part % whole for code, part in middle.items()}
    left = 10_000 - sum(result.values())
    for code in sorted(codes, key=lambda code: -rests[code])[:left]:
        result[code] += 1
    return {code: share for code, share in result.items() if share}


def _grade(grades: list[str], median: Mapping[str, int]) -> str:
    (grade, votes), *_others = Counter(grades).most_common()
    return grade if votes > 1 else max(median, key=lambda code: median[code])


def _nearest(number: int, unit: int) -> int:
    rounded = (2 * abs(number) + unit) // (2 * unit)
    return rounded if number >= 0 else -rounded
