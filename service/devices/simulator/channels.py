"""Ends of a simulated serial line: a TCP device server, RFC 2217, or a pseudo-terminal.

Each end is something to select on. Writing never waits: a full line drops bytes, as a device
server does, and the reader finds its feet again.
"""

import os
import socket
import tty
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import serial
from serial.rfc2217 import PortManager

from service.domain.errors import RuleBrokenError, gettext_noop

CHUNK_BYTES = 4_096


class SerialPathError(RuleBrokenError):
    """A path that is to lead to the simulated serial port, and is something else already."""

    message = gettext_noop("%(value)s cannot lead to the simulated serial port: %(limit)s.")


class Channel(Protocol):
    """One end of a line."""

    def fileno(self) -> int: ...

    def send(self, data: bytes) -> None:
        """Write; raises OSError where the other end is gone."""
        ...

    def receive(self) -> bytes:
        """What has arrived, without the line's own protocol; raises OSError at its end."""
        ...

    def close(self) -> None: ...


class TcpChannel:
    """Raw bytes over TCP."""

    def __init__(self, client: socket.socket) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.settimeout(0)
        self._client = client

    def fileno(self) -> int:
        return self._client.fileno()

    def send(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            self._client.send(data)

    def receive(self) -> bytes:
        data = self._client.recv(CHUNK_BYTES)
        if not data:
            raise ConnectionResetError("closed by the client")
        return data

    def close(self) -> None:
        self._client.close()


class Rfc2217Channel:
    """Bytes over TCP with Telnet options for the port's settings (RFC 2217)."""

    def __init__(self, client: socket.socket) -> None:
        self._raw = TcpChannel(client)
        self._port = serial.serial_for_url("loop://", timeout=0)
        self._manager = PortManager(self._port, self)

    def write(self, data: bytes) -> None:
        """Send what the Telnet protocol itself has to say."""
        with suppress(OSError):
            self._raw.send(data)

    def fileno(self) -> int:
        return self._raw.fileno()

    def send(self, data: bytes) -> None:
        self._raw.send(b"".join(self._manager.escape(data)))

    def receive(self) -> bytes:
        return b"".join(self._manager.filter(self._raw.receive()))

    def close(self) -> None:
        self._raw.close()
        self._port.close()


class PtyChannel:
    """A pseudo-terminal, found under ``path``, which is made a link to its other end."""

    def __init__(self, path: Path) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self._path = path
        try:
            if path.is_symlink():
                path.unlink()  # of a simulator that ended without tidying up
            path.symlink_to(os.ttyname(self._slave))
        except OSError as error:
            self._close_ends()
            raise SerialPathError(field="transport_url", value=path, limit=error) from error

    def fileno(self) -> int:
        return self._master

    def send(self, data: bytes) -> None:
        with suppress(BlockingIOError):
            os.write(self._master, data)

    def receive(self) -> bytes:
        return os.read(self._master, CHUNK_BYTES)

    def close(self) -> None:
        self._path.unlink(missing_ok=True)
        self._close_ends()

    def _close_ends(self) -> None:
        for end in (self._master, self._slave):
            os.close(end)
