"""Signing in on the yard: PIN, tablet, twelve hours, rights as last seen, the second person."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from service.devices.edge import pins
from service.devices.edge.asks import Doer
from service.devices.edge.brief import PersonBrief
from service.devices.edge.people import People, TabletOtherwiseError
from service.devices.edge.pins import (
    LOCKED_FOR,
    MOST_WRONG,
    PinFormError,
    PinLockedError,
    PinWrongError,
    new_pin,
)
from service.devices.edge.sessions import (
    NONCE_FOR,
    RIGHTS_FOR,
    SESSION_FOR,
    WITNESS_FOR,
    LeftError,
    RightsTooOldError,
    SamePersonError,
    Sessions,
    SignIn,
    SignInNeededError,
    WitnessTokenError,
)
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.tablet_key import TabletKey, TabletKeyError
from service.domain.party import Actor, Role
from tests.support.edge_yard import Tablet

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PIN = "2468"
LI = Actor(
    user_id="u-li",
    name="李",
    role=Role.OPERATOR,
    organisation_id="OP",
    site_ids=frozenset({"BASE01"}),
)
ZHOU = replace(LI, user_id="u-zhou", name="周", role=Role.SUPERVISOR)


class Desk:
    """Sessions and people in one file, and the tablet on which two of them are enrolled."""

    def __init__(self, path: Path) -> None:
        self.file = SqliteFile(path)
        self.people = People(self.file)
        self.sessions = Sessions(self.file, self.people)
        self.tablet = Tablet()
        for actor in (LI, ZHOU):
            self.sessions.enrol(actor, PIN, "T-1", "tablet", self.tablet.key, NOW)

    def given(self, **changes: str) -> SignIn:
        nonce = self.sessions.challenge(NOW)
        signature = self.tablet.sign(nonce.encode())
        given = SignIn(user_id="u-li", pin=PIN, tablet_id="T-1", nonce=nonce, signature=signature)
        return replace(given, **changes)

    def token(self) -> str:
        return self.sessions.sign_in(self.given(), NOW).token


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    # The cost of a guess is not what these tests are about.
    monkeypatch.setattr(pins, "COST", {"n": 2, "r": 8, "p": 1, "dklen": 32})
    desk = Desk(tmp_path / "edge.db")
    yield desk
    desk.file.close()


def test_a_pin_costs_as_much_to_guess_as_scrypt_makes_it() -> None:
    assert pins.COST["n"] * pins.COST["r"] * 128 == 16 * 1024 * 1024
    kept = new_pin(PIN)
    assert kept.hash != new_pin(PIN).hash
    assert PIN not in kept.hash


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "", "１２３４"])
def test_a_pin_has_four_to_eight_digits(pin: str) -> None:
    with pytest.raises(PinFormError):
        new_pin(pin)


def test_a_session_lasts_twelve_hours_and_over_a_restart(desk: Desk) -> None:
    session = desk.sessions.sign_in(desk.given(), NOW)
    assert session.doer == Doer(actor=LI, tablet_id="T-1")
    assert session.expires_at == NOW + SESSION_FOR
    again = Sessions(desk.file, desk.people)
    assert again.doer(session.token, NOW + timedelta(hours=11)).actor == LI
    with pytest.raises(SignInNeededError):
        again.doer(session.token, NOW + SESSION_FOR)
    with pytest.raises(SignInNeededError):
        again.doer(None, NOW)


def test_whoever_signs_out_is_out(desk: Desk) -> None:
    token = desk.token()
    desk.sessions.sign_out(token)
    with pytest.raises(SignInNeededError):
        desk.sessions.doer(token, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"pin": "1357"},
        {"user_id": "u-nobody"},
        {"tablet_id": "T-2"},
        {"nonce": "made up"},
        {"signature": "A" * 86 + "=="},
        {"signature": "AA=="},
        {"signature": "?"},
    ],
)
def test_name_pin_tablet_and_signature_belong_together(desk: Desk, changes: dict[str, str]) -> None:
    with pytest.raises(PinWrongError):
        desk.sessions.sign_in(desk.given(**changes), NOW)


def test_a_challenge_is_good_once_and_for_two_minutes(desk: Desk) -> None:
    given = desk.given()
    desk.sessions.sign_in(given, NOW)
    with pytest.raises(PinWrongError):
        desk.sessions.sign_in(given, NOW)
    with pytest.raises(PinWrongError):
        desk.sessions.sign_in(desk.given(), NOW + NONCE_FOR)


def test_five_wrong_pins_lock_for_five_minutes_and_a_right_one_does_not_count(desk: Desk) -> None:
    for _ in range(MOST_WRONG - 1):
        with pytest.raises(PinWrongError):
            desk.sessions.sign_in(desk.given(pin="1357"), NOW)
    desk.sessions.sign_in(desk.given(), NOW)
    for _ in range(MOST_WRONG):
        with pytest.raises(PinWrongError):
            desk.sessions.sign_in(desk.given(pin="1357"), NOW)
    with pytest.raises(PinLockedError):
        desk.sessions.sign_in(desk.given(), NOW)
    later = NOW + LOCKED_FOR
    nonce = desk.sessions.challenge(later)
    given = desk.given(nonce=nonce, signature=desk.tablet.sign(nonce.encode()))
    assert desk.sessions.sign_in(given, later).doer.actor == LI


def test_without_the_tablet_no_pin_can_be_tried(desk: Desk) -> None:
    for _ in range(2 * MOST_WRONG):
        with pytest.raises(PinWrongError):
            desk.sessions.sign_in(desk.given(pin="1357", signature="AA=="), NOW)
    assert desk.sessions.sign_in(desk.given(), NOW).doer.actor == LI


def test_a_tablet_keeps_its_key(desk: Desk) -> None:
    with pytest.raises(TabletOtherwiseError):
        desk.sessions.enrol(LI, PIN, "T-1", "tablet", Tablet().key, NOW)
    off_curve = TabletKey.model_validate({**desk.tablet.jwk, "y": "A" * 43})
    with pytest.raises(TabletKeyError):
        desk.sessions.enrol(LI, PIN, "T-2", "tablet", off_curve, NOW)


def brief_of(*people: tuple[Actor, bool]) -> list[PersonBrief]:
    return [
        PersonBrief(user_id=a.user_id, name=a.name, role=a.role.value, active=active)
        for a, active in people
    ]


def test_rights_are_those_last_seen_and_not_older_than_twelve_hours(desk: Desk) -> None:
    token = desk.token()
    promoted = replace(LI, role=Role.SUPERVISOR)
    desk.people.take_brief(brief_of((promoted, True), (ZHOU, True)), NOW)
    assert desk.sessions.doer(token, NOW).actor == promoted
    late = NOW + RIGHTS_FOR - timedelta(minutes=1)
    session = desk.sessions.opened("u-li", "T-1", late)
    with pytest.raises(RightsTooOldError):
        desk.sessions.doer(session.token, NOW + RIGHTS_FOR + timedelta(minutes=1))
    desk.people.take_brief(brief_of((promoted, True)), late)
    seen = desk.sessions.doer(session.token, NOW + RIGHTS_FOR + timedelta(minutes=1))
    assert seen.actor == promoted


@pytest.mark.parametrize("people", [[], [(LI, False)]])
def test_who_left_is_out_at_once(desk: Desk, people: list[tuple[Actor, bool]]) -> None:
    token = desk.token()
    desk.people.take_brief(brief_of(*people), NOW)
    with pytest.raises(LeftError):
        desk.sessions.doer(token, NOW)
    assert desk.people.enrolled("T-1") == []


def test_a_second_person_counts_once_on_this_tablet_for_two_minutes(desk: Desk) -> None:
    doer = desk.sessions.sign_in(desk.given(), NOW).doer
    token = desk.sessions.witness("u-zhou", PIN, doer, NOW)
    witness = desk.sessions.witness_of(token, doer, NOW)
    assert (witness.user_id, witness.role) == ("u-zhou", "supervisor")
    with pytest.raises(WitnessTokenError):
        desk.sessions.witness_of(token, doer, NOW)
    late = desk.sessions.witness("u-zhou", PIN, doer, NOW)
    with pytest.raises(WitnessTokenError):
        desk.sessions.witness_of(late, doer, NOW + WITNESS_FOR)
    elsewhere = desk.sessions.witness("u-zhou", PIN, doer, NOW)
    with pytest.raises(WitnessTokenError):
        desk.sessions.witness_of(elsewhere, replace(doer, tablet_id="T-2"), NOW)


def test_nobody_is_the_own_second_person(desk: Desk) -> None:
    doer = desk.sessions.sign_in(desk.given(), NOW).doer
    with pytest.raises(SamePersonError):
        desk.sessions.witness("u-li", PIN, doer, NOW)
    token = desk.sessions.witness("u-zhou", PIN, doer, NOW)
    with pytest.raises(SamePersonError):
        desk.sessions.witness_of(token, Doer(actor=ZHOU, tablet_id="T-1"), NOW)
    with pytest.raises(PinWrongError):
        desk.sessions.witness("u-zhou", "1357", doer, NOW)
