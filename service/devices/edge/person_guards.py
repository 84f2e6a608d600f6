"""Rules about who acted before: the second person of a hold, the void of one's own weighing."""

from service.devices.edge import entry_bodies as bodies
from service.devices.edge.book import YardBook
from service.domain.control.hold import (
    HoldDecision,
    hold_reason,
    require_photographs,
    require_second_person,
)
from service.domain.errors import UnavailableError, gettext_noop
from service.domain.party import Actor, Role

RELEASE_PHOTOGRAPHS = 1


class ForeignVoidError(UnavailableError):
    """While the link is cut, nobody voids what another person did."""

    message = gettext_noop(
        "Weighing %(value)s was not made here by you; it can be voided when the link is back."
    )


def require_decider(body: bodies.Body, actor: Actor, book: YardBook) -> None:
    """Return where ``actor`` may decide on the held weighing with this reason; raises otherwise."""
    if not isinstance(body, bodies.HoldDecided):
        return
    facts, _ = book.visit_of_weighing(body.weighing_id)
    weighed_by = book.notes(facts.visit_id).weighed_by.get(body.weighing_id)
    if weighed_by is not None:
        require_second_person(
            actor, weighed_by=weighed_by.user_id, weighed_as=Role(weighed_by.role)
        )
    hold_reason(body.reason_code, body.reason)
    require_photographs(HoldDecision(body.decision), len(body.photographs), RELEASE_PHOTOGRAPHS)


def require_own_void(body: bodies.Body, actor: Actor, book: YardBook, *, is_up: bool) -> None:
    """Return where the weighing may be voided now; raises ForeignVoidError."""
    if is_up or not isinstance(body, bodies.WeighingVoided):
        return
    facts, _ = book.visit_of_weighing(body.weighing_id)
    weighed_by = book.notes(facts.visit_id).weighed_by.get(body.weighing_id)
    if weighed_by is None or weighed_by.user_id != actor.user_id:
        raise ForeignVoidError(field="weighing_id", value=body.weighing_id)
