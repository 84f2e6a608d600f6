"""From whom the grade of a load is kept: a person whose own look at it is still to come.

Who has seen what the image engine proposed, or what another decided, tends to see the same
(grading.md, 9.13 and 9.16). Both are therefore kept from an inspector who is to label the load
blind, and from all who may be asked to review its appealed grade blind.
"""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import ConflictError, gettext_noop


class Blindness(StrEnum):
    """What a person has still to do with open eyes, before the grade is told."""

    LABEL = "label"
    REVIEW = "review"


KEPT_KINDS: dict[Blindness, frozenset[str]] = {
    Blindness.LABEL: frozenset({"grade-proposal"}),
    Blindness.REVIEW: frozenset(
        {"grade-proposal", "grade-decision", "grade-review", "ticket", "correction", "appeal"}
    ),
}
"""Kinds of documents of the load that tell its grade, or what somebody says of it."""


class LabelFirstError(ConflictError):
    """The load is one of those that are labelled before the proposal is shown."""

    message = gettext_noop(
        "Say first what you see: the proposal of this load is shown once your own grade and shares"
        " are on record."
    )


class ReviewFirstError(ConflictError):
    """The load's grade is appealed against, and the person may be the one who reviews it blind."""

    message = gettext_noop(
        "The grade of this load is being reviewed, and you may be asked to look at its photographs"
        " blind. What was proposed and decided is shown once you have, or once the reviews are"
        " there."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What a load and a person have to do with each other.

    ``is_drawn`` says that the load is one of those that are labelled blind; ``is_labelled`` that
    this person did so; ``review_waits`` that the load's appealed grade waits for a review, and
    ``has_part`` that this person decided, labelled or reviewed it before.
    """

    may_decide: bool
    may_review: bool
    is_drawn: bool
    is_labelled: bool
    is_decided: bool
    review_waits: bool
    has_part: bool


def blindness_of(concern: Concern) -> Blindness | None:
    """Whether the load's grade is kept from the person, and until when; None where it is told."""
    if concern.may_review and concern.review_waits and not concern.has_part:
        return Blindness.REVIEW
    to_label = concern.is_drawn and not concern.is_labelled and not concern.is_decided
    return Blindness.LABEL if concern.may_decide and to_label else None


def require_told(blindness: Blindness | None, kind: str) -> None:
    """Return where a document of this kind is told; raises ``LabelFirstError``,
    ``ReviewFirstError``."""
    if blindness is None or kind not in KEPT_KINDS[blindness]:
        return
    raise LabelFirstError if blindness is Blindness.LABEL else ReviewFirstError
