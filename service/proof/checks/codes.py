"""Codes of RECORD_SEMANTICS, and the sentence that goes with a figure that is not the computed."""

from service.proof.families import RECORD_SEMANTICS
from service.proof.verdict import Check

NET_MISMATCH, CO2_MISMATCH, AMOUNT_MISMATCH = 1, 2, 3
RECORD_SCHEMA, FACTOR_VERSION_UNKNOWN = 5, 6


def differs(code: int, figures: dict[str, tuple[object, object]]) -> Check | None:
    """The first of ``figures`` (name: stated, computed) that differs, or None."""
    for name, (stated, computed) in figures.items():
        if stated != computed:
            return RECORD_SEMANTICS.invalid(code, f"{name} is {stated}, computed {computed}.")
    return None
