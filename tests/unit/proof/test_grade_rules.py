"""What a verifier says of shares, deciders and the two people of a release."""

from typing import Any

import pytest

from service.proof.checks.semantics import judge_record
from service.proof.verdict import Status
from tests.unit.proof.documents import decision, hazard_release, proposal

SHARES = {"heavy_mixed": 6_000, "bales": 4_000}


def judged(document: dict[str, Any], changes: dict[str, Any], *, partial: bool = False) -> Status:
    record = {**document["record"], **changes}
    data = {**document, "record": {k: v for k, v in record.items() if v is not None}}
    return judge_record(document["kind"], data, partial=partial).status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({}, Status.VALID),
        ({"shares": SHARES}, Status.VALID),
        ({"shares": SHARES, "interval_low": SHARES, "interval_high": SHARES}, Status.VALID),
        ({"shares": {"bales": 9_999}}, Status.INVALID),
        ({"shares": SHARES, "interval_low": {"bales": 4_001}}, Status.INVALID),
        ({"shares": SHARES, "interval_high": {"bales": 3_999}}, Status.INVALID),
    ],
)
def test_proposed_shares_make_a_whole_within_their_intervals(
    changes: dict[str, Any], status: Status
) -> None:
    assert judged(proposal(), changes) is status


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"decided_by_engine": "ab" * 32}, Status.INVALID),
        ({"decided_by_engine": "ab" * 32, "inspector_id": None}, Status.VALID),
        ({"inspector_id": None}, Status.INVALID),
        ({"blind_grade": "HRS101", "blind_shares": {"HRS101": 10_000}}, Status.VALID),
        ({"blind_grade": "HRS101", "blind_shares": {"HRS101": 9_000}}, Status.INVALID),
    ],
)
def test_a_decision_is_of_a_person_or_of_the_engine(
    changes: dict[str, Any], status: Status
) -> None:
    assert judged(decision(), changes) is status


def test_a_hidden_decider_is_not_held_against_a_smaller_copy() -> None:
    assert judged(decision(), {"inspector_id": None}, partial=True) is Status.SKIPPED


def test_two_different_people_release_a_stop_after_it_began() -> None:
    whole = hazard_release()
    first, second = (whole["record"]["signatures"][place] for place in ("1", "2"))
    assert judged(whole, {}) is Status.VALID
    twice = {"signatures": {"1": first, "2": {**second, "signed_by": first["signed_by"]}}}
    assert judged(whole, twice) is Status.INVALID
    assert judged(whole, {"released_at": "2026-03-01T02:17:30Z"}) is Status.INVALID
    assert judged(whole, {"signatures": {"1": first}}) is Status.INVALID
