"""What must hold of appeals, payments, liens and control documents."""

from collections.abc import Iterator, Mapping
from typing import Any

from service.proof.hashing import keccak256
from service.usecases.audit.difference import Difference, broken
from service.usecases.audit.documents import Journal, OpenedDocument

MAY_FOLLOW = {
    "": {"reserved"},
    "reserved": {"reserved", "financed", "cancelled"},
    "financed": {"financed", "released"},
    "released": set(),
    "cancelled": {"reserved"},
}
"""By state of a lien: the states that may come next; a reservation that ran out may be taken by
another bank."""

WORD = 32


def later_rules(journal: Journal) -> list[Difference]:
    """Statements that contradict the documents before them."""
    return [
        *_appeals(journal),
        *_payments(journal),
        *_liens(journal),
    ]


def _appeals(journal: Journal) -> Iterator[Difference]:
    """An answer repeats what was raised, and nobody answers for the own decision."""
    for document in journal.of_kind("appeal"):
        raised = journal.by_hash.get(document.parents.get("appeal", b""))
        key, record = document.document_id, document.record
        if raised is not None:
            for member in ("appeals", "subject_id", "ground", "statement", "raised_at"):
                if record[member] != raised.record[member]:
                    yield broken(
                        "appeal_decision", key, member, record[member], raised.record[member]
                    )
        about = journal.by_hash.get(document.parents.get("document", b""))
        decider = None if about is None else _decider(about)
        if decider is not None and record.get("decided_by") == decider:
            yield broken(
                "appeal_decision", key, "decided_by", record["decided_by"], "another person"
            )


def _decider(document: OpenedDocument) -> str | None:
    """The person who decided; None where the head named in ``decided_by_engine`` did."""
    members = {"grade-decision": "inspector_id", "correction": "corrected_by"}
    person = document.record.get(members.get(document.kind, "operator_id"))
    return None if person is None else str(person)


def _payments(journal: Journal) -> Iterator[Difference]:
    """Never more than is payable; bank and delivery are those of the settlement."""
    paid_fen: dict[bytes, int] = {}
    references: set[tuple[str, str]] = set()
    for document in journal.of_kind("payment"):
        parent, record = document.parents.get("settlement", b""), document.record
        settled = journal.by_hash.get(parent)
        paid_fen[parent] = paid_fen.get(parent, 0) + record["amount_fen"]
        if settled is None or settled.kind != "settlement":
            continue
        payable_fen = settled.record["payable_fen"]
        if paid_fen[parent] > payable_fen or record["amount_fen"] <= 0:
            yield broken(
                "payment", document.document_id, "amount_fen", paid_fen[parent], payable_fen
            )
        for member in ("bank_id", "delivery_id"):
            if record[member] != settled.record[member]:
                pair = record[member], settled.record[member]
                yield broken("payment", document.document_id, member, *pair)
        reference = (record["bank_id"], record["bank_reference"])
        if reference in references:
            yield broken("payment", document.document_id, "bank_reference", reference[1], "another")
        references.add(reference)


def _liens(journal: Journal) -> Iterator[Difference]:
    """Each key goes from state to state as the contract does; the key follows from the delivery."""
    newest: dict[str, Mapping[str, Any]] = {}
    steps: dict[str, int] = {}
    for document in journal.of_kind("lien"):
        record, name = document.record, document.document_id
        key = str(record["lien_key"])
        place = f"{key}/{steps.get(key, 0) + 1}"
        before = newest.get(key, {})
        if record["state"] not in MAY_FOLLOW[str(before.get("state", ""))]:
            expected = " / ".join(sorted(MAY_FOLLOW[str(before.get("state", ""))])) or "the last"
            yield broken("lien", place, "state", record["state"], expected)
        if name != f"{record['lien_id']}-{steps.get(key, 0) + 1}":
            yield broken("lien", place, "step", name, steps.get(key, 0) + 1)
        released_bp = before.get("released_bp", 0) if record["state"] != "reserved" else 0
        released_bp += record["order"].get("basis_points", 0)
        if record["released_bp"] != released_bp:
            yield broken("lien", place, "released_bp", record["released_bp"], released_bp)
        expected_key = _lien_key(record)
        if key != expected_key:
            yield broken("lien", place, "lien_key", key, expected_key)
        delivery = journal.by_hash.get(document.parents.get("delivery", b""))
        secret = "" if delivery is None else delivery.standing["delivery_secret"]
        if delivery is not None and record["delivery_secret"] != secret:
            yield broken("lien", place, "delivery_secret", record["delivery_secret"], secret)
        newest[key], steps[key] = record, steps.get(key, 0) + 1


def _lien_key(record: Mapping[str, Any]) -> str:
    """keccak256 of the ABI encoding of tag, purpose, delivery and secret (ledger.md, 12)."""
    texts = [str(record[member]).encode() for member in ("purpose", "delivery_id")]
    tails = [len(text).to_bytes(WORD) + text + b"\0" * (-len(text) % WORD) for text in texts]
    places = [4 * WORD, 4 * WORD + len(tails[0])]
    head = [
        keccak256(b"ferrotrace.delivery.v1"),
        *(place.to_bytes(WORD) for place in places),
        bytes.fromhex(record["delivery_secret"]),
    ]
    return keccak256(b"".join([*head, *tails])).hex()
