"""The registry of rules, and what the site's policy makes of their findings."""

from collections.abc import Callable, Iterable
from itertools import groupby

from service.domain.control.curve import leaving, slope
from service.domain.control.deck import one_vehicle, position, stable, zero_before
from service.domain.control.facts import ControlFacts
from service.domain.control.instrument import check_weighing, integrity
from service.domain.control.people import override_rate, pairing, source
from service.domain.control.personal import personal_data
from service.domain.control.pictures import photographs
from service.domain.control.policy import ControlAction, ControlPolicy
from service.domain.control.radiation import radiation
from service.domain.control.reversal import concluded
from service.domain.control.sequence import clock_and_chain
from service.domain.control.sites import open_load, same_vehicle
from service.domain.control.tare import between_weighings, tare_history
from service.domain.control.verdict import GRAVITY, Finding, Outcome, Verdict

Rule = Callable[[ControlFacts, ControlPolicy], Iterable[Finding]]
"""One control: its findings about a weighing, none where it does not apply."""

RULES: tuple[Rule, ...] = (
    zero_before,
    position,
    one_vehicle,
    stable,
    slope,
    leaving,
    tare_history,
    between_weighings,
    open_load,
    same_vehicle,
    photographs,
    override_rate,
    integrity,
    check_weighing,
    pairing,
    source,
    radiation,
    concluded,
    clock_and_chain,
    personal_data,
)
"""The rules of C1 to C20, in this order."""


def judge(facts: ControlFacts, policy: ControlPolicy) -> tuple[Verdict, ...]:
    """One verdict for each control that applies and is not off, in the order of their numbers.

    A control says its gravest finding, the first of equals: it passes only where all that it looks
    at was known and in order.
    """
    findings = (finding for rule in RULES for finding in rule(facts, policy))
    asked = (f for f in findings if policy.action(f.control) is not ControlAction.OFF)
    verdicts = (_verdict(finding, policy) for finding in asked)
    return tuple(
        max(group, key=lambda verdict: GRAVITY.index(verdict.outcome))
        for _, group in groupby(verdicts, key=lambda verdict: verdict.control)
    )


def _verdict(finding: Finding, policy: ControlPolicy) -> Verdict:
    return Verdict(
        control=finding.control,
        outcome=_outcome(finding, policy),
        value=finding.value,
        limit=finding.limit,
        field=finding.field,
    )


def _outcome(finding: Finding, policy: ControlPolicy) -> Outcome:
    if finding.broken is None:
        return Outcome.UNKNOWN
    if not finding.broken:
        return Outcome.PASS
    asked = Outcome(policy.action(finding.control).value)
    return min(asked, finding.at_most, key=GRAVITY.index)
