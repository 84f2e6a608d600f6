"""Entries of an edge unit become records: each applied once, or held with the reason."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from service.commands import edge_key
from service.devices.edge.entry_bodies import BODY_OF_KIND
from service.domain.errors import FerrotraceError
from service.storage import views
from service.storage.series import last_number
from service.usecases.audit import Difference, Kind, audit
from service.usecases.edge_entry import (
    EdgeKeyOtherError,
    RegisterEdge,
    Taken,
    apply_again,
    compare_clocks,
    head,
    register,
    release,
    replace_key,
    set_aside,
)
from service.usecases.edge_entry.applying import KINDS
from service.usecases.grade import DecideGrade, decide, propose_grade, propose_pending
from service.usecases.ports import ProposedGrade
from tests.support.company import MODEL, AbstainingGrader, Company
from tests.support.edge_entries import Document, Unit, Yard

PROPOSED = ProposedGrade(
    decision="auto",
    form="plates",
    grade_class="plates",
    classes={"plates": 10_000},
    confidence_bp=9_000,
    conformal_set=("plates",),
    reasons=(),
    model=MODEL,
    pixel_sha256=(),
)


@pytest.fixture
def yard(company: Company) -> Yard:
    return Yard(company)


def outcomes(taken: Taken) -> list[str]:
    return [outcome.code or outcome.outcome for outcome in taken.outcomes]


def counts(company: Company) -> dict[str, int]:
    tables = ("visit", "weighing", "ticket", "edge_entry", "journal", "edge_blob")
    with company.deps.db.transaction() as tx:
        return {
            name: int(tx.execute(text(f"SELECT count(*) FROM {name}")).scalar_one())  # noqa: S608
            for name in tables
        }


def differences(yard: Yard) -> list[Difference]:
    """What the audit finds; that no chain was asked is no news."""
    found = audit(yard.company.deps.db, None).differences
    return [difference for difference in found if difference.kind is not Kind.UNKNOWN]


def numbers(yard: Yard) -> int:
    """The last number of the unit's series on record."""
    with yard.company.deps.db.transaction() as tx:
        return last_number(tx, "BASE01-E1", 2026)


def incidents(yard: Yard) -> list[views.IncidentView]:
    with yard.company.deps.db.transaction() as tx:
        return views.incidents(tx, views.EVERYTHING)


def test_a_truck_that_was_received_offline_is_on_record_as_it_was(yard: Yard) -> None:
    visit_id, ticket_no = yard.receive()
    assert outcomes(yard.send()) == ["applied"] * 5
    with yard.company.deps.db.transaction() as tx:
        found = views.visit(tx, views.EVERYTHING, visit_id)
        assert found is not None
        assert found.ticket is not None
        assert found.gross is not None
        assert found.ticket.ticket_no == ticket_no
        assert found.gross.recorded_at > found.gross.taken_at
        assert found.proposal is not None
        assert found.proposal["reasons"] == {"0": "NOT_ASKED"}
        late = views.late_entries(tx, [visit_id])
        assert [entry.kind for entry in late] == [entry["kind"] for entry in yard.unit.entries]
    assert differences(yard) == []


def test_what_is_sent_again_is_answered_again_and_done_once(yard: Yard) -> None:
    yard.receive()
    first = yard.send()
    before = counts(yard.company)
    assert yard.send() == first
    assert yard.send(yard.unit.entries[2:]).outcomes == first.outcomes[2:]
    assert counts(yard.company) == before


def test_what_was_cut_off_goes_on_where_it_stopped(yard: Yard) -> None:
    yard.receive()
    assert yard.send(yard.unit.entries[:2]).entry_seq == 2
    assert head(yard.unit.edge_id, "BASE01", yard.company.deps).entry_seq == 2
    assert outcomes(yard.send(yard.unit.entries[1:])) == ["applied"] * 4


