"""Processing runs and counts: mass is conserved, and the difference is what was counted less."""

from collections.abc import Mapping
from typing import Any

from service.proof.checks.codes import NET_MISMATCH, differs
from service.proof.verdict import Check

Record = Mapping[str, Any]


def run_loss(record: Record) -> Check | None:
    """Loss = input − output; below zero it is refused by the schema."""
    computed = record["input_kg"] - record["output_kg"]
    return differs(NET_MISMATCH, {"loss_kg": (record["loss_kg"], computed)})


def run_lines(record: Record) -> Check | None:
    """The lots of each side weigh what the side is said to weigh."""
    for side in ("input", "output"):
        total = sum(line["kg"] for line in record[f"{side}s"].values())
        finding = differs(NET_MISMATCH, {f"sum of {side}s": (total, record[f"{side}_kg"])})
        if finding is not None:
            return finding
    return None


def counted_difference(record: Record) -> Check | None:
    """Difference = counted − books; one that is not zero has a reason."""
    computed = record["counted_kg"] - record["book_kg"]
    finding = differs(NET_MISMATCH, {"difference_kg": (record["difference_kg"], computed)})
    if finding is None and computed and "reason" not in record:
        raise KeyError("reason")
    return finding
