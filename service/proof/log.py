"""The log: one SHA-256 tree over all entries (RFC 6962, RFC 9162; ledger.md, section 5)."""

from collections.abc import Sequence

from service.proof.errors import LogProofError
from service.proof.hashing import sha256
from service.proof.jcs import canonical_json

ENTRY_VERSION = 1
EMPTY_ROOT = sha256(b"")
MAX_PROOF_LENGTH = 64
HASH_BYTES = 32


def log_entry(*, kind: str, seq: int, target_hash: str, batch: int) -> dict[str, str | int]:
    """The entry of one document: ``seq`` its zero-based place in the log, ``batch`` the anchor."""
    return {
        "v": ENTRY_VERSION,
        "type": kind,
        "seq": seq,
        "targetHash": target_hash,
        "batch": batch,
    }


def entry_bytes(*, kind: str, seq: int, target_hash: str, batch: int) -> bytes:
    """The bytes of an entry that are hashed: the canonical JSON of ``log_entry``."""
    return canonical_json(log_entry(kind=kind, seq=seq, target_hash=target_hash, batch=batch))


def leaf_hash(entry: bytes) -> bytes:
    """Leaf of an entry: SHA-256 of 0x00 and the entry bytes (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + entry)


def node_hash(left: bytes, right: bytes) -> bytes:
    """Inner node: SHA-256 of 0x01, the left and the right child."""
    return sha256(b"\x01" + left + right)


class LogTree:
    """Roots and proofs over a fixed list of leaf hashes, for every size up to its length.

    Full subtrees are kept, level by level, so that a root or a proof costs O(log n) hashes after
    the n hashes of building.
    """

    __slots__ = ("_levels",)

    def __init__(self, leaf_hashes: Sequence[bytes]) -> None:
        """Build over ``leaf_hashes`` (32 bytes each, in log order)."""
        self._levels = [list(leaf_hashes)]
        while len(self._levels[-1]) > 1:
            below = self._levels[-1]
            self._levels.append(
                [node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            )

    @property
    def size(self) -> int:
        """Number of entries."""
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        """The head over the first ``size`` entries (all of them by default)."""
        size = self.size if size is None else size
        self._require_size(size)
        return self._subtree_root(0, size) if size else EMPTY_ROOT

    def inclusion_proof(self, index: int, size: int | None = None) -> list[bytes]:
        """PATH(index, D[size]) of RFC 9162, section 2.1.3.1, bottom up."""
        size = self.size if size is None else size
        self._require_size(size)
        if not 0 <= index < size:
            raise LogProofError(value=f"entry {index}", limit=size)
        start, end, proof = 0, size, []
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._subtree_root(middle, end))
                end = middle
            else:
                proof.append(self._subtree_root(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, first: int, second: int | None = None) -> list[bytes]:
        """PROOF(first, D[second]) of RFC 9162, section 2.1.4.1; empty where both are equal."""
        second = self.size if second is None else second
        self._require_size(second)
        if not 0 < first <= second:
            raise LogProofError(value=f"head of size {first}", limit=second)
        start, end, whole, proof = 0, second, True, []
        while first != end:
            middle = start + _split(end - start)
            if first <= middle:
                proof.append(self._subtree_root(middle, end))
                end = middle
            else:
                proof.append(self._subtree_root(start, middle))
                start, whole = middle, False
        if not whole:
            proof.append(self._subtree_root(start, end))
        return proof[::-1]

    def _subtree_root(self, start: int, end: int) -> bytes:
        """Root over the entries from ``start`` to ``end``, as RFC 9162 splits them."""
        parts = []
        while start < end:
            level = (end - start).bit_length() - 1
            parts.append(self._levels[level][start >> level])
            start += 1 << level
        root = parts.pop()
        while parts:
            root = node_hash(parts.pop(), root)
        return root

    def _require_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise LogProofError(value=f"head of size {size}", limit=self.size)


def inclusion_holds(
    *, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether ``leaf`` is entry ``index`` of the log with ``size`` entries and ``root``.

    RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size or len(proof) > MAX_PROOF_LENGTH or len(leaf) != HASH_BYTES:
        return False
    fn, sn, node = index, size - 1, leaf
    for sibling in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            fn, sn = _up_to_left_branch(fn, sn)
        else:
            node = node_hash(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and node == root


def consistency_holds(
    *, first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the log of size ``first`` is the beginning of the log of size ``second``.

    RFC 9162, section 2.1.4.2. A head of size 0 is refused: it is the beginning of everything.
    """
    if not 0 < first <= second or len(proof) > MAX_PROOF_LENGTH:
        return False
    if first == second:
        return not proof and first_root == second_root
    if not proof:
        return False
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            fn, sn = _up_to_left_branch(fn, sn)
        else:
            new = node_hash(new, sibling)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and old == first_root and new == second_root


def _split(size: int) -> int:
    """Largest power of two smaller than ``size`` (at least 2)."""
    return 1 << ((size - 1).bit_length() - 1)


def _up_to_left_branch(fn: int, sn: int) -> tuple[int, int]:
    while fn and not fn & 1:
        fn, sn = fn >> 1, sn >> 1
    return fn, sn
