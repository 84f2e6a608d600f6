"""The reader against an indicator on a TCP port, as a device server gives it."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread
from time import monotonic

import pytest

from service.devices.clock import RatedClock
from service.devices.edge.line_counters import LineCounters
from service.devices.edge.line_tape import LONGEST_MS, MOST_BYTES, LineTape
from service.devices.edge.reader import Asking, IndicatorReader
from service.devices.edge.scale import Scale
from service.devices.indicators.dialect import Dialect, Shown
from service.devices.indicators.registry import dialect_by_name
from service.devices.indicators.stream import RequestStream
from service.domain.weighing import LinkState
from tests.support.readings import SCALE

PATIENCE_S = 60.0


@contextmanager
def indicator(dialect: Dialect, shown: Shown) -> Iterator[str]:
    """Address of an indicator that shows ``shown``, to whoever asks or listens."""
    server = socket.create_server(("127.0.0.1", 0))
    stopped = Event()

    def serve() -> None:
        server.settimeout(PATIENCE_S)
        while not stopped.is_set():
            try:
                client, _ = server.accept()
            except OSError:
                return
            client.settimeout(0.01)
            requests = RequestStream(dialect)
            while not stopped.is_set():
                try:
                    asked = requests.feed(client.recv(1_024) or b"") if dialect.requests else []
                    answers = [dialect.answer(request, shown) for request in asked]
                    if not dialect.requests:
                        answers = [dialect.encode(shown)]
                        stopped.wait(0.01)
                    client.sendall(b"".join(answers))
                except TimeoutError:
                    continue
                except OSError:
                    break
            client.close()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"socket://127.0.0.1:{server.getsockname()[1]}"
    finally:
        stopped.set()
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def eventually(holds: Callable[[], object]) -> None:
    until = monotonic() + PATIENCE_S
    waiting = Event()
    while not holds():
        assert monotonic() < until
        waiting.wait(0.01)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("mt_sics", {}),
        ("modbus_tcp", {"map": "tuna_id551"}),
        ("modbus_rtu", {"type": "int32"}),
        ("rinstrum_net", {"framed": True}),
        ("yaohua_tf1", {}),
        ("toledo_cont", {}),
    ],
)
def test_a_scale_is_read_asked_or_not(name: str, params: dict[str, object]) -> None:
    dialect = dialect_by_name(name, params)
    scale = Scale(SCALE, dialect, RatedClock())
    shown = Shown(kg=48_620, d_kg=20, motion=True, serial_no="TT-0001")
    connected: list[bool] = []
    with indicator(dialect, shown) as url:
        reader = IndicatorReader(scale, url, dialect, on_connect=lambda: connected.append(True))
        reader.start()
        try:
            eventually(lambda: scale.state().kg == 48_620 and len(scale.passage.readings) > 2)
            assert scale.state().link is LinkState.FRESH
            told = name not in {"modbus_rtu", "yaohua_tf1"}
            assert scale.state().motion is (True if told else None)
            if name == "mt_sics":
                eventually(lambda: scale.serial_no)
        finally:
            reader.stop()
    assert connected == [True]
    assert scale.serial_agrees is (True if name == "mt_sics" else None)
    assert scale.bad_frames == 0
    assert scale.counters.frames > 2


def test_another_instrument_is_seen_by_its_serial_number() -> None:
    dialect = dialect_by_name("mt_sics", {})
    scale = Scale(replace(SCALE, dialect="mt_sics"), dialect, RatedClock())
    scale.feed(b'I4 A "TT-0002"\r\n')
    assert (scale.serial_no, scale.serial_agrees) == ("TT-0002", False)
    assert scale.passage.readings == ()
    scale.begin_connection()
    assert scale.serial_agrees is None


def test_a_status_answer_belongs_to_the_weights_after_it() -> None:
    scale = Scale(SCALE, dialect_by_name("rinstrum_net", {}), RatedClock())
    scale.feed(b"81110026:0000BDEC\r\n")
    scale.feed(b"81110021:00001000\r\n81110026:0000BDEC\r\n")
    scale.feed(b"81110021:00000000\r\n81110026:0000BDEC\r\n")
    assert [reading.motion for reading in scale.passage.readings] == [None, True, False]
    assert scale.state().unit == "kg"


def test_requests_are_due_in_turn_each_poll_interval() -> None:
    asking = Asking(dialect_by_name("rinstrum_net", {"poll_ms": 100}))
    sent = []
    for now_s in (10.0, 10.05, 10.1, 10.15, 10.25):
        sent.append(asking.due(now_s))
        asking.answered()
    assert [request[4:8] for request in sent] == [b"0026", b"", b"0021", b"", b"0026"]
    assert Asking(dialect_by_name("keli_t1", {})).due(10.0) == b""


def test_a_slow_indicator_is_not_asked_again_before_it_answers_or_a_second_is_over() -> None:
    asking = Asking(dialect_by_name("sma", {"poll_ms": 100}))
    assert [bool(asking.due(now_s)) for now_s in (10.0, 10.2, 10.9, 11.0)] == [
        True,
        False,
        False,
        True,
    ]
    asking.answered()
    assert asking.due(11.05) == b""
    assert asking.due(11.1)


def test_counters_tell_the_rate_of_the_last_seconds_and_all_bad_frames(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counters = LineCounters("SCALE-1")
    assert counters.per_min(now_ms=5_000) == (0, 0)
    for frame in range(300):
        counters.count(good=1, bad=frame % 100 == 0, at_ms=frame * 100)
    assert counters.per_min(now_ms=30_000) == (600, 6)
    assert (counters.frames, counters.bad_frames) == (300, 3)
    assert counters.per_min(now_ms=60_000) == (0, 0)
    assert [record.message for record in caplog.records] == ["SCALE-1: 1 frames failed their check"]


def test_tape_keeps_three_minutes_and_never_more_than_half_a_mebibyte() -> None:
    tape = LineTape()
    tape.record(0, b"old")
    tape.record(LONGEST_MS + 1, b"new")
    assert tape.since(0) == ((LONGEST_MS + 1, b"new"),)
    for at in range(10):
        tape.record(LONGEST_MS + 2 + at, bytes(MOST_BYTES // 4))
    assert len(tape.since(0)) == 4
    assert tape.since(LONGEST_MS + 11) == ((LONGEST_MS + 11, bytes(MOST_BYTES // 4)),)
