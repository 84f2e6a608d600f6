"""Reads one contract and its chain, and changes nothing: all that a verifier may ask.

Every method raises ``UnavailableError`` where no endpoint can tell; unknown is never "no".
"""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from eth_abi.abi import decode
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from service.chain.contract import decode_word, encode_call
from service.chain.rpc import DEFAULT_TIMEOUT_S, ChainRefusedError, ChainUnavailableError, RpcClient
from service.chain.values import Block, LogHead, block_from_json, to_bytes, to_hex
from service.domain.errors import UnavailableError, gettext_noop

LATEST = "latest"
FINALIZED = "finalized"
HEADER_ONLY = False  # second parameter of eth_getBlockBy…: hashes of transactions, not bodies
WORD_BYTES = 32
LIEN_OF = "lienOf(bytes32)"
LIEN_TYPES = ("uint8", "address", "uint64", "uint16")  # state, bank, expiry, released_bp
_NO_LIEN, _RESERVED = 0, 1


class EndpointsDisagreeError(UnavailableError):
    """Endpoints of one chain name different blocks for one height, so nothing can be told."""

    message = gettext_noop("The endpoints name different blocks for height %(number)s.")


class NotARegistryError(UnavailableError):
    """The address does not answer like the contract, so it cannot tell anything."""

    message = gettext_noop("%(address)s does not answer %(function)s as its contract would.")


class ContractReader:
    """Read-only view of the contract at ``address`` over one or more JSON-RPC endpoints."""

    def __init__(
        self,
        rpc_urls: Sequence[str],
        address: str,
        *,
        chain_id: int | None = None,
        timeout_s: float = DEFAULT_TIMEOUT_S,
    ) -> None:
        self.address = address
        self.rpc = RpcClient(rpc_urls, chain_id=chain_id, timeout_s=timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.rpc.close()

    def chain_id(self) -> int:
        return self.rpc.chain_id()

    def block(self, which: int | bytes | str) -> Block | None:
        """A block by number, hash or tag (``latest``, ``finalized``); None where there is none."""
        if isinstance(which, bytes):
            answer = self._ask("eth_getBlockByHash", to_hex(which), HEADER_ONLY)
        elif which == FINALIZED:
            answer = self._finalized()
        else:
            answer = self._ask("eth_getBlockByNumber", _block_name(which), HEADER_ONLY)
        return None if answer is None else block_from_json(answer)

    def block_hash(self, number: int) -> bytes | None:
        """Hash of the block at this height, on which all endpoints that answer must agree."""
        answers = list(self.rpc.answers("eth_getBlockByNumber", hex(number), HEADER_ONLY))
        if not answers:
            raise ChainUnavailableError(method="eth_getBlockByNumber", reason="no endpoint answers")
        # An endpoint that is behind has no such block yet: that contradicts nobody.
        hashes = {answer["hash"] for answer in answers if answer is not None}
        if len(hashes) > 1:
            raise EndpointsDisagreeError(number=number)
        return to_bytes(hashes.pop()) if hashes else None

    def code_hash(self, address: str) -> bytes:
        """keccak-256 of the runtime code at ``address``; of nothing where there is no code."""
        return keccak(to_bytes(self._ask("eth_getCode", address, LATEST)))

    def _finalized(self) -> Any:
        """The finalized block; a chain that finalizes nothing may answer with an error."""
        try:
            return self.rpc.call("eth_getBlockByNumber", FINALIZED, HEADER_ONLY)
        except ChainRefusedError:
            return None

    def _view(self, signature: str, type_name: str, *arguments: Any, at: int | str = LATEST) -> Any:
        call = {"to": self.address, "data": to_hex(encode_call(signature, *arguments))}
        data = to_bytes(self._ask("eth_call", call, _block_name(at)))
        if len(data) != WORD_BYTES:
            raise NotARegistryError(address=self.address, function=signature)
        return decode_word(type_name, data)

    def _ask(self, method: str, *params: Any) -> Any:
        """Result of a read; a node that refuses to answer one leaves it unknown."""
        try:
            return self.rpc.call(method, *params)
        except ChainRefusedError as refusal:
            raise ChainUnavailableError(method=method, reason=refusal.reason) from refusal


class ChainReader(ContractReader):
    """Read-only view of the evidence registry at ``address``."""

    def is_issued(self, root: bytes) -> bool:
        return bool(self._view("isIssued(bytes32)", "bool", root))

    def is_revoked(self, node: bytes) -> bool:
        """Whether this very hash (target hash, inner node or root) was revoked."""
        return bool(self._view("isRevoked(bytes32)", "bool", node))

    def issued_at(self, root: bytes) -> int | None:
        """Time of issue in seconds since 1970 UTC, or None."""
        return self._view("issuedAt(bytes32)", "uint64", root) or None

    def validators(self) -> list[str]:
        """Accounts (``0x…``) that seal the blocks of a QBFT chain now.

        Empty where the node does not say: of another chain, or with that part of its API closed.
        """
        try:
            named = self.rpc.call("qbft_getValidatorsByBlockNumber", LATEST)
        except ChainRefusedError:
            return []
        return [to_checksum_address(account) for account in named]

    def lien_holder(self, lien_registry: str, key: bytes) -> str | None:
        """The bank (``0x…``) that holds a delivery in the lien registry, None where nobody does.

        A reservation that ran out holds nothing.
        """
        call = {"to": lien_registry, "data": to_hex(encode_call(LIEN_OF, key))}
        data = to_bytes(self._ask("eth_call", call, LATEST))
        if len(data) != WORD_BYTES * len(LIEN_TYPES):
            raise NotARegistryError(address=lien_registry, function=LIEN_OF)
        state, bank, expiry, _ = decode(LIEN_TYPES, data)
        if state == _RESERVED:
            latest = self.block(LATEST)
            state = _RESERVED if latest is None or latest.time_s <= expiry else _NO_LIEN
        return to_checksum_address(bank) if state != _NO_LIEN else None

    def log_head(self) -> LogHead:
        """Size, seq and head of the log, all read at one block."""
        number = int(self._ask("eth_blockNumber"), 16)
        return LogHead(
            size=self._view("size()", "uint64", at=number),
            seq=self._view("seq()", "uint64", at=number),
            head=self._view("head()", "bytes32", at=number),
            block_number=number,
        )


def _block_name(which: int | str) -> str:
    return hex(which) if isinstance(which, int) else which
