"""The worker's part in keys: those of the sites and of the anchoring account come on record."""

from datetime import UTC, datetime

from service.domain.errors import ConflictError, gettext_noop
from service.storage.key_epoch import current_epoch
from service.usecases.anchorage import Anchorage
from service.usecases.key_epoch import ANCHOR, state_anchor_key, state_site_keys
from service.usecases.ports import Deps


class OtherChainError(ConflictError):
    """Receipts would be signed for another chain than the one that documents are anchored on."""

    message = gettext_noop(
        "The settings name chain %(value)s, the node answers for chain %(limit)s."
        " Set FERROTRACE_CHAIN_ID for web and worker."
    )


def keep_keys(deps: Deps, anchorage: Anchorage) -> None:
    """State every key that is not on record; harmless to repeat.

    Raises OtherChainError where receipts and anchors would not be for the same chain.
    """
    state_site_keys(deps)
    address = anchorage.signer.address
    with deps.db.transaction() as tx:
        known = current_epoch(tx, ANCHOR, None)
    if known is not None and known.address == bytes.fromhex(address.removeprefix("0x")):
        return
    chain_id = anchorage.registry.chain_id()
    if chain_id != deps.issuer.chain_id:
        raise OtherChainError(value=deps.issuer.chain_id, limit=chain_id)
    since = anchorage.registry.block("finalized") or anchorage.registry.block("latest")
    if since is not None:  # blocks to come cannot be older than one that is final
        state_anchor_key(address, valid_from=datetime.fromtimestamp(since.time_s, UTC), deps=deps)
