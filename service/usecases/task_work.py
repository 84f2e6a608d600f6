"""A chain task on its way: a revocation, or an order of a lien that is relayed."""

from dataclasses import dataclass
from typing import Final

from service.chain.registry import RegistryClient
from service.chain.values import EventPlace
from service.domain.errors import ConflictError, gettext_noop
from service.proof.hashing import sha256
from service.storage import batches, chain_task
from service.storage.chain_task import ChainTaskRow
from service.storage.db import Tx
from service.storage.trail import TASKS, Owner, StepRow, Trail
from service.usecases.anchorage import Anchorage
from service.usecases.batch_work import batch_status
from service.usecases.chain_work import FinalProof, Standing
from service.usecases.ports import Deps

REVOKE: Final = "revoke"
TARGET_HASH = slice(4, 36)
"""Where the calldata of a revocation has the hash that it revokes."""


class TaskBrokenError(ConflictError):
    """A stored call is not the one that was asked for; it is not sent."""

    message = gettext_noop("The stored call has hash %(value)s, asked for was %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWork:
    """One call of a contract that somebody asked for."""

    task: ChainTaskRow

    @property
    def trail(self) -> Trail:
        """Where tasks leave their steps."""
        return TASKS

    @property
    def owner(self) -> Owner:
        """The id of the task."""
        return self.task.task_id

    @property
    def to(self) -> str:
        """The contract that is called."""
        return self.task.to_address

    @property
    def target_hash(self) -> bytes:
        """The document that a revocation revokes."""
        return self.task.calldata[TARGET_HASH]

    def calldata(self, deps: Deps) -> bytes:
        """The call as it was asked for; raises ``TaskBrokenError`` where it is another one."""
        with deps.db.transaction() as tx:
            asked = TASKS.of(tx, self.task.task_id)[0].detail
        found = {
            "kind": self.task.kind,
            "to": self.task.to_address,
            "subject": self.task.subject_id,
            "calldata": sha256(self.task.calldata).hex(),
        }
        if found != asked:
            raise TaskBrokenError(value=found["calldata"], limit=asked.get("calldata", ""))
        return self.task.calldata

    def standing(self, registry: RegistryClient) -> Standing:
        """A revocation is done when the document is revoked; a relayed order shows no state of its
        own, so that its receipt alone tells."""
        if self.task.kind == REVOKE and registry.is_revoked(self.target_hash):
            return Standing.DONE
        return Standing.OPEN

    def done_at(self, registry: RegistryClient) -> EventPlace | None:
        """Where the document was revoked."""
        return registry.revocation(self.target_hash) if self.task.kind == REVOKE else None

    def is_held(self, registry: RegistryClient, now_in: StepRow) -> bool:
        """Whether the document is revoked, or the relayed order is still in its block."""
        if self.task.kind == REVOKE:
            return registry.is_revoked(self.target_hash)
        receipt = registry.receipt(bytes.fromhex(now_in.detail["tx"]))
        return receipt is not None and receipt.succeeded

    def final_proof(self, anchorage: Anchorage, now_in: StepRow, deps: Deps) -> FinalProof | None:
        """After a revocation the status of the document's whole batch; nothing for others."""
        batch_no = self._batch_no(deps)
        if batch_no is None:
            return None
        at = anchorage.settled_block(now_in)
        status = batch_status(anchorage.registry, batch_no, at=at, deps=deps)
        return FinalProof(parts={"status": status}, digest=sha256(status))

    def keep(self, tx: Tx, proof: FinalProof, final: StepRow) -> None:
        """Store the status of the batch."""
        place = batches.entry_of(tx, self.target_hash)
        assert place is not None  # noqa: S101 # its batch had a status a moment ago
        row = chain_task.StatusProofRow(
            task_id=self.task.task_id,
            step=final.step,
            batch_no=place.batch_no,
            status=proof.parts["status"],
            sha256=proof.digest,
            stored_at=final.at,
        )
        chain_task.add_status_proof(tx, row)

    def _batch_no(self, deps: Deps) -> int | None:
        if self.task.kind != REVOKE:
            return None
        with deps.db.transaction() as tx:
            place = batches.entry_of(tx, self.target_hash)
        return None if place is None else place.batch_no
