"""The steps of commissioning at the scale, from the bytes of its line to the closed record."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from service.devices.clock import RatedClock
from service.devices.edge.commissioning import CommissioningDesk
from service.devices.edge.commissioning_api import CommissioningApi
from service.devices.edge.commissioning_store import GENESIS, CommissioningStore, step_hash
from service.devices.edge.scale import Scale
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.http_answers import answering_app
from service.devices.indicators.candidates import rivals_of, with_check
from service.devices.indicators.dialect import Dialect, Shown
from service.devices.indicators.registry import dialect_by_name
from service.devices.site import InstrumentSettings
from service.domain.commissioning import (
    NotCommissionedError,
    ProofState,
    StepMissingError,
)
from service.domain.commissioning_load import KnownLoad, read_display
from service.domain.party import Actor, Role

SUPERVISOR = Actor(
    user_id="u-1",
    name="Wang",
    role=Role.SUPERVISOR,
    organisation_id="BASE",
    site_ids=frozenset({"BASE01"}),
)
FRAME_MS = 100


class SetClock(RatedClock):
    """A clock that stands where it is set."""

    ms = 0

    def now_ms(self) -> int:
        return self.ms


def instrument(**changes: Any) -> InstrumentSettings:
    return InstrumentSettings.model_validate(
        {
            "instrument_id": "SCALE-1",
            "make": "Mettler-Toledo",
            "model": "IND331",
            "serial_no": "TT-0001",
            "dialect": "toledo_cont",
            "params": {},
            "d_kg": 20,
            "e_kg": 20,
            "max_kg": 100_000,
            "accuracy_class": "III",
            "certificate_no": "CERT-1",
            "verified_on": date(2020, 1, 1),
            "valid_to": date(2099, 12, 31),
            "transport_url": "/dev/null",
            "simulated": False,
            **changes,
        }
    )


class Bench:
    """A scale whose line a test speaks on, and its desk."""

    def __init__(self, file: SqliteFile, settings: InstrumentSettings) -> None:
        self.clock = SetClock()
        self.dialect = dialect_by_name(settings.dialect, settings.params)
        self.scale = Scale(settings.instrument(), self.dialect, self.clock)
        self.store = CommissioningStore(file)
        self.desk = CommissioningDesk(settings, self.scale, self.store)

    def speak(
        self, kg: int, *, seconds: int = 8, motion: bool = False, by: Dialect | None = None
    ) -> None:
        """Frames of ``kg``, ten a second; ``by`` another dialect than the profile's."""
        for _ in range(seconds * 10):
            self.clock.ms += FRAME_MS
            self.scale.feed((by or self.dialect).encode(Shown(kg=kg, d_kg=20, motion=motion)))

    def mount(self, kg: int, *, by: Dialect | None = None) -> None:
        """A truck that drives on and stands."""
        for share in range(20):
            self.clock.ms += FRAME_MS
            shown = Shown(kg=kg * share // 20 // 20 * 20, d_kg=20, motion=True)
            self.scale.feed((by or self.dialect).encode(shown))
        self.speak(kg, by=by)

    def load(self, shown: str, known_kg: int, *, unit: str = "kg") -> dict[str, Any]:
        known = KnownLoad(kg=known_kg, within_kg=40)
        return self.desk.load("c-1", SUPERVISOR, read_display(shown, unit), known)


def states(answer: dict[str, Any]) -> dict[str, str]:
    return {proof["name"]: proof["state"] for proof in answer["proofs"]}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteFile]:
    opened = SqliteFile(tmp_path / "edge.sqlite")
    yield opened
    opened.close()


def test_a_known_truck_that_moves_and_stops_commissions_a_real_instrument(
    file: SqliteFile,
) -> None:
    bench = Bench(file, instrument())
    with pytest.raises(NotCommissionedError, match="not commissioned \\(never proved\\)"):
        bench.scale.stable_window(wait_ms=0)
    assert isinstance(bench.scale.state().reasons[0], NotCommissionedError)
    bench.mount(48_620)
    answer = bench.load("48620", 48_600)
    assert answer["verdict"] == ProofState.PASSED
    assert not answer["is_complete"]
    bench.mount(48_620)
    answer = bench.desk.motion("c-1", SUPERVISOR)
    assert states(answer)["motion"] == "passed"
    assert answer["is_complete"]
    closed = bench.desk.close("c-1", SUPERVISOR)
    assert closed["closing"]["person"]["name"] == "Wang"
    assert closed["closing"]["profile_hash"] == bench.desk.profile_hash
    assert bench.desk.close("c-1", SUPERVISOR) == closed
    assert bench.desk.refusal() is None
    again = CommissioningDesk(instrument(), bench.scale, bench.store)
    assert again.refusal() is None
    changed = CommissioningDesk(instrument(params={"checksum": False}), bench.scale, bench.store)
    assert isinstance(changed.refusal(), NotCommissionedError)


