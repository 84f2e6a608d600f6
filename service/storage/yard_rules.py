"""Rules of the yards: the newest version counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from service.domain.site_rules import SiteRules, rules_of
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, one, select_as
from service.storage.tables import yard_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class YardRulesRow:
    site_id: str
    version: int
    rules: dict[str, Any]
    made_at: datetime
    made_by: str


def newest_rules(tx: Tx, site_id: str, *, lock: bool = False) -> YardRulesRow | None:
    """The rules in force; ``lock`` keeps others from setting them meanwhile."""
    if lock:
        hold(tx, f"yard rules {site_id}")
    query = select_as(YardRulesRow, yard_rules).where(yard_rules.c.site_id == site_id)
    return one(tx, YardRulesRow, query.order_by(yard_rules.c.version.desc()).limit(1))


def site_rules(tx: Tx, site_id: str) -> SiteRules:
    """The rules of the site; those of the product where it set none."""
    query = (
        select(yard_rules.c.rules)
        .where(yard_rules.c.site_id == site_id)
        .order_by(yard_rules.c.version.desc())
        .limit(1)
    )
    return rules_of(tx.execute(query).scalar_one_or_none() or {})


def add_rules(tx: Tx, row: YardRulesRow) -> None:
    add(tx, yard_rules, row)
