"""The third step of commissioning: a truck that moves and stops proves the motion bit's sense."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from service.domain.commissioning import Proof, ProofName, ProofNote, ProofState

STILL_MS = 3_000
LEAST_STILL = 5
LEAST_CHANGES = 3
SETTLING_MS = 1_000
"""An indicator's bit may fall a moment after the weight has come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """One frame: when it came (ms), what it showed (kg, None where nothing), what its bit said."""

    at_ms: int
    kg: int | None
    moving: bool | None


def prove_motion(samples: Sequence[Motion], *, d_kg: int) -> Proof:
    """Return whether the motion bit is set while the weight changes and clear while it stands.

    ``samples`` are the frames since the drive began, oldest first, and end in a standstill. At
    least half of the frames that differ from the one before by more than d must carry the bit, and
    none of the last three seconds. UNDECIDED where there was no drive or no standstill, ABSENT
    where the dialect has no such bit: then stability is computed, never claimed.
    """
    if samples and all(sample.moving is None for sample in samples):
        return _proof(ProofState.ABSENT, "—", ProofNote.NO_MOTION_BIT)
    changing = _changing(samples, d_kg)
    still = _standstill(samples, d_kg)
    flagged = sum(sample.moving is True for sample in changing)
    set_still = sum(sample.moving is True for sample in still)
    value = f"{flagged}/{len(changing)}, {set_still}/{len(still)}"
    if len(changing) < LEAST_CHANGES or len(still) < LEAST_STILL:
        return _proof(ProofState.UNDECIDED, value)
    if 2 * flagged >= len(changing) and set_still == 0:
        return _proof(ProofState.PASSED, value)
    inverted = 2 * flagged < len(changing) and set_still == len(still)
    return _proof(ProofState.FAILED, value, ProofNote.INVERTED if inverted else ProofNote.NONE)


def _proof(state: ProofState, value: str, note: ProofNote = ProofNote.NONE) -> Proof:
    return Proof(name=ProofName.MOTION, state=state, value=value, limit="≥ 1/2, 0", note=note)


def _changing(samples: Sequence[Motion], d_kg: int) -> list[Motion]:
    """Return the samples that differ from the one before by more than d."""
    return [
        after
        for before, after in pairwise(samples)
        if before.kg is not None and after.kg is not None and abs(after.kg - before.kg) > d_kg
    ]


def _standstill(samples: Sequence[Motion], d_kg: int) -> list[Motion]:
    """Return the last three seconds, settled before, where they stood within 1 d; else nothing."""
    if not samples:
        return []
    end_ms = samples[-1].at_ms
    if end_ms - samples[0].at_ms < STILL_MS + SETTLING_MS:
        return []
    settled = [each for each in samples if end_ms - each.at_ms <= STILL_MS + SETTLING_MS]
    weights = [each.kg for each in settled if each.kg is not None]
    if len(weights) < len(settled) or max(weights) - min(weights) > d_kg:
        return []
    return [each for each in settled if end_ms - each.at_ms <= STILL_MS]
