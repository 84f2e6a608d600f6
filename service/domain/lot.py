"""A lot: accepted material of one grade kept together at one base, and what is taken from it."""

from dataclasses import dataclass

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop


class LotOverdrawnError(ConflictError):
    """More is to be taken from a lot than it holds."""

    message = gettext_noop("%(value)s kg are asked of lot %(lot_id)s, which holds %(limit)s kg.")


class LotMovementNotPositiveError(RuleBrokenError):
    """Nothing, or less than nothing, is put into or taken from a lot."""

    message = gettext_noop("%(value)s kg cannot be moved; the least is %(limit)s kg.")


class LotGradeMismatchError(RuleBrokenError):
    """Material of one grade is put into a lot of another, or taken from it as another."""

    message = gettext_noop("Lot %(lot_id)s is of grade %(limit)s, not %(value)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class LotBalance:
    """What a lot holds: the sum of all that came in less all that went out, kg, never below 0."""

    lot_id: str
    site_id: str
    grade: str
    held_kg: int

    def put(self, kg: int, *, grade: str) -> "LotBalance":
        """The balance after ``kg`` of ``grade`` came in.

        Raises ``LotMovementNotPositiveError``, ``LotGradeMismatchError``.
        """
        self._require_movement(kg, grade)
        return self._holding(self.held_kg + kg)

    def take(self, kg: int, *, grade: str) -> "LotBalance":
        """The balance after ``kg`` of ``grade`` went out: never more than the lot holds.

        Raises ``LotMovementNotPositiveError``, ``LotGradeMismatchError``, ``LotOverdrawnError``.
        """
        self._require_movement(kg, grade)
        if kg > self.held_kg:
            raise LotOverdrawnError(
                field="lines.kg", value=kg, limit=self.held_kg, lot_id=self.lot_id
            )
        return self._holding(self.held_kg - kg)

    def _require_movement(self, kg: int, grade: str) -> None:
        if kg <= 0:
            raise LotMovementNotPositiveError(field="kg", value=kg, limit=1)
        if grade != self.grade:
            raise LotGradeMismatchError(
                field="grade", value=grade, limit=self.grade, lot_id=self.lot_id
            )

    def _holding(self, held_kg: int) -> "LotBalance":
        return LotBalance(
            lot_id=self.lot_id, site_id=self.site_id, grade=self.grade, held_kg=held_kg
        )
