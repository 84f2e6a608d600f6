"""Figures over reviewed grades: who is overturned how often, and who errs in one direction.

A permutation test says how often chance alone would give so large a mean error: the errors are
dealt out anew to groups of the same sizes, by a generator with a fixed seed, so that everybody who
counts again gets the same figure. Who the supplier is serves to watch over decisions, and never
reaches the image engine (grading.md, 9.13).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from service.domain.units import WHOLE_BP, round_half_up

PERMUTATIONS = 999
SEED = 20_260_301
LEAST_LOADS = 5
"""Below so many loads, in the group or beside it, nothing is tested."""
ALARM_BELOW_PERMILLE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedLoad:
    """A load with a closed appeal against its grade.

    ``error_bp`` is signed: the share of the decided grade as decided, less its mean share in the
    blind reviews; above zero too much of it was seen. ``head_sha256`` is the head that proposed,
    ``engine`` the same head where it decided by itself: then there is no ``inspector_id``.
    ``hour`` is that of the business day.
    """

    appeal_no: str
    overturned: bool
    error_bp: int
    head_sha256: str | None
    engine: str | None
    bay: str | None
    inspector_id: str | None
    supplier_id: str | None
    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """Closed appeals of one group, and its mean signed error.

    ``p_permille`` is how often chance gives as much, in 1/1,000, None where too few loads are
    there to say; ``is_alarm`` where that is at most 1 %.
    """

    name: str | None
    closed: int
    overturned: int
    rate_bp: int
    mean_error_bp: int
    p_permille: int | None
    is_alarm: bool


def figures_by(
    loads: Sequence[ReviewedLoad], group_of: Callable[[ReviewedLoad], str | None]
) -> list[GroupFigures]:
    """The figures of each group, the most overturned first."""
    groups: dict[str | None, list[int]] = {}
    for place, load in enumerate(loads):
        groups.setdefault(group_of(load), []).append(place)
    found = [_figures(name, places, loads) for name, places in groups.items()]
    return sorted(found, key=lambda row: (-row.rate_bp, -row.closed, row.name or ""))


def _figures(
    name: str | None, places: Sequence[int], loads: Sequence[ReviewedLoad]
) -> GroupFigures:
    errors_bp = [load.error_bp for load in loads]
    overturned = sum(loads[place].overturned for place in places)
    p_permille = chance_permille(errors_bp, places)
    return GroupFigures(
        name=name,
        closed=len(places),
        overturned=overturned,
        rate_bp=round_half_up(WHOLE_BP * overturned, len(places)),
        mean_error_bp=round_half_up(sum(errors_bp[place] for place in places), len(places)),
        p_permille=p_permille,
        is_alarm=p_permille is not None and p_permille <= ALARM_BELOW_PERMILLE,
    )


def chance_permille(errors_bp: Sequence[int], places: Sequence[int]) -> int | None:
    """How often a group of this size has by chance as large a mean difference to the others.

    In 1/1,000, rounded up, of a two-sided permutation test; None with fewer than ``LEAST_LOADS``
    in the group or beside it.
    """
    own, others = len(places), len(errors_bp) - len(places)
    if min(own, others) < LEAST_LOADS:
        return None
    total_bp = sum(errors_bp)

    def apart(sum_bp: int) -> int:
        return abs(sum_bp * others - (total_bp - sum_bp) * own)

    observed = apart(sum(errors_bp[place] for place in places))
    dealer = Random(SEED)  # noqa: S311 - anybody must be able to deal the same again
    dealt = sum(
        apart(sum(dealer.sample(list(errors_bp), own))) >= observed for _ in range(PERMUTATIONS)
    )
    return -(-1_000 * (1 + dealt) // (1 + PERMUTATIONS))
