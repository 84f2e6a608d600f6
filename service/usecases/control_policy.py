"""What a site does about each control: set by an administrator, in versions that all stay."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from service.domain.access import Action, Resource, require
from service.domain.control.policy import ControlPolicy
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.storage.control_policy import (
    ControlPolicyRow,
    add_policy,
    locked_policies,
    policies_of,
)
from service.storage.db import Tx
from service.storage.party import site_by_id
from service.usecases.ports import Deps

REASON_MAX = 500


class PolicyReasonError(RuleBrokenError):
    """A change of the controls without saying why."""

    message = gettext_noop("Say why the controls are set so, in at most %(limit)s characters.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetControlPolicy:
    """``policy`` states what differs from the defaults, as ``ControlPolicy.of`` reads it."""

    site_id: str
    policy: Mapping[str, object]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePolicy:
    """The policy of a site; version 0 is the default, which nobody has set."""

    site_id: str
    version: int
    policy: ControlPolicy
    reason: str = ""
    set_at: datetime | None = None
    set_by: str | None = None


def set_control_policy(command: SetControlPolicy, actor: Actor, deps: Deps) -> SitePolicy:
    """Put a new version in force; weighings that were judged keep their verdicts."""
    require(actor, Action.CONTROL_POLICY_SET, Resource(site_id=command.site_id))
    policy, reason = ControlPolicy.of(command.policy), command.reason.strip()
    if not 0 < len(reason) <= REASON_MAX:
        raise PolicyReasonError(field="reason", value=len(reason), limit=REASON_MAX)
    with deps.db.transaction() as tx:
        _require_site(tx, command.site_id)
        former = locked_policies(tx, command.site_id)
        row = ControlPolicyRow(
            site_id=command.site_id,
            version=former[0].version + 1 if former else 1,
            policy=policy.record(),
            reason=reason,
            set_at=whole_second(deps.now()),
            set_by=actor.user_id,
        )
        add_policy(tx, row)
    return _site_policy(row)


def control_policies(site_id: str, actor: Actor, deps: Deps) -> list[SitePolicy]:
    """Every version of the site's policy, the one in force first, the default last."""
    require(actor, Action.HOLD_VIEW, Resource(site_id=site_id))
    with deps.db.transaction() as tx:
        _require_site(tx, site_id)
        versions = [_site_policy(row) for row in policies_of(tx, site_id)]
    return [*versions, SitePolicy(site_id=site_id, version=0, policy=ControlPolicy.of({}))]


def _require_site(tx: Tx, site_id: str) -> None:
    if site_by_id(tx, site_id) is None:
        raise NotFoundError(field="site_id", what="site", key=site_id[:64])


def _site_policy(row: ControlPolicyRow) -> SitePolicy:
    return SitePolicy(
        site_id=row.site_id,
        version=row.version,
        policy=ControlPolicy.of(row.policy),
        reason=row.reason,
        set_at=row.set_at,
        set_by=row.set_by,
    )