def test_two_uploads_at_once_apply_each_entry_once(yard: Yard) -> None:
    yard.receive()
    yard.send_blobs()
    answers: list[Taken] = []
    threads = [
        threading.Thread(target=lambda: answers.append(yard.send_entries())) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [outcomes(answer) for answer in answers] == [["applied"] * 5] * 2
    assert counts(yard.company)["weighing"] == 2
    assert counts(yard.company)["edge_entry"] == 5


def test_an_entry_that_was_killed_on_the_way_leaves_nothing_and_is_applied_later(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    class PowerCutError(BaseException):
        pass

    def cut(*_given: object) -> None:
        raise PowerCutError

    yard.receive()
    yard.send_blobs()
    before = counts(yard.company)
    with monkeypatch.context() as patched:
        patched.setattr("service.usecases.edge_entry.intake.entries.add_entry", cut)
        with pytest.raises(PowerCutError):
            yard.send_entries()
    assert counts(yard.company) == before
    assert before["edge_blob"] > 0
    assert outcomes(yard.send_entries()) == ["applied"] * 5


def test_a_refused_entry_is_held_and_the_line_goes_on(yard: Yard) -> None:
    visit_id = yard.arrive("辽E12345")
    yard.grade(visit_id)
    yard.weigh(visit_id, "gross", 48_620)
    answer = yard.send()
    assert outcomes(answer) == ["applied", "WeighingMissing", "applied"]
    with yard.company.deps.db.transaction() as tx:
        (held,) = views.held_entries(tx, views.EVERYTHING, waiting_only=True)
    assert (held.entry_seq, held.kind, held.subject_id) == (2, "grade.decided", visit_id)
    refused = answer.outcomes[1]
    assert (held.code, held.message) == (refused.code, refused.message)
    assert dict(held.message_values) == refused.message_values


def test_the_number_of_a_held_ticket_is_kept_and_used_when_it_is_applied_again(
    yard: Yard,
) -> None:
    visit_id = yard.arrive("辽E12345")
    yard.weigh(visit_id, "gross", 48_620)
    yard.weigh(visit_id, "tare", 16_140)
    held_no = yard.ticket(visit_id)
    _, next_no = yard.receive("辽E22222")
    assert outcomes(yard.send()) == ["applied"] * 3 + ["StepMissing"] + ["applied"] * 5
    assert numbers(yard) == 2
    assert differences(yard) == []
    people, deps = yard.company.people, yard.company.deps
    with pytest.raises(FerrotraceError):
        apply_again(yard.unit.edge_id, 4, people["supervisor"], deps)
    propose_pending(deps)
    decision = DecideGrade(visit_id=visit_id, grade="HRS101", shares={"HRS101": 10_000})
    decide(decision, people["inspector"], deps)
    apply_again(yard.unit.edge_id, 4, people["supervisor"], deps)
    with deps.db.transaction() as tx:
        tickets = {row.ticket_no for row in views.tickets(tx, views.EVERYTHING)}
        (done,) = views.held_entries(tx, views.EVERYTHING)
    assert tickets == {held_no, next_no}
    assert done.decision == "applied"
    assert numbers(yard) == 2
    assert differences(yard) == []


def test_a_held_ticket_that_is_set_aside_leaves_its_number_void(yard: Yard) -> None:
    visit_id = yard.arrive("辽E12345")
    number = yard.ticket(visit_id)
    assert outcomes(yard.send())[1] != "applied"
    people, deps = yard.company.people, yard.company.deps
    with pytest.raises(FerrotraceError, match="Say why"):
        set_aside(yard.unit.edge_id, 2, " ", people["supervisor"], deps)
    with pytest.raises(FerrotraceError, match="right"):
        set_aside(yard.unit.edge_id, 2, "weighed again", people["operator"], deps)
    set_aside(yard.unit.edge_id, 2, "weighed again", people["supervisor"], deps)
    with pytest.raises(FerrotraceError, match="not held"):
        apply_again(yard.unit.edge_id, 2, people["supervisor"], deps)
    with deps.db.transaction() as tx:
        rows = tx.execute(text("SELECT number, state FROM edge_number ORDER BY state")).all()
    assert [tuple(row) for row in rows] == [(number, "held"), (number, "void")]
    assert numbers(yard) == 1
    assert differences(yard) == []


def test_a_number_that_the_yard_gives_up_is_taken_and_void(yard: Yard) -> None:
    number = yard.unit.ticket_no()
    yard.add("number.voided", "operator", {"ticket_no": number, "reason": "paper jam"})
    _, ticket_no = yard.receive()
    assert outcomes(yard.send()) == ["applied"] * 6
    assert ticket_no > number
    assert numbers(yard) == 2
    assert differences(yard) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "visit.blessed"}, "EntryKindUnknown"),
        ({"body": {"visit_id": "x"}}, "EntryInvalid"),
    ],
)
def test_what_this_service_does_not_understand_is_held(
    change: dict[str, Any], code: str, yard: Yard
) -> None:
    yard.arrive("辽E12345")
    first = yard.unit.entries.pop()
    yard.unit.entries.append(yard.unit.signed_blindly(first | change))
    yard.arrive("辽E22222")
    assert outcomes(yard.send()) == [code, "applied"]


