"""Receipts on pages and prints: the promises at hand, and the address that carries them."""

from collections.abc import Sequence

from service.proof.promise import COMPACT_PREFIX
from service.storage import views
from service.storage.views import PromiseView
from service.web.context import deps


def promises_at_hand(
    detail: views.VisitDetail, ticket: PromiseView | None
) -> list[tuple[str, PromiseView]]:
    """The receipts of a visit by what they are for: gross, tare, ticket."""
    weighed = (("gross", detail.gross), ("tare", detail.tare))
    found = [(part, weighing.promise) for part, weighing in weighed if weighing]
    return [(part, each) for part, each in (*found, ("ticket", ticket)) if each is not None]


def fragment(promises: Sequence[PromiseView]) -> str:
    """The signed ones as the end of an address, empty where none is signed."""
    parts = [each.text.removeprefix(COMPACT_PREFIX) for each in promises if each.text]
    return f"#{COMPACT_PREFIX}{'.'.join(parts)}" if parts else ""


def code_url(ticket_no: str, promises: Sequence[PromiseView]) -> str:
    """What the code on a ticket says: the ticket's public page, with the receipts behind it."""
    return f"{deps().public_url}/t/{ticket_no}{fragment(promises)}"
