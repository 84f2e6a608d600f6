"""The policy and the factor sets are on record once, from the first start on."""

from service.domain.factors import DEFAULT_FACTOR_SET_ID, factor_set
from service.proof.policy import POLICY_ID, policy_audiences
from service.storage.journal import entries_of
from service.usecases.control import state_control_documents
from service.usecases.reading import document_record
from tests.support.audits import assert_audit_clean
from tests.support.company import Company


def test_policy_and_factor_sets_are_stated_once(company: Company) -> None:
    assert state_control_documents(company.deps) == 2
    assert state_control_documents(company.deps) == 0
    with company.deps.db.transaction() as tx:
        (policy,) = entries_of(tx, POLICY_ID)
        (factors,) = entries_of(tx, DEFAULT_FACTOR_SET_ID)
    assert document_record(policy)["audiences"] == policy_audiences()
    assert document_record(factors)["sha256"] == factor_set().sha256
    assert_audit_clean(company)
