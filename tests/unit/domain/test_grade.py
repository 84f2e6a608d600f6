from typing import Any

import pytest

from service.domain.errors import FerrotraceError
from service.domain.grade import (
    CATALOGUE,
    GRADE_STANDARD,
    DecisionReasonMissingError,
    GradeUnknownError,
    ShareOutOfRangeError,
    SharesNot10000Error,
    decide_grade,
)

WHOLE = {"HRS101": 10_000}


def test_catalogue_holds_the_codes_of_the_edition_of_2024() -> None:
    assert GRADE_STANDARD == "GB/T 39733-2024"
    assert len(CATALOGUE) == 19
    assert CATALOGUE["LRS304"].name_zh == "小型"
    assert CATALOGUE["HRS101"].name_en == "heavy"


def test_following_the_proposal_needs_no_reason() -> None:
    decision = decide_grade(
        grade="HRS101", shares_bp=WHOLE, grade_class="HMS_1", proposed_class="HMS_1"
    )
    assert not decision.differs
    assert decision.reason is None
    assert decision.grade_standard == GRADE_STANDARD


def test_a_decision_that_differs_keeps_its_reason() -> None:
    decision = decide_grade(
        grade="MRS201",
        shares_bp={"MRS201": 9_000, "LRS301": 1_000},
        inclusions_bp=80,
        grade_class="HMS_80_20",
        proposed_class="HMS_1",
        reason=" thin plate below ",
    )
    assert decision.differs
    assert decision.reason == "thin plate below"
    assert decision.inclusions_bp == 80


def test_nothing_differs_from_a_proposal_that_was_not_made() -> None:
    assert not decide_grade(grade="HRS101", shares_bp=WHOLE, grade_class="HMS_1").differs


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"grade": "XYZ999"}, GradeUnknownError),
        ({"shares_bp": {"XYZ999": 10_000}}, GradeUnknownError),
        ({"shares_bp": {"HRS101": 9_999}}, SharesNot10000Error),
        ({"shares_bp": {}}, SharesNot10000Error),
        ({"shares_bp": {"HRS101": 11_000, "HRS102": -1_000}}, ShareOutOfRangeError),
        ({"inclusions_bp": -1}, ShareOutOfRangeError),
        ({"inclusions_bp": 10_001}, ShareOutOfRangeError),
        ({"proposed_class": "HMS_1"}, DecisionReasonMissingError),
        ({"proposed_class": "HMS_1", "grade_class": "Wire_Bales"}, DecisionReasonMissingError),
    ],
)
def test_a_decision_outside_the_rules_is_refused(
    changed: dict[str, Any], error: type[FerrotraceError]
) -> None:
    with pytest.raises(error):
        decide_grade(**({"grade": "HRS101", "shares_bp": WHOLE} | changed))
