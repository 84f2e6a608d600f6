"""Which kilograms are of which grade: steps SHARES and MIX of a settlement."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.grade import require_whole
from service.domain.price_list import GradeNotInContractError
from service.domain.settlement_load import ForeignPart, GradePart, Load
from service.domain.settlement_terms import MixTier, Terms
from service.domain.settlement_trace import Step, Trace
from service.domain.units import WHOLE_BP, apportion


class GradeKgNotSettlementKgError(RuleBrokenError):
    """The kilograms of the grades are not the settlement mass."""

    message = gettext_noop("The grades weigh %(value)s kg, the settlement mass is %(limit)s kg.")


class ForeignExceedsLineError(RuleBrokenError):
    """More of another grade is stated than the line weighs."""

    message = gettext_noop("Foreign grades of %(value)s kg exceed their line of %(limit)s kg.")


class MixRuleMissingError(RuleBrokenError):
    """No rule says how a grade found in another is paid; it is never guessed."""

    message = gettext_noop("No mix rule pays %(value)s kg of %(foreign)s in %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Kilograms to be paid at the price of ``grade``, changed by ``tier`` where one applies."""

    name: str
    kg: int
    grade: str
    tier: MixTier | None = None


def split_by_shares(total_kg: int, shares_bp: Sequence[int]) -> list[int]:
    """``total_kg`` in whole kilograms by shares that add up to 10,000 bp.

    Each share is cut down to the kilogram; what is left over goes one by one to the largest
    remainders, in a tie to the earlier line. Raises ``SharesNot10000Error``,
    ``ShareOutOfRangeError``.
    """
    require_whole(list(shares_bp))
    return apportion(total_kg, shares_bp)


def grade_kg(settled_kg: int, terms: Terms, load: Load, trace: Trace) -> list[int]:
    """Step SHARES: kilograms of each grade of the load, in its order; they add up."""
    _require_agreed_grades(terms, load)
    stated_kg = [part.kg for part in load.grades if part.kg is not None]
    if len(stated_kg) == len(load.grades):
        lines_kg = stated_kg
    else:
        lines_kg = split_by_shares(settled_kg, [part.share_bp or 0 for part in load.grades])
    if sum(lines_kg) != settled_kg or min(lines_kg, default=0) < 0:
        raise GradeKgNotSettlementKgError(field="grades", value=sum(lines_kg), limit=settled_kg)
    for part, kg in zip(load.grades, lines_kg, strict=True):
        trace.write(Step.SHARES, f"{part.grade}: {kg} kg")
    return lines_kg


def _require_agreed_grades(terms: Terms, load: Load) -> None:
    """Refuse a grade that no price of the contract names, before any list is chosen."""
    lists = terms.price_lists
    agreed = {price.grade for price in terms.prices}
    agreed.update(price.grade for price_list in lists for price in price_list.prices)
    for part in load.grades if agreed else ():
        if part.grade not in agreed:
            raise GradeNotInContractError(
                field="grades", value=part.grade[:32], limit=", ".join(sorted(agreed))
            )


def pieces(lines_kg: Sequence[int], terms: Terms, load: Load, trace: Trace) -> tuple[Piece, ...]:
    """Step MIX: each line's own kilograms, then the tiers of what is foreign in it.

    Pieces of 0 kg are left out. Raises ``ForeignExceedsLineError``, ``MixRuleMissingError``.
    """
    found: list[Piece] = []
    for part, line_kg in zip(load.grades, lines_kg, strict=True):
        foreign = _foreign_pieces(part, line_kg, terms)
        foreign_kg = sum(piece.kg for piece in foreign)
        own = Piece(name=part.grade, kg=line_kg - foreign_kg, grade=part.grade)
        for piece in foreign:
            trace.write(Step.MIX, f"{piece.name}: {piece.kg} of {line_kg} kg")
        found += [own, *foreign]
    return tuple(piece for piece in found if piece.kg)


def _foreign_pieces(part: GradePart, line_kg: int, terms: Terms) -> list[Piece]:
    kilograms = [_foreign_kg(foreign, line_kg, terms) for foreign in part.foreign]
    if sum(kilograms) > line_kg or min(kilograms, default=0) < 0:
        raise ForeignExceedsLineError(field="grades.foreign", value=sum(kilograms), limit=line_kg)
    return [
        piece
        for foreign, kg in zip(part.foreign, kilograms, strict=True)
        for piece in _tiers(foreign.grade, kg, part.grade, line_kg, terms)
    ]


def _foreign_kg(foreign: ForeignPart, line_kg: int, terms: Terms) -> int:
    if foreign.kg is not None:
        return foreign.kg
    return terms.rounding.mass.divide(line_kg * (foreign.share_bp or 0), WHOLE_BP)


def _tiers(foreign: str, foreign_kg: int, grade: str, line_kg: int, terms: Terms) -> list[Piece]:
    """``foreign_kg`` over the tiers, each filled up to its share of the whole line."""
    tiers = [
        tier for tier in terms.mix_tiers if (tier.in_grade, tier.foreign_grade) == (grade, foreign)
    ]
    placed: list[Piece] = []
    placed_kg = 0
    for number, tier in enumerate(tiers, start=1):
        limit_kg = terms.rounding.mass.divide(line_kg * tier.upto_bp, WHOLE_BP)
        kg = max(0, min(foreign_kg, limit_kg) - placed_kg)
        placed.append(
            Piece(name=f"{foreign}_IN_{grade}_T{number}", kg=kg, grade=foreign, tier=tier)
        )
        placed_kg += kg
    if placed_kg < foreign_kg:
        raise MixRuleMissingError(
            field="grades.foreign", value=foreign_kg - placed_kg, foreign=foreign, limit=grade
        )
    return placed
