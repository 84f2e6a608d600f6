import pytest

from service.domain.appeal import (
    APPEALED,
    AnswerMissingError,
    Ground,
    OwnDecisionError,
    StatementMissingError,
    appeal_answer,
    appeal_statement,
    require_another,
)


def test_every_ground_is_about_a_document() -> None:
    assert set(APPEALED) == set(Ground)
    assert APPEALED[Ground.GRADE] == "grade-decision"
    assert {APPEALED[ground] for ground in Ground if ground is not Ground.GRADE} == {"ticket"}


def test_statement_and_answer_say_something() -> None:
    assert appeal_statement(" too low ") == "too low"
    assert appeal_answer(" seen ") == "seen"
    with pytest.raises(StatementMissingError):
        appeal_statement(" ")
    with pytest.raises(AnswerMissingError):
        appeal_answer("\n")


def test_nobody_judges_the_own_decision() -> None:
    require_another("u1", decided_by="u2", appeal_no="FY-26-000001")
    with pytest.raises(OwnDecisionError):
        require_another("u1", decided_by="u1", appeal_no="FY-26-000001")
