"""Price lists of a plant: prices of grades, each list valid between two business dates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.canonical_text import record_sha256
from service.domain.errors import RuleBrokenError, gettext_noop


class PriceListMissingError(RuleBrokenError):
    """Not exactly one price list is in force on the price date."""

    message = gettext_noop("%(value)s price lists are in force on %(on)s; it must be %(limit)s.")


class GradeNotInContractError(RuleBrokenError):
    """A grade has no price in the contract or the list in force."""

    message = gettext_noop("Grade %(value)s has no price; prices are agreed for %(limit)s.")


class PriceListInvalidError(RuleBrokenError):
    """A price list ends before it begins, repeats a grade or states a negative price."""

    message = gettext_noop("Price list %(value)s is outside the rule: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class GradePrice:
    """Price of a grade in fen per tonne: 3,650.00 yuan/t is 365000."""

    grade: str
    price_fen_per_t: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    """Prices by which ``buyer_id`` buys from ``valid_from`` to ``valid_to``, both included.

    The dates are business dates (Asia/Shanghai). A change is a new version, never an edit.
    """

    price_list_id: str
    version: str
    valid_from: date
    valid_to: date
    buyer_id: str
    prices: tuple[GradePrice, ...]

    def __post_init__(self) -> None:
        """Refuse a list that contradicts itself."""
        grades = [price.grade for price in self.prices]
        if self.valid_to < self.valid_from:
            raise PriceListInvalidError(
                field="valid_to", value=self.version, limit="it ends on or after its first day"
            )
        if len(set(grades)) != len(grades):
            raise PriceListInvalidError(
                field="prices", value=self.version, limit="one price for a grade"
            )
        if any(price.price_fen_per_t < 0 for price in self.prices):
            raise PriceListInvalidError(
                field="prices", value=self.version, limit="prices of 0 fen or more"
            )

    def in_force(self, on: date) -> bool:
        """Whether the list is valid on ``on``."""
        return self.valid_from <= on <= self.valid_to

    def identity(self) -> dict[str, str]:
        """What a settlement says of the list it used, with the keys of the evidence document."""
        return {
            "price_list_id": self.price_list_id,
            "version": self.version,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "sha256": self.sha256,
        }

    @property
    def sha256(self) -> str:
        """SHA-256 of the whole list as RFC 8785 JSON, prices by grade: its content, nailed down."""
        return record_sha256(
            {
                "price_list_id": self.price_list_id,
                "version": self.version,
                "valid_from": self.valid_from.isoformat(),
                "valid_to": self.valid_to.isoformat(),
                "buyer_id": self.buyer_id,
                "prices": {price.grade: price.price_fen_per_t for price in self.prices},
            }
        )


def list_in_force(
    lists: Iterable[PriceList], on: date, *, buyer_id: str | None = None
) -> PriceList:
    """The one list valid on ``on``, among those of ``buyer_id`` where it is given.

    Raises ``PriceListMissingError`` for none and for more than one: an expired list is never used
    silently, and two lists are not a price.
    """
    found = [
        candidate
        for candidate in lists
        if candidate.in_force(on) and buyer_id in (None, candidate.buyer_id)
    ]
    if len(found) != 1:
        raise PriceListMissingError(field="price_on", value=len(found), limit=1, on=on.isoformat())
    return found[0]


def price_of(grade: str, prices: Iterable[GradePrice]) -> int:
    """Price of ``grade``, fen per tonne; raises ``GradeNotInContractError``."""
    table = {price.grade: price.price_fen_per_t for price in prices}
    if grade not in table:
        raise GradeNotInContractError(
            field="grade", value=grade[:32], limit=", ".join(sorted(table)) or "-"
        )
    return table[grade]
