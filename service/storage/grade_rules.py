"""Settings of the sites for grades: the newest version counts."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select

from service.domain.grade_rules import GradeRules
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, one, select_as
from service.storage.tables import grade_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeRulesRow:
    """A version of one site's settings; ``reason`` says why it was made."""

    site_id: str
    version: int
    form_grades: dict[str, list[str]]
    prices_fen_per_t: dict[str, int]
    appeal_hours: int
    tolerance_bp: int
    reason: str
    made_at: datetime
    made_by: str


def add_grade_rules(tx: Tx, row: GradeRulesRow) -> None:
    add(tx, grade_rules, row)


def newest_grade_rules(tx: Tx, site_id: str, *, lock: bool = False) -> GradeRulesRow | None:
    """The settings in force; ``lock`` keeps others from setting them meanwhile."""
    if lock:
        hold(tx, f"grade rules {site_id}")
    return one(tx, GradeRulesRow, _of_site(site_id).limit(1))


def grade_rules_of(tx: Tx, site_id: str, *, at: datetime | None = None) -> GradeRules:
    """What the site goes by, now or at an instant; the product's own where it set nothing."""
    query = _of_site(site_id)
    if at is not None:
        query = query.where(grade_rules.c.made_at <= at)
    row = one(tx, GradeRulesRow, query.limit(1))
    return GradeRules() if row is None else as_rules(row)


def grade_rules_versions(tx: Tx, site_id: str) -> list[GradeRulesRow]:
    """All versions, newest first."""
    return every(tx, GradeRulesRow, _of_site(site_id))


def as_rules(row: GradeRulesRow) -> GradeRules:
    """The stored settings as the rules know them."""
    return GradeRules(
        form_grades={form: tuple(codes) for form, codes in row.form_grades.items()},
        prices_fen_per_t=row.prices_fen_per_t,
        appeal_hours=row.appeal_hours,
        tolerance_bp=row.tolerance_bp,
    )


def _of_site(site_id: str) -> Select[tuple[object, ...]]:
    query = select_as(GradeRulesRow, grade_rules).where(grade_rules.c.site_id == site_id)
    return query.order_by(grade_rules.c.version.desc())
