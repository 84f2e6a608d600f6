"""What a site sets for grades: a new version each time, with its reason; the old ones stay."""

from dataclasses import dataclass

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError
from service.domain.grade_rules import GradeRules, rules_reason
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.storage.grade_rules import GradeRulesRow, add_grade_rules, newest_grade_rules
from service.storage.party import site_by_id
from service.usecases.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class SetGradeRules:
    site_id: str
    rules: GradeRules
    reason: str


def set_grade_rules(command: SetGradeRules, actor: Actor, deps: Deps) -> GradeRulesRow:
    """Put new settings in force; loads that were decided keep what was decided."""
    require(actor, Action.GRADE_RULES_SET, Resource(site_id=command.site_id))
    reason, rules = rules_reason(command.reason), command.rules
    with deps.db.transaction() as tx:
        if site_by_id(tx, command.site_id) is None:
            raise NotFoundError(field="site_id", what="site", key=command.site_id[:64])
        former = newest_grade_rules(tx, command.site_id, lock=True)
        row = GradeRulesRow(
            site_id=command.site_id,
            version=1 if former is None else former.version + 1,
            form_grades={form: list(codes) for form, codes in rules.form_grades.items() if codes},
            prices_fen_per_t=dict(rules.prices_fen_per_t),
            appeal_hours=rules.appeal_hours,
            tolerance_bp=rules.tolerance_bp,
            reason=reason,
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        add_grade_rules(tx, row)
    return row
