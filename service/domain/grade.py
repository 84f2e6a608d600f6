"""Grades of steel scrap: the codes of the standard, and the inspector's decision."""

from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.units import WHOLE_BP

GRADE_STANDARD = "GB/T 39733-2024"
"""Recycled iron and steel materials, in force from 2025-06-01; replaces the edition of 2020."""


class GradeUnknownError(RuleBrokenError):
    """A grade code is not in the standard."""

    message = gettext_noop("Grade %(value)s is not a code of %(limit)s.")


class SharesNot10000Error(RuleBrokenError):
    """The shares of a load are not the whole of it."""

    message = gettext_noop("The shares add up to %(value)s bp; they must add up to %(limit)s bp.")


class ShareOutOfRangeError(RuleBrokenError):
    """A share is below nothing or above the whole."""

    message = gettext_noop("Share %(value)s bp is outside %(limit)s.")


class DecisionReasonMissingError(RuleBrokenError):
    """A decision differs from the proposal and does not say why."""

    message = gettext_noop("Decision %(value)s differs from proposal %(limit)s: give the reason.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """A code of the standard with its group name in Chinese and English."""

    code: str
    name_zh: str
    name_en: str


_GROUPS = (
    ("重型", "heavy", ("HRS101", "HRS102")),
    ("中型", "medium", ("MRS201", "MRS202")),
    ("小型", "light", ("LRS301", "LRS302", "LRS303", "LRS304")),
    ("破碎", "shredded", ("SRS401", "SRS402", "SRS403")),
    ("包块", "baled", ("BRS501", "BRS502", "BRS503")),
    ("合金", "alloy", ("ARS601", "ARS602", "ARS603")),
    ("铸铁", "cast", ("CRS701", "CRS702")),
)
# Codes of 2020 with LRS304 of 2024; grading.md, section 7.1.

CATALOGUE: Mapping[str, Grade] = {
    code: Grade(code=code, name_zh=name_zh, name_en=name_en)
    for name_zh, name_en, codes in _GROUPS
    for code in codes
}


def require_known_grade(code: str, *, field: str = "grade") -> None:
    """Return when ``code`` is in the catalogue, else raise ``GradeUnknownError``."""
    if code not in CATALOGUE:
        raise GradeUnknownError(field=field, value=code[:32], limit=GRADE_STANDARD)


def require_whole(shares_bp: Mapping[str, int] | list[int]) -> None:
    """Return when the shares are each 0 to 10,000 bp and together 10,000 bp.

    Raises ``ShareOutOfRangeError``, ``SharesNot10000Error``; nothing is scaled silently.
    """
    values_bp = list(shares_bp.values()) if isinstance(shares_bp, Mapping) else shares_bp
    for share_bp in values_bp:
        if not 0 <= share_bp <= WHOLE_BP:
            raise ShareOutOfRangeError(field="shares", value=share_bp, limit=f"0 to {WHOLE_BP} bp")
    if sum(values_bp) != WHOLE_BP:
        raise SharesNot10000Error(field="shares", value=sum(values_bp), limit=WHOLE_BP)


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeDecision:
    """What the inspector decided of a load.

    ``grade`` is the catalogue code under which the load enters a lot, ``grade_class`` the trade
    grade that the inspector saw, ``shares_bp`` the parts of the load by catalogue code,
    ``inclusions_bp`` the non-metallic part of its mass. ``differs`` says that the inspector's trade
    grade is another than the proposed one; then ``reason`` says why.
    """

    grade: str
    grade_standard: str
    grade_class: str | None
    shares_bp: Mapping[str, int]
    inclusions_bp: int
    differs: bool
    reason: str | None


def decide_grade(
    *,
    grade: str,
    shares_bp: Mapping[str, int],
    inclusions_bp: int = 0,
    grade_class: str | None = None,
    proposed_class: str | None = None,
    reason: str = "",
) -> GradeDecision:
    """The decision on a load, checked against the catalogue and against the proposal.

    ``proposed_class`` is the trade grade that the image engine proposed, ``None`` where it
    abstained: then the inspector decides freely and nothing differs. Raises ``GradeUnknownError``,
    ``ShareOutOfRangeError``, ``SharesNot10000Error``, ``DecisionReasonMissingError``.
    """
    require_known_grade(grade)
    for code in shares_bp:
        require_known_grade(code, field="shares")
    require_whole(shares_bp)
    if not 0 <= inclusions_bp <= WHOLE_BP:
        raise ShareOutOfRangeError(
            field="inclusions_bp", value=inclusions_bp, limit=f"0 to {WHOLE_BP} bp"
        )
    differs = proposed_class is not None and grade_class != proposed_class
    if differs and not reason.strip():
        raise DecisionReasonMissingError(
            field="reason", value=grade_class or grade, limit=proposed_class
        )
    return GradeDecision(
        grade=grade,
        grade_standard=GRADE_STANDARD,
        grade_class=grade_class,
        shares_bp=dict(shares_bp),
        inclusions_bp=inclusions_bp,
        differs=differs,
        reason=reason.strip() or None,
    )
