"""The simulated line in every dialect and over every kind of port, read by the real reader."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from service.devices.clock import RatedClock
from service.devices.edge.reader import IndicatorReader
from service.devices.edge.scale import Scale
from service.devices.indicators.dialect import Frame, FrameKind, Shown
from service.devices.indicators.registry import DIALECTS, dialect_by_name
from service.devices.indicators.stream import FrameStream
from service.devices.simulator.channels import SerialPathError
from service.devices.simulator.deck import Deck
from service.devices.simulator.faults import Faults
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.line import IndicatorLine, Line
from service.devices.simulator.modbus_line import ModbusLine
from service.devices.simulator.simulator import line_of
from service.devices.site import host_and_port
from service.domain.weighing import LinkState
from tests.support.devices import until
from tests.support.ports import free_ports
from tests.support.readings import SCALE

RATE = 100
PARAMS: dict[str, dict[str, object]] = {
    "modbus_tcp": {"map": "tuna_id551"},
    "modbus_rtu": {"type": "int32", "function": 4},
    "bilanciai": {
        "start": "02",
        "ending": "0d",
        "length": 14,
        "status_at": 1,
        "weight_at": 5,
        "weight_width": 8,
    },
}


LEAKS = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""pyserial forgets to close a socket whose other end was reset."""


class Bench:
    """An indicator on a line, and the reader that listens to it."""

    def __init__(self, name: str, url: str, params: dict[str, object] | None = None) -> None:
        self.url = url
        clock = RatedClock(RATE)
        dialect = dialect_by_name(name, PARAMS.get(name, {}) if params is None else params)
        self.deck = Deck(clock, d_kg=SCALE.d_kg)
        self.indicator = Indicator(dialect, SCALE, self.deck, clock)
        self.line: Line = line_of(self.indicator, clock, url)
        self.scale = Scale(SCALE, dialect, RatedClock())
        self.reader = IndicatorReader(self.scale, url, dialect, on_connect=lambda: None)

    def load(self, kg: int) -> None:
        """Let ``kg`` be there from one moment to the next."""
        self.deck.set_cells(noise_kg=0, drift_kg_per_h=0, zero_kg=kg)

    def shows(self, kg: int) -> bool:
        return self.scale.state().kg == kg


@contextmanager
def bench(name: str, url: str | None = None) -> Iterator[Bench]:
    made = Bench(name, url or f"socket://127.0.0.1:{free_ports(1)[0]}")
    made.line.start()
    made.reader.start()
    try:
        yield made
    finally:
        made.reader.stop()
        made.line.stop()


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_every_dialect_is_spoken_and_understood(name: str) -> None:
    site = Bench(name, f"socket://127.0.0.1:{free_ports(1)[0]}")
    site.load(48_620)
    assert isinstance(site.line, ModbusLine if name == "modbus_tcp" else IndicatorLine)
    assert first_weight(site) == 48_620


def test_modbus_registers_of_the_other_kind_are_served_as_well() -> None:
    params: dict[str, object] = {"type": "int32", "function": 4, "address": 16}
    site = Bench("modbus_tcp", f"socket://127.0.0.1:{free_ports(1)[0]}", params)
    site.load(16_140)
    assert first_weight(site) == 16_140


def first_weight(site: Bench) -> Decimal:
    """Weight in the first frame that the line gives to a host who asks once."""
    dialect = site.indicator.dialect
    stream = FrameStream(dialect)
    site.line.start()
    try:
        with socket.create_connection(host_and_port(site.url), timeout=10) as host:
            host.sendall(b"".join(dialect.requests))
            while True:
                for frame in stream.feed(host.recv(256)):
                    if frame.kind is FrameKind.WEIGHT and frame.weight is not None:
                        return frame.weight
    finally:
        site.line.stop()


@pytest.mark.filterwarnings("ignore:set(Daemon|Name):DeprecationWarning")  # pyserial's own
@pytest.mark.parametrize("name", ["toledo_cont", "mt_sics"])
def test_rfc_2217_carries_the_bytes(name: str) -> None:
    with bench(name, f"rfc2217://127.0.0.1:{free_ports(1)[0]}") as site:
        until(lambda: site.shows(0))
        site.line.set_line(connected=True, silent=True)
        until(lambda: site.scale.state().link is LinkState.STALE)