def test_closing_without_every_proof_is_refused(file: SqliteFile) -> None:
    bench = Bench(file, instrument())
    with pytest.raises(StepMissingError, match="load is missing"):
        bench.desk.motion("c-1", SUPERVISOR)
    bench.mount(48_620)
    bench.load("48620", 48_600)
    with pytest.raises(StepMissingError, match="motion is missing"):
        bench.desk.close("c-1", SUPERVISOR)
    bench.speak(48_620)
    assert states(bench.desk.motion("c-1", SUPERVISOR))["motion"] == "undecided"
    with pytest.raises(StepMissingError, match="motion is undecided"):
        bench.desk.close("c-1", SUPERVISOR)


def test_the_wrong_orientation_is_found_and_palindromes_ask_for_another_load(
    file: SqliteFile,
) -> None:
    speaks = dialect_by_name("yaohua_eq_rev", {})
    wrong = Bench(file, instrument(dialect="yaohua_eq_fwd"))
    wrong.speak(48_620, by=speaks)
    assert states(wrong.load("48620", 48_620))["figures"] == "failed"
    right = Bench(file, instrument(dialect="yaohua_eq_rev"))
    right.speak(48_620)
    assert states(right.load("48620", 48_620))["profile"] == "passed"


def test_a_modbus_word_order_that_reads_the_same_asks_for_another_load(file: SqliteFile) -> None:
    params = {"type": "int32", "order": "ABCD"}
    bench = Bench(file, instrument(dialect="modbus_tcp", params=params, max_kg=600_000))
    bench.speak(65_792)  # 00 01 01 00: the same with the bytes the other way round
    answer = bench.load("65792", 65_792)
    assert states(answer)["profile"] == "undecided"
    assert answer["verdict"] == ProofState.FAILED  # not a multiple of d
    bench.speak(48_620)
    answer = bench.load("48620", 48_620)
    assert (states(answer)["profile"], answer["loads"]) == ("passed", 2)


def test_a_check_that_is_sent_but_not_read_is_found(file: SqliteFile) -> None:
    bench = Bench(file, instrument(params={"checksum": False}))
    bench.speak(48_620, by=dialect_by_name("toledo_cont", {}))
    proofs = {proof["name"]: proof for proof in bench.load("48620", 48_620)["proofs"]}
    assert proofs["checksum"]["note"] == "check_not_read"
    silent = Bench(file, instrument(params={"clone": "8142"}))
    silent.speak(48_620)
    proofs = {proof["name"]: proof for proof in silent.load("48620", 48_620)["proofs"]}
    assert (proofs["checksum"]["state"], proofs["checksum"]["note"]) == ("absent", "no_check")


def test_an_inverted_motion_bit_is_found(file: SqliteFile) -> None:
    bench = Bench(file, instrument())
    inverted = dialect_by_name("toledo_cont", {"motion_inverted": True})
    bench.speak(48_620, by=inverted)
    bench.load("48620", 48_620)
    bench.mount(48_620, by=inverted)
    (proof,) = bench.desk.motion("c-1", SUPERVISOR)["proofs"][-1:]
    assert (proof["state"], proof["note"]) == ("failed", "inverted")


def test_the_days_check_is_kept_and_a_failed_one_stops_the_scale(file: SqliteFile) -> None:
    bench = Bench(file, instrument())
    bench.mount(48_620)
    bench.load("48620", 48_600)
    bench.mount(48_620)
    bench.desk.motion("c-1", SUPERVISOR)
    bench.desk.close("c-1", SUPERVISOR)
    assert bench.desk.status()["is_check_due"] is False  # the known truck was today's test
    assert bench.desk.health().usual_frames_per_min == bench.desk.health().frames_per_min
    failed = bench.desk.check("k-1", SUPERVISOR, read_display("4862", "kg"))
    assert failed["verdict"] == ProofState.FAILED
    assert not failed["is_fit"]
    with pytest.raises(NotCommissionedError, match="the last check failed"):
        bench.scale.stable_window(wait_ms=0)
    passed = bench.desk.check("k-2", SUPERVISOR, read_display("48620", "kg"))
    assert passed["is_fit"]
    assert bench.desk.health().tested_on is not None


def test_a_check_that_failed_before_the_profile_was_proved_counts_no_more(
    file: SqliteFile,
) -> None:
    bench = Bench(file, instrument())
    bench.mount(48_620)
    bench.desk.check("k-1", SUPERVISOR, read_display("4862", "kg"))
    bench.load("48620", 48_600)
    bench.mount(48_620)
    bench.desk.motion("c-1", SUPERVISOR)
    bench.desk.close("c-1", SUPERVISOR)
    assert bench.desk.refusal() is None
    restarted = CommissioningDesk(instrument(), bench.scale, bench.store)
    assert restarted.refusal() is None
    restarted.check("k-2", SUPERVISOR, read_display("4862", "kg"))
    again = CommissioningDesk(instrument(), bench.scale, bench.store)
    assert isinstance(again.refusal(), NotCommissionedError)


