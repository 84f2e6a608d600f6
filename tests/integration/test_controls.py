"""Controls over weighings, all in one: facts, verdicts, holds, decisions, policies."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from service.domain.control import (
    ControlBlockedError,
    ControlPolicyError,
    Outcome,
    Verdict,
)
from service.domain.control.hold import (
    HoldDecision,
    HoldPhotographMissingError,
    HoldState,
    NotHeldError,
    SamePersonError,
    SameRoleError,
)
from service.domain.errors import ForbiddenError, NotFoundError
from service.domain.sight import Sight
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard_guard import WeighingHeldError
from service.proof.document import document_data
from service.storage import views
from service.storage.control import holds_of_visit, verdicts_of
from service.storage.control_policy import policy_in_force
from service.storage.db import Tx
from service.storage.embedded import APP_ROLE, EmbeddedPostgres
from service.storage.journal import entry_by_hash
from service.storage.photograph_hash import near_phashes, recent_phashes
from service.storage.tables import photograph_hash
from service.usecases.control_hold import DecideHold, decide_hold
from service.usecases.control_judging import together
from service.usecases.control_policy import (
    PolicyReasonError,
    SetControlPolicy,
    control_policies,
    set_control_policy,
)
from service.usecases.grade import DecideGrade, decide, propose_pending
from service.usecases.ticket import IssueTicket, issue_ticket
from service.usecases.visit import OpenVisit, Visit, open_visit
from service.usecases.weighing import RecordWeighing, Weighing, record_weighing
from tests.support.audits import assert_audit_clean
from tests.support.company import TEMPLATE, Company, company_on

SITE = "BASE01"
STRICT = {"C7": {"limits": {"least_history": 1}}, "C8": {"limits": {"shortest_s": 0}}}
"""One tare makes a history, so that a test needs two trucks and not four."""


@pytest.fixture(scope="module")
def company(moved_in: EmbeddedPostgres) -> Iterator[Company]:
    """One company for the module; the audit at the end is clean."""
    name = "controls_of_the_module"
    moved_in.create_database(name, template=TEMPLATE)
    made = company_on(moved_in.url(APP_ROLE, name))
    command = SetControlPolicy(site_id=SITE, policy=STRICT, reason="few trucks")
    set_control_policy(command, made.people["administrator"], made.deps)
    yield made
    assert_audit_clean(made)
    made.deps.db.close()
    moved_in.drop_database(name)


def arrived(company: Company, plate: str) -> Visit:
    command = OpenVisit(
        site_id=SITE, kind=VisitKind.RECEIVING, plate=plate, supplier_id="SU-QINGHE"
    )
    return open_visit(command, company.people["operator"], company.deps)


def weighed(company: Company, visit: Visit, which: str, kg: int, by: str = "operator") -> Weighing:
    return company.weigh(visit.visit_id, SITE, which, kg, by)


def graded(company: Company, visit: Visit) -> None:
    propose_pending(company.deps)
    command = DecideGrade(visit_id=visit.visit_id, grade="HRS101", shares={"HRS101": 10_000})
    decide(command, company.people["inspector"], company.deps)


def ticketed(company: Company, visit: Visit) -> str:
    command = IssueTicket(visit_id=visit.visit_id)
    return issue_ticket(command, company.people["operator"], company.deps).ticket_no


def held_tare(company: Company, plate: str, by: str = "operator") -> tuple[Visit, Weighing]:
    """A truck that came once with 16,140 kg empty, and comes again with a tonne more."""
    first = arrived(company, plate)
    for which, kg in (("gross", 48_620), ("tare", 16_140)):
        weighed(company, first, which, kg)
        if which == "gross":
            graded(company, first)
    ticketed(company, first)
    again = arrived(company, plate)
    weighed(company, again, "gross", 48_620)
    graded(company, again)
    return again, weighed(company, again, "tare", 17_140, by)


def decided(company: Company, weighing: Weighing, by: str = "supervisor", **changes: Any) -> Any:
    command = DecideHold(
        weighing_id=weighing.weighing_id,
        decision=HoldDecision.RELEASE,
        reason_code="VEHICLE_CHANGED",
        photograph_ids=weighing.photograph_ids[:1],
    )
    return decide_hold(replace(command, **changes), company.people[by], company.deps)


def test_a_swapped_tare_is_held_until_a_second_person_releases_it(company: Company) -> None:
    visit, tare = held_tare(company, "辽E11111")
    assert tare.held
    assert tare.controls["C7"] == {
        "field": "tare",
        "outcome": "HOLD",
        "value": "17140 kg",
        "limit": "16011–16269 kg",
    }
    with company.deps.db.transaction() as tx:
        entry = entry_by_hash(tx, tare.target_hash)
        (waiting,) = holds_of_visit(tx, visit.visit_id)
    assert entry is not None
    stated = document_data(json.loads(entry.document))["record"]["controls"]
    assert stated == tare.controls
    assert (waiting.weighing_id, waiting.controls) == (tare.weighing_id, ("C7",))
    with pytest.raises(WeighingHeldError):
        ticketed(company, visit)
    made = decided(company, tare)
    assert made.state is HoldState.RELEASED
    assert ticketed(company, visit)
    with company.deps.db.transaction() as tx:
        view = views.hold(tx, views.EVERYTHING, tare.weighing_id)
        assert view is not None
        assert view.decision is not None
        assert [t.kg for t in view.tares] == [16_140]
        assert view.band is not None
        assert len(view.usual) == 1
        assert len(view.others) == 1
        (shift,) = [
            row
            for row in views.overrides(tx, views.EVERYTHING, company.clock(), site_id=SITE)
            if row.operator_id == company.people["operator"].user_id
        ]
    assert shift.released >= 1


def test_who_weighed_does_not_decide_nor_does_another_of_that_role(company: Company) -> None:
    _, tare = held_tare(company, "辽E22222", by="supervisor")
    with pytest.raises(SamePersonError):
        decided(company, tare)
    with pytest.raises(ForbiddenError):
        decided(company, tare, by="operator")
    other = replace(company.people["supervisor"], user_id="another supervisor")
    with pytest.raises(SameRoleError):
        decide_hold(
            DecideHold(
                weighing_id=tare.weighing_id,
                decision=HoldDecision.REFUSE,
                reason_code="SUSPECTED_FRAUD",
            ),
            other,
            company.deps,
        )


def test_a_weighing_is_done_again_or_refused_for_good(company: Company) -> None:
    visit, tare = held_tare(company, "辽E33333")
    with pytest.raises(HoldPhotographMissingError):
        decided(company, tare, photograph_ids=())
    with pytest.raises(NotFoundError):
        decided(company, tare, photograph_ids=("no photograph of this visit",))
    again = decided(
        company,
        tare,
        decision=HoldDecision.REWEIGH,
        reason_code="WRONG_POSITION",
        photograph_ids=(),
    )
    assert again.state is HoldState.REWEIGH
    with pytest.raises(NotHeldError):
        decided(company, tare)
    second = weighed(company, visit, "tare", 17_160)
    refused = decided(company, second, decision=HoldDecision.REFUSE, reason_code="SUSPECTED_FRAUD")
    assert refused.state is HoldState.REFUSED
    with pytest.raises(WeighingHeldError):
        ticketed(company, visit)
    with company.deps.db.transaction() as tx:
        states = {
            row.weighing_id: d.decision for row, d in views.decided_holds(tx, views.EVERYTHING)
        }
    assert states[tare.weighing_id] == "REWEIGH"
    assert states[second.weighing_id] == "REFUSE"


def test_a_photograph_that_was_used_before_stops_the_weighing(company: Company) -> None:
    before = weighed(company, arrived(company, "辽E44444"), "gross", 40_000)
    visit, scale = arrived(company, "辽E44445"), company.scales[SITE]
    scale.kg = 41_000
    old = next(c for c in scale.captures.values() if c.kg == before.kg)
    scale.captures["replayed-pictures"] = replace(
        scale.capture("honest-capture", WeighingPass.GROSS),
        capture_id="replayed-pictures",
        photographs=old.photographs,
    )
    command = RecordWeighing(
        visit_id=visit.visit_id,
        weighing_pass=WeighingPass.GROSS,
        capture_id="replayed-pictures",
    )
    with pytest.raises(ControlBlockedError) as refused:
        record_weighing(command, company.people["operator"], company.deps)
    assert [reason.field for reason in refused.value.reasons] == ["controls.C11"]
    with company.deps.db.transaction() as tx:
        detail = views.visit(tx, views.EVERYTHING, visit.visit_id)
    assert detail is not None
    assert detail.gross is None


def test_what_an_edge_unit_took_already_is_held_where_it_would_be_blocked(
    company: Company,
) -> None:
    visit, scale = arrived(company, "辽E55555"), company.scales[SITE]
    scale.kg = 42_000
    capture = replace(scale.capture("uploaded-capture", WeighingPass.GROSS), spread_kg=400)
    passed = Verdict(control="C4", outcome=Outcome.PASS, value="0 kg", limit="20 kg", field="d_kg")
    command = RecordWeighing(
        visit_id=visit.visit_id,
        weighing_pass=WeighingPass.GROSS,
        weighing_id=company.deps.new_id(),
        capture=capture,
        controls=(passed,),
    )
    weighing = record_weighing(command, company.people["operator"], company.deps)
    assert weighing.held
    with company.deps.db.transaction() as tx:
        said = {v.control: v.outcome for v in verdicts_of(tx, weighing.weighing_id)}
    assert said["C4"] is Outcome.HOLD


def uploaded(company: Company, visit: Visit, which: str, kg: int, sight: Sight) -> Weighing:
    """A weighing that the edge unit took by itself, with what its cameras saw."""
    scale = company.scales[SITE]
    scale.kg = kg
    capture = scale.capture(f"{visit.visit_id}-{which}", WeighingPass(which))
    front, rear, load = capture.photographs
    command = RecordWeighing(
        visit_id=visit.visit_id,
        weighing_pass=WeighingPass(which),
        weighing_id=company.deps.new_id(),
        capture=replace(
            capture,
            sight=sight,
            nonce="12345678",
            photographs=(front, replace(rear, nonce_ok=which == "gross"), load),
        ),
        controls=(),
        card_no="IC-7",
    )
    return record_weighing(command, company.people["operator"], company.deps)


def test_a_swapped_truck_a_second_plate_and_an_old_photograph_are_held(company: Company) -> None:
    visit = arrived(company, "辽E66661")
    honest = Sight(plates={"front": ("辽E66661",), "rear": ("辽E66661",)}, look="80" * 96)
    strange = Sight(plates={"front": ("京B66661",), "rear": ("京B77777",)}, look="c0" * 96)
    gross = uploaded(company, visit, "gross", 40_040, honest)
    assert not gross.held
    graded(company, visit)
    tare = uploaded(company, visit, "tare", 16_140, strange)
    held = {name: said["field"] for name, said in tare.controls.items() if "HOLD" in said.values()}
    assert held == {"C3": "vehicles", "C10": "marks", "C11": "nonce"}
    assert tare.controls["C10"]["value"] == "1/3"
    with company.deps.db.transaction() as tx:
        view = views.hold(tx, views.EVERYTHING, tare.weighing_id)
    assert view is not None
    assert view.sights is not None
    assert view.sights.before is not None
    assert (view.sights.before.plates, view.sights.here.vehicles) == (("辽E66661",), 2)
    assert (view.sights.look_apart, view.sights.here.nonce_ok) == (64, {"rear": False})
    agreed = {name: mark.agrees for name, mark in view.sights.marks.items()}
    assert agreed == {"plate": False, "trailer": None, "card": True, "look": False}


@pytest.mark.parametrize(
    ("edge", "server", "outcome"),
    [
        (Outcome.PASS, Outcome.UNKNOWN, Outcome.PASS),
        (Outcome.UNKNOWN, Outcome.PASS, Outcome.PASS),
        (Outcome.UNKNOWN, Outcome.FLAG, Outcome.FLAG),
        (Outcome.FLAG, Outcome.UNKNOWN, Outcome.FLAG),
        (Outcome.PASS, Outcome.BLOCK, Outcome.HOLD),
        (Outcome.HOLD, Outcome.PASS, Outcome.HOLD),
        (Outcome.BLOCK, Outcome.PASS, Outcome.HOLD),
    ],
)
def test_of_two_verdicts_the_graver_counts_and_knowing_over_not_knowing(
    edge: Outcome, server: Outcome, outcome: Outcome
) -> None:
    verdict = Verdict(control="C9", outcome=edge, value="0", limit="0", field="open_gross")
    (both,) = together((verdict,), (replace(verdict, outcome=server),))
    assert both.outcome is outcome


def test_photographs_are_found_by_their_look(company: Company) -> None:
    ended_before = arrived(company, "辽E66665")
    weighed(company, ended_before, "gross", 40_000)
    graded(company, ended_before)
    weighed(company, ended_before, "tare", 15_000)
    ticketed(company, ended_before)
    last = weighed(company, arrived(company, "辽E66666"), "gross", 40_020)
    since = company.clock() - timedelta(days=90)
    with company.deps.db.transaction() as tx:
        ended = recent_phashes(tx, site_id=SITE, since=since)
        assert len(ended) == len(set(ended)) > 0
        newest = _phash_of(tx, last)
        assert newest not in ended
        flipped = f"{int(newest, 16) ^ 0b11:016x}"

        def near(look: str, bits: int, visit: str = "-") -> set[str]:
            return near_phashes(tx, look, bits=bits, since=since, other_than_visit=visit)

        assert newest in near(flipped, 3)
        assert newest not in near(flipped, 2)
        assert recent_phashes(tx, site_id="BASE02", since=since) == []


def _phash_of(tx: Tx, weighing: Weighing) -> str:
    first = photograph_hash.c.photograph_id == weighing.photograph_ids[0]
    return str(tx.execute(select(photograph_hash.c.phash).where(first)).scalar_one())


def test_policies_are_versions_and_only_the_administrator_sets_them(company: Company) -> None:
    administrator = company.people["administrator"]
    command = SetControlPolicy(
        site_id="BASE02", policy={"C7": {"action": "FLAG"}}, reason="new trailers"
    )
    made = set_control_policy(command, administrator, company.deps)
    versions = control_policies("BASE02", administrator, company.deps)
    assert [row.version for row in versions] == [*range(made.version, -1, -1)]
    assert versions[0].policy.action("C7").value == "FLAG"
    with company.deps.db.transaction() as tx:
        assert policy_in_force(tx, "BASE02")[0] == made.version
    with pytest.raises(ForbiddenError):
        set_control_policy(command, company.people["supervisor"], company.deps)
    with pytest.raises(PolicyReasonError):
        set_control_policy(replace(command, reason=" "), administrator, company.deps)
    with pytest.raises(ControlPolicyError):
        set_control_policy(replace(command, policy={"C7": {"x": 1}}), administrator, company.deps)
    with pytest.raises(NotFoundError):
        set_control_policy(replace(command, site_id="NOWHERE"), administrator, company.deps)
