"""Amounts of a settlement, computed again in fen (settlement.md, section 3)."""

from collections.abc import Mapping
from typing import Any

from service.domain.settlement_amounts import add_tax, split_gross
from service.domain.settlement_terms import RoundingMode
from service.domain.units import WHOLE_BP, round_half_up
from service.proof.checks.codes import AMOUNT_MISMATCH, NET_MISMATCH, differs
from service.proof.verdict import Check

Record = Mapping[str, Any]


def line_amounts(record: Record) -> Check | None:
    """Each amount = kg × price × num / (1000 × den), rounded once."""
    mode = RoundingMode(record["rounding"])
    figures: dict[str, tuple[object, object]] = {
        f"lines.{name}.amount_fen": (
            line["amount_fen"],
            mode.divide(line["kg"] * line["price_fen_per_t"] * line["num"], 1000 * line["den"]),
        )
        for name, line in record["lines"].items()
    }
    return differs(AMOUNT_MISMATCH, figures)


def line_sum(record: Record) -> Check | None:
    """The kilograms of the lines add up to the settlement mass."""
    total_kg = sum(line["kg"] for line in record["lines"].values())
    return differs(NET_MISMATCH, {"sum of lines": (total_kg, record["settlement_kg"])})


def settlement_tax(record: Record) -> Check | None:
    """Gross, net and tax from the sum of the lines and the rate."""
    mode, vat_bp = RoundingMode(record["rounding"]), record["vat_bp"]
    total_fen = sum(line["amount_fen"] for line in record["lines"].values())
    split = (split_gross if record["tax_inclusive"] else add_tax)(total_fen, vat_bp, mode)
    return differs(
        AMOUNT_MISMATCH,
        {
            "gross_fen": (record["gross_fen"], split.gross_fen),
            "net_fen": (record["net_fen"], split.net_fen),
            "tax_fen": (record["tax_fen"], split.tax_fen),
        },
    )


def settlement_amounts(record: Record) -> Check | None:
    """What is left to pay: gross less offsets; below zero the seller owes it."""
    balance_fen = record["gross_fen"] - record["offset_fen"]
    return differs(
        AMOUNT_MISMATCH,
        {
            "payable_fen": (record["payable_fen"], max(balance_fen, 0)),
            "receivable_fen": (record["receivable_fen"], max(-balance_fen, 0)),
        },
    )


def price_difference(record: Record) -> Check | None:
    """What an appealed load is worth more: Σ (share after − before) × price × mass, rounded once.

    Both sets of shares make a whole. An answer without a difference states none.
    """
    stated = record.get("difference")
    if stated is None:
        return None
    prices, after = stated["prices_fen_per_t"], stated["shares_after"]
    worth = sum(share_bp * prices[code] for code, share_bp in after.items())
    before = stated["shares_before"]
    worth -= sum(share_bp * prices[code] for code, share_bp in before.items())
    computed = round_half_up(worth * stated["settlement_kg"], WHOLE_BP * 1_000)
    return differs(
        AMOUNT_MISMATCH,
        {
            "sum of shares_before": (sum(before.values()), WHOLE_BP),
            "sum of shares_after": (sum(after.values()), WHOLE_BP),
            "difference_fen": (stated["difference_fen"], computed),
        },
    )
