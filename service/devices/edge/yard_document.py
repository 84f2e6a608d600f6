"""The yard as the tablet is told: trucks with state and next actions, and what is expected."""

from collections.abc import Callable, Mapping
from typing import Any

from service.devices.edge.book import YardBook
from service.devices.edge.link import Link
from service.domain.control.words import MESSAGES
from service.domain.yard import VisitFacts, state
from service.domain.yard_document import as_document
from service.domain.yard_steps import next_actions

Told = Callable[[Mapping[str, Any]], dict[str, Any]]
"""A verdict's record in the reader's language."""

PASSED_ON = ("bookings", "deliveries", "parties", "vehicles", "drivers", "cards", "grades", "lots")


def visit_document(facts: VisitFacts, book: YardBook, told: Told) -> dict[str, Any]:
    """One truck: its facts, its state, what may be done, what holds it and its pictures."""
    notes = book.notes(facts.visit_id)
    holding = [past.weighing_id for past in facts.counted if past.held]
    return {
        **as_document(facts),
        "state": state(facts).value,
        "next_actions": [step.value for step in next_actions(facts, book.rules)],
        "holds": [
            told({**verdict, "weighing_id": weighing_id, "message": _message(verdict)})
            for weighing_id in holding
            for verdict in notes.verdicts.get(weighing_id, ())
            if verdict["outcome"] == "HOLD"
        ],
        "photographs": notes.photographs,
        "opened_as": notes.opened_as,
    }


def yard_document(
    book: YardBook, link: Link, told: Told, tickets: list[dict[str, Any]]
) -> dict[str, Any]:
    """Everything that the tablet shows, at one revision; ``tickets`` are those of today."""
    brief = book.brief
    passed_on = {name: getattr(brief, name) if brief else [] for name in PASSED_ON}
    return {
        "revision": book.revision,
        "visits": [visit_document(facts, book, told) for facts in book.visits()],
        **passed_on,
        "policy": brief.policy if brief else {},
        "rules": brief.rules.model_dump() if brief else {},
        "people": [each.model_dump() for each in brief.people] if brief else [],
        "public_url": brief.public_url if brief else "",
        "tickets": tickets,
        "held_entries": [each.model_dump() for each in brief.log.held] if brief else [],
        "sync": link.facts.document(),
    }


def _message(verdict: Mapping[str, Any]) -> str:
    return MESSAGES.get(f"{verdict['control']}.{verdict.get('field', '')}", "")
