"""A thermal printer on the network and at a device file gets the golden bytes of a ticket."""

import socket
from pathlib import Path
from threading import Thread

import pytest

from service.exchange.escpos import ticket_escpos
from service.exchange.roll_printer import (
    PrinterAddressError,
    PrinterUnavailableError,
    RollPrinter,
)
from tests.unit.exchange.test_ticket_print import GOLDEN, original


class PrinterOnTcp:
    """Takes one connection on loopback and keeps what it was sent."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.paper = b""
        self._thread = Thread(target=self._take, daemon=True)
        self._thread.start()

    def _take(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            while piece := connection.recv(65_536):
                self.paper += piece

    def torn_off(self) -> bytes:
        """The paper, when the printer was let go."""
        self._thread.join(timeout=10)
        self._listener.close()
        return self.paper


def test_a_network_printer_gets_the_golden_ticket() -> None:
    printer = PrinterOnTcp()
    RollPrinter(f"tcp://127.0.0.1:{printer.port}").print(original("zh"))
    assert printer.torn_off() == (GOLDEN / "original-zh.escpos").read_bytes()


def test_a_device_file_gets_the_same(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    RollPrinter(str(device)).print(original("en"))
    assert device.read_bytes() == ticket_escpos(original("en"))


def test_a_printer_that_is_off_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", str(tmp_path / "none" / "lp0")):
        with pytest.raises(PrinterUnavailableError) as refused:
            RollPrinter(address).print(original("zh"))
        assert refused.value.values["value"] == address


@pytest.mark.parametrize("address", ["lp0", "http://printer", "tcp://", "tcp://printer:high"])
def test_anything_else_is_no_printer(address: str) -> None:
    with pytest.raises(PrinterAddressError):
        RollPrinter(address)


def test_a_network_printer_listens_on_9100_where_no_port_is_named() -> None:
    assert RollPrinter("tcp://printer").address == "tcp://printer"
