"""What several endpoints of one chain say together: finality is never one endpoint's word.

At least half of the endpoints must answer, and none may contradict: one that is behind does not,
one that names another block for the same height does (ledger.md, section 8.3).
"""

from typing import Literal

from service.chain.reader import HEADER_ONLY, EndpointsDisagreeError
from service.chain.rpc import Ask, ChainRefusedError, ChainUnavailableError, RpcClient
from service.chain.values import to_bytes

Tag = Literal["latest", "finalized"]


def is_settled(
    rpc: RpcClient, number: int, block_hash: bytes, *, tag: Tag, blocks_on_top: int = 0
) -> bool:
    """Whether the block is ``blocks_on_top`` below the block that ``tag`` names, or deeper.

    Raises ``ChainUnavailableError`` where fewer than half of the endpoints answer, and
    ``EndpointsDisagreeError`` where one has another block at this height.
    """

    votes = rpc.poll(lambda ask: _vote(ask, number, block_hash, tag, blocks_on_top))
    if None in votes:
        raise EndpointsDisagreeError(number=number)
    if not votes or 2 * len(votes) < rpc.endpoints:
        reason = f"{len(votes)} of {rpc.endpoints} endpoints answer"
        raise ChainUnavailableError(method="eth_getBlockByNumber", reason=reason)
    return 2 * votes.count(True) >= rpc.endpoints


def _vote(ask: Ask, number: int, block_hash: bytes, tag: Tag, blocks_on_top: int) -> bool | None:
    """Whether one endpoint finds the block settled; None where it has another block there."""
    tip = _number(ask, tag)
    found = ask("eth_getBlockByNumber", hex(number), HEADER_ONLY)
    if found is None:
        return False
    if to_bytes(found["hash"]) != block_hash:
        return None
    return tip is not None and tip - blocks_on_top >= number


def _number(ask: Ask, tag: Tag) -> int | None:
    """Height of the block that the tag names; None where the chain has none of that name."""
    try:
        block = ask("eth_getBlockByNumber", tag, HEADER_ONLY)
    except ChainRefusedError:  # a chain that finalizes nothing may answer with an error
        return None
    return None if block is None else int(block["number"], 16)
