"""Audits as tests run them at their end."""

from service.usecases.audit import Chain, audit
from service.usecases.audit.difference import unknown
from tests.support.company import Company


def assert_audit_clean(company: Company, chain: Chain | None = None) -> None:
    """Fail with every difference that an audit finds.

    Without ``chain`` all but the chain is compared. With one, the company must have been made for
    its registry: ``company_on(url, registry=chain.address)``.
    """
    found = audit(company.deps.db, chain).differences
    not_asked = unknown("chain", "-", "no chain was asked")
    told = [str(difference) for difference in found if difference != not_asked]
    assert not told, "\n".join(told)
