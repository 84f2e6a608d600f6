"""Stock: what lies of a lot at a place, moved, and put right by counting."""

from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop

NO_PLACE = ""
"""Material that nobody said the place of: put there, or taken, without naming one."""

LONGEST_PLACE = 24


class PlaceInvalidError(RuleBrokenError):
    """A name that is no place of a yard."""

    message = gettext_noop("%(value)s is no place: up to %(limit)s letters, digits and dashes.")


class MoveNowhereError(RuleBrokenError):
    """Material is moved to where it lies."""

    message = gettext_noop("The material lies at %(value)s already; name another place.")


class CountReasonMissingError(RuleBrokenError):
    """A count differs from the books and nobody says why."""

    message = gettext_noop("The count differs from the books by %(value)s kg: a reason is needed.")


class CountNegativeError(RuleBrokenError):
    """Less than nothing was counted."""

    message = gettext_noop("%(value)s kg cannot be counted; the least is %(limit)s kg.")


class BooksMovedError(ConflictError):
    """The books changed between the count and its entry."""

    message = gettext_noop(
        "The books say %(limit)s kg by now, not %(value)s kg. Look again, and enter the count anew."
    )


class CountMethod(StrEnum):
    """How a stock was counted."""

    SURVEY = "SURVEY"  # volume by drone or laser, times density
    WEIGHED = "WEIGHED"  # all of it over the scale
    ESTIMATE = "ESTIMATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockTake:
    """A count of one lot at one place; the difference corrects the books, which stay as written."""

    book_kg: int
    counted_kg: int
    reason: str

    def __post_init__(self) -> None:
        """Refuse a negative count, and a difference without a reason."""
        if self.counted_kg < 0:
            raise CountNegativeError(field="counted_kg", value=self.counted_kg, limit=0)
        if self.difference_kg and not self.reason.strip():
            raise CountReasonMissingError(field="reason", value=self.difference_kg)

    @property
    def difference_kg(self) -> int:
        """Counted less books: below zero where material is missing."""
        return self.counted_kg - self.book_kg


def place_name(text: str) -> str:
    """The name of a place as it is kept: upper case, no surrounding space; "" for none.

    Raises ``PlaceInvalidError``.
    """
    name = text.strip().upper()
    if len(name) > LONGEST_PLACE or not all(letter.isalnum() or letter in "- " for letter in name):
        raise PlaceInvalidError(field="place", value=text[:40], limit=LONGEST_PLACE)
    return name


def require_other_place(here: str, there: str) -> None:
    """Return where the two places differ; raise ``MoveNowhereError``."""
    if here == there:
        raise MoveNowhereError(field="to_place", value=here or "—")
