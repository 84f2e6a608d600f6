"""Modbus register maps, RTU and TCP (weighbridge.md, section 4.11).

One request reads one block of registers that holds the weight and, where the map has one, the
status word. pymodbus builds the frames and computes the check; the line is pyserial's, so RTU also
runs through a TCP device server.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pymodbus.framer import FramerRTU, FramerSocket
from pymodbus.pdu import DecodePDU, ModbusPDU
from pymodbus.pdu.register_message import (
    ReadHoldingRegistersRequest,
    ReadHoldingRegistersResponse,
    ReadInputRegistersRequest,
    ReadInputRegistersResponse,
)

from service.devices.indicators.dialect import (
    DEFAULT_POLL_MS,
    DialectParameterError,
    Frame,
    Match,
    Shown,
)
from service.devices.indicators.modbus_value import (
    ORDERS,
    WIDTHS,
    number,
    number_bytes,
    wire_order,
)
from service.devices.indicators.settings import Allowed, Settings, Whole, checked_settings
from service.devices.indicators.statement import error_named, statement
from service.domain.weighing import Checksum, Mode

HOLDING, INPUT = 3, 4
EXCEPTION = 0x80
MOST_REGISTERS = 125
TRANSACTION = 1
LARGEST_DIGITS = 12

STATUS_BITS = ("motion_bit", "over_bit", "under_bit", "zero_bit", "net_bit", "ok_bit")
MAPS: Mapping[str, Mapping[str, object]] = {
    "custom": {},
    "cas_ci_600d": {"address": 7, "type": "int32"},
    "tuna_id551": {
        "address": 0,
        "type": "float32",
        "count": 5,
        "weight_at": 2,
        "status_at": 4,
        "motion_bit": 12,
        "net_bit": 11,
        "over_bit": 10,
        "under_bit": 9,
        "zero_bit": 8,
        "ok_bit": 15,
    },
    "eagle_ei_1000": {"address": 0x1000, "type": "float32"},
}
"""Settings of named instruments; registers 4xxxx count from 40001 = address 0."""

ALLOWED: Mapping[str, Allowed] = {
    "map": tuple(MAPS),
    "unit": Whole(default=1, low=1, high=247),
    "function": (HOLDING, INPUT),
    "address": Whole(default=0, low=0, high=0xFFFF),
    "count": Whole(default=2, low=1, high=MOST_REGISTERS),
    "type": tuple(WIDTHS),
    "order": ORDERS,
    "weight_at": Whole(default=0, low=0, high=MOST_REGISTERS - 1),
    "decimals": Whole(default=0, low=0, high=4),
    "status_at": Whole(default=-1, low=-1, high=MOST_REGISTERS - 1),
    **{name: Whole(default=-1, low=-1, high=15) for name in STATUS_BITS},
    "poll_ms": Whole(default=DEFAULT_POLL_MS, low=20, high=2_000),
}


class Modbus(ABC):
    """Settings: ``map`` of a named instrument, and over it ``unit``, ``function``, ``address``,
    ``count`` of registers, ``type``, ``order``, ``weight_at`` and ``status_at`` in registers from
    the first, the bits of the status word, ``decimals`` and ``poll_ms``.

    ``decimals``: of an integer those of the instrument; a float is rounded to them.
    """

    states_unit = False
    greetings: tuple[bytes, ...] = ()

    def __init__(self, params: Mapping[str, object]) -> None:
        named = checked_settings(params, ALLOWED)
        settings = checked_settings({**MAPS[named.text("map")], **params}, ALLOWED)
        self._settings: Settings = settings
        self.number_type, self.order = settings.text("type"), settings.text("order")
        self._decimals = settings.whole("decimals")
        self._count = settings.whole("count")
        self._weight_at, self._status_at = settings.whole("weight_at"), settings.whole("status_at")
        words = WIDTHS[self.number_type] // 2
        if max(self._weight_at + words, self._status_at + 1) > self._count:
            raise DialectParameterError(
                field="params.count",
                value=f"count={self._count}",
                limit="all that is read",
            )
        self._unit, self._function = settings.whole("unit"), settings.whole("function")
        self.requests = (self._built(self._request()),)
        self.poll_ms = settings.whole("poll_ms")
        self._head = bytes([self._unit, self._function, 2 * self._count])
        self._refused = bytes([self._unit, self._function | EXCEPTION])

    @abstractmethod
    def _built(self, pdu: ModbusPDU) -> bytes: ...

    def _request(self) -> ModbusPDU:
        address = self._settings.whole("address")
        if self._function == INPUT:
            return ReadInputRegistersRequest(
                dev_id=self._unit, address=address, count=self._count, transaction_id=TRANSACTION
            )
        return ReadHoldingRegistersRequest(
            dev_id=self._unit, address=address, count=self._count, transaction_id=TRANSACTION
        )

    def _response(self, registers: list[int]) -> ModbusPDU:
        if self._function == INPUT:
            return ReadInputRegistersResponse(
                dev_id=self._unit, registers=registers, transaction_id=TRANSACTION
            )
        return ReadHoldingRegistersResponse(
            dev_id=self._unit, registers=registers, transaction_id=TRANSACTION
        )

    def _frame(self, raw: bytes, block: bytes, checksum: Checksum) -> Frame:
        """Frame of the registers in ``block``, as they came."""
        at = 2 * self._weight_at
        placed = block[at : at + WIDTHS[self.number_type]]
        value = self._weight(number(wire_order(placed, self.order), self.number_type))
        status = None
        if self._status_at >= 0:
            status = int.from_bytes(block[2 * self._status_at :][:2], "big")
        broken = self._bit(status, "ok_bit") is False
        return statement(
            raw,
            weight=None if broken else value,
            mode=Mode.NET if self._bit(status, "net_bit") else Mode.GROSS,
            motion=self._bit(status, "motion_bit"),
            zero=self._bit(status, "zero_bit"),
            over=self._bit(status, "over_bit"),
            under=self._bit(status, "under_bit"),
            checksum=checksum,
            fields=error_named(_fault(value, broken=broken)),
        )

    def _weight(self, value: Decimal | None) -> Decimal | None:
        if value is None or not self._decimals:
            return value
        if self.number_type == "float32":
            return round(value, self._decimals) if value.adjusted() < LARGEST_DIGITS else None
        return value.scaleb(-self._decimals)

    def _bit(self, status: int | None, name: str) -> bool | None:
        at = self._settings.whole(name)
        return None if status is None or at < 0 else bool(status >> at & 1)

    def encode(self, shown: Shown) -> bytes:
        value = shown.kg if self.number_type == "float32" else shown.kg * 10**self._decimals
        block = bytearray(2 * self._count)
        placed = wire_order(number_bytes(value, self.number_type), self.order)
        block[2 * self._weight_at : 2 * self._weight_at + len(placed)] = placed
        if self._status_at >= 0:
            block[2 * self._status_at : 2 * self._status_at + 2] = self._status(shown)
        return self._built(self._response(_registers(block)))

    def _status(self, shown: Shown) -> bytes:
        facts = {
            "motion_bit": shown.motion,
            "over_bit": shown.over,
            "under_bit": shown.under,
            "zero_bit": shown.kg == 0,
            "net_bit": shown.net,
            "ok_bit": True,
        }
        places = [self._settings.whole(name) for name, true in facts.items() if true]
        return sum(1 << at for at in places if at >= 0).to_bytes(2, "big")

    def answer(self, request: bytes, shown: Shown) -> bytes:
        return self.encode(shown) if request in self.requests else b""


class ModbusRtu(Modbus):
    __doc__ = Modbus.__doc__

    name = "modbus_rtu"

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__(params)
        self.frame_length = self.longest = len(self._head) + 2 * self._count + 2

    def _built(self, pdu: ModbusPDU) -> bytes:
        return FramerRTU(DecodePDU(is_server=False)).buildFrame(pdu)

    def match(self, data: bytes) -> Frame | Match:
        refusal = data[:2] == self._refused[: len(data)] and len(data) > 0
        if not refusal and (not data or data[:3] != self._head[: len(data)]):
            return Match.NONE
        length = len(self._refused) + 3 if refusal and data[:2] == self._refused else self.longest
        if len(data) < length:
            return Match.PARTIAL
        raw = bytes(data[:length])
        good = int.from_bytes(raw[-2:], "big") == FramerRTU.compute_CRC(raw[:-2])
        checksum = Checksum.OK if good else Checksum.BAD
        if length != self.longest:
            return _refusal(raw, raw[2], checksum)
        return self._frame(raw, raw[3:-2], checksum)


class ModbusTcp(Modbus):
    __doc__ = Modbus.__doc__

    name = "modbus_tcp"

    def __init__(self, params: Mapping[str, object]) -> None:
        super().__init__(params)
        self.frame_length = self.longest = 6 + len(self._head) + 2 * self._count

    def _built(self, pdu: ModbusPDU) -> bytes:
        return FramerSocket(DecodePDU(is_server=False)).buildFrame(pdu)

    def match(self, data: bytes) -> Frame | Match:
        transaction, body = TRANSACTION.to_bytes(2, "big"), data[6:]
        for known in (self._head, self._refused):
            length = 3 if known == self._refused else len(known) + 2 * self._count
            start = transaction + bytes(2) + length.to_bytes(2, "big") + known
            if not data or data[: len(start)] != start[: len(data)]:
                continue
            if len(body) < length:
                return Match.PARTIAL
            raw = bytes(data[: 6 + length])
            if known == self._refused:
                return _refusal(raw, raw[-1], Checksum.ABSENT)
            return self._frame(raw, raw[6 + len(known) :], Checksum.ABSENT)
        return Match.NONE


def _refusal(raw: bytes, code: int, checksum: Checksum) -> Frame:
    return statement(raw, weight=None, checksum=checksum, fields={"error": f"exception {code}"})


def _fault(value: Decimal | None, *, broken: bool) -> str | None:
    if value is None:
        return "not a number"
    return "not valid" if broken else None


def _registers(block: Sequence[int]) -> list[int]:
    return [block[at] << 8 | block[at + 1] for at in range(0, len(block), 2)]
