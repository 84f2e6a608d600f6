"""Whether a truck may go on: nobody holds it, and its visit has not ended."""

from datetime import datetime

from service.domain.yard_guard import require_free
from service.storage.db import Tx
from service.storage.visit import VisitRow
from service.storage.visit_facts import facts_of


def require_going_on(tx: Tx, visit: VisitRow, at: datetime) -> None:
    """Return where the visit may take a further step at that time; raises as ``require_free``.

    A weighing that a control holds, or that a supervisor refused, keeps the truck from grade,
    ticket, delivery note and receipt.
    """
    (facts,) = facts_of(tx, [visit], at)
    require_free(facts)
