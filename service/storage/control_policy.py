"""Policies of the controls: versions per site, the newest counts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.control.policy import DEFAULT_POLICY, ControlPolicy
from service.storage.db import Tx
from service.storage.locks import hold
from service.storage.rows import add, every, select_as
from service.storage.tables import control_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlPolicyRow:
    site_id: str
    version: int
    policy: dict[str, Any]
    reason: str
    set_at: datetime
    set_by: str


def add_policy(tx: Tx, row: ControlPolicyRow) -> None:
    add(tx, control_policy, row)


def locked_policies(tx: Tx, site_id: str) -> list[ControlPolicyRow]:
    """Every version of the site's policy, newest first; nobody else adds one meanwhile."""
    hold(tx, f"control policy {site_id}")
    return policies_of(tx, site_id)


def policies_of(tx: Tx, site_id: str) -> list[ControlPolicyRow]:
    """Every version of the site's policy, newest first."""
    query = select_as(ControlPolicyRow, control_policy).where(control_policy.c.site_id == site_id)
    return every(tx, ControlPolicyRow, query.order_by(control_policy.c.version.desc()))


def policy_in_force(tx: Tx, site_id: str) -> tuple[int, ControlPolicy]:
    """The policy of the site and its version; version 0 is the default."""
    versions = policies_of(tx, site_id)
    if not versions:
        return 0, DEFAULT_POLICY
    return versions[0].version, ControlPolicy.of(versions[0].policy)
