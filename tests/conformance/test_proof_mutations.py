"""Damaged bundles of many kinds: never an exception, never VALID but where nothing counts.

The same mutants are what the verifiers of other languages are compared on.
"""

from functools import cache
from itertools import islice

import pytest

from service.proof.trust import Trust, trust_bytes
from service.proof.verdict import Status
from service.proof.verify import verify
from tests.support.bundles import corpus, expected
from tests.support.mutations import mutations

SEED = 20_260_301
MAY_STAY_VALID = (
    # spelled otherwise
    "escaped",
    "members in another order",
    "pretty printed",
    "white space around",
    # a proof that the holder may take out, a field that they may hide
    "hide ",
    "nothing hidden",
    "drop promise",
    "drop identity",
    "drop log.consistency",
    "without identity and promise",
    # says no more than before, or is informative
    "consistency with itself",
    "twice identity.records.0",
    "drop identity.dnssec",
    "negate identity.dnssec",
    "queriedAt",
    "txHash",
)


@cache
def good() -> tuple[dict[str, bytes], Trust]:
    return corpus()["good"]


@pytest.mark.parametrize("name", ["gross", "settlement", "lien"])
def test_no_damage_is_valid_and_none_raises(name: str) -> None:
    files, trust = good()
    found = list(mutations(files[name], trust_bytes(trust), SEED))
    assert len({raw for _, raw in found}) == len({what for what, _ in found}) == len(found) >= 300
    for what, raw in found:
        if verify(raw, trust=trust).verdict is Status.VALID:
            assert any(harmless in what for harmless in MAY_STAY_VALID), what


def test_the_same_seed_gives_the_same_mutants_and_another_seed_others() -> None:
    files, trust = good()

    def first(seed: int) -> list[tuple[str, bytes]]:
        return list(islice(mutations(files["ticket"], trust_bytes(trust), seed), 20))

    assert first(1) == first(1) != first(2)


def test_the_corpus_has_every_finding_that_a_document_can_earn() -> None:
    found = {
        (type_name, *outcome)
        for files, trust in corpus().values()
        for verdicts in expected(files, trust).values()
        for verdict in verdicts.values()
        for type_name, outcome in verdict["checks"].items()
    }
    assert {
        *(("RECORD_SEMANTICS", "INVALID", code) for code in (1, 2, 3, 5)),
        ("RECORD_SEMANTICS", "ERROR", 6),
        *(("LINEAGE", "INVALID", code) for code in (2, 3, 6)),
        ("LINEAGE", "ERROR", 7),
        ("DOCUMENT_STATUS", "INVALID", 5),
        ("ISSUER_IDENTITY", "INVALID", 1),
        *(("LOG_INCLUSION", "INVALID", code) for code in (5, 6)),
    } <= found


def test_what_is_good_is_valid_alone_and_together() -> None:
    for verdicts in expected(*good()).values():
        assert {verdict["verdict"] for verdict in verdicts.values()} == {"VALID"}
