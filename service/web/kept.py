"""What is kept from the person who asks: the grade of a load that he is still to look at blind."""

from collections.abc import Iterable

from service.storage.db import Tx
from service.usecases.blindness import require_grade_told, visits_under_review
from service.web.context import signed_in


def require_told(tx: Tx, visit_id: str, *, kind: str = "ticket") -> None:
    """Return where the one who asks is told what documents of this kind say of the load.

    Raises ``LabelFirstError``, ``ReviewFirstError``. A stranger holds the paper already.
    """
    person = signed_in()
    if person is not None:
        require_grade_told(tx, visit_id, person, kind=kind)


def require_all_told(tx: Tx, visit_id: str, kinds: Iterable[str]) -> None:
    """``require_told`` of several kinds at once."""
    for kind in frozenset(kinds):
        require_told(tx, visit_id, kind=kind)


def kept_visits(tx: Tx) -> frozenset[str]:
    """The loads whose grade lists leave out, for the one who asks."""
    person = signed_in()
    return frozenset() if person is None else visits_under_review(tx, person)
