"""How well a head would have done on trucks that an inspector judged without seeing its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.units import WHOLE_BP

UNFAMILIAR = frozenset({"OUT_OF_DISTRIBUTION", "Q_NOT_SCRAP"})
"""Reasons by which the engine says that a load is unlike its training."""

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One truck: what a head said, and what a person said who had not seen it.

    ``decision`` is the engine's (auto, manual, stop); a form or trade grade that is not known is
    None. Shares are by catalogue grade, in basis points, and None where the site maps a form to no
    single grade. ``confidence_bp`` is of the proposed trade grade.
    """

    decision: str
    reasons: tuple[str, ...]
    confidence_bp: int
    proposed_class: str | None
    decided_class: str | None
    proposed_form: str | None
    decided_form: str | None
    proposed_shares_bp: Mapping[str, int] | None
    decided_shares_bp: Mapping[str, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowFigures:
    """Figures over the compared trucks; parts in basis points, 0 of nothing.

    ``classes_right_bp`` and ``calibration_error_bp`` are over the trucks whose trade grade the
    inspector named (``named``), ``forms_right_bp`` over those whose form is known (``formed``).
    ``share_mae_bp`` is the mean over trucks (``shared``) of the mean absolute difference over the
    grades that either side names.
    """

    trucks: int
    named: int
    classes_right_bp: int
    formed: int
    forms_right_bp: int
    auto: int
    auto_bp: int
    auto_right_bp: int
    shared: int
    share_mae_bp: int | None
    calibration_error_bp: int
    unfamiliar_bp: int

    @classmethod
    def nothing(cls) -> "ShadowFigures":
        """The figures of a head that has looked at no truck."""
        return shadow_figures(())


def shadow_figures(compared: Sequence[Comparison]) -> ShadowFigures:
    """The figures over ``compared``; no truck leaves its denominator because it was hard."""
    named = [one for one in compared if one.decided_class is not None]
    formed = [one for one in compared if one.decided_form is not None]
    auto = [one for one in compared if one.decision == "auto"]
    differences = [mae for one in compared if (mae := share_mae_bp(one)) is not None]
    return ShadowFigures(
        trucks=len(compared),
        named=len(named),
        classes_right_bp=_part_bp([one.proposed_class == one.decided_class for one in named]),
        formed=len(formed),
        forms_right_bp=_part_bp([one.proposed_form == one.decided_form for one in formed]),
        auto=len(auto),
        auto_bp=_part_bp([one.decision == "auto" for one in compared]),
        auto_right_bp=_part_bp(
            [one.decided_form is not None and one.proposed_form == one.decided_form for one in auto]
        ),
        shared=len(differences),
        share_mae_bp=sum(differences) // len(differences) if differences else None,
        calibration_error_bp=_calibration_error_bp(named),
        unfamiliar_bp=_part_bp([not UNFAMILIAR.isdisjoint(one.reasons) for one in compared]),
    )


def share_mae_bp(one: Comparison) -> int | None:
    """Mean absolute difference of the shares over the grades named by either side."""
    if one.proposed_shares_bp is None or one.decided_shares_bp is None:
        return None
    codes = {code for side in (one.proposed_shares_bp, one.decided_shares_bp) for code in side}
    if not codes:
        return None
    apart = sum(
        abs(one.proposed_shares_bp.get(code, 0) - one.decided_shares_bp.get(code, 0))
        for code in codes
    )
    return apart // len(codes)


def by_grade(
    forms_bp: Mapping[str, int], grades_by_form: Mapping[str, Sequence[str]]
) -> dict[str, int] | None:
    """Shares by form as shares by catalogue grade.

    None where a form with a share is mapped to no grade of the site, or to several: then nobody
    can say which grade the engine would have named.
    """
    shares_bp: dict[str, int] = {}
    for form, share_bp in forms_bp.items():
        if share_bp == 0:
            continue
        codes = grades_by_form.get(form, ())
        if len(codes) != 1:
            return None
        shares_bp[codes[0]] = shares_bp.get(codes[0], 0) + share_bp
    return shares_bp or None


def _part_bp(hits: Sequence[bool]) -> int:
    return WHOLE_BP * sum(hits) // len(hits) if hits else 0


def _calibration_error_bp(named: Sequence[Comparison]) -> int:
    """Expected calibration error of the trade grade over ten bins of equal width."""
    gaps = [0] * _BINS
    for one in named:
        own = min(one.confidence_bp * _BINS // WHOLE_BP, _BINS - 1)
        gaps[own] += one.confidence_bp - WHOLE_BP * (one.proposed_class == one.decided_class)
    return sum(abs(gap) for gap in gaps) // max(1, len(named))
