"""Judging a weighing by the controls of its site, and keeping what they said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from service.domain.control import judge, require_admitted
from service.domain.control.verdict import GRAVITY, Outcome, Verdict
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.proof.hashing import sha256
from service.storage.control import JudgementRow, add_judgement
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.photograph import PhotographRow
from service.storage.photograph_hash import PhotographHashRow, add_photograph_hashes
from service.storage.visit import VisitRow
from service.usecases.control_facts import JudgedWeighing, combo_of, facts_of
from service.usecases.ports import Deps


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the controls said of a weighing that is about to be recorded.

    ``looks`` are the perceptual hashes of its photographs by their SHA-256 (hex).
    """

    visit_id: str
    combo: str
    policy_version: int
    verdicts: tuple[Verdict, ...]
    looks: Mapping[str, str | None]

    def record(self) -> dict[str, dict[str, str]]:
        """``record.controls`` of the weighing's document: what each control said, by its name."""
        return controls_record(self.verdicts)


def controls_record(verdicts: Sequence[Verdict]) -> dict[str, dict[str, str]]:
    """``record.controls`` of a document: what each control said, by its name."""
    return {
        verdict.control: {
            "field": verdict.field,
            "outcome": verdict.outcome.value,
            "value": verdict.value,
            "limit": verdict.limit,
        }
        for verdict in verdicts
    }


def judged(
    tx: Tx,
    visit: VisitRow,
    weighing: JudgedWeighing,
    actor: Actor,
    deps: Deps,
    *,
    verdicts_of_edge: Sequence[Verdict] | None = None,
) -> Judgement:
    """Judge ``weighing`` of ``visit``; raises ``ControlBlockedError``.

    ``verdicts_of_edge`` are those under which the edge unit took it already: then nothing is
    refused, what would be blocked is held, and of each control the graver verdict counts.
    """
    version, policy = policy_in_force(tx, visit.site_id)
    facts = facts_of(tx, visit, weighing, policy, actor, deps)
    verdicts = judge(facts, policy)
    if verdicts_of_edge is None:
        require_admitted(verdicts)
    else:
        verdicts = together(verdicts_of_edge, verdicts)
    return Judgement(
        visit_id=visit.visit_id,
        combo=combo_of(tx, visit.plate),
        policy_version=version,
        verdicts=verdicts,
        looks={picture.sha256: picture.phash for picture in facts.pictures},
    )


def together(of_edge: Sequence[Verdict], of_server: Sequence[Verdict]) -> tuple[Verdict, ...]:
    """Return the graver verdict of each control: BLOCK as HOLD, what is known over UNKNOWN."""
    found: dict[str, Verdict] = {}
    for verdict in (*of_edge, *of_server):
        softened = _held(verdict)
        former = found.get(softened.control)
        if former is None or _outweighs(softened, former):
            found[softened.control] = softened
    return tuple(sorted(found.values(), key=lambda verdict: int(verdict.control[1:])))


def keep_judgement(
    tx: Tx,
    judgement: Judgement,
    weighing_id: str,
    photographs: Sequence[PhotographRow],
    actor: Actor,
    deps: Deps,
) -> None:
    """Store the verdicts, and the hashes of the photographs that were judged with them."""
    row = JudgementRow(
        weighing_id=weighing_id,
        visit_id=judgement.visit_id,
        combo=judgement.combo,
        policy_version=judgement.policy_version,
        operator_role=actor.role.value,
        judged_at=whole_second(deps.now()),
    )
    add_judgement(tx, row, judgement.verdicts)
    add_photograph_hashes(tx, [_hashes(photograph, judgement) for photograph in photographs])


def _held(verdict: Verdict) -> Verdict:
    blocked = verdict.outcome is Outcome.BLOCK
    return replace(verdict, outcome=Outcome.HOLD) if blocked else verdict


def _outweighs(new: Verdict, former: Verdict) -> bool:
    """Whether ``new`` takes the place of ``former``: graver, or known where that one is not."""
    if Outcome.UNKNOWN in {new.outcome, former.outcome} and Outcome.PASS in {
        new.outcome,
        former.outcome,
    }:
        return former.outcome is Outcome.UNKNOWN
    return GRAVITY.index(new.outcome) > GRAVITY.index(former.outcome)


def _hashes(photograph: PhotographRow, judgement: Judgement) -> PhotographHashRow:
    digest = sha256(photograph.content)
    return PhotographHashRow(
        photograph_id=photograph.photograph_id,
        visit_id=photograph.visit_id,
        sha256=digest,
        phash=judgement.looks.get(digest.hex()),
        taken_at=photograph.taken_at,
    )
