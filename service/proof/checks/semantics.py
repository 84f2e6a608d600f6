"""RECORD_SEMANTICS: the figures of a record follow from each other, recomputed by the rules.

The rules are those of ``service.domain``, the same by which the record was made, run again over
nothing but what the document says.
"""

from collections.abc import Callable, Mapping
from typing import Any

from service.proof.case import Case
from service.proof.checks.carbon_rules import carbon_figures
from service.proof.checks.codes import RECORD_SCHEMA
from service.proof.checks.mass_rules import (
    delivery_lines,
    net_mass,
    proposal_classes,
    receipt_masses,
    scale_difference,
    share_sum,
    ticket_masses,
)
from service.proof.checks.money_rules import (
    line_amounts,
    line_sum,
    settlement_amounts,
    settlement_tax,
)
from service.proof.families import RECORD_SEMANTICS
from service.proof.schema import document_schema, violations
from service.proof.verdict import Check, Status

Rule = Callable[[Mapping[str, Any]], Check | None]

RULES: Mapping[str, tuple[Rule, ...]] = {
    "weighing": (),
    "grade-proposal": (proposal_classes,),
    "grade-decision": (share_sum,),
    "ticket": (net_mass, ticket_masses),
    "delivery": (net_mass, delivery_lines),
    "plant-receipt": (net_mass, receipt_masses, scale_difference),
    "settlement": (line_amounts, line_sum, settlement_tax, settlement_amounts),
    "carbon-statement": (carbon_figures,),
}
TOTALS = frozenset(
    {proposal_classes, share_sum, delivery_lines, line_sum, settlement_tax, carbon_figures}
)
"""Rules over all members of an object: one hidden member makes the others say nothing."""

VOID_TICKET = "ticket-void"


def check_semantics(case: Case) -> Check:
    """Hold the document against the schema of its kind, then recompute its figures."""
    kind = case.product_kind
    schema = document_schema(_schema_name(case, kind)) if kind in RULES else None
    if kind is None or schema is None:
        return RECORD_SEMANTICS.skipped("The document is of a template that is not known here.")
    broken = violations(case.fields, schema, partial=case.is_redacted)
    if broken:
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, f"{'; '.join(broken[:3])}.")
    record = case.fields.get("record")
    if not isinstance(record, dict):
        return RECORD_SEMANTICS.skipped("The record is hidden.")
    rules = () if _is_void(record) else RULES[kind]
    return _worst([_outcome(rule, record, case) for rule in rules])


def _schema_name(case: Case, kind: str | None) -> str:
    return VOID_TICKET if kind == "ticket" and _is_void(case.fields.get("record")) else str(kind)


def _is_void(record: object) -> bool:
    return isinstance(record, dict) and (record.get("status") == "void" or "void_reason" in record)


def _outcome(rule: Rule, record: Mapping[str, Any], case: Case) -> Check | None:
    """What the rule says; a figure it needs and cannot see makes it SKIPPED."""
    try:
        finding = rule(record)
    except KeyError as absent:
        name = absent.args[0]
        if case.is_redacted:
            return RECORD_SEMANTICS.skipped(f"A figure is hidden: {name}.")
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, f"{name} is missing.")
    if finding and case.is_redacted and rule in TOTALS:
        return RECORD_SEMANTICS.skipped("A member of a total may be hidden.")
    return finding


def _worst(outcomes: list[Check | None]) -> Check:
    for status in (Status.INVALID, Status.ERROR, Status.SKIPPED):
        for outcome in outcomes:
            if outcome and outcome.status is status:
                return outcome
    return RECORD_SEMANTICS.valid()
