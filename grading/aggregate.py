"""From tiles to the shares of a load, with an interval that says how far they can be trusted.

Everything is whole numbers: tiles hold basis points, weights are counts, and the division comes
last. The bootstrap draws from SHAKE-256 over the hashes of the pictures, so that the same pictures
give the same interval on every machine.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.shares import WHOLE_BP

DRAWS: Final = 1000
LOW_QUANTILE_BP: Final = 500
HIGH_QUANTILE_BP: Final = 9500

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Block:
    """Tiles that are drawn together: ``parts`` are K sums of basis points × weight.

    ``weight`` is the sum of the tiles' weights, so ``parts`` sum to about 10,000 × ``weight``.
    """

    weight: int
    parts: Counts


def block_of(tiles_bp: npt.NDArray[Any], weights: Sequence[int]) -> Block:
    """Return the block of N tiles, N×K basis points with N weights from 0."""
    counted = np.asarray(weights, np.int64)
    parts = (np.asarray(tiles_bp, np.int64) * counted[:, None]).sum(axis=0)
    return Block(weight=int(counted.sum()), parts=parts)


def shares_bp(blocks: Sequence[Block], weights: Sequence[int]) -> tuple[int, ...]:
    """Return the weighted mean of the blocks in basis points, sum 10,000.

    A block counts by its outer weight alone, however many tiles it has; one without tiles of any
    weight has no part. Raises ``ValueError`` where none has a part.
    """
    return whole_bp([int(part) for part in _rows(blocks, weights).sum(axis=0)])


def whole_bp(parts: Sequence[int]) -> tuple[int, ...]:
    """Return whole ``parts`` in basis points by largest remainder; the first of equals first."""
    total = sum(parts)
    if total <= 0:
        raise ValueError("shares of nothing")
    whole = [part * WHOLE_BP // total for part in parts]
    left = [part * WHOLE_BP % total for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda index: -left[index])
    for index in by_remainder[: WHOLE_BP - sum(whole)]:
        whole[index] += 1
    return tuple(whole)


def interval_bp(
    blocks: Sequence[Block], weights: Sequence[int], seed: bytes
) -> tuple[tuple[int, int], ...]:
    """Return the 90 % interval of each share by block bootstrap, each with its share inside.

    ``seed`` is any bytes; equal bytes give equal draws. With one block the interval is a point:
    nothing was drawn that could differ.
    """
    rows = _rows(blocks, weights)
    point = whole_bp([int(part) for part in rows.sum(axis=0)])
    sums = _draws(len(rows), seed) @ rows
    totals = sums.sum(axis=1, keepdims=True)
    ordered = np.sort((sums * WHOLE_BP + totals // 2) // totals, axis=0)
    last = DRAWS - 1
    low = ordered[last * LOW_QUANTILE_BP // WHOLE_BP]
    high = ordered[-(-last * HIGH_QUANTILE_BP // WHOLE_BP)]
    return tuple(
        (min(int(least), share), max(int(most), share))
        for least, most, share in zip(low, high, point, strict=True)
    )


def _rows(blocks: Sequence[Block], weights: Sequence[int]) -> Counts:
    """Return the parts of the blocks that count, each scaled to its outer weight, B×K."""
    kept = [
        block.parts * weight // block.weight
        for block, weight in zip(blocks, weights, strict=True)
        if block.weight and weight
    ]
    if not kept:
        raise ValueError("shares of nothing")
    return np.stack(kept)


def _draws(count: int, seed: bytes) -> Counts:
    """Return how often each of ``count`` was drawn in each of ``DRAWS`` draws of ``count``.

    The numbers of the stream are 64 bits wide, so that the remainder favours none.
    """
    stream = hashlib.shake_256(seed).digest(8 * DRAWS * count)
    numbers = np.frombuffer(stream, "<u8").reshape(DRAWS, count) % np.uint64(count)
    return np.stack([(numbers == index).sum(axis=1) for index in range(count)], axis=1)
