"""An appeal: a supplier disputes what was decided about his load; another person answers."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop


class Ground(StrEnum):
    """What is disputed."""

    WEIGHT = "weight"
    GRADE = "grade"
    DEDUCTION = "deduction"
    PRICE = "price"
    GOODS = "goods"
    OTHER = "other"


class Outcome(StrEnum):
    """What the answer to an appeal comes to."""

    UPHELD = "upheld"
    REJECTED = "rejected"


APPEALED: Mapping[Ground, str] = MappingProxyType(
    {
        Ground.WEIGHT: "ticket",
        Ground.GRADE: "grade-decision",
        Ground.DEDUCTION: "ticket",
        Ground.PRICE: "ticket",
        Ground.GOODS: "ticket",
        Ground.OTHER: "ticket",
    }
)
"""By ground: the kind of the document that is appealed against."""


class StatementMissingError(RuleBrokenError):
    """An appeal does not say what is wrong."""

    message = gettext_noop("Say what is wrong, so that somebody can answer.")


class AnswerMissingError(RuleBrokenError):
    """An appeal is decided without an answer."""

    message = gettext_noop("The supplier needs an answer; say what was found.")


class AppealRaisedError(ConflictError):
    """The document was appealed against on this ground before."""

    message = gettext_noop("Appeal %(value)s says this already; its answer is binding.")


class VoidNotAppealedError(ConflictError):
    """A void ticket is appealed against."""

    message = gettext_noop("Ticket %(value)s is void and says nothing that could be disputed.")


class AppealDecidedError(ConflictError):
    """The appeal was answered already."""

    message = gettext_noop("Appeal %(value)s was answered already.")


class OwnDecisionError(ConflictError):
    """The person who decided is to judge the appeal against the decision."""

    message = gettext_noop(
        "What appeal %(value)s is about was decided by you; another person must answer it."
    )


def appeal_statement(text: str) -> str:
    """What the supplier says, without surrounding space; raises ``StatementMissingError``."""
    if not text.strip():
        raise StatementMissingError(field="statement")
    return text.strip()


def appeal_answer(text: str) -> str:
    """What is answered, without surrounding space; raises ``AnswerMissingError``."""
    if not text.strip():
        raise AnswerMissingError(field="answer")
    return text.strip()


def require_another(judge_id: str, *, decided_by: str | None, appeal_no: str) -> None:
    """Nobody judges an appeal against the own decision; raises ``OwnDecisionError``.

    ``decided_by`` is None where no person decided, but the image engine.
    """
    if judge_id == decided_by:
        raise OwnDecisionError(field="state", value=appeal_no)
