"""Who may do what: one table of rights, role × action × scope.

What the table does not grant is forbidden. ``tests/vectors/rights.csv`` is the same table written
by hand; a test compares the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from service.domain.errors import ForbiddenError
from service.domain.party import Actor, Role

__all__ = ["RIGHTS", "Action", "Resource", "Role", "Scope", "permits", "require", "scope_of"]


class Action(StrEnum):
    """Something a person asks the service to do or to show."""

    VISIT_OPEN = "VISIT_OPEN"
    VISIT_VIEW = "VISIT_VIEW"
    WEIGHING_RECORD = "WEIGHING_RECORD"
    WEIGHING_VOID = "WEIGHING_VOID"
    VISIT_RENEW = "VISIT_RENEW"
    REGISTER_VIEW = "REGISTER_VIEW"
    REGISTER_EDIT = "REGISTER_EDIT"
    YARD_RULES_SET = "YARD_RULES_SET"
    PHOTOGRAPH_UPLOAD = "PHOTOGRAPH_UPLOAD"
    GRADE_PROPOSE = "GRADE_PROPOSE"
    GRADE_DECIDE = "GRADE_DECIDE"
    HAZARD_STOP = "HAZARD_STOP"
    HAZARD_RELEASE = "HAZARD_RELEASE"
    BAY_SET = "BAY_SET"
    TICKET_ISSUE = "TICKET_ISSUE"
    TICKET_VOID = "TICKET_VOID"
    TICKET_VIEW = "TICKET_VIEW"
    TICKET_PRINT = "TICKET_PRINT"
    TICKET_ANSWER = "TICKET_ANSWER"
    LOT_VIEW = "LOT_VIEW"
    PROCESSING_RECORD = "PROCESSING_RECORD"
    STOCK_TAKE = "STOCK_TAKE"
    DELIVERY_RECORD = "DELIVERY_RECORD"
    DELIVERY_VIEW = "DELIVERY_VIEW"
    RECEIPT_RECORD = "RECEIPT_RECORD"
    PRICE_LIST_SET = "PRICE_LIST_SET"
    PRICE_LIST_VIEW = "PRICE_LIST_VIEW"
    SETTLEMENT_PREPARE = "SETTLEMENT_PREPARE"
    SETTLEMENT_APPROVE = "SETTLEMENT_APPROVE"
    SETTLEMENT_VIEW = "SETTLEMENT_VIEW"
    CARBON_VIEW = "CARBON_VIEW"
    EVIDENCE_EXPORT = "EVIDENCE_EXPORT"
    BOOKING_CREATE = "BOOKING_CREATE"
    BOOKING_VIEW = "BOOKING_VIEW"
    ALARM_VIEW = "ALARM_VIEW"
    DASHBOARD_VIEW = "DASHBOARD_VIEW"
    AUDIT_RUN = "AUDIT_RUN"
    CORRECTION_RECORD = "CORRECTION_RECORD"
    APPEAL_RAISE = "APPEAL_RAISE"
    APPEAL_DECIDE = "APPEAL_DECIDE"
    APPEAL_VIEW = "APPEAL_VIEW"
    APPEAL_FIGURES = "APPEAL_FIGURES"
    GRADE_REVIEW = "GRADE_REVIEW"
    GRADE_RULES_VIEW = "GRADE_RULES_VIEW"
    GRADE_RULES_SET = "GRADE_RULES_SET"
    PAYMENT_RECORD = "PAYMENT_RECORD"
    HOLD_VIEW = "HOLD_VIEW"
    HOLD_DECIDE = "HOLD_DECIDE"
    OVERRIDE_VIEW = "OVERRIDE_VIEW"
    CONTROL_POLICY_SET = "CONTROL_POLICY_SET"
    LIEN_ORDER = "LIEN_ORDER"
    LIEN_VIEW = "LIEN_VIEW"
    ENTRY_VIEW = "ENTRY_VIEW"
    ENTRY_DECIDE = "ENTRY_DECIDE"
    USER_MANAGE = "USER_MANAGE"
    SIMULATOR_DRIVE = "SIMULATOR_DRIVE"
    INSTRUMENT_COMMISSION = "INSTRUMENT_COMMISSION"
    MODEL_VIEW = "MODEL_VIEW"
    MODEL_USE = "MODEL_USE"
    MODEL_REGISTER = "MODEL_REGISTER"


class Scope(StrEnum):
    """Over which things a right holds."""

    ALL = "ALL"
    OWN_SITE = "OWN_SITE"  # things at a site where the person works
    OWN_ORGANISATION = "OWN_ORGANISATION"  # things that name the person's organisation


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is about: the site where it stands and the organisations that it names."""

    site_id: str | None = None
    organisation_ids: frozenset[str] = frozenset()


