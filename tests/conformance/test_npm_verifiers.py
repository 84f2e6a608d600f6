"""The verifiers that others wrote and publish on npm judge our documents as we do.

The documents come from the product's own use cases; its worker anchored them on a real node.
"""

import json
from copy import deepcopy

import pytest

from service.proof.redaction import redact
from service.proof.registry import dns_record
from service.usecases.bundle import bundle
from tests.support.stock_judges import Judges
from tests.support.stock_verifiers import IDENTITY, INTEGRITY, STATUS, VALID, Finding

pytestmark = pytest.mark.xdist_group("npm")

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens
KINDS = (
    "weighing",
    "ticket",
    "grade-proposal",
    "grade-decision",
    "delivery",
    "plant-receipt",
    "settlement",
    "payment",
    "lien",
    "carbon-statement",
    "correction",
    "appeal",
    "grade-review",
    "key-epoch",
    "policy",
    "factor-set",
)


def all_valid(found: dict[str, Finding]) -> bool:
    return found == {INTEGRITY: VALID, STATUS: VALID, IDENTITY: VALID}


def test_every_kind_of_document_is_made(judges: Judges) -> None:
    assert {name.split()[0] for name in judges.anchored.bundles} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_document_of_each_kind_is_valid_everywhere(judges: Judges, kind: str) -> None:
    assert all_valid(judges.agreed(judges.anchored.document(kind)))


@pytest.mark.parametrize(
    ("kind", "hidden"),
    [
        ("ticket", ["personal", "record.ticket_no"]),
        ("delivery", ["record.lines", "record.delivery_secret", "personal"]),
        ("settlement", ["links", "record"]),
    ],
)
def test_a_redacted_document_is_valid_everywhere(
    judges: Judges, kind: str, hidden: list[str]
) -> None:
    redacted = redact(judges.anchored.document(kind), hidden)
    assert all_valid(judges.agreed(redacted))


def test_a_tampered_document_is_invalid_everywhere(judges: Judges) -> None:
    document = deepcopy(judges.anchored.document("delivery"))
    document["data"]["record"]["net_kg"] += "0"
    found = judges.agreed(document)
    assert found[INTEGRITY] == ("INVALID", 0, "DOCUMENT_TAMPERED")
    assert (found[STATUS], found[IDENTITY]) == (VALID, VALID)


def test_a_document_in_the_place_of_another_is_invalid_everywhere(judges: Judges) -> None:
    first, second = (judges.anchored.document(kind) for kind in ("ticket", "grade-decision"))
    found = judges.agreed({**first, "signature": second["signature"]})
    assert found[INTEGRITY] == ("INVALID", 0, "DOCUMENT_TAMPERED")


def test_a_revoked_document_is_revoked_everywhere_and_its_neighbours_are_not(
    judges: Judges,
) -> None:
    ticket, corrected = judges.anchored.documents("ticket")
    found = judges.agreed(corrected)
    assert found[STATUS] == ("INVALID", 5, "DOCUMENT_REVOKED")
    assert (found[INTEGRITY], found[IDENTITY]) == (VALID, VALID)
    assert all_valid(judges.agreed(ticket))
    assert all_valid(judges.agreed(judges.anchored.document("correction")))


def test_a_document_that_no_batch_holds_yet_is_not_issued_everywhere(judges: Judges) -> None:
    company = judges.anchored.company
    ticket = company.receive().ticket
    waiting = json.loads(bundle(ticket.target_hash.hex(), company.deps))["document"]
    found = judges.agreed(waiting)
    assert found[STATUS] == ("INVALID", 1, "DOCUMENT_NOT_ISSUED")
    assert (found[INTEGRITY], found[IDENTITY]) == (VALID, VALID)


def test_a_chain_that_is_down_is_an_error_everywhere_and_never_invalid(judges: Judges) -> None:
    found = judges.agreed(judges.anchored.document("settlement"), rpc_url=NOWHERE)
    assert found == {
        INTEGRITY: VALID,
        STATUS: ("ERROR", 0, "UNEXPECTED_ERROR"),
        IDENTITY: VALID,
    }


def test_a_domain_that_names_another_registry_is_no_match_everywhere(judges: Judges) -> None:
    found = judges.agreed(judges.anchored.document("delivery"), dns=dns_record(1337, bytes(20)))
    assert found[IDENTITY] == ("INVALID", 4, "MATCHING_RECORD_NOT_FOUND")
    assert (found[INTEGRITY], found[STATUS]) == (VALID, VALID)


def test_a_name_server_that_is_silent_is_an_error_everywhere(judges: Judges) -> None:
    found = judges.agreed(judges.anchored.document("delivery"), dns=None)
    assert found[IDENTITY] == ("ERROR", 0, "UNEXPECTED_ERROR")
