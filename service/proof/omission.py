"""A promise alone: was the document in the log in time, or is its absence proof of omission?

Whoever holds a promise needs no document: the log's entries are public, and a head that a trusted
source names says whether they are all of them (ledger.md, section 18).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeAlias

from service.domain.errors import UnavailableError
from service.proof.batch import BatchTree
from service.proof.bundle import LogEntry, LogHead
from service.proof.bundle_reader import read_entry
from service.proof.chain_view import ChainAnswers, ChainReader, Questions, ask_chain
from service.proof.checks.promise import OVERDUE, PROMISE_INVALID, Signer, signer_of
from service.proof.errors import DuplicateLeafError, FileShapeError
from service.proof.families import LOG_INCLUSION
from service.proof.hashing import checksum_address
from service.proof.log import LogTree, entry_bytes, leaf_hash
from service.proof.promise import InclusionPromise
from service.proof.shape import format_unix_time
from service.proof.strict_json import parse_json
from service.proof.trust import Trust, TrustedIssuer
from service.proof.verdict import AsOf, Check, Verdict

ReaderOf: TypeAlias = Callable[[str], ChainReader | None]
"""A live view of the registry at an address (EIP-55), None where no chain is asked."""

UNEXPECTED = 0
_NO_ROOT = bytes(32)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sighting:
    """A head that a trusted source names, and a time (seconds since 1970) at which it was so."""

    head: LogHead
    time_s: int | None
    as_of: AsOf | None = None


def verify_promise(
    promise: InclusionPromise,
    *,
    trust: Trust | None,
    entries: bytes | None = None,
    reader_of: ReaderOf | None = None,
) -> Verdict:
    """Whether ``promise`` was kept, by the log's ``entries`` (one canonical entry a line).

    The one check is LOG_INCLUSION: VALID where the entry was anchored in time, INVALID 5 where it
    came late or is missing though its time is over, INVALID 6 where no key of a trusted issuer
    signed it, else ERROR. Never raises.
    """
    signer, issuer = _issuer(promise, trust or Trust())
    if signer is Signer.STRANGER:
        return _verdict(
            LOG_INCLUSION.invalid(
                PROMISE_INVALID, "No key that a trusted issuer had then signed the promise."
            )
        )
    if issuer is None:
        return _open(f"Nobody here can tell who signed the promise: {signer}.")
    if entries is None:
        by = f"of {issuer.name}" if signer is Signer.KNOWN else f"({signer})"
        return _open(f"The promise {by} runs to {_time(promise)}; give the log's entries.")
    chain = reader_of(checksum_address(issuer.registry)) if reader_of else None
    answers = _answers(issuer, chain)
    lines = entries.splitlines()
    seen = _matching(lines, _sightings(issuer, answers))
    if seen is None:
        return _open("These are not the entries of that head: no trusted head has their root.")
    lines = lines[: seen.head.size]
    entry = _entry_of(promise.target_hash, lines)
    if entry is None:
        return _verdict(_absent(promise, seen, signer), seen)
    anchored_at = _anchored_at(entry, lines, chain) if chain and answers else None
    return _verdict(_present(promise, seen, signer, entry, anchored_at), seen)


def _issuer(promise: InclusionPromise, trust: Trust) -> tuple[Signer, TrustedIssuer | None]:
    """Who signed, and the issuer it is: the signer's, or the only one where nobody can tell."""
    signers = [
        signer_of(promise, chain_id=issuer.chain_id, registry=issuer.registry, keys=issuer.keys)
        for issuer in trust.issuers
    ]
    if Signer.KNOWN in signers:
        return Signer.KNOWN, trust.issuers[signers.index(Signer.KNOWN)]
    for signer in (Signer.NOT_CHECKED, Signer.NO_KEYS):
        if signer in signers:
            return signer, trust.issuers[0] if len(signers) == 1 else None
    return (Signer.STRANGER if signers else Signer.NO_KEYS), None


def _answers(issuer: TrustedIssuer, chain: ChainReader | None) -> ChainAnswers | None:
    """What the live chain says of the registry, where it has its published code."""
    questions = Questions(
        chain_id=issuer.chain_id, registry=issuer.registry, root=_NO_ROOT, nodes=(), heights=()
    )
    answers = ask_chain(chain, questions)
    return answers if answers and answers.code_hash == issuer.code_hash else None


