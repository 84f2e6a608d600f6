"""The answer of ``ferrotrace verify`` in words for people and as JSON for programs."""

from collections.abc import Mapping
from typing import Any

from service.proof.verdict import Check, Status, Verdict

EXIT_CODES = {Status.VALID: 0, Status.INVALID: 1, Status.ERROR: 2}
WORDS = {
    Status.VALID: "VALID",
    Status.INVALID: "INVALID",
    Status.ERROR: "COULD NOT TELL",
    Status.SKIPPED: "skipped",
}


def answer_json(verdicts: Mapping[str, Verdict], overall: Status, *, noun: str) -> dict[str, Any]:
    """The verdicts by name under ``noun``s, with the one word over all of them."""
    return {
        "verdict": overall.value,
        f"{noun}s": [{noun: name, **verdict.as_json()} for name, verdict in verdicts.items()],
    }


def answer_lines(verdicts: Mapping[str, Verdict], overall: Status, *, noun: str) -> list[str]:
    """The same, one line a verdict and one for each of its checks."""
    lines = []
    for name, verdict in verdicts.items():
        as_of = verdict.as_of
        when = f", as of block {as_of.block}, {as_of.time}" if as_of else ""
        lines.append(f"{WORDS[verdict.verdict]}  {name}{when}")
        lines += [_line(check) for check in verdict.checks]
    if len(verdicts) > 1:
        lines.append(f"{WORDS[overall]}  all {len(verdicts)} {noun}s together")
    return lines


def _line(check: Check) -> str:
    promise = (check.data or {}).get("promise")
    told = f"  promise: {promise}" if promise else ""
    reason = f"  {check.reason.message}" if check.reason else ""
    return f"  {WORDS[check.status]:<15}{check.type}{reason}{told}"