_SCALE = (Action.VISIT_OPEN, Action.VISIT_VIEW, Action.WEIGHING_RECORD, Action.PHOTOGRAPH_UPLOAD)
_REGISTER = (Action.REGISTER_VIEW, Action.REGISTER_EDIT)
_WEIGHBRIDGE = (
    *_SCALE,
    Action.TICKET_ISSUE,
    Action.TICKET_VIEW,
    Action.TICKET_PRINT,
    Action.LOT_VIEW,
    Action.PROCESSING_RECORD,
    Action.DELIVERY_RECORD,
    Action.DELIVERY_VIEW,
    Action.BOOKING_VIEW,
    Action.ALARM_VIEW,
    Action.DASHBOARD_VIEW,
    Action.SIMULATOR_DRIVE,
    Action.HAZARD_STOP,
    Action.HOLD_VIEW,
)
_INSPECTION = (
    Action.VISIT_VIEW,
    Action.PHOTOGRAPH_UPLOAD,
    Action.GRADE_PROPOSE,
    Action.GRADE_DECIDE,
    Action.HAZARD_STOP,
    Action.HAZARD_RELEASE,
    Action.TICKET_VIEW,
    Action.LOT_VIEW,
    Action.DASHBOARD_VIEW,
)
_OFFICE = (
    Action.VISIT_VIEW,
    Action.TICKET_VIEW,
    Action.LOT_VIEW,
    Action.DELIVERY_VIEW,
    Action.PRICE_LIST_VIEW,
    Action.SETTLEMENT_VIEW,
    Action.CARBON_VIEW,
    Action.EVIDENCE_EXPORT,
    Action.ALARM_VIEW,
    Action.DASHBOARD_VIEW,
)


def _with_scope(scope: Scope, *actions: Action) -> dict[Action, Scope]:
    return dict.fromkeys(actions, scope)


