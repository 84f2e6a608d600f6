"""Pictures that must stay together when a head is measured.

Near-duplicates on both sides of a split flatter a head, and so do pictures of one class and one
day, which share container, light and background.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import combinations

from grading.phash import NEAR_DUPLICATE_BITS, distance_bits
from grading.photos import Photo


class Grouping(StrEnum):
    """What keeps two pictures in one group."""

    PHASH = "phash"
    """A perceptual hash within 10 bits."""
    PHASH_AND_DAY = "phash+day"
    """That, or the same class on the same capture day."""


def groups_of(photos: Sequence[Photo], grouping: Grouping) -> list[int]:
    """Return the number of each picture's group; a chain of neighbours is one group."""
    parents = list(range(len(photos)))

    def root(index: int) -> int:
        while parents[index] != index:
            index = parents[index]
        return index

    for one, other in combinations(range(len(photos)), 2):
        if _together(photos[one], photos[other], grouping):
            parents[root(other)] = root(one)
    return [root(index) for index in range(len(photos))]


def _together(one: Photo, other: Photo, grouping: Grouping) -> bool:
    if distance_bits(one.perceptual_hash, other.perceptual_hash) <= NEAR_DUPLICATE_BITS:
        return True
    same_day = one.day is not None and (one.label, one.day) == (other.label, other.day)
    return grouping is Grouping.PHASH_AND_DAY and same_day
