"""Lines of one load: what of the settlement mass is of which grade or material.

They are stated by kilograms or by percent (weighbridge.md, section 6.2, split by weight or share);
what they come to is together exactly the settlement mass (section 7.2, invariant 4).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.grade import SharesNot10000Error
from service.domain.units import WHOLE_BP, apportion

FEWEST_LINES = 2
MOST_LINES = 12
LONGEST_MATERIAL = 60


class LineCountError(RuleBrokenError):
    """A load is split into one line alone, or into more than a ticket has room for."""

    message = gettext_noop("A split load has %(limit)s lines, not %(value)s.")


class LineNameError(RuleBrokenError):
    """A line names neither a grade nor a material, or both."""

    message = gettext_noop("A line names a grade or a material of at most %(limit)s characters.")


class LineTwiceError(RuleBrokenError):
    """Two lines are of the same grade or material."""

    message = gettext_noop("Two lines are of %(value)s. State it once.")


class LineMassMissingError(RuleBrokenError):
    """A line states no mass, or lines state masses in different ways."""

    message = gettext_noop("All lines are stated by kg, or all by percent, each above 0.")


class LinesNotSettlementError(RuleBrokenError):
    """The kilograms of the lines are not the settlement mass."""

    message = gettext_noop("The lines add up to %(value)s kg; the settlement mass is %(limit)s kg.")


class LineGradeNotDecidedError(RuleBrokenError):
    """A line is of a grade that the inspector did not find in the load."""

    message = gettext_noop(
        "The grade decision does not name %(value)s; it names %(limit)s. A line may be of these, or"
        " of a material without a code."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLine:
    """One line: of a catalogue code ``grade`` or a ``material`` in words, by ``kg`` or by ``bp``.

    ``bp`` is the share of the settlement mass in basis points.
    """

    grade: str = ""
    material: str = ""
    kg: int | None = None
    bp: int | None = None

    def __post_init__(self) -> None:
        """Refuse a line without a name or a mass, or with two of either."""
        named = bool(self.grade) != bool(self.material.strip())
        if not named or len(self.material) > LONGEST_MATERIAL:
            raise LineNameError(field="lines.grade", value=self.grade, limit=LONGEST_MATERIAL)
        stated = [figure for figure in (self.kg, self.bp) if figure is not None]
        if len(stated) != 1 or stated[0] <= 0:
            raise LineMassMissingError(field="lines.kg")

    @property
    def name(self) -> str:
        """The code of the grade, or the material."""
        return self.grade or self.material


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadLines:
    """The lines of a load in the order of the paper; none where the load is one thing.

    Raises ``LineCountError``, ``LineTwiceError``, ``LineMassMissingError`` and, by percent,
    ``SharesNot10000Error``.
    """

    lines: tuple[LoadLine, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no split of a whole."""
        if not self.lines:
            return
        if not FEWEST_LINES <= len(self.lines) <= MOST_LINES:
            raise LineCountError(
                field="lines", value=len(self.lines), limit=f"{FEWEST_LINES} to {MOST_LINES}"
            )
        names = [line.name for line in self.lines]
        for name in names:
            if names.count(name) > 1:
                raise LineTwiceError(field="lines", value=name)
        shares_bp = [line.bp for line in self.lines if line.bp is not None]
        if 0 < len(shares_bp) < len(self.lines):
            raise LineMassMissingError(field="lines.kg")
        if shares_bp and sum(shares_bp) != WHOLE_BP:
            raise SharesNot10000Error(field="lines", value=sum(shares_bp), limit=WHOLE_BP)

    @property
    def is_by_share(self) -> bool:
        """Whether the lines are stated by percent."""
        return any(line.bp is not None for line in self.lines)

    def of(self, settlement_kg: int) -> list[int]:
        """Kilograms of each line, together ``settlement_kg`` exactly.

        Shares are cut down to the kilogram, and what is left goes to the largest remainders, in a
        tie to the earlier line. Raises ``LinesNotSettlementError``.
        """
        if self.is_by_share:
            return apportion(settlement_kg, [line.bp or 0 for line in self.lines])
        parts_kg = [line.kg or 0 for line in self.lines]
        if parts_kg and sum(parts_kg) != settlement_kg:
            raise LinesNotSettlementError(
                field="lines.kg", value=sum(parts_kg), limit=settlement_kg
            )
        return parts_kg

    def require_decided(self, grades: Collection[str]) -> None:
        """Return where each line's grade is one of ``grades``, those that the decision names.

        Raises ``LineGradeNotDecidedError``.
        """
        for line in self.lines:
            if line.grade and line.grade not in grades:
                raise LineGradeNotDecidedError(
                    field="lines.grade", value=line.grade, limit=", ".join(grades)
                )

    def record(self, settlement_kg: int) -> dict[str, dict[str, Any]] | None:
        """The lines by their place from 1, as documents state them; None where there are none."""
        kilograms = self.of(settlement_kg)
        stated = {
            str(place): _entry(line, kg)
            for place, (line, kg) in enumerate(zip(self.lines, kilograms, strict=True), 1)
        }
        return stated or None


NO_LINES = LoadLines()


def in_order(stated: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries of a document's member ``lines`` in the order of their places."""
    return [stated[place] for place in sorted(stated, key=lambda place: (len(place), place))]


def lines_of(stated: Mapping[str, Mapping[str, Any]]) -> LoadLines:
    """A document's member ``lines`` as a value; raises ``KeyError`` and what values refuse."""
    return LoadLines(
        lines=tuple(
            LoadLine(
                grade=entry.get("grade", ""),
                material=entry.get("material", ""),
                kg=None if "bp" in entry else entry["kg"],
                bp=entry.get("bp"),
            )
            for entry in in_order(stated)
        )
    )


def equal_parts(total: int, count: int) -> list[int]:
    """``total`` (kg or basis points) in ``count`` parts that differ by 1 at most."""
    return apportion(total, [1] * count)


def balanced(total: int, parts: Sequence[int], place: int) -> list[int]:
    """``parts`` with what is missing to ``total`` put on, or taken from, the one at ``place``.

    That one is never below 0: where the others are more than ``total`` they stay as they are.
    """
    others = sum(part for at, part in enumerate(parts) if at != place)
    return [max(0, total - others) if at == place else part for at, part in enumerate(parts)]


def regraded(
    stated: Mapping[str, Mapping[str, Any]], shares_bp: Mapping[str, int], settlement_kg: int
) -> dict[str, dict[str, Any]] | None:
    """The lines once another grade decision counts: the graded mass by its shares.

    Materials without a code keep their kilograms. None where one line would be left.
    """
    kept = [entry for entry in in_order(stated) if "material" in entry]
    graded_kg = settlement_kg - sum(entry["kg"] for entry in kept)
    codes = [code for code, share_bp in shares_bp.items() if share_bp]
    parts_kg = apportion(graded_kg, [shares_bp[code] for code in codes])
    lines = [
        LoadLine(grade=code, kg=kg) for code, kg in zip(codes, parts_kg, strict=True) if kg
    ] + [LoadLine(material=entry["material"], kg=entry["kg"]) for entry in kept if entry["kg"]]
    return LoadLines(lines=tuple(lines)).record(settlement_kg) if len(lines) > 1 else None


def _entry(line: LoadLine, kg: int) -> dict[str, Any]:
    named = {"grade": line.grade} if line.grade else {"material": line.name}
    return {**named, **({} if line.bp is None else {"bp": line.bp}), "kg": kg}
