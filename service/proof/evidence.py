"""What the bundle proves about the chain: its header, receipt and state proofs, each followed.

A function returns what is proven, or the finding that says why it is not: a code of CHAIN_ANCHOR.
"""

from dataclasses import dataclass

from service.proof.bundle import AnchorPart, BlockPart, LogHead, StatusPart
from service.proof.case import Case
from service.proof.errors import HeaderError, ProofError, StateProofError
from service.proof.families import CHAIN_ANCHOR
from service.proof.hashing import keccak256
from service.proof.header import BlockHeader, decode_header
from service.proof.issuer import Standing
from service.proof.qbft import is_sealed
from service.proof.receipt import HeadAdvanced, decode_receipt, head_advanced
from service.proof.registry import slots_of_document, split_size_seq
from service.proof.rlp import decode_rlp, decode_rlp_list, decode_uint, encode_rlp, encode_uint
from service.proof.signature import CanNotRecoverError
from service.proof.trie import trie_value
from service.proof.verdict import Check

CONTRADICTED, RECEIPT_INVALID, EVENT_MISMATCH = 1, 2, 3
STATE_INVALID, NOT_EXPECTED, BATCH_ROOT_MISMATCH, NOT_FINAL, HEADER_UNKNOWN = 5, 6, 7, 8, 9


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryState:
    """The registry as of one block, proven: times in seconds since 1970, 0 for never."""

    header: BlockHeader
    head: LogHead
    issued_at: int
    revoked: frozenset[bytes]
    revoke_reason: int
    superseded_by: int


def expected_contract(case: Case) -> Check | None:
    """Why the issuer's registry is not the one a trusted source names, or None where it is."""
    location = case.stated.location if case.stated else "the issuer"
    if case.standing is Standing.UNKNOWN:
        return CHAIN_ANCHOR.error(0, f"No trusted source names the registry of {location}.")
    if case.issuer is None:
        return CHAIN_ANCHOR.invalid(
            NOT_EXPECTED, f"{location} anchors in another contract or on another chain."
        )
    status = case.bundle.status
    codes = {case.issuer.code_hash}
    if case.answers:
        codes.add(case.answers.code_hash)
    if status:
        codes.add(status.code_hash)
    if len(codes) > 1:
        return CHAIN_ANCHOR.invalid(NOT_EXPECTED, "The contract's code is not the published one.")
    return None


def consistent_header(block: BlockPart) -> BlockHeader | Check:
    """The header of ``block`` where it has the number and the hash that the bundle states."""
    try:
        header = decode_header(block.header_rlp)
    except HeaderError as error:
        return CHAIN_ANCHOR.invalid(CONTRADICTED, str(error))
    if (header.hash, header.number) != (block.hash, block.number):
        return CHAIN_ANCHOR.invalid(
            CONTRADICTED, f"The header of block {block.number} has another number or hash."
        )
    return header


def trusted_header(
    case: Case, chain_id: int, header: BlockHeader, block: BlockPart
) -> Check | None:
    """Why no trusted source stands for the ``header`` of ``block``, or None where one does.

    It is named by its hash, in the trust file or by the live chain; or else sealed by validators.
    """
    named = [case.trust.block_hash(chain_id, header.number)]
    if case.answers:
        named.append(case.answers.block_hashes.get(header.number))
    hashes = {digest for digest in named if digest is not None}
    if not hashes and sealed_by_validators(case, chain_id, block):
        return None
    if not hashes:
        return CHAIN_ANCHOR.error(
            HEADER_UNKNOWN, f"No trusted source names the hash of block {header.number}."
        )
    if hashes != {header.hash}:
        return CHAIN_ANCHOR.invalid(
            CONTRADICTED, f"A trusted source names another hash for block {header.number}."
        )
    return None


def sealed_by_validators(case: Case, chain_id: int, block: BlockPart) -> bool:
    """Whether two thirds of the validators that the trust file names sealed ``block``."""
    try:
        return is_sealed(block.header_rlp, block.seals, case.trust.validators.get(chain_id, ()))
    except CanNotRecoverError:
        return False  # nobody here can tell


def proven_event(anchor: AnchorPart, header: BlockHeader) -> HeadAdvanced | Check:
    """The event of the anchor, from the receipt under the block's receipts root."""
    try:
        key = encode_rlp(encode_uint(anchor.tx_index))
        if trie_value(header.receipts_root, key, anchor.receipt_proof) != anchor.receipt:
            return CHAIN_ANCHOR.invalid(RECEIPT_INVALID, "The block holds another receipt.")
        receipt = decode_receipt(anchor.receipt)
    except ProofError as error:
        return CHAIN_ANCHOR.invalid(RECEIPT_INVALID, str(error))
    if not receipt.succeeded or anchor.log_index >= len(receipt.logs):
        return CHAIN_ANCHOR.invalid(EVENT_MISMATCH, "The transaction left no such event.")
    try:
        return head_advanced(receipt.logs[anchor.log_index])
    except ProofError as error:
        return CHAIN_ANCHOR.invalid(EVENT_MISMATCH, str(error))


def consistent_state(case: Case) -> RegistryState | Check | None:
    """The registry's state that ``status`` proves under its own header; None without ``status``.

    Whether that header is the chain's is the question of ``trusted_header``.
    """
    anchor, status = case.bundle.anchor, case.bundle.status
    if anchor is None or status is None:
        return None
    header = consistent_header(status.block)
    if isinstance(header, Check):
        return header
    try:
        _require_account(status, header, anchor.address)
        return _registry_state(case, status, header)
    except ProofError as error:
        return CHAIN_ANCHOR.invalid(STATE_INVALID, str(error))


def _require_account(status: StatusPart, header: BlockHeader, address: bytes) -> None:
    account = trie_value(header.state_root, keccak256(address), status.account_proof)
    fields = decode_rlp_list(account or b"\xc0")
    if fields[2:] != [status.storage_hash, status.code_hash]:
        raise StateProofError(limit="the account has another storage or code")


def _registry_state(case: Case, status: StatusPart, header: BlockHeader) -> RegistryState:
    expected = slots_of_document(case.nodes)
    if [(word.name, word.key, word.slot) for word in status.storage] != [
        (slot.name, slot.key, slot.slot) for slot in expected
    ]:
        raise StateProofError(limit="the storage words are not those of this document")
    for word in status.storage:
        stored = trie_value(status.storage_hash, keccak256(word.slot), word.proof)
        if word.value != (0 if stored is None else _nonzero(stored)):
            raise StateProofError(limit=f"{word.name} has another value")
    size_seq, head, issued_at, *revoked_at, reason, successor = (
        word.value for word in status.storage
    )
    return RegistryState(
        header=header,
        head=LogHead(size=split_size_seq(size_seq)[0], root=head.to_bytes(32, "big")),
        issued_at=issued_at,
        revoked=frozenset(node for node, time in zip(case.nodes, revoked_at, strict=True) if time),
        revoke_reason=reason,
        superseded_by=successor,
    )


def _nonzero(stored: bytes) -> int:
    """The word under its RLP; zero is never stored, its key is absent."""
    return decode_uint(decode_rlp(stored))
