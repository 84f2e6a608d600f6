"""The committed gas report is what the contracts use, and no figure of it rises."""

from collections.abc import Iterator

import pytest

from service.proof.document import document_data
from service.proof.schema import document_schema, violations
from tests.support.gas import (
    EAS_ATTESTATION,
    MOST_GAS_PER_RECORD,
    REPORT,
    Gas,
    chain_of_its_own,
    measured,
    report,
    report_figures,
)
from tests.support.gas_documents import delivery_documents
from tests.support.registry_on_chain import require_anvil


@pytest.fixture(scope="module")
def gas() -> Iterator[Gas]:
    require_anvil()
    with chain_of_its_own() as registry:
        yield measured(registry)


def test_no_call_costs_more_than_the_committed_report_says(gas: Gas) -> None:
    committed = report_figures(REPORT.read_text("utf-8"))
    assert gas.figures.keys() <= committed.keys()
    risen = {what: used for what, used in gas.figures.items() if used > committed[what]}
    assert not risen, "python -m tests.support.gas writes the report, where the rise is meant"


def test_committed_report_is_the_one_that_would_be_written(gas: Gas) -> None:
    assert REPORT.read_text("utf-8") == report(gas)


def test_record_in_a_batch_of_real_documents_costs_little(gas: Gas) -> None:
    assert gas.per_record <= MOST_GAS_PER_RECORD
    assert gas.per_record * 250 < EAS_ATTESTATION


def test_no_call_costs_much_more_than_the_published_one(gas: Gas) -> None:
    for what, reference in gas.reference.items():
        assert gas.registry[what] * 100 <= reference * 101, what


def test_documents_of_the_measurement_are_such_as_the_product_writes() -> None:
    for document in delivery_documents(3):
        assert violations(document_data(document), document_schema("delivery")) == []