def test_the_person_of_an_entry_must_have_the_same_role_still(yard: Yard) -> None:
    people = yard.company.people
    yard.unit.add(
        "visit.opened",
        replace(people["operator"], role=people["supervisor"].role),
        yard.arrival("辽E12345"),
    )
    yard.unit.add(
        "visit.opened", replace(people["operator"], user_id="nobody"), yard.arrival("辽E22222")
    )
    assert outcomes(yard.send()) == ["PersonChanged", "PersonChanged"]


def test_a_picture_that_did_not_come_holds_the_entry_that_names_it(yard: Yard) -> None:
    visit_id = yard.arrive("辽E12345")
    yard.weigh(visit_id, "gross", 48_620)
    yard.unit.blobs.clear()
    assert outcomes(yard.send()) == ["applied", "PictureMissing"]


def test_an_id_that_is_used_twice_is_held(yard: Yard) -> None:
    yard.arrive("辽E12345")
    used = yard.unit.entries[0]["entry_id"]
    yard.unit.add(
        "visit.opened",
        yard.company.people["operator"],
        yard.arrival("辽E22222"),
        entry_id=used,
    )
    again = yard.unit.entries[0]["body"]["visit_id"]
    yard.add("visit.opened", "operator", yard.arrival("辽E33333") | {"visit_id": again})
    assert outcomes(yard.send()) == ["applied", "EntryIdUsed", "OnRecord"]


def test_entries_out_of_order_are_refused_and_nothing_is_stored(yard: Yard) -> None:
    yard.receive()
    yard.send(yard.unit.entries[:1])
    before = counts(yard.company)
    with pytest.raises(FerrotraceError) as gap:
        yard.send(yard.unit.entries[2:])
    expected = f"2 {yard.unit.entries[0]['hash']}"
    assert (gap.value.code, gap.value.values["limit"]) == ("ChainGap", expected)
    with pytest.raises(FerrotraceError):
        yard.send([*yard.unit.entries[2:3], *yard.unit.entries[1:2]])
    assert counts(yard.company) == before | {"edge_blob": counts(yard.company)["edge_blob"]}
    assert [incident.state for incident in incidents(yard)] == ["open"]
    yard.send(yard.unit.entries[1:])
    assert [incident.state for incident in incidents(yard)] == ["over"]


def damaged(unit: Unit) -> Document:
    entry = unit.entries[-1]
    return entry | {"body": entry["body"] | {"plate": "辽E99999"}}


def unsigned(unit: Unit) -> Document:
    return unit.entries[-1] | {"signature": "00" * 64}


def forked(unit: Unit) -> Document:
    return unit.signed(unit.entries[-1] | {"prev_hash": "11" * 32})


@pytest.mark.parametrize(
    ("tamper", "kind", "code"),
    [
        (damaged, "hash", "ChainBroken"),
        (unsigned, "signature", "ChainBroken"),
        (forked, "fork", "ChainFork"),
    ],
)
def test_a_broken_line_stands_still_until_a_supervisor_lets_it_go_on(
    tamper: Any, kind: str, code: str, yard: Yard
) -> None:
    yard.arrive("辽E12345")
    yard.send()
    yard.arrive("辽E22222")
    people, deps = yard.company.people, yard.company.deps
    with pytest.raises(FerrotraceError) as refused:
        yard.send([tamper(yard.unit)])
    assert refused.value.code == code
    with pytest.raises(FerrotraceError) as refused:
        yard.send()
    assert refused.value.code == "EdgeQuarantined"
    (incident,) = incidents(yard)
    assert (incident.kind, incident.entry_seq, incident.blocks) == (kind, 2, True)
    with pytest.raises(FerrotraceError):
        release(incident.incident_id, "looked at it", people["operator"], deps)
    release(incident.incident_id, "looked at it", people["supervisor"], deps)
    with pytest.raises(FerrotraceError):
        release(incident.incident_id, "looked at it", people["supervisor"], deps)
    assert outcomes(yard.send()) == ["applied", "applied"]
    assert [found.state for found in incidents(yard)] == ["released"]


