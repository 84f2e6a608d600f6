"""Simulator, line, edge unit and client together, on loopback and a hurried clock."""

import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests

from service.devices.clock import RatedClock
from service.devices.edge.document import capture_hash
from service.devices.edge.unit import EdgeUnit
from service.devices.edge_client import (
    CaptureRefusedError,
    EdgeClient,
    EdgeConflictError,
    EdgeRefusedError,
    ScaleUnavailableError,
)
from service.devices.indicators.registry import dialect_by_name
from service.devices.simulator.deck import Deck
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.line import IndicatorLine
from service.devices.site import SiteDevices
from service.domain.errors import NotFoundError
from service.domain.weighing import LinkState, Source, StableSource, WeighingPass
from service.domain.weighing_window import (
    BelowMinimumError,
    LinkNotFreshError,
    MotionError,
    ZeroNotSeenError,
)
from tests.support.devices import TOKEN, Yard, site_devices, until
from tests.support.pictures import alike, heap_jpeg
from tests.support.ports import free_ports

DIALECTS = [
    ({"dialect": "toledo_cont", "params": {"checksum": True}}, StableSource.FLAG),
    ({"dialect": "yaohua_tf0", "params": {}}, StableSource.COMPUTED),
    ({"dialect": "mt_sics", "params": {}}, StableSource.FLAG),
]


def real(site: SiteDevices) -> SiteDevices:
    """``site`` with a scale that is no simulated one."""
    instrument = site.instrument.model_copy(update={"simulated": False})
    return site.model_copy(update={"simulator_url": None, "instrument": instrument})


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    with Yard(site_devices(), tmp_path / "captures.db") as running:
        yield running


@pytest.mark.parametrize(("instrument", "stable_source"), DIALECTS)
def test_a_truck_is_weighed_gross_and_tare_at_speed_fifty(
    tmp_path: Path, instrument: dict[str, Any], stable_source: StableSource
) -> None:
    site = site_devices(instrument=instrument)
    with Yard(site, tmp_path / "captures.db", rate=50) as yard:
        yard.drive_on(48_613)
        gross = yard.client.capture("c-gross", WeighingPass.GROSS, wait_ms=20_000)
        yard.drive_off()
        yard.drive_on(16_140)
        tare = yard.client.capture("c-tare", WeighingPass.TARE, wait_ms=20_000)
    assert (gross.kg, tare.kg) == (48_620, 16_140)
    assert (gross.weighing_pass, tare.weighing_pass) == (WeighingPass.GROSS, WeighingPass.TARE)
    assert (gross.edge_seq, tare.edge_seq) == (1, 2)
    assert (gross.prev_hash, tare.prev_hash) == ("0" * 64, gross.hash)
    assert {gross.source, tare.source} == {Source.SIM}
    assert gross.stable_source is stable_source
    assert gross.window_ms >= 5_000
    assert gross.spread_kg <= 20
    assert gross.frame_count >= 5
    assert gross.zero_before_kg == 0
    assert gross.curve[0] == (0, 0)
    assert gross.curve[-1][1] == gross.kg
    assert len(gross.frames) == len(gross.curve)
    assert gross.frames[-1][1] == gross.last_frame_hex
    assert gross.instrument == site.instrument.instrument()
    assert sorted(each.camera_id for each in gross.photographs) == ["front", "load", "rear"]
    assert all(each.sha256 == sha256(each.data).hexdigest() for each in gross.photographs)


def test_the_same_capture_asked_for_again_is_the_same_bytes(yard: Yard) -> None:
    yard.drive_on(30_000)
    body = {"capture_id": "c-1", "pass": "gross", "wait_ms": 20_000}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    url = f"http://{yard.site.listen}/captures"
    first = requests.post(url, json=body, headers=headers, timeout=30)
    yard.drive_off()
    again = requests.post(url, json={**body, "wait_ms": 0}, headers=headers, timeout=30)
    fetched = requests.get(f"{url}/c-1", headers=headers, timeout=30)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content == fetched.content
    document = first.json()
    assert document["hash"] == capture_hash(document)
    with pytest.raises(EdgeConflictError, match="stands for a gross, not for a tare"):
        yard.client.capture("c-1", WeighingPass.TARE)
    listed = requests.get(url, headers=headers, timeout=30).json()["captures"]
    assert [head["hash"] for head in listed] == [document["hash"]]


