"""What is sealed is what storage holds: documents, entries, roots; and how many at a time."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, text

from service.proof.batch import BatchTree
from service.proof.log import LogTree, consistency_holds, leaf_hash
from service.storage import batches
from service.storage.db import Database
from service.storage.tables import journal
from service.usecases import sealing
from service.usecases.sealing import DocumentBrokenError, seal
from tests.support.company import Company
from tests.support.database import TestDatabase


@pytest.fixture
def tamper(company_database: TestDatabase) -> Callable[[str], None]:
    """Runs SQL as the owner of the tables, who alone can."""

    def run(statement: str) -> None:
        owner = Database(company_database.owner_url, pool_size=1)
        with owner.transaction() as tx:
            tx.execute(text(statement))
        owner.close()

    return run


def test_batches_are_cut_at_the_largest_size_and_each_contains_what_was_before(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "LARGEST_BATCH", 2)
    company.receive()
    sealed = [seal(company.deps) for _ in range(4)]
    first, second, third = (batch for batch in sealed if batch)
    assert [batch.new_size for batch in (first, second, third)] == [2, 4, 5]
    assert first.consistency_proof == b""
    for before, after in ((first, second), (second, third)):
        proof = after.consistency_proof
        assert consistency_holds(
            first=before.new_size,
            second=after.new_size,
            first_root=before.head,
            second_root=after.head,
            proof=[proof[start : start + 32] for start in range(0, len(proof), 32)],
        )
    with company.deps.db.transaction() as tx:
        hashes = list(
            tx.execute(select(journal.c.target_hash).order_by(journal.c.journal_id)).scalars()
        )
        assert third.head == LogTree([leaf_hash(e) for e in batches.all_entries(tx)]).root()
        assert batches.leaves_of(tx, 2) == hashes[2:4]
    assert second.batch_root == BatchTree(hashes[2:4]).root


@pytest.mark.parametrize(
    "changed",
    [
        "document = set_byte(document, 200, get_byte(document, 200) # 1)",
        "document = set_byte(document, length(document) - 1, 32)",
        "document = overlay(document placing '!' from position('SHA3' in document))",
        "document = '[]'",
        "kind = 'ticket', document_id = 'another'",
    ],
)
def test_nothing_is_sealed_over_a_document_that_is_not_what_was_hashed(
    company: Company, tamper: Callable[[str], None], changed: str
) -> None:
    company.receive()
    tamper(f"UPDATE journal SET {changed} WHERE journal_id = 2")  # noqa: S608 # one of the above
    with pytest.raises(DocumentBrokenError):
        seal(company.deps)
    with company.deps.db.transaction() as tx:
        assert batches.last_batch(tx) is None
