"""Probabilities as whole basis points."""

from collections.abc import Mapping, Sequence
from typing import Final

from grading.forms import CLASSES_BY_FORM

WHOLE_BP: Final = 10_000


def largest_remainder_bp(parts: Sequence[float]) -> list[int]:
    """Return ``parts`` in basis points that sum to exactly 10,000.

    Each part is cut to whole basis points; those left over go to the largest remainders, the first
    of equals first. ``parts`` are not negative and not all zero.
    """
    total = sum(parts)
    exact = [part / total * WHOLE_BP for part in parts]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(parts)), key=lambda index: whole[index] - exact[index])
    for index in by_remainder[: WHOLE_BP - sum(whole)]:
        whole[index] += 1
    return whole


def form_shares_bp(classes_bp: Mapping[str, int]) -> dict[str, int]:
    """Return the sum of each form's classes; classes without a form leave less than 10,000."""
    return {
        form: sum(classes_bp.get(name, 0) for name in names)
        for form, names in CLASSES_BY_FORM.items()
    }