def test_an_empty_deck_is_refused_with_value_and_limit(yard: Yard) -> None:
    with pytest.raises(CaptureRefusedError) as refused:
        yard.client.capture("c-1", WeighingPass.GROSS)
    below = refused.value.reasons[0]
    assert isinstance(below, BelowMinimumError)
    assert below.values == {"value": 0, "limit": 400}


def test_a_truck_that_still_mounts_is_moving(yard: Yard) -> None:
    yard.drive_on(48_620)
    until(lambda: (yard.client.state().kg or 0) > 5_000)
    with pytest.raises(CaptureRefusedError) as refused:
        yard.client.capture("c-1", WeighingPass.GROSS)
    assert any(isinstance(reason, MotionError) for reason in refused.value.reasons)
    state = yard.client.state()
    assert not state.capture_allowed
    assert state.stable is False


def test_a_silent_line_has_no_weight_and_speaks_again_by_itself(yard: Yard) -> None:
    yard.client.simulator_put("line", {"connected": True, "silent": True})
    until(lambda: yard.client.state().link is LinkState.STALE)
    stale = yard.client.state()
    assert (stale.kg, stale.stable, stale.unit) == (None, None, None)
    until(lambda: yard.client.state().link is LinkState.DOWN)
    with pytest.raises(CaptureRefusedError) as refused:
        yard.client.capture("c-1", WeighingPass.GROSS)
    assert [type(reason) for reason in refused.value.reasons] == [LinkNotFreshError]
    yard.client.simulator_put("line", {"connected": True})
    until(lambda: yard.client.state().link is LinkState.FRESH)
    assert yard.client.state().kg == 0


def test_a_pulled_cable_is_found_again_after_it_is_plugged(yard: Yard) -> None:
    yard.client.simulator_put("line", {"connected": False})
    until(lambda: yard.client.state().link is LinkState.DOWN)
    yard.drive_on(30_000)
    time.sleep(0.3)
    yard.client.simulator_put("line", {"connected": True})
    until(lambda: yard.client.state().link is LinkState.FRESH)
    with pytest.raises(CaptureRefusedError) as refused:
        yard.client.capture("c-1", WeighingPass.GROSS, wait_ms=500)
    assert any(isinstance(reason, ZeroNotSeenError) for reason in refused.value.reasons)
    yard.drive_off()
    yard.drive_on(30_000)
    assert yard.client.capture("c-2", WeighingPass.GROSS, wait_ms=20_000).kg == 30_000


def test_a_silent_camera_is_named_and_does_not_stop_the_scale(tmp_path: Path) -> None:
    cameras = {"rear": f"http://127.0.0.1:{free_ports(1)[0]}/rear.jpg"}
    with Yard(site_devices(cameras=cameras), tmp_path / "captures.db") as yard:
        yard.drive_on(30_000)
        capture = yard.client.capture("c-1", WeighingPass.GROSS, wait_ms=20_000)
        assert (capture.photographs, capture.silent_cameras) == ((), ("rear",))


def test_the_gate_camera_reads_the_code_that_the_driver_shows(yard: Yard) -> None:
    assert yard.client.codes("gate").codes == ()
    code = "https://yard.example/t/0190f5c2-booking-0042"
    yard.client.simulator_put("gate", {"plate": "辽E·DEMO1", "code": code})
    seen = yard.client.codes("gate")
    assert [(each.type, each.text) for each in seen.codes] == [("QRCODE", code)]
    assert yard.client.camera_picture("gate").media_type == "image/jpeg"
    yard.client.simulator_delete("gate")
    assert yard.client.codes("gate").codes == ()


def test_the_load_camera_serves_the_folder_s_pictures_with_the_time(tmp_path: Path) -> None:
    folder = tmp_path / "photos" / "class-1"
    folder.mkdir(parents=True)
    (folder / "one.jpg").write_bytes(heap_jpeg("one"))
    site = site_devices()
    with Yard(site, tmp_path / "captures.db", photos=tmp_path / "photos") as yard:
        yard.drive_on(30_000)
        capture = yard.client.capture("c-1", WeighingPass.GROSS, wait_ms=20_000)
    load = next(each for each in capture.photographs if each.camera_id == "load")
    assert alike(load.data, heap_jpeg("one"))


