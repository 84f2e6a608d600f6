"""Hundreds of damaged documents: the verifiers of others and ours agree, or ours is stricter.

The documents are those of real bundles on a real node, damaged by ``tests.support.mutations``.
"""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from service.proof.trust import trust_bytes
from tests.support.mutations import mutations
from tests.support.stock_judges import Judges
from tests.support.stock_verifiers import INTEGRITY, STATUS, VALID

pytestmark = pytest.mark.xdist_group("npm")

SEED = 20_261_122
DAMAGED_OF = {"delivery": 170, "settlement": 130}
"""How many damaged documents of each kind are shown to all."""
BY = {
    (True, True): "all",
    (False, False): "nobody",
    (False, True): "them alone",
    (True, False): "us alone",
}
"""Who accepts a document, by integrity and status: whether we do, whether they do."""

_SCHEMA = "They pass over a document that does not fit their schema; it is INVALID to us."
_CONTRACT = (
    "They ask whatever contract a document names, we the one that a trusted source names for the"
    " domain (ledger.md, 20.17); without one nobody here can tell."
)
_NO_BUNDLE = "What has not the shape of the format is not asked about; its integrity is INVALID."
_ROOT = (
    "They ask for the root that the signature states, we for the root that its proof leads to;"
    " where these differ, integrity is INVALID to all."
)
DIFFERENCES = {
    (INTEGRITY, "INVALID", "VALID"): (
        "They hash whatever text stands at a leaf and overlook members that the format has not. We"
        " ask for uuid4:type:value with numbers as ECMAScript writes them (ledger.md, 3.2), for"
        " hashes in lower case and for nothing beside the format (20.17)."
    ),
    (INTEGRITY, "INVALID", "SKIPPED"): _SCHEMA,
    (STATUS, "INVALID", "VALID"): f"A document with a malformed leaf has no issuer to us. {_ROOT}",
    (STATUS, "INVALID", "SKIPPED"): _SCHEMA,
    (STATUS, "INVALID", "ERROR"): (
        "An address that is none makes their library throw; to us no issuer is stated."
    ),
    (STATUS, "ERROR", "VALID"): _CONTRACT,
    (STATUS, "ERROR", "INVALID"): _CONTRACT,
    (STATUS, "SKIPPED", "VALID"): _NO_BUNDLE,
    (STATUS, "SKIPPED", "INVALID"): _NO_BUNDLE,
    (STATUS, "VALID", "INVALID"): _ROOT,
    (STATUS, "VALID", "SKIPPED"): f"{_SCHEMA} Its batch was issued all the same.",
}
"""Where they and we say different things: fragment, our status, theirs, and the reason."""


def test_the_verifiers_agree_on_damaged_documents_or_ours_is_stricter(judges: Judges) -> None:
    accepted: Counter[str] = Counter()
    for kind, most in DAMAGED_OF.items():
        for name, raw, document in islice(_damaged(judges, kind), most):
            ours, theirs = judges.ours(raw), judges.theirs(document)
            assert not theirs.error, name
            assert {part: theirs.oa[part] for part in (INTEGRITY, STATUS)} == theirs.tt, name
            pairs = [(part, ours[part][0], theirs.tt[part][0]) for part in (INTEGRITY, STATUS)]
            differences = {pair for pair in pairs if pair[1] != pair[2]}
            assert differences <= DIFFERENCES.keys(), (name, differences)
            by_us = ours[INTEGRITY] == ours[STATUS] == VALID
            by_them = theirs.tt[INTEGRITY] == theirs.tt[STATUS] == VALID
            accepted[BY[by_us, by_them]] += 1
    assert accepted.total() == sum(DAMAGED_OF.values()) >= 300
    assert accepted["us alone"] == 0
    assert accepted["all"] >= 10
    assert accepted["nobody"] >= 200
    assert accepted["them alone"] <= 20


def _damaged(judges: Judges, kind: str) -> Iterator[tuple[str, bytes, Any]]:
    """Damaged bundles of which the document itself is other than it was, and can be read."""
    anchored = judges.anchored
    for name, raw in mutations(anchored.bundle(kind), trust_bytes(anchored.trust), SEED):
        try:
            document = json.loads(raw)["document"]
        except (ValueError, LookupError, TypeError):
            continue
        if document != anchored.document(kind):
            yield name, raw, document
