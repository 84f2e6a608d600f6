"""Photographs: enough of them, pulled from the cameras now, and none used before (C11)."""

from collections import Counter
from collections.abc import Iterable, Iterator

from service.domain.control.facts import ControlFacts, KnownPictures
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding, Outcome


def photographs(facts: ControlFacts, policy: ControlPolicy) -> Iterator[Finding]:
    """C11: no photograph of the last 90 days again, bytes or look, and at least three.

    The same bytes are the same file: that blocks. A picture that only looks alike (fewer than
    ``near_bits`` of 64 bits differ; 0 asks nothing), or that does not show the figure on the
    display in its view, is for a supervisor to compare.
    """
    known = facts.known_pictures
    same = [] if known is None else _used_before(facts, known)
    yield Finding(
        control="C11",
        field="sha256",
        broken=None if known is None else bool(same),
        value=", ".join(same) or "0",
        limit="0",
    )
    near_bits = policy.limit("C11", "near_bits")
    if known is not None and near_bits:
        yield _alike(facts, known, near_bits)
    yield _with_nonce(facts)
    needed = policy.limit("C11", "photographs")
    yield Finding(
        control="C11",
        field="photographs",
        broken=len(facts.pictures) < needed,
        value=str(len(facts.pictures)),
        limit=f"≥ {needed}",
        at_most=Outcome.FLAG,
    )


def nearest_bits(hashes: Iterable[str], known: Iterable[str]) -> int | None:
    """Least Hamming distance between one of ``hashes`` and one of ``known``, 0 to 64 bits.

    Perceptual hashes of 16 hex digits; None where one side is empty.
    """
    looks, others = ([int(phash, 16) for phash in side] for side in (hashes, known))
    return min(((one ^ other).bit_count() for one in looks for other in others), default=None)


def _used_before(facts: ControlFacts, known: KnownPictures) -> list[str]:
    """Return the cameras whose picture was used before, or twice in this very pass."""
    count = Counter(picture.sha256 for picture in facts.pictures)
    return [
        picture.camera_id
        for picture in facts.pictures
        if picture.sha256 in known.sha256 or count[picture.sha256] > 1
    ]


def _with_nonce(facts: ControlFacts) -> Finding:
    """Whether each photograph that sees the display shows the figure of this weighing."""
    shown = [p.nonce_ok for p in facts.pictures if p.nonce_ok is not None]
    return Finding(
        control="C11",
        field="nonce",
        broken=not all(shown) if shown else None,
        value=str(sum(shown)) if shown else "—",
        limit=str(len(shown)) if shown else "—",
        at_most=Outcome.HOLD,
    )


def _alike(facts: ControlFacts, known: KnownPictures, near_bits: int) -> Finding:
    hashes = [picture.phash for picture in facts.pictures if picture.phash is not None]
    least = nearest_bits(hashes, known.phash)
    unseen = facts.pictures and not hashes
    return Finding(
        control="C11",
        field="phash",
        broken=None if unseen else least is not None and least < near_bits,
        value="—" if least is None else f"{least} bit",
        limit=f"≥ {near_bits} bit",
        at_most=Outcome.HOLD,
    )
