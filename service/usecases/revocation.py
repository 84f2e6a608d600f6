"""Revocation of what a correction replaces, once the correction itself is on the chain."""

import json

from service.chain.registry import revocation_calldata
from service.proof.document import document_data
from service.storage import chain_task
from service.storage.chain_task import SupersedingEntry
from service.storage.db import Tx
from service.storage.locks import hold
from service.usecases.chain_task import request_chain_task
from service.usecases.ports import Deps
from service.usecases.task_work import REVOKE

SUPERSEDED = 4
"""Reason code of RFC 5280, as OpenAttestation uses it."""


def revoke_superseded(deps: Deps) -> int:
    """Ask for the revocation of each document whose correction is confirmed; how many."""
    with deps.db.transaction() as tx:
        hold(tx, "revocations")
        corrections = chain_task.corrections_on_chain(tx)
        for correction in corrections:
            _request(tx, correction, deps)
    return len(corrections)


def _request(tx: Tx, correction: SupersedingEntry, deps: Deps) -> None:
    superseded = str(document_data(json.loads(correction.document))["links"]["supersedes"])
    request_chain_task(
        tx,
        kind=REVOKE,
        to=deps.issuer.document_store,
        calldata=revocation_calldata(
            target_hash=bytes.fromhex(superseded),
            reason=SUPERSEDED,
            superseded_by=correction.target_hash,
        ),
        subject_id=superseded,
        deps=deps,
    )
