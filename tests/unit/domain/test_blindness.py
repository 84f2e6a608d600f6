"""From whom the grade of a load is kept, and until when."""

from dataclasses import replace

import pytest

from service.domain.blindness import (
    KEPT_KINDS,
    Blindness,
    Concern,
    LabelFirstError,
    ReviewFirstError,
    blindness_of,
    require_told,
)

STRANGER = Concern(
    may_decide=False,
    may_review=False,
    is_drawn=True,
    is_labelled=False,
    is_decided=False,
    review_waits=False,
    has_part=False,
)
INSPECTOR = replace(STRANGER, may_decide=True, may_review=True)
APPEALED = replace(INSPECTOR, is_decided=True, review_waits=True)


@pytest.mark.parametrize(
    ("concern", "expected"),
    [
        (STRANGER, None),
        (replace(STRANGER, review_waits=True), None),
        (INSPECTOR, Blindness.LABEL),
        (replace(INSPECTOR, is_drawn=False), None),
        (replace(INSPECTOR, is_labelled=True), None),
        (replace(INSPECTOR, is_decided=True), None),
        (APPEALED, Blindness.REVIEW),
        (replace(APPEALED, has_part=True), None),
        (replace(APPEALED, review_waits=False), None),
        (replace(APPEALED, may_review=False), None),
    ],
)
def test_the_grade_is_kept_from_who_is_still_to_look(
    concern: Concern, expected: Blindness | None
) -> None:
    assert blindness_of(concern) == expected


def test_each_blindness_says_why_and_keeps_what_tells_the_grade() -> None:
    require_told(None, "grade-decision")
    require_told(Blindness.LABEL, "weighing")
    require_told(Blindness.REVIEW, "weighing")
    with pytest.raises(LabelFirstError):
        require_told(Blindness.LABEL, "grade-proposal")
    for kind in KEPT_KINDS[Blindness.REVIEW]:
        with pytest.raises(ReviewFirstError):
            require_told(Blindness.REVIEW, kind)
