"""The yard's barriers, lights, display, voice, photo cells and loop over Modbus TCP (pymodbus)."""

import logging
import time
from collections.abc import Callable, Mapping
from functools import partial

from pymodbus.client import ModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from service.devices.site import SiteDevices, host_and_port
from service.devices.yard_settings import (
    NONCE_REGISTERS,
    BeamSettings,
    DisplaySettings,
    OutputSettings,
)
from service.domain.deck_lights import Barrier, Beams, Light, Outputs
from service.domain.deck_signs import Sign
from service.domain.errors import UnavailableError, gettext_noop

TIMEOUT_S = 1.0
TEXT_ENCODING = "gb18030"

logging.getLogger("pymodbus").setLevel(logging.CRITICAL)  # each failure is raised and said once


class YardIoUnavailableError(UnavailableError):
    """The device behind barriers, lights or beams does not answer, or refuses."""

    message = gettext_noop("The yard's inputs and outputs at %(value)s do not answer: %(limit)s.")


class ModbusLink:
    """One Modbus TCP device, connected when it is used; closed and tried anew after a failure."""

    def __init__(self, address: str, unit: int) -> None:
        self.address = address
        self._unit = unit
        self._host, self._port = host_and_port(address)
        self._client: ModbusTcpClient | None = None

    def write_coils(self, coils: Mapping[int, bool]) -> None:
        """Set ``coils`` by number, neighbours in one request; raises YardIoUnavailableError."""
        for first, values in _runs(coils):
            self._ask(partial(ModbusTcpClient.write_coils, address=first, values=values))

    def write_registers(self, first: int, words: list[int]) -> None:
        """Set holding registers from ``first`` on; raises YardIoUnavailableError."""
        self._ask(partial(ModbusTcpClient.write_registers, address=first, values=words))

    def read_inputs(self, numbers: list[int]) -> dict[int, bool]:
        """Discrete inputs by number; raises YardIoUnavailableError."""
        first, count = min(numbers), max(numbers) - min(numbers) + 1
        read = partial(ModbusTcpClient.read_discrete_inputs, address=first, count=count)
        bits = self._ask(read).bits
        return {number: bool(bits[number - first]) for number in numbers}

    def close(self) -> None:
        """Close the connection; the next use opens one."""
        if self._client is not None:
            self._client.close()  # type: ignore[no-untyped-call]
            self._client = None

    def _ask(self, request: Callable[..., ModbusPDU]) -> ModbusPDU:
        """Answer of the device to ``request``, a method of the client with its arguments."""
        try:
            answer = request(self._connected(), device_id=self._unit)
        except (ModbusException, OSError) as error:
            self.close()
            raise self._unavailable(f"{type(error).__name__}: {error}") from error
        if answer.isError():
            self.close()
            raise self._unavailable(str(answer))
        return answer

    def _connected(self) -> ModbusTcpClient:
        if self._client is None:
            self._client = ModbusTcpClient(
                self._host, port=self._port, timeout=TIMEOUT_S, retries=0
            )
        if not self._client.connected and not self._client.connect():  # type: ignore[no-untyped-call]
            raise ConnectionError("no connection")
        return self._client

    def _unavailable(self, why: str) -> YardIoUnavailableError:
        return YardIoUnavailableError(field="outputs", value=self.address, limit=why)


class OutputsDevice:
    """Lamps, barriers, display and voice of a site."""

    def __init__(self, settings: OutputSettings) -> None:
        self._settings = settings
        self._link = ModbusLink(settings.address, settings.unit)

    def show(self, outputs: Outputs) -> None:
        """Make the yard show ``outputs``; raises YardIoUnavailableError."""
        named = coil_values(outputs)
        self._link.write_coils(
            {coil: named[name] for name, coil in self._settings.coils.wired().items()}
        )
        if self._settings.display is not None:
            words = display_words(outputs.sign, self._settings.display)
            self._link.write_registers(self._settings.display.register_no, words)

    def speak(self, sign: Sign) -> None:
        """Play the announcement of ``sign``; raises YardIoUnavailableError."""
        if self._settings.voice_register is not None:
            self._link.write_registers(self._settings.voice_register, [int(sign.announcement)])

    def close(self) -> None:
        self._link.close()


