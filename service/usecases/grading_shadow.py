"""Shadow: a head looks at every load and nobody sees what it says, until it has shown its worth."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.grading_model import AUTO_LIMITS, unmet
from service.domain.grading_shadow import Comparison, ShadowFigures, by_grade, shadow_figures
from service.domain.trade_grade import FORM_BY_TRADE_GRADE, form_shares
from service.storage import grading_model as registry
from service.storage import grading_shadow as shadow
from service.storage.db import Tx
from service.storage.grading_shadow import ShadowProposalRow, Truth
from service.storage.journal import entry_by_hash
from service.usecases.grading_site import grades_by_form
from service.usecases.reading import document_record

TRUCKS_MAX = 1_000
"""Trucks that a comparison looks back on; the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowReport:
    """A head at a site: its figures, and what keeps it from deciding (``value``, ``limit``)."""

    site_id: str
    head_sha256: str
    name: str
    mode: str
    proposals: int
    figures: ShadowFigures
    unmet: tuple[tuple[str, str], ...]


def shadow_report(tx: Tx, site_id: str) -> list[ShadowReport]:
    """Every head that is in use at the site, or looked beside there, the newest use first."""
    reports = []
    for use in registry.uses_now(tx, site_id):
        model = registry.model_by_hash(tx, use.head_sha256)
        figures = figures_of(tx, site_id, use.head_sha256)
        reports.append(
            ShadowReport(
                site_id=site_id,
                head_sha256=use.head_sha256.hex(),
                name=model.name if model else "",
                mode=use.mode,
                proposals=len(shadow.shadows_of(tx, site_id, use.head_sha256)),
                figures=figures,
                unmet=tuple(unmet(figures, AUTO_LIMITS)),
            )
        )
    return reports


def figures_of(tx: Tx, site_id: str, head_sha256: bytes) -> ShadowFigures:
    """The figures of a head over the trucks of a site that a person has judged."""
    return shadow_figures(comparisons(tx, site_id, head_sha256))


def comparisons(tx: Tx, site_id: str, head_sha256: bytes) -> list[Comparison]:
    """Each load that the head saw and a person judged without seeing what it said."""
    rows = shadow.shadows_of(tx, site_id, head_sha256)[-TRUCKS_MAX:]
    truths = _truths(tx, [row.visit_id for row in rows])
    grades = grades_by_form(tx, site_id)
    return [_compared(row, truths[row.visit_id], grades) for row in rows if row.visit_id in truths]


def _truths(tx: Tx, visit_ids: list[str]) -> dict[str, Truth]:
    truths = {
        visit_id: _of_decision(document_record(entry_by_hash(tx, target_hash)))
        for visit_id, target_hash in shadow.first_decisions(tx, visit_ids).items()
    }
    return truths | shadow.blind_labels(tx, visit_ids)


def _of_decision(record: Mapping[str, Any]) -> Truth:
    return Truth(grade_class=record.get("grade_class"), shares_bp=record["shares"])


def _compared(
    row: ShadowProposalRow, truth: Truth, grades: Mapping[str, tuple[str, ...]]
) -> Comparison:
    answer = row.answer
    forms_bp = answer.get("shares") or form_shares(answer["classes"])
    return Comparison(
        decision=answer["decision"],
        reasons=tuple(answer["reasons"]),
        confidence_bp=answer["confidence_bp"] or 0,
        proposed_class=answer["grade_class"],
        decided_class=truth.grade_class,
        proposed_form=answer["form"],
        decided_form=FORM_BY_TRADE_GRADE.get(truth.grade_class or ""),
        proposed_shares_bp=by_grade(forms_bp, grades),
        decided_shares_bp=truth.shares_bp or None,
    )