def _sightings(issuer: TrustedIssuer, answers: ChainAnswers | None) -> list[_Sighting]:
    seen = []
    if answers:
        as_of = AsOf(block=answers.block, time=format_unix_time(answers.time_s))
        seen.append(_Sighting(head=answers.head, time_s=answers.time_s, as_of=as_of))
    if issuer.head:
        time_s = int(issuer.head_time.timestamp()) if issuer.head_time else None
        seen.append(_Sighting(head=issuer.head, time_s=time_s))
    return seen


def _matching(lines: Sequence[bytes], sightings: Sequence[_Sighting]) -> _Sighting | None:
    """The first sighting whose head is the root over as many of the entries."""
    tree = LogTree([leaf_hash(line) for line in lines])
    for seen in sightings:
        if seen.head.size <= tree.size and tree.root(seen.head.size) == seen.head.root:
            return seen
    return None


def _entry_of(target_hash: bytes, lines: Sequence[bytes]) -> LogEntry | None:
    """The document's entry, None where the log has none."""
    digits = target_hash.hex().encode()
    for index, line in enumerate(lines):
        entry = _entry(line) if digits in line else None
        if entry and (entry.target_hash, entry.seq) == (target_hash, index):
            return entry
    return None


def _entry(line: bytes) -> LogEntry | None:
    """The entry on a line, None where it is not one in its canonical form."""
    try:
        entry = read_entry(parse_json(line), "entry")
    except FileShapeError:
        return None
    raw = entry_bytes(
        kind=entry.kind, seq=entry.seq, target_hash=entry.target_hash.hex(), batch=entry.batch
    )
    return entry if raw == line else None


def _anchored_at(entry: LogEntry, lines: Sequence[bytes], chain: ChainReader) -> int | None:
    """When the registry issued the batch of ``entry``; None where it does not say."""
    before = _batch_members(reversed(lines[: entry.seq]), entry.batch)
    after = _batch_members(lines[entry.seq :], entry.batch)
    try:
        return chain.issued_at(BatchTree([*before, *after]).root)
    except (DuplicateLeafError, UnavailableError):
        return None


def _batch_members(lines: Iterable[bytes], batch: int) -> list[bytes]:
    """Target hashes of the entries from the first line on, as long as they are of ``batch``."""
    members = takewhile(lambda entry: entry and entry.batch == batch, map(_entry, lines))
    return [entry.target_hash for entry in members if entry]


def _present(
    promise: InclusionPromise,
    seen: _Sighting,
    signer: Signer,
    entry: LogEntry,
    anchored_at: int | None,
) -> Check:
    was_there_by = anchored_at if anchored_at is not None else seen.time_s
    if was_there_by is not None and was_there_by <= promise.include_by:
        told = "kept" if signer is Signer.KNOWN else signer.value
        return LOG_INCLUSION.valid({"index": entry.seq, "size": seen.head.size, "promise": told})
    if anchored_at is None:
        return LOG_INCLUSION.error(
            UNEXPECTED, "It is in the log; whether in time, its bundle or the chain tells."
        )
    late = f"Promised by {_time(promise)}, anchored {format_unix_time(anchored_at)}."
    if signer is not Signer.KNOWN:
        return LOG_INCLUSION.error(UNEXPECTED, f"{late} This proves nothing: {signer}.")
    return LOG_INCLUSION.invalid(OVERDUE, late)


def _absent(promise: InclusionPromise, seen: _Sighting, signer: Signer) -> Check:
    if seen.time_s is None:
        return LOG_INCLUSION.error(
            UNEXPECTED, "It is not in the log, but nobody says of what time these entries are."
        )
    if seen.time_s < promise.include_by:
        return LOG_INCLUSION.error(
            UNEXPECTED, f"It may still come: ask again after {_time(promise)}."
        )
    gone = f"It is not in the log of {format_unix_time(seen.time_s)}."
    if signer is not Signer.KNOWN:
        return LOG_INCLUSION.error(UNEXPECTED, f"{gone} This proves nothing: {signer}.")
    return LOG_INCLUSION.invalid(
        OVERDUE, f"Proof of omission: promised by {_time(promise)}. {gone}"
    )


def _time(promise: InclusionPromise) -> str:
    return format_unix_time(promise.include_by)


def _open(message: str) -> Verdict:
    return _verdict(LOG_INCLUSION.error(UNEXPECTED, message))


def _verdict(check: Check, seen: _Sighting | None = None) -> Verdict:
    return Verdict(verdict=check.status, as_of=seen.as_of if seen else None, checks=(check,))
