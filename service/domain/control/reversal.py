"""After the ticket, only a new version corrects (C18)."""

from collections.abc import Iterator

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlPolicy
from service.domain.control.verdict import Finding


def concluded(facts: ControlFacts, _policy: ControlPolicy) -> Iterator[Finding]:
    """C18: a visit with a ticket, delivery note or receipt takes no further weighing.

    What follows an invoice is a correction and a credit (``correction``): both stay on record.
    """
    yield Finding(
        control="C18",
        field="concluded",
        broken=facts.visit.concluded,
        value=str(int(facts.visit.concluded)),
        limit="0",
    )
