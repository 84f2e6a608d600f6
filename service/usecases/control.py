"""Control documents: the rules by which evidence is read, stated in the same log as the evidence.

The disclosure policy and each factor set that is shipped are stated once; a new one is stated when
the version that ships it starts.
"""

from collections.abc import Mapping
from typing import Any

from service.domain.factors import factor_sets
from service.domain.instants import utc_text, whole_second
from service.proof.policy import POLICY_ID, policy_audiences
from service.storage.db import Tx
from service.storage.journal import is_journaled
from service.storage.locks import hold
from service.usecases.evidence import Evidence, record_document
from service.usecases.ports import Deps

FACTOR_SOURCE = "the publications that its records name"
"""Where the factors are from: every record of a set names its publication (carbon.md, 2)."""


def state_control_documents(deps: Deps) -> int:
    """State what was not stated before; how many documents that were."""
    with deps.db.transaction() as tx:
        hold(tx, "control documents")
        stated = _state(tx, "policy", POLICY_ID, {"audiences": policy_audiences()}, deps)
        for factors in factor_sets():
            record = {
                "sha256": factors.sha256,
                "source": FACTOR_SOURCE,
                "title": f"Emission factors {factors.version}",
            }
            stated += _state(tx, "factor-set", factors.factor_set_id, record, deps)
    return stated


def _state(tx: Tx, kind: str, name: str, record: Mapping[str, Any], deps: Deps) -> int:
    """Journal the statement where its name is new; 1 then, else 0."""
    if is_journaled(tx, kind, name):
        return 0
    now = whole_second(deps.now())
    evidence = Evidence(
        kind=kind,
        document_id=name,
        subject_id=name,
        recorded_at=now,
        record={f"{kind.replace('-', '_')}_id": name, **record, "stated_at": utc_text(now)},
    )
    record_document(tx, evidence, deps)
    return 1
