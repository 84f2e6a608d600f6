"""Masses and shares of tickets, deliveries and receipts, computed again (kg and basis points)."""

from collections.abc import Mapping
from typing import Any

from service.domain.deduction import deducted_of, is_several
from service.domain.delivery import ScalePair, compare_scales
from service.domain.errors import RuleBrokenError
from service.domain.load_lines import in_order, lines_of
from service.domain.ticket import masses
from service.proof.checks.codes import NET_MISMATCH, RECORD_SCHEMA, differs
from service.proof.families import RECORD_SEMANTICS
from service.proof.verdict import Check

Record = Mapping[str, Any]


def net_mass(record: Record) -> Check | None:
    """Net = gross − tare."""
    computed = record["gross_kg"] - record["tare_kg"]
    return differs(NET_MISMATCH, {"net_kg": (record["net_kg"], computed)})


def ticket_masses(record: Record) -> Check | None:
    """Accepted = net − rejected − residual; settlement = accepted − deducted."""
    return _by_one_deduction(record, record["residual_kg"])


def several_deductions(record: Record) -> Check | None:
    """The same where deductions are stated by place; at most one of them is by percent."""
    residual_kg = record.get("residual_kg", 0)
    return _settled(record, residual_kg) if is_several(record["deduction"]) else None


def load_lines(record: Record) -> Check | None:
    """The lines of a split load are the settlement mass, each as it was stated."""
    if "lines" not in record:
        return None
    settled_kg, stated = record["settlement_kg"], record["lines"]
    try:
        computed_kg = lines_of(stated).of(settled_kg)
    except RuleBrokenError as error:
        return RECORD_SEMANTICS.invalid(NET_MISMATCH, str(error))
    pairs = enumerate(zip(in_order(stated), computed_kg, strict=True), 1)
    return differs(
        NET_MISMATCH, {f"lines.{place}.kg": (line["kg"], kg) for place, (line, kg) in pairs}
    )


def receipt_masses(record: Record) -> Check | None:
    """Accepted = net − rejected; settlement = accepted − deducted. A plant keeps no residual."""
    return _by_one_deduction(record, 0)


def _by_one_deduction(record: Record, residual_kg: int) -> Check | None:
    stated = record["deduction"]
    if is_several(stated):
        return None
    if any(isinstance(member, dict) for member in stated.values()):
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "deduction is one entry and several.")
    return _settled(record, residual_kg)


def delivery_lines(record: Record) -> Check | None:
    """The lots of a delivery weigh what the truck carried."""
    total = sum(line["kg"] for line in record["lines"].values())
    return differs(NET_MISMATCH, {"sum of lines": (total, record["net_kg"])})


def scale_difference(record: Record) -> Check | None:
    """Difference of the two scales, its limit, and the alarm (weighbridge.md, section 5)."""
    base = record["base"]
    try:
        comparison = compare_scales(
            base=ScalePair(gross_kg=base["gross_kg"], tare_kg=base["tare_kg"], e_kg=base["e_kg"]),
            plant=ScalePair(
                gross_kg=record["gross_kg"], tare_kg=record["tare_kg"], e_kg=record["e_kg"]
            ),
        )
    except RuleBrokenError as error:
        return RECORD_SEMANTICS.invalid(NET_MISMATCH, str(error))
    return differs(
        NET_MISMATCH,
        {
            "base.net_kg": (base["net_kg"], base["gross_kg"] - base["tare_kg"]),
            "difference_kg": (record["difference_kg"], comparison.difference_kg),
            "limit_kg": (record["limit_kg"], comparison.limit_kg),
            "alarm": (record["alarm"], comparison.alarm),
        },
    )


def _settled(record: Record, residual_kg: int) -> Check | None:
    try:
        computed = masses(
            record["gross_kg"],
            record["tare_kg"],
            record["rejected_kg"],
            residual_kg,
            deducted_of(record["deduction"]),
        )
    except RuleBrokenError as error:
        return RECORD_SEMANTICS.invalid(NET_MISMATCH, str(error))
    return differs(
        NET_MISMATCH,
        {
            "accepted_kg": (record["accepted_kg"], computed.accepted_kg),
            "deducted_kg": (record["deducted_kg"], computed.deducted_kg),
            "settlement_kg": (record["settlement_kg"], computed.settlement_kg),
        },
    )