def test_speed_is_set_for_simulator_and_edge_alike(yard: Yard) -> None:
    yard.client.simulator_put("speed", {"rate": 3})
    assert yard.client.state().rate == yard.client.simulator_state()["rate"] == 3
    with pytest.raises(EdgeRefusedError, match="Rate 101 is outside 1 to 100"):
        yard.client.simulator_put("speed", {"rate": 101})
    assert yard.client.state().rate == 3


def test_a_second_truck_finds_the_deck_occupied(yard: Yard) -> None:
    yard.drive_on(30_000, plate="辽E·DEMO1")
    yard.drive_on(30_000, plate="辽E·DEMO1")
    with pytest.raises(EdgeConflictError, match="辽E·DEMO1 is on the deck"):
        yard.drive_on(30_000, plate="辽E·DEMO2")


@pytest.mark.parametrize(
    ("part", "body", "words"),
    [
        ("deck", {"plate": "A", "kg": -1}, "kg = -1"),
        ("deck", {"plate": "A", "kg": 1.5}, "kg = 1.5"),
        ("deck", {"plate": "A"}, "Field required"),
        ("gate", {"plate": ""}, "plate"),
        ("line", {"connected": "yes"}, "connected"),
    ],
)
def test_bad_control_names_field_and_value(
    yard: Yard, part: str, body: dict[str, object], words: str
) -> None:
    with pytest.raises(EdgeRefusedError, match=words):
        yard.client.simulator_put(part, body)


def test_what_is_not_there_is_not_found(yard: Yard) -> None:
    with pytest.raises(NotFoundError, match="camera roof was not found"):
        yard.client.camera_picture("roof")
    with pytest.raises(NotFoundError, match="capture c-9 was not found"):
        yard.client.stored_capture("c-9")
    url = f"http://127.0.0.1:{yard.simulator.http.port}/cameras/roof.jpg"
    assert requests.get(url, timeout=5).status_code == 404


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Bearer tökén"])
def test_without_the_token_the_edge_says_nothing(yard: Yard, token: str) -> None:
    answer = requests.get(
        f"http://{yard.site.listen}/state", headers={"Authorization": token.encode()}, timeout=5
    )
    assert answer.status_code == 401
    assert answer.headers["Content-Type"] == "application/problem+json"
    with pytest.raises(ScaleUnavailableError, match="bearer token"):
        EdgeClient(f"http://{yard.site.listen}", "wrong").state()
    assert requests.get(f"http://{yard.site.listen}/healthz", timeout=5).json()["alive"] is True


def test_an_edge_unit_that_is_not_there_is_unavailable() -> None:
    client = EdgeClient(f"http://127.0.0.1:{free_ports(1)[0]}", TOKEN)
    with pytest.raises(ScaleUnavailableError, match="does not answer: ConnectionError"):
        client.state()


@pytest.mark.parametrize("simulated", [True, False])
def test_a_line_is_read_though_no_simulator_tells_its_rate(
    tmp_path: Path, *, simulated: bool
) -> None:
    site = site_devices()
    deck = Deck(RatedClock(), d_kg=20)
    dialect = dialect_by_name("toledo_cont", {})
    clock = RatedClock()
    indicator = Indicator(dialect, site.instrument.instrument(), deck, clock)
    line = IndicatorLine(indicator, clock, site.instrument.transport_url)
    line.start()
    unit = EdgeUnit(site if simulated else real(site), store=tmp_path / "c.db", token=TOKEN)
    unit.start()
    try:
        client = EdgeClient(f"http://{site.listen}", TOKEN)
        until(lambda: client.state().kg == 0)
        state = client.state()
        assert state.rate == 1
        assert state.source is (Source.SIM if simulated else Source.LIVE)
    finally:
        unit.stop()
        line.stop()


def test_a_real_scale_reads_live_and_has_no_simulator_to_control(tmp_path: Path) -> None:
    site = real(site_devices())
    unit = EdgeUnit(site, store=tmp_path / "captures.db", token=TOKEN)
    unit.start()
    try:
        client = EdgeClient(f"http://{site.listen}", TOKEN)
        assert (client.state().source, client.state().link) == (Source.LIVE, LinkState.DOWN)
        with pytest.raises(NotFoundError, match="simulator BASE01 was not found"):
            client.simulator_put("deck", {"plate": "A", "kg": 20_000})
        with pytest.raises(NotFoundError):
            client.simulator_put("speed", {"rate": 2})
    finally:
        unit.stop()
