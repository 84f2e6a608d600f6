"""RECORD_SEMANTICS: the figures of a record follow from each other, recomputed by the rules.

The rules are those of ``service.domain``, the same by which the record was made, run again over
nothing but what the document says.
"""

from collections.abc import Callable, Mapping
from typing import Any

from service.proof.case import Case
from service.proof.checks.carbon_rules import carbon_figures
from service.proof.checks.codes import RECORD_SCHEMA
from service.proof.checks.control_rules import held_weighing, typed_weight
from service.proof.checks.grade_rules import (
    blind_share_sum,
    one_decider,
    proposal_classes,
    proposal_shares,
    share_sum,
    two_signers,
)
from service.proof.checks.mass_rules import (
    delivery_lines,
    load_lines,
    net_mass,
    receipt_masses,
    scale_difference,
    several_deductions,
    ticket_masses,
)
from service.proof.checks.money_rules import (
    line_amounts,
    line_sum,
    price_difference,
    settlement_amounts,
    settlement_tax,
)
from service.proof.checks.statement_rules import (
    appeal_decision,
    key_address,
    key_ends_after_its_beginning,
    known_factor_set,
    known_policy,
    lien_addresses,
    lien_state,
)
from service.proof.checks.stock_rules import counted_difference, run_lines, run_loss
from service.proof.families import RECORD_SEMANTICS
from service.proof.key_epoch import KEY_EPOCH
from service.proof.policy import CORRECTION
from service.proof.schema import document_schema, record_schema, violations
from service.proof.verdict import Check, Status

Rule = Callable[[Mapping[str, Any]], Check | None]

RULES: Mapping[str, tuple[Rule, ...]] = {
    "weighing": (typed_weight,),
    "weighing-void": (),
    "hold-decision": (held_weighing,),
    "grade-proposal": (proposal_classes, proposal_shares),
    "grade-decision": (share_sum, blind_share_sum, one_decider),
    "hazard-release": (two_signers,),
    "ticket": (net_mass, ticket_masses, several_deductions, load_lines),
    "delivery": (net_mass, delivery_lines),
    "plant-receipt": (net_mass, receipt_masses, several_deductions, scale_difference),
    "settlement": (line_amounts, line_sum, settlement_tax, settlement_amounts),
    "carbon-statement": (carbon_figures,),
    "payment": (),
    "processing-run": (run_loss, run_lines),
    "stock-take": (counted_difference,),
    "lien": (lien_state, lien_addresses),
    "appeal": (appeal_decision, price_difference),
    "grade-review": (share_sum,),
    KEY_EPOCH: (key_address, key_ends_after_its_beginning),
    "policy": (known_policy,),
    "factor-set": (known_factor_set,),
}
"""Rules over the record of each kind; those of a correction are those of what it corrects."""

TOTALS = frozenset(
    {
        *(
            proposal_classes,
            proposal_shares,
            blind_share_sum,
            share_sum,
            delivery_lines,
            run_lines,
            line_sum,
        ),
        *(settlement_tax, carbon_figures, known_policy, several_deductions, held_weighing),
        price_difference,
        load_lines,
    }
)
"""Rules over all members of an object: one hidden member makes the others say nothing."""

TICKET, VOID_TICKET = "ticket", "ticket-void"


def check_semantics(case: Case) -> Check:
    """Hold the document against the schema of its kind, then recompute its figures."""
    kind = case.product_kind
    if kind is None or (kind not in RULES and kind != CORRECTION):
        return RECORD_SEMANTICS.skipped("The document is of a template that is not known here.")
    return judge_record(kind, case.fields, partial=case.is_redacted)


def judge_record(kind: str, data: Mapping[str, Any], *, partial: bool) -> Check:
    """What schema and rules say of the unsalted ``data`` of a document of ``kind``.

    ``kind`` is one of ``RULES`` or a correction; ``partial`` where fields are hidden.
    """
    record = data.get("record")
    schema = document_schema(_schema_name(kind, record))
    broken = violations(data, schema, partial=partial)
    if broken:
        return _broken(broken)
    if not isinstance(record, dict):
        return RECORD_SEMANTICS.skipped("The record is hidden.")
    if kind == CORRECTION:
        return _judge_values(record, partial=partial)
    return _judge_figures(kind, record, partial=partial)


def _judge_values(correction: Mapping[str, Any], *, partial: bool) -> Check:
    """The values put right make a whole record of the kind that they correct."""
    kind, values = correction.get("corrects"), correction.get("values")
    if kind is None or values is None:
        return RECORD_SEMANTICS.skipped("The corrected record is hidden.")
    schema = record_schema(_schema_name(kind, values))
    broken = violations(values, schema, partial=partial, path="record.values")
    return _broken(broken) if broken else _judge_figures(kind, values, partial=partial)


def _judge_figures(kind: str, record: Mapping[str, Any], *, partial: bool) -> Check:
    rules = () if _is_void(record) else RULES[kind]
    return _worst([_outcome(rule, record, partial=partial) for rule in rules])


def _broken(broken: list[str]) -> Check:
    return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, f"{'; '.join(broken[:3])}.")


def _schema_name(kind: str, record: object) -> str:
    return VOID_TICKET if kind == TICKET and _is_void(record) else kind


def _is_void(record: object) -> bool:
    return isinstance(record, dict) and (record.get("status") == "void" or "void_reason" in record)


def _outcome(rule: Rule, record: Mapping[str, Any], *, partial: bool) -> Check | None:
    """What the rule says; a figure it needs and cannot see makes it SKIPPED."""
    try:
        finding = rule(record)
    except KeyError as absent:
        name = absent.args[0]
        if partial:
            return RECORD_SEMANTICS.skipped(f"A figure is hidden: {name}.")
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, f"{name} is missing.")
    if finding and partial and rule in TOTALS:
        return RECORD_SEMANTICS.skipped("A member of a total may be hidden.")
    return finding


def _worst(outcomes: list[Check | None]) -> Check:
    for status in (Status.INVALID, Status.ERROR, Status.SKIPPED):
        for outcome in outcomes:
            if outcome and outcome.status is status:
                return outcome
    return RECORD_SEMANTICS.valid()