class NonceBoard:
    """The part of the outdoor display that shows a figure as a QR code, for cameras to see."""

    def __init__(self, settings: OutputSettings, register_no: int, after_ms: int) -> None:
        self._link = ModbusLink(settings.address, settings.unit)
        self._register_no = register_no
        self._after_s = after_ms / 1_000

    def show(self, nonce: str) -> None:
        """Show eight digits, and return when they are to be seen.

        Raises YardIoUnavailableError.
        """
        data = nonce.encode("ascii")
        words = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
        self._link.write_registers(self._register_no, words)
        time.sleep(self._after_s)

    def clear(self) -> None:
        """Show none; raises YardIoUnavailableError."""
        self._link.write_registers(self._register_no, [0] * NONCE_REGISTERS)

    def close(self) -> None:
        self._link.close()


class BeamsDevice:
    """Photo cells and loop of a site."""

    def __init__(self, settings: BeamSettings) -> None:
        self._settings = settings
        self._link = ModbusLink(settings.address, settings.unit)

    def read(self) -> Beams:
        """Beams and loop now; raises YardIoUnavailableError."""
        wired = self._settings
        numbers = [wired.front, wired.back, *([] if wired.loop is None else [wired.loop])]
        found = self._link.read_inputs(numbers)
        return Beams(
            front_clear=found[wired.front] is not wired.broken_is,
            back_clear=found[wired.back] is not wired.broken_is,
            loop_occupied=None if wired.loop is None else found[wired.loop],
        )

    def close(self) -> None:
        self._link.close()


def devices_of(site: SiteDevices) -> tuple[OutputsDevice | None, BeamsDevice | None]:
    """Outputs and beams of ``site``, None where it has none."""
    outputs = None if site.outputs is None else OutputsDevice(site.outputs)
    return outputs, None if site.beams is None else BeamsDevice(site.beams)


def nonce_board_of(site: SiteDevices) -> NonceBoard | None:
    """The display of ``site`` for figures; None where it has none that a camera sees."""
    outputs = site.outputs
    display = None if outputs is None else outputs.display
    if outputs is None or display is None or not site.display_cameras:
        return None
    if display.nonce_register is None:
        return None
    return NonceBoard(outputs, display.nonce_register, display.nonce_after_ms)


def coil_values(outputs: Outputs) -> dict[str, bool]:
    """Value of each coil by the name of its output."""
    return {
        "entry_barrier": outputs.entry_barrier is Barrier.OPEN,
        "exit_barrier": outputs.exit_barrier is Barrier.OPEN,
        "entry_red": outputs.entry_light is Light.RED,
        "entry_green": outputs.entry_light is Light.GREEN,
        "exit_red": outputs.exit_light is Light.RED,
        "exit_green": outputs.exit_light is Light.GREEN,
    }


def display_words(sign: Sign, display: DisplaySettings) -> list[int]:
    """Registers of the whole display: each line padded with blanks, two bytes a register."""
    lines = (*sign.lines, *[""] * display.lines)[: display.lines]
    data = b"".join(_line_bytes(line, display.places) for line in lines)
    return [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]


def display_lines(words: list[int], display: DisplaySettings) -> tuple[str, ...]:
    """Text of the registers that a display was given; what is no text is a replacement mark."""
    data = b"".join(word.to_bytes(2, "big") for word in words)
    rows = [data[at : at + display.places] for at in range(0, len(data), display.places)]
    return tuple(row.decode(TEXT_ENCODING, "replace").rstrip() for row in rows)


def nonce_of(words: list[int]) -> str:
    """The digits that the registers of a figure hold; empty where they hold none."""
    text = b"".join(word.to_bytes(2, "big") for word in words).decode("ascii", "replace")
    return text if text.isdecimal() else ""


def _line_bytes(line: str, places: int) -> bytes:
    """Return ``line`` in exactly ``places`` bytes, cut between characters."""
    data = b""
    for character in line:
        more = character.encode(TEXT_ENCODING, "replace")
        if len(data) + len(more) > places:
            break
        data += more
    return data.ljust(places)


def _runs(coils: Mapping[int, bool]) -> list[tuple[int, list[bool]]]:
    """Return ``coils`` as (first number, values) of neighbours."""
    runs: list[tuple[int, list[bool]]] = []
    for number in sorted(coils):
        if runs and runs[-1][0] + len(runs[-1][1]) == number:
            runs[-1][1].append(coils[number])
        else:
            runs.append((number, [coils[number]]))
    return runs
