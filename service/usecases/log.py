"""The log as outsiders read it: final heads, exact entries, and proofs between any two sizes.

Nothing here is about anybody: an entry holds a kind, a place, a batch number and a salted hash.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop
from service.proof.hashing import checksum_address
from service.proof.log import EMPTY_ROOT, LogTree, leaf_hash
from service.storage import views
from service.storage.views import LogHeadRow
from service.usecases.ports import Deps

MOST_ENTRIES = 10_000
_ENTRIES_AT_ONCE = 1_000


class BeyondTheLogError(RuleBrokenError):
    """A size is asked for that the log has not reached, or two that stand the wrong way round."""

    message = gettext_noop("%(value)s is not a size of the log here; allowed is %(limit)s.")


class TooManyEntriesError(RuleBrokenError):
    """More entries are asked for at once than one answer holds."""

    message = gettext_noop("%(value)s entries were asked for; one answer holds at most %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedLog:
    """Where the log stands: its newest final head, and some heads before it, newest first.

    ``chain_id`` is None while nothing is final; ``head`` is then the root of the empty log.
    """

    registry: str
    chain_id: int | None
    size: int
    head: bytes
    seq: int
    heads: list[LogHeadRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """PROOF(first, D[second]) of RFC 9162 with both roots."""

    first: int
    second: int
    first_root: bytes
    second_root: bytes
    proof: list[bytes]


def published_log(deps: Deps, *, heads: int) -> PublishedLog:
    """The log with its newest final heads, at most ``heads`` of them."""
    with deps.db.transaction() as tx:
        newest_first = views.log_heads(tx, limit=heads)
    newest = newest_first[0] if newest_first else None
    return PublishedLog(
        registry=_checksummed(deps.issuer.document_store),
        chain_id=newest.chain_id if newest else None,
        size=newest.new_size if newest else 0,
        head=newest.head if newest else EMPTY_ROOT,
        seq=newest.seq if newest else 0,
        heads=newest_first,
    )


def published_heads(deps: Deps, *, limit: int, before: int | None) -> list[LogHeadRow]:
    """Final heads before the anchor call ``before`` (all, where it is None), newest first."""
    with deps.db.transaction() as tx:
        return views.log_heads(tx, limit=limit, before=before)


def published_entries(start: int, end: int, deps: Deps) -> Iterator[bytes]:
    """The entries from ``start`` to before ``end``, one by one.

    Raises ``BeyondTheLogError`` and ``TooManyEntriesError`` at once, before the first entry.
    """
    size = _size(deps)
    if end > size:
        raise BeyondTheLogError(field="to", value=end, limit=f"0 – {size}")
    if start > end:
        raise BeyondTheLogError(field="from", value=start, limit=f"0 – {end}")
    if end - start > MOST_ENTRIES:
        raise TooManyEntriesError(field="to", value=end - start, limit=MOST_ENTRIES)
    return _entries(start, end, deps)


def consistency(first: int, second: int, deps: Deps) -> ConsistencyProof:
    """Proof that the log of ``first`` entries is the beginning of the log of ``second``.

    Everything is computed from the stored entries. Raises ``BeyondTheLogError``.
    """
    size = _size(deps)
    if second > size:
        raise BeyondTheLogError(field="second", value=second, limit=f"1 – {size}")
    if first > second:
        raise BeyondTheLogError(field="first", value=first, limit=f"1 – {second}")
    tree = LogTree([leaf_hash(entry) for entry in _entries(0, second, deps)])
    return ConsistencyProof(
        first=first,
        second=second,
        first_root=tree.root(first),
        second_root=tree.root(second),
        proof=tree.consistency_proof(first, second),
    )


def _size(deps: Deps) -> int:
    newest = published_heads(deps, limit=1, before=None)
    return newest[0].new_size if newest else 0


def _entries(start: int, end: int, deps: Deps) -> Iterator[bytes]:
    """A slow reader keeps no transaction open: each part is read in one of its own."""
    for part in range(start, end, _ENTRIES_AT_ONCE):
        with deps.db.transaction() as tx:
            read = views.log_entries(tx, part, min(part + _ENTRIES_AT_ONCE, end))
        yield from read


def _checksummed(address: str) -> str:
    try:
        return checksum_address(bytes.fromhex(address.removeprefix("0x")))
    except ValueError:
        return address
