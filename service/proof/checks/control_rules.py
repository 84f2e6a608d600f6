"""Controls of a weighing: who vouched for a typed one, and what held one that was decided on."""

from collections.abc import Mapping
from typing import Any

from service.proof.checks.codes import RECORD_SCHEMA
from service.proof.checks.release import is_held
from service.proof.families import RECORD_SEMANTICS
from service.proof.verdict import Check

SOURCE_CONTROL = "C16"
"""The control over where a weight comes from: typed ones need two people (weighbridge.md, 8.2)."""


def typed_weight(record: Mapping[str, Any]) -> Check | None:
    """A weight that was typed is on record with the verdict of ``SOURCE_CONTROL``."""
    if record["source"] == "MANUAL" and SOURCE_CONTROL not in record["controls"]:
        raise KeyError(f"controls.{SOURCE_CONTROL}")
    return None


def held_weighing(record: Mapping[str, Any]) -> Check | None:
    """What is decided about was held, and somebody else decides than the one who weighed."""
    if not is_held(record["controls"]):
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "No control held the weighing.")
    if record["decided_by"] == record["operator_id"]:
        return RECORD_SEMANTICS.invalid(RECORD_SCHEMA, "Who weighed decided about it as well.")
    return None
