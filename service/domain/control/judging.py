"""The registry of rules, and what the site's policy makes of their findings."""

from collections.abc import Callable, Sequence

from service.domain.control.facts import ControlFacts
from service.domain.control.policy import ControlAction, ControlPolicy
from service.domain.control.verdict import GRAVITY, Finding, Outcome, Verdict

Rule = Callable[[ControlFacts, ControlPolicy], Sequence[Finding]]
"""One control: its findings about a weighing, none where it does not apply."""

RULES: tuple[Rule, ...] = ()
"""Every rule, in the order of the controls' numbers."""


def judge(facts: ControlFacts, policy: ControlPolicy) -> tuple[Verdict, ...]:
    """Verdicts of all controls that apply to the weighing, in the order of their numbers."""
    findings = [finding for rule in RULES for finding in rule(facts, policy)]
    return tuple(
        _verdict(finding, policy)
        for finding in findings
        if policy.action(finding.control) is not ControlAction.OFF
    )


def _verdict(finding: Finding, policy: ControlPolicy) -> Verdict:
    return Verdict(
        control=finding.control,
        outcome=_outcome(finding, policy),
        value=finding.value,
        limit=finding.limit,
        field=finding.field,
        message=finding.message,
    )


def _outcome(finding: Finding, policy: ControlPolicy) -> Outcome:
    if finding.broken is None:
        return Outcome.UNKNOWN
    if not finding.broken:
        return Outcome.PASS
    asked = Outcome(policy.action(finding.control).value)
    return min(asked, finding.at_most, key=GRAVITY.index)
