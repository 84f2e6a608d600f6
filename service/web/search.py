"""Search over everything the reader may see, each kind of thing by its own right."""

from service.domain.access import Action
from service.storage import views
from service.storage.views import SearchHit
from service.web.context import actor, allowed, deps, reader

_RIGHTS = {
    "visit": Action.VISIT_VIEW,
    "ticket": Action.TICKET_VIEW,
    "delivery": Action.DELIVERY_VIEW,
    "document": Action.EVIDENCE_EXPORT,
}


def search(text: str) -> list[SearchHit]:
    """Visits, tickets, deliveries and documents that fit ``text``: a plate, a number or a hash."""
    actor()
    with deps().db.transaction() as tx:
        return [
            hit
            for kind, right in _RIGHTS.items()
            if allowed(right)
            for hit in views.search(tx, reader(right), text)
            if hit.kind == kind
        ]
