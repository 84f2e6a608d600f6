"""The simulated Modbus device behind barriers, lamps, display, voice, photo cells and loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from pymodbus.constants import ExcCodes
from pymodbus.simulator import DataType, SimData, SimDevice
from pymodbus.simulator.simdevice import SimAction

from service.devices.simulator.deck import Deck
from service.devices.simulator.modbus_server import ModbusServer
from service.devices.site import SiteDevices, host_and_port
from service.devices.yard_io import display_lines, nonce_of
from service.devices.yard_settings import NONCE_REGISTERS, BeamSettings, OutputSettings

READ_INPUTS, WRITE_COIL, WRITE_COILS = 2, 5, 15
WRITE_REGISTER, WRITE_REGISTERS = 6, 16
COILS_A_REGISTER = 16
WHOLE_SPACE = 4_096  # registers of 16 coils: every coil number there is
ALL_REGISTERS = 65_536
LONGEST_MEMORY = 50


@dataclass(slots=True)
class Shown:
    """What the yard shows, by name of the output; ``spoken`` are announcements, oldest first.

    ``nonce`` stands on the display as a QR code while photographs are taken.
    """

    coils: dict[str, bool] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    nonce: str = ""
    spoken: list[int] = field(default_factory=list)


class YardBoard:
    """One device, or two where beams and outputs have addresses of their own.

    ``alive``: whether it answers; the lamps keep what they showed, as relays do.
    """

    def __init__(self, site: SiteDevices, deck: Deck) -> None:
        self.shown = Shown()
        self.alive = True
        self.site = site
        self._deck = deck
        self._servers = [
            ModbusServer(host_and_port(address), devices)
            for address, devices in self._devices(site.outputs, site.beams).items()
        ]

    def start(self) -> None:
        """Answer until ``stop``."""
        for server in self._servers:
            server.start()

    def stop(self) -> None:
        """Close every port."""
        for server in self._servers:
            server.stop()

    def set_alive(self, *, alive: bool) -> None:
        """Break or mend the device's network."""
        if alive != self.alive:
            self.alive = alive
            self.start() if alive else self.stop()

    def _devices(
        self, outputs: OutputSettings | None, beams: BeamSettings | None
    ) -> Mapping[str, list[SimDevice]]:
        """Return the devices by address; one for both where they share address and unit."""
        found: dict[str, list[SimDevice]] = {}
        units = {(each.address, each.unit): None for each in (outputs, beams) if each is not None}
        for address, unit in units:
            here = (address, unit)
            own_outputs = outputs if outputs and (outputs.address, outputs.unit) == here else None
            own_beams = beams if beams and (beams.address, beams.unit) == here else None
            action = partial(self._served, own_outputs, own_beams)
            found.setdefault(address, []).append(_device(unit, action))
        return found

    async def _served(
        self,
        outputs: OutputSettings | None,
        beams: BeamSettings | None,
        function: int,
        _first: int,
        address: int,
        _count: int,
        registers: list[int],
        written: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Fill inputs before they are read, and note what is written."""
        if beams is not None and function == READ_INPUTS:
            self._fill(beams, registers)
        if outputs is not None and written is not None:
            if function in (WRITE_COIL, WRITE_COILS):
                self._note_coils(outputs, address, [bool(value) for value in written])
            if function in (WRITE_REGISTER, WRITE_REGISTERS):
                self._note_registers(outputs, address, [int(value) for value in written], registers)
        return None

    def _fill(self, wired: BeamSettings, registers: list[int]) -> None:
        seen = self._deck.beams()
        values = {wired.front: seen.front_clear is not wired.broken_is}
        values[wired.back] = seen.back_clear is not wired.broken_is
        if wired.loop is not None:
            values[wired.loop] = seen.loop_occupied is True
        for number, value in values.items():
            place, bit = divmod(number, COILS_A_REGISTER)
            kept = registers[place] & ~(1 << bit)
            registers[place] = kept | value << bit

    def _note_coils(self, outputs: OutputSettings, address: int, values: list[bool]) -> None:
        names = {coil: name for name, coil in outputs.coils.wired().items()}
        for number, value in enumerate(values, start=address):
            if number in names:
                self.shown.coils[names[number]] = value

    def _note_registers(
        self, outputs: OutputSettings, address: int, words: list[int], registers: list[int]
    ) -> None:
        if address == outputs.voice_register:
            self.shown.spoken = [*self.shown.spoken, words[0]][-LONGEST_MEMORY:]
        display = outputs.display
        if display is None:
            return

        def after(first: int, size: int) -> list[int]:
            """The registers from ``first`` on, as they are after this request."""
            own = range(address, address + len(words))
            return [
                words[number - address] if number in own else registers[number]
                for number in range(first, first + size)
            ]

        size = display.lines * display.registers_per_line
        self.shown.lines = display_lines(after(display.register_no, size), display)
        if display.nonce_register is not None:
            self.shown.nonce = nonce_of(after(display.nonce_register, NONCE_REGISTERS))


def _device(unit: int, action: SimAction) -> SimDevice:
    def bits() -> list[SimData]:
        values = [False] * (WHOLE_SPACE * COILS_A_REGISTER)
        return [SimData(0, values=values, datatype=DataType.BITS)]

    def words() -> list[SimData]:
        return [SimData(0, values=0, count=ALL_REGISTERS, datatype=DataType.REGISTERS)]

    return SimDevice(unit, simdata=(bits(), bits(), words(), words()), action=action)
