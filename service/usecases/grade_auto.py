"""The image engine decides by itself, where the site lets it and every gate passed."""

from service.domain.grade import GradeDecision, decide_grade
from service.domain.grade_shares import grade_shares
from service.domain.grading_model import ModelMode
from service.storage.db import Tx
from service.storage.grade import GradeProposalRow
from service.storage.grading_model import mode_of
from service.storage.visit import VisitRow
from service.usecases.grade_record import Decider, DecisionContext, record_decision
from service.usecases.grading_site import grades_by_form
from service.usecases.ports import Deps, ProposedGrade


def decide_by_engine(
    tx: Tx, visit: VisitRow, row: GradeProposalRow, proposed: ProposedGrade, deps: Deps
) -> None:
    """Put the engine's decision on record where it may decide; otherwise a person decides.

    It may where the head of the site is in mode auto, every gate passed, and the site's mapping
    gives exactly one catalogue grade to each form that was seen.
    """
    if row.decision != "auto" or mode_of(tx, visit.site_id) is not ModelMode.AUTO:
        return
    decision = _decision(tx, visit.site_id, proposed)
    if decision is not None:
        decider = Decider(engine=proposed.model["head_sha256"])
        record_decision(tx, row, decision, decider, DecisionContext(), deps)


def _decision(tx: Tx, site_id: str, proposed: ProposedGrade) -> GradeDecision | None:
    codes = grades_by_form(tx, site_id)
    main = codes.get(proposed.form or "", ())
    whole = {proposed.form or "": 10_000}
    shares = grade_shares(proposed.shares_bp or whole, codes)
    if len(main) != 1 or shares is None:
        return None
    return decide_grade(
        grade=main[0],
        shares_bp=shares,
        grade_class=proposed.grade_class,
        proposed_class=proposed.grade_class,
    )
