"""An indicator that answers Modbus TCP: a pymodbus server whose registers follow the deck."""

from functools import partial

from pymodbus.constants import ExcCodes
from pymodbus.simulator import DataType, SimData, SimDevice

from service.devices.simulator.indicator import Indicator
from service.devices.simulator.modbus_server import ModbusServer
from service.devices.site import host_and_port

UNIT_AT, FUNCTION_AT, ADDRESS_AT, COUNT_AT = 6, 7, 8, 10
"""Places in a read request: seven bytes of MBAP header end with the unit, then the PDU."""

BLOCK_AT = 9
INPUT = 4


class ModbusLine:
    """The registers that the dialect's own question names, at the address of ``url``."""

    def __init__(self, indicator: Indicator, url: str) -> None:
        self._indicator = indicator
        self._question = indicator.dialect.requests[0]
        self._address = host_and_port(url)
        question = self._question
        first = int.from_bytes(question[ADDRESS_AT:COUNT_AT], "big")
        count = int.from_bytes(question[COUNT_AT:], "big")
        held = [SimData(first, values=[0] * count, datatype=DataType.REGISTERS)]
        other = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
        bits = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
        blocks = (other, held) if question[FUNCTION_AT] == INPUT else (held, other)
        device = SimDevice(
            question[UNIT_AT],
            simdata=(bits, bits, *blocks),
            action=partial(self._refresh),
        )
        self._server = ModbusServer(self._address, [device])
        self.connected = True
        self.silent = False

    def start(self) -> int:
        """Answer until ``stop``; returns the TCP port."""
        self._server.start()
        return self._address[1]

    def stop(self) -> None:
        """Close the port and every connection."""
        self._server.stop()

    def set_line(self, *, connected: bool, silent: bool) -> None:
        """Pull or plug the network cable, or let the indicator behind it fall silent."""
        self._server.silent = self.silent = silent
        if connected != self.connected:
            self.connected = connected
            self._server.start() if connected else self._server.stop()

    async def _refresh(
        self,
        _function: int,
        _first: int,
        _address: int,
        _count: int,
        registers: list[int],
        _written: list[int] | list[bool] | None,
    ) -> ExcCodes | None:
        """Put into the registers what the indicator shows now."""
        await self._server.heard()
        answer = self._indicator.answer(self._question)
        block = answer[BLOCK_AT:]
        words = [int.from_bytes(block[at : at + 2], "big") for at in range(0, len(block), 2)]
        registers[: len(words)] = words
        return None
