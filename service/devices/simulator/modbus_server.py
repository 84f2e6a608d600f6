"""A Modbus TCP server (pymodbus) in a thread of its own, for simulated devices."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from threading import Thread

from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import SimDevice

START_S = 10.0
SILENCE_STEP_S = 0.05


class ModbusServer:
    """Devices on one address. While it is ``silent`` it takes requests and answers none."""

    def __init__(self, address: tuple[str, int], devices: Sequence[SimDevice]) -> None:
        self._address = address
        self._devices = list(devices)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self.silent = False

    def start(self) -> None:
        """Listen until ``stop``; returns when it does."""
        listening: Future[asyncio.AbstractEventLoop] = Future()
        self._thread = Thread(
            target=asyncio.run, args=(self._serve(listening),), name="modbus", daemon=True
        )
        self._thread.start()
        self._loop = listening.result(START_S)

    def stop(self) -> None:
        """Close the port and every connection; it may be started again."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop = self._thread = None

    async def heard(self) -> None:
        """Return once the device may answer; an action awaits this first."""
        while self.silent:
            await asyncio.sleep(SILENCE_STEP_S)

    async def _serve(self, listening: "Future[asyncio.AbstractEventLoop]") -> None:
        self._stopping = asyncio.Event()
        try:
            server = ModbusTcpServer(self._devices, address=self._address)
            await server.serve_forever(background=True)
        except (OSError, RuntimeError) as error:
            host, port = self._address
            listening.set_exception(OSError(f"cannot listen on {host}:{port}: {error}"))
            return
        listening.set_result(asyncio.get_running_loop())
        await self._stopping.wait()
        await server.shutdown()  # type: ignore[no-untyped-call]
