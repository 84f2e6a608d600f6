"""Blind reviews of an appealed grade: who may look, when a third must, and what the three say.

The first opinion is the decision that is appealed against. A second inspector looks at the
photographs alone. Where the two agree within the site's tolerance the decision stands; else a third
looks, and the median of the three shares of each grade is the answer (grading.md, 9.13).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from service.domain.appeal import Outcome
from service.domain.errors import ConflictError, ForbiddenError, RuleBrokenError, gettext_noop
from service.domain.grade import CATALOGUE
from service.domain.instants import utc_text
from service.domain.units import WHOLE_BP, apportion, round_half_up

SECOND, THIRD = 2, 3
"""The places of the reviews; the decision that is appealed against is the first opinion."""

KG_PER_T = 1_000


class OutcomeReason(StrEnum):
    """Why the answer to an appealed grade is what it is."""

    GRADE_CHANGED = "GRADE_CHANGED"
    SHARES_CHANGED = "SHARES_CHANGED"
    SECOND_AGREES = "SECOND_AGREES"
    MEDIAN_CONFIRMS = "MEDIAN_CONFIRMS"


class AppealLateError(ConflictError):
    """The period in which a grade may be appealed against is over."""

    message = gettext_noop(
        "The grade was decided at %(decided_at)s. An appeal was possible for %(limit)s hours, until"
        " %(value)s."
    )


class OwnReviewError(ForbiddenError):
    """Who decided, reviewed before or is to answer asks to review."""

    message = gettext_noop(
        "You have a part in this appeal already. Another person must look at its photographs."
    )


class ReviewsMissingError(ConflictError):
    """An appeal against a grade is to be answered before the reviews are there."""

    message = gettext_noop(
        "Appeal %(value)s waits for blind review %(limit)s. It is answered when that is there."
    )


class ReviewsCompleteError(ConflictError):
    """Nobody needs to review the appeal any more."""

    message = gettext_noop("Appeal %(value)s needs no further review.")


class ReviewsDisagreeError(RuleBrokenError):
    """The answer differs from what follows from the reviews."""

    message = gettext_noop(
        "The reviews say that the appeal is %(limit)s; it cannot be answered %(value)s."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOpinion:
    """What one inspector says of a load: its grade, and shares in basis points that make 10,000."""

    grade: str
    shares_bp: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOutcome:
    """What the opinions come to. ``opinion`` is the one that stands from now on."""

    outcome: Outcome
    reason: OutcomeReason
    opinion: GradeOpinion


def appeal_deadline(decided_at: datetime, period_hours: int) -> datetime:
    """The last instant at which a grade decided at ``decided_at`` may be appealed against."""
    return decided_at + timedelta(hours=period_hours)


def require_in_period(now: datetime, *, decided_at: datetime, period_hours: int) -> None:
    """Return up to the deadline, it included; raises ``AppealLateError`` after it."""
    until = appeal_deadline(decided_at, period_hours)
    if now > until:
        raise AppealLateError(
            field="ground",
            value=utc_text(until),
            limit=period_hours,
            decided_at=utc_text(decided_at),
        )


def require_unconcerned(reviewer_id: str, concerned: Collection[str]) -> None:
    """Return where ``reviewer_id`` is none of those who decided or reviewed this load before."""
    if reviewer_id in concerned:
        raise OwnReviewError(action="GRADE_REVIEW")


def differ(first: GradeOpinion, other: GradeOpinion, *, tolerance_bp: int) -> bool:
    """Whether two opinions differ: another grade, or more than ``tolerance_bp`` of its share."""
    own_bp, other_bp = (opinion.shares_bp.get(first.grade, 0) for opinion in (first, other))
    return first.grade != other.grade or abs(own_bp - other_bp) > tolerance_bp


def next_place(
    decision: GradeOpinion, reviews: Sequence[GradeOpinion], *, tolerance_bp: int
) -> int | None:
    """The place of the review that is still to be made, None where all are there."""
    if not reviews:
        return SECOND
    if len(reviews) == 1 and differ(decision, reviews[0], tolerance_bp=tolerance_bp):
        return THIRD
    return None


def outcome_of(
    decision: GradeOpinion, reviews: Sequence[GradeOpinion], *, tolerance_bp: int
) -> ReviewOutcome:
    """What follows from the decision and all its reviews (``next_place`` is None).

    The appeal is upheld where the median differs from the decision as two opinions differ.
    """
    if len(reviews) == 1:
        return ReviewOutcome(
            outcome=Outcome.REJECTED, reason=OutcomeReason.SECOND_AGREES, opinion=decision
        )
    median = median_opinion([decision, *reviews])
    if not differ(decision, median, tolerance_bp=tolerance_bp):
        return ReviewOutcome(
            outcome=Outcome.REJECTED, reason=OutcomeReason.MEDIAN_CONFIRMS, opinion=decision
        )
    is_other = median.grade != decision.grade
    return ReviewOutcome(
        outcome=Outcome.UPHELD,
        reason=OutcomeReason.GRADE_CHANGED if is_other else OutcomeReason.SHARES_CHANGED,
        opinion=median,
    )


def median_opinion(opinions: Sequence[GradeOpinion]) -> GradeOpinion:
    """The median shares, under the grade that most opinions name.

    Where no grade is named by more than any other, it is the grade with the largest share of the
    median; where that is a tie too, the one that comes first in the catalogue.
    """
    shares_bp = median_shares([opinion.shares_bp for opinion in opinions])
    (grade, votes), *others = Counter(opinion.grade for opinion in opinions).most_common(2)
    if others and others[0][1] == votes:
        grade = main_grade(shares_bp)
    return GradeOpinion(grade=grade, shares_bp=shares_bp)


def median_shares(shares_bp: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """The median of each grade's shares, scaled to 10,000 bp by largest remainder.

    Ties of remainders go to the grade that comes first in the catalogue. With an even number of
    opinions the median is the mean of the two in the middle. Where every median is zero (no grade
    is seen by half of the opinions) the mean takes its place. Grades without a share are left out.
    """
    codes = catalogue_order({code for shares in shares_bp for code in shares})
    columns = [sorted(shares.get(code, 0) for shares in shares_bp) for code in codes]
    lower, upper = (len(shares_bp) - 1) // 2, len(shares_bp) // 2
    weights = [column[lower] + column[upper] for column in columns]
    if not any(weights):
        weights = [sum(column) for column in columns]
    scaled = apportion(WHOLE_BP, weights)
    return {code: share_bp for code, share_bp in zip(codes, scaled, strict=True) if share_bp}


def main_grade(shares_bp: Mapping[str, int]) -> str:
    """The grade with the largest share; of several the first in the catalogue."""
    codes = catalogue_order(shares_bp)
    return max(codes, key=lambda code: (shares_bp[code], -codes.index(code)))


def catalogue_order(codes: Collection[str]) -> list[str]:
    """``codes`` in the order of the catalogue, unknown ones by name behind them."""
    places = {code: place for place, code in enumerate(CATALOGUE)}
    return sorted(codes, key=lambda code: (places.get(code, len(places)), code))


def price_fen_per_t(shares_bp: Mapping[str, int], prices: Mapping[str, int]) -> int | None:
    """Σ share × price, fen per tonne, half up; None where a share has no price."""
    if not shares_bp.keys() <= prices.keys():
        return None
    return round_half_up(
        sum(share_bp * prices[code] for code, share_bp in shares_bp.items()), WHOLE_BP
    )


def price_difference_fen(
    before_bp: Mapping[str, int],
    after_bp: Mapping[str, int],
    prices: Mapping[str, int],
    settlement_kg: int,
) -> int | None:
    """What the load is worth more (below zero: less) by its new shares, in fen.

    Rounded once, half away from zero, so that the way back is the same amount. ``prices`` are fen
    per tonne; None where a share has no price.
    """
    if not (before_bp.keys() | after_bp.keys()) <= prices.keys():
        return None
    worth = sum(share_bp * prices[code] for code, share_bp in after_bp.items())
    worth -= sum(share_bp * prices[code] for code, share_bp in before_bp.items())
    return round_half_up(worth * settlement_kg, WHOLE_BP * KG_PER_T)
