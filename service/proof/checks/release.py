"""A mass rests on no held weighing but one that a second person released (weighbridge.md, 8.2)."""

from collections.abc import Mapping
from typing import Any

from service.proof.at_hand import FilesAtHand

MASSES = frozenset({"ticket", "delivery", "plant-receipt", "correction"})
"""Kinds whose masses come from weighings; a correction names the parents of what it corrects."""
WEIGHED = ("gross", "tare")
HELD, RELEASED = "HOLD", "RELEASE"


def unreleased(kind: str | None, parents: Mapping[str, str], files: FilesAtHand) -> str | None:
    """The part (gross or tare) whose weighing was held without a release beside it, else None.

    The release is the parent ``<part>_release``: a decision about that weighing, by another person.
    """
    if kind not in MASSES:
        return None
    for part in WEIGHED:
        weighing = _record(files.data(parents.get(part, "")))
        release = _record(files.data(parents.get(f"{part}_release", "")))
        if is_held(weighing.get("controls")) and not is_released(weighing, release):
            return part
    return None


def is_held(controls: object) -> bool:
    """Whether one of the ``controls`` of a weighing's record held it."""
    said = controls.values() if isinstance(controls, dict) else ()
    return any(isinstance(each, dict) and each.get("outcome") == HELD for each in said)


def is_released(weighing: Mapping[str, Any], decision: Mapping[str, Any]) -> bool:
    """Whether ``decision`` lets that weighing count, by another person than the one who weighed."""
    return (
        decision.get("decision") == RELEASED
        and decision.get("weighing_id") == weighing.get("weighing_id")
        and decision.get("decided_by") != weighing.get("operator_id")
    )


def _record(data: Mapping[str, Any]) -> Mapping[str, Any]:
    record = data.get("record")
    return record if isinstance(record, dict) else {}
