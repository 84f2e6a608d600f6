"""What a seller says to the ticket of the own load: yes to this version, or what is wrong.

Nothing is ever answered for him: silence stays silence (weighbridge.md, section 6.2).
"""

from enum import StrEnum

from service.domain.errors import ConflictError, gettext_noop


class Answer(StrEnum):
    """The two answers."""

    CONFIRMED = "CONFIRMED"
    DISPUTED = "DISPUTED"


class AnswerGivenError(ConflictError):
    """This version of the ticket was answered before."""

    message = gettext_noop(
        "This version of ticket %(value)s was answered already (%(limit)s). A corrected ticket is"
        " answered anew; an objection to a confirmed one is an appeal."
    )


class AnotherVersionError(ConflictError):
    """The ticket was corrected after it was looked at."""

    message = gettext_noop(
        "Ticket %(value)s stands in version %(limit)s now. Look at it before you answer."
    )


class VoidNotAnsweredError(ConflictError):
    """A void ticket is to be answered."""

    message = gettext_noop("Ticket %(value)s is void: there is nothing to confirm.")


def require_answerable(
    ticket_no: str, *, status: str, version: int, shown: bytes, standing: bytes
) -> None:
    """Return where the version that was ``shown`` (32 bytes) is the ``standing`` one.

    Raises ``VoidNotAnsweredError``, ``AnotherVersionError``.
    """
    if status == "void":
        raise VoidNotAnsweredError(field="ticket_no", value=ticket_no)
    if shown != standing:
        raise AnotherVersionError(field="target_hash", value=ticket_no, limit=version)