def test_health_tells_unknown_from_none(file: SqliteFile) -> None:
    bench = Bench(file, instrument(simulated=True))
    assert bench.desk.refusal() is None
    health = bench.desk.health()
    assert (health.frames_per_min, health.bad_frames_bp, health.tested_on) == (0, None, None)
    assert health.usual_frames_per_min is None
    good = bench.dialect.encode(Shown(kg=0, d_kg=20))
    for _ in range(99):
        bench.clock.ms += FRAME_MS
        bench.scale.feed(good)
    bench.scale.feed(good[:-1] + b"\x7f")
    assert bench.desk.health().bad_frames_bp == 100


def test_steps_are_chained_and_nobody_changes_them(file: SqliteFile) -> None:
    bench = Bench(file, instrument())
    bench.speak(48_620)
    bench.load("48620", 48_620)
    bench.load("48620", 48_620)
    first, second = bench.store.of("c-1")
    assert (first.prev_hash, second.prev_hash) == (GENESIS, first.hash)
    assert step_hash(second) == second.hash
    assert step_hash(replace(second, at="2026-01-01T00:00:00Z")) != second.hash
    chunks = first.body["bytes"]["chunks"]
    assert bytes.fromhex(chunks[0][1]) == bench.dialect.encode(Shown(kg=48_620, d_kg=20))
    for statement in ("UPDATE commissioning_steps SET at = ''", "DELETE FROM commissioning_steps"):
        with pytest.raises(sqlite3.IntegrityError, match="is never"):
            file.rows(statement)


def test_rivals_are_all_that_can_speak_and_modbus_read_otherwise() -> None:
    rivals = rivals_of("toledo_cont", {})
    assert "yaohua_tf0" in rivals
    assert not {"toledo_cont", "bilanciai"} & set(rivals)
    modbus = {words for words in rivals_of("modbus_rtu", {"type": "uint32"}) if " " in words}
    assert len(modbus) == 2 * 4 - 1
    assert "modbus_rtu int32 ABCD" not in modbus
    words = set(rivals_of("modbus_rtu", {"type": "int16", "order": "CDAB"}))
    assert {each for each in words if " " in each} == {"modbus_rtu int16 DCBA"}
    assert with_check("yaohua_tf0", {}) is None
    assert with_check("toledo_cont", {}) is None


@pytest.fixture
def bench(file: SqliteFile) -> Bench:
    return Bench(file, instrument(dialect="rinstrum_net"))


def client_of(bench: Bench, actor: Actor) -> FlaskClient:
    api = CommissioningApi(bench.desk, "BASE01", lambda: actor)
    app: Flask = answering_app("yard", api.routes())
    return app.test_client()


def test_the_wizard_goes_through_over_the_lan(bench: Bench) -> None:
    client = client_of(bench, SUPERVISOR)
    bench.speak(48_620)
    status = client.get("/yard/v1/commissioning").get_json()
    assert (status["is_fit"], status["closing"], status["link"]) == (False, None, "fresh")
    assert "kg" not in status
    load = {"known_kg": 48_600, "within_kg": 40, "display": "48620", "unit": "kg"}
    assert client.post("/yard/v1/commissioning/c-9/loads", json=load).status_code == 201
    done = client.post("/yard/v1/commissioning/c-9/motion")
    assert states(done.get_json())["motion"] == "absent"
    assert client.post("/yard/v1/commissioning/c-9/closing").status_code == 201
    assert client.get("/yard/v1/commissioning/c-9").get_json()["closing"]["at"]
    check = {"check_id": "k-9", "display": "48620", "unit": "kg"}
    answer = client.post("/yard/v1/commissioning/checks", json=check)
    assert answer.get_json()["verdict"] == "passed"
    assert client.get("/yard/v1/commissioning").get_json()["is_fit"]


def test_an_operator_checks_and_does_not_commission(bench: Bench) -> None:
    client = client_of(bench, replace(SUPERVISOR, role=Role.OPERATOR))
    bench.speak(48_620)
    check = {"check_id": "k-9", "display": "48620", "unit": "kg"}
    assert client.post("/yard/v1/commissioning/checks", json=check).status_code == 201
    refused = client.post("/yard/v1/commissioning/c-9/motion")
    assert refused.status_code == 403
    bad = {**check, "display": "4,8,6"}
    assert client.post("/yard/v1/commissioning/checks", json=bad).status_code == 422