def test_another_past_than_the_one_on_record_is_a_fork(yard: Yard) -> None:
    yard.arrive("辽E12345")
    yard.send()
    other = Unit(key=yard.unit.key)
    other.add("visit.opened", yard.company.people["operator"], yard.arrival("辽E22222"))
    with pytest.raises(FerrotraceError) as refused:
        yard.send(other.entries)
    assert refused.value.code == "ChainFork"
    assert [incident.kind for incident in incidents(yard)] == ["fork"]


def test_the_key_of_a_unit_is_replaced_by_an_administrator_alone(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    yard.arrive("辽E12345")
    yard.send()
    other = Unit(key=Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))))
    command = RegisterEdge(
        edge_id=other.edge_id, site_id="BASE01", public_key=other.public_key, made_at=other.at
    )
    deps, people = yard.company.deps, yard.company.people
    with pytest.raises(EdgeKeyOtherError):
        register(command, deps)
    with pytest.raises(FerrotraceError, match="right"):
        replace_key(command, "new disk", people["supervisor"], deps)
    monkeypatch.setattr(edge_key, "_deps", lambda: deps)
    given = ["replace", other.edge_id, other.public_key.hex(), "--reason", "new disk"]
    for _ in range(2):
        done = CliRunner().invoke(edge_key.command, given)
        assert done.exit_code == 0, done.output
        assert "from entry 2" in done.output
    listed = CliRunner().invoke(edge_key.command, ["list", other.edge_id]).output
    assert [line.split()[1] for line in listed.splitlines()] == [
        yard.unit.public_key.hex(),
        other.public_key.hex(),
    ]
    for wrong in (["list", "EDGE-NOBODY"], ["replace", other.edge_id, "11", "--reason", "x"]):
        assert CliRunner().invoke(edge_key.command, wrong).exit_code != 0
    assert register(command, deps).from_seq == 2
    yard.unit.key = other.key
    yard.arrive("辽E22222")
    assert outcomes(yard.send()) == ["applied", "applied"]
    assert differences(yard) == []


def test_a_clock_that_goes_wrong_is_flagged_until_it_is_right(yard: Yard) -> None:
    deps, unit = yard.company.deps, yard.unit
    seen = []
    for seconds_off in (0, 5, 6, 0, -6, -8):
        sent_at = deps.now() + timedelta(seconds=seconds_off)
        compare_clocks(unit.edge_id, "BASE01", sent_at, deps)
        seen.append([incident.state for incident in incidents(yard)])
    assert seen[:-1] == [[], ["open"], ["open"], ["over"], ["over"]]
    assert sorted(seen[-1]) == ["open", "over"]


def test_a_decision_that_differs_from_an_unseen_proposal_says_so(yard: Yard) -> None:
    visit_id = yard.arrive("辽E12345")
    yard.weigh(visit_id, "gross", 48_620)
    yard.send()
    grader = AbstainingGrader(proposed=PROPOSED)
    propose_grade(visit_id, replace(yard.company.deps, grader=grader))
    yard.grade(visit_id)
    yard.send()
    with yard.company.deps.db.transaction() as tx:
        found = views.visit(tx, views.EVERYTHING, visit_id)
    assert found is not None
    assert found.decision is not None
    assert found.decision["differs"] is True
    assert found.decision["reason"] == "The proposal was not shown to the inspector."
    assert found.decision["decided_at"] < found.decision["recorded_at"]


def test_every_kind_of_entry_has_somebody_who_applies_it() -> None:
    assert set(KINDS) == set(BODY_OF_KIND)