RIGHTS: Mapping[Role, Mapping[Action, Scope]] = MappingProxyType(
    {
        Role.OPERATOR: (
            _with_scope(Scope.OWN_SITE, *_WEIGHBRIDGE) | _with_scope(Scope.ALL, *_REGISTER)
        ),
        Role.INSPECTOR: _with_scope(Scope.OWN_SITE, *_INSPECTION, Action.GRADE_REVIEW),
        Role.SUPERVISOR: (
            _with_scope(
                Scope.OWN_SITE,
                *_WEIGHBRIDGE,
                *_INSPECTION,
                Action.BAY_SET,
                Action.TICKET_VOID,
                Action.WEIGHING_VOID,
                Action.VISIT_RENEW,
                Action.YARD_RULES_SET,
                Action.STOCK_TAKE,
                Action.CORRECTION_RECORD,
                Action.APPEAL_VIEW,
                Action.APPEAL_DECIDE,
                Action.APPEAL_FIGURES,
                Action.GRADE_RULES_VIEW,
                Action.GRADE_RULES_SET,
                Action.EVIDENCE_EXPORT,
                Action.ENTRY_VIEW,
                Action.ENTRY_DECIDE,
                Action.HOLD_DECIDE,
                Action.OVERRIDE_VIEW,
                Action.INSTRUMENT_COMMISSION,
                Action.MODEL_VIEW,
                Action.MODEL_USE,
            )
            | _with_scope(Scope.ALL, *_REGISTER)
        ),
        Role.CLERK: _with_scope(
            Scope.ALL,
            *_OFFICE,
            Action.TICKET_PRINT,
            Action.SETTLEMENT_PREPARE,
            Action.PAYMENT_RECORD,
            Action.LIEN_VIEW,
            Action.APPEAL_VIEW,
            *_REGISTER,
        ),
        Role.APPROVER: _with_scope(
            Scope.ALL, *_OFFICE, Action.SETTLEMENT_APPROVE, Action.LIEN_VIEW
        ),
        Role.PLANT: (
            _with_scope(
                Scope.OWN_SITE,
                *_SCALE,
                Action.WEIGHING_VOID,
                Action.VISIT_RENEW,
                Action.YARD_RULES_SET,
                Action.SIMULATOR_DRIVE,
                Action.ENTRY_VIEW,
                Action.ENTRY_DECIDE,
                Action.HOLD_VIEW,
                Action.HOLD_DECIDE,
                Action.INSTRUMENT_COMMISSION,
            )
            | _with_scope(Scope.ALL, Action.REGISTER_VIEW)
            | _with_scope(
                Scope.OWN_ORGANISATION,
                Action.DELIVERY_VIEW,
                Action.RECEIPT_RECORD,
                Action.PRICE_LIST_VIEW,
                Action.SETTLEMENT_VIEW,
                Action.CARBON_VIEW,
                Action.EVIDENCE_EXPORT,
                Action.ALARM_VIEW,
                Action.DASHBOARD_VIEW,
            )
        ),
        Role.BANK: _with_scope(
            Scope.OWN_ORGANISATION,
            Action.SETTLEMENT_VIEW,
            Action.EVIDENCE_EXPORT,
            Action.LIEN_ORDER,
            Action.LIEN_VIEW,
        ),
        Role.CARRIER: _with_scope(
            Scope.OWN_ORGANISATION, Action.VISIT_VIEW, Action.DELIVERY_VIEW, Action.REGISTER_VIEW
        ),
        Role.SUPPLIER: _with_scope(
            Scope.OWN_ORGANISATION,
            Action.BOOKING_CREATE,
            Action.BOOKING_VIEW,
            Action.VISIT_VIEW,
            Action.TICKET_VIEW,
            Action.TICKET_ANSWER,
            Action.EVIDENCE_EXPORT,
            Action.APPEAL_RAISE,
            Action.APPEAL_VIEW,
        ),
        Role.AUDITOR: _with_scope(
            Scope.ALL,
            *_OFFICE,
            Action.BOOKING_VIEW,
            Action.AUDIT_RUN,
            Action.APPEAL_VIEW,
            Action.APPEAL_FIGURES,
            Action.GRADE_RULES_VIEW,
            Action.LIEN_VIEW,
            Action.ENTRY_VIEW,
            Action.HOLD_VIEW,
            Action.OVERRIDE_VIEW,
            Action.REGISTER_VIEW,
            Action.MODEL_VIEW,
        ),
        Role.ADMINISTRATOR: _with_scope(
            Scope.ALL,
            Action.USER_MANAGE,
            Action.PRICE_LIST_SET,
            Action.PRICE_LIST_VIEW,
            Action.GRADE_RULES_VIEW,
            Action.GRADE_RULES_SET,
            Action.DASHBOARD_VIEW,
            Action.SIMULATOR_DRIVE,
            Action.ENTRY_VIEW,
            Action.HOLD_VIEW,
            Action.CONTROL_POLICY_SET,
            Action.INSTRUMENT_COMMISSION,
            Action.YARD_RULES_SET,
            Action.MODEL_VIEW,
            Action.MODEL_USE,
            Action.MODEL_REGISTER,
            *_REGISTER,
        ),
    }
)


def scope_of(role: Role, action: Action) -> Scope | None:
    """Over which things ``role`` may do ``action``; ``None`` where it may not at all."""
    return RIGHTS[role].get(action)


def permits(actor: Actor, action: Action, resource: Resource) -> bool:
    """Whether ``actor`` may do ``action`` to ``resource``."""
    scope = scope_of(actor.role, action)
    if scope is Scope.OWN_SITE:
        return resource.site_id in actor.site_ids
    if scope is Scope.OWN_ORGANISATION:
        return actor.organisation_id in resource.organisation_ids
    return scope is Scope.ALL


def require(actor: Actor, action: Action, resource: Resource) -> None:
    """Return when ``actor`` may do ``action`` to ``resource``, else raise ``ForbiddenError``."""
    if not permits(actor, action, resource):
        raise ForbiddenError(action=action.value)
