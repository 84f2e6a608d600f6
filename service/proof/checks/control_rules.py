"""Controls of a weighing: a typed weight states what was said of the people who vouch for it."""

from collections.abc import Mapping
from typing import Any

from service.proof.verdict import Check

SOURCE_CONTROL = "C16"
"""The control over where a weight comes from: typed ones need two people (weighbridge.md, 8.2)."""


def typed_weight(record: Mapping[str, Any]) -> Check | None:
    """A weight that was typed is on record with the verdict of ``SOURCE_CONTROL``."""
    if record["source"] == "MANUAL" and SOURCE_CONTROL not in record["controls"]:
        raise KeyError(f"controls.{SOURCE_CONTROL}")
    return None
