"""The thermal printer beside a scale: ESC/POS bytes to a network printer or a device file."""

import socket
from collections.abc import Callable
from contextlib import closing
from functools import partial
from urllib.parse import urlsplit

from escpos.exceptions import Error as EscposError
from escpos.printer import File, Network

from service.domain.errors import RuleBrokenError, UnavailableError, gettext_noop
from service.domain.ticket_sheet import TicketSheet
from service.exchange.escpos import ticket_escpos

PORT = 9100
TIMEOUT_S = 10.0


class PrinterAddressError(RuleBrokenError):
    """Neither the address of a network printer nor a device file."""

    message = gettext_noop("%(value)s is no printer: write %(limit)s.")


class PrinterUnavailableError(UnavailableError):
    """The printer does not take what it is sent."""

    message = gettext_noop("The printer %(value)s does not answer: %(limit)s.")


class RollPrinter:
    """One printer for 80 mm paper; opened for each ticket, so that it may be off in between."""

    def __init__(self, address: str) -> None:
        """Take ``tcp://host:port`` (9100 where no port is named) or a device file.

        Raises PrinterAddressError.
        """
        self.address = address
        self._opened = _opening(address)

    def print(self, sheet: TicketSheet) -> None:
        """Print ``sheet``; raises PrinterUnavailableError."""
        try:
            with closing(self._opened()) as printer:
                printer._raw(ticket_escpos(sheet))  # noqa: SLF001 - bytes that are ready
        except (EscposError, OSError) as error:
            why = str(error).strip() or type(error).__name__
            raise PrinterUnavailableError(field="printer", value=self.address, limit=why) from error


def _opening(address: str) -> Callable[[], File | Network]:
    if address.startswith("/"):
        return partial(_file, address)
    parts = urlsplit(address)
    try:
        host, port = parts.hostname, parts.port or PORT
    except ValueError:
        host, port = None, PORT
    if parts.scheme != "tcp" or not host:
        limit = "tcp://HOST:9100, /dev/usb/lp0"
        raise PrinterAddressError(field="printer", value=address[:100], limit=limit)
    return partial(_network, host, port)


def _file(path: str) -> File:
    printer = File(path)
    printer.open()
    return printer


def _network(host: str, port: int) -> Network:
    """The library leaves its socket open where a printer is off: it gets one that is connected."""
    printer = Network(host, port=port, timeout=TIMEOUT_S)
    printer.device = socket.create_connection((host, port), timeout=TIMEOUT_S)
    return printer