@pytest.fixture
def serial_path() -> Iterator[Path]:
    folder = Path("/dev/shm")  # noqa: S108 - a serial port has its place below /dev
    if not os.access(folder, os.W_OK):
        pytest.skip("no writable folder below /dev")
    path = folder / f"ferrotrace-{uuid4().hex}"
    yield path
    path.unlink(missing_ok=True)


@pytest.mark.parametrize("name", ["yaohua_tf0", "yaohua_tf1"])
def test_a_serial_port_is_a_pseudo_terminal_found_by_its_path(name: str, serial_path: Path) -> None:
    serial_path.symlink_to("/dev/pts/gone")  # left by a simulator that was killed
    with bench(name, str(serial_path)) as site:
        until(lambda: site.shows(0))
    assert not serial_path.is_symlink()


def test_a_path_that_is_something_else_is_left_alone(serial_path: Path) -> None:
    serial_path.write_text("mine", encoding="utf-8")
    with pytest.raises(SerialPathError, match="cannot lead to the simulated serial port"):
        Bench("yaohua_tf0", str(serial_path)).line.start()
    assert serial_path.read_text(encoding="utf-8") == "mine"


@LEAKS
@pytest.mark.parametrize("name", ["mt_sics", "modbus_tcp"])
def test_a_cut_line_is_down_and_comes_back_by_itself(name: str) -> None:
    with bench(name) as site:
        until(lambda: site.shows(0))
        site.line.set_line(connected=False, silent=False)
        site.line.set_line(connected=False, silent=False)
        until(lambda: site.scale.state().link is not LinkState.FRESH)
        site.line.set_line(connected=True, silent=True)
        site.line.set_line(connected=True, silent=False)
        until(lambda: site.shows(0))


def test_garbage_and_changed_digits_never_become_a_weight() -> None:
    with bench("yaohua_tf0") as site:
        site.indicator.set_faults(Faults(corrupt_bp=3_000, garbage_bp=3_000))
        site.load(48_620)
        until(lambda: site.shows(48_620) and site.scale.counters.bad_frames > 20)
        settled = [reading.kg for reading in site.scale.passage.readings[-50:]]
        assert set(settled) <= {kg for kg in settled if kg is None or kg % 20 == 0}


@LEAKS
def test_another_instrument_answers_with_its_own_serial_number() -> None:
    with bench("mt_sics") as site:
        until(lambda: site.shows(0))
        assert site.scale.serial_no == SCALE.serial_no
        site.indicator.set_faults(Faults(serial_no="TT-9999"))
        site.line.set_line(connected=False, silent=False)
        until(lambda: site.scale.state().link is not LinkState.FRESH)
        site.line.set_line(connected=True, silent=False)
        until(lambda: site.scale.serial_no == "TT-9999")
        assert site.scale.serial_agrees is False


TELLS_NET = {
    *("toledo_cont", "and_std", "sma", "yaohua_a12e", "modbus_tcp"),
    *("rinstrum_A", "rinstrum_B", "rinstrum_C", "rinstrum_F"),
}
TELLS_POUNDS = {
    *("toledo_cont", "and_std", "sma", "yaohua_a12e", "mt_sics"),
    *("rinstrum_B", "rinstrum_F"),
}


@pytest.mark.parametrize("name", sorted(TELLS_NET | TELLS_POUNDS))
def test_net_mode_and_pounds_show_where_the_dialect_tells_them(name: str) -> None:
    dialect = dialect_by_name(name, PARAMS.get(name, {}))
    shown = Shown(kg=48_620, d_kg=20)

    def negative(**faults: Any) -> tuple[str, ...]:
        frame = dialect.match(dialect.encode(replace(shown, **faults)))
        assert isinstance(frame, Frame)
        return frame.negative

    assert negative() == ()
    assert ("not_gross" in negative(net=True)) == (name in TELLS_NET)
    assert ("unit_not_kg" in negative(pounds=True)) == (name in TELLS_POUNDS)
