import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.framer import FramerRTU
from pymodbus.pdu import DecodePDU

from service.devices.indicators.answers import decode
from service.devices.indicators.dialect import Frame, Shown, WeightNotEncodableError
from service.devices.indicators.modbus_value import (
    ORDERS,
    number,
    number_bytes,
    wire_order,
)
from service.devices.indicators.registry import dialect_by_name


def test_request_is_the_published_check_vector() -> None:
    (request,) = dialect_by_name("modbus_rtu", {"address": 0x50}).requests
    assert request == bytes.fromhex("01030050 0002c41a")


def test_named_maps_read_the_registers_of_their_manuals() -> None:
    tuna = dialect_by_name("modbus_tcp", {"map": "tuna_id551"})
    assert tuna.requests == (bytes.fromhex("0001 0000 0006 01 03 0000 0005"),)
    cas = dialect_by_name("modbus_rtu", {"map": "cas_ci_600d", "unit": 2, "function": 4})
    assert cas.requests[0][:6] == bytes.fromhex("02 04 0007 0002")
    eagle = dialect_by_name("modbus_rtu", {"map": "eagle_ei_1000"})
    assert eagle.requests[0][:6] == bytes.fromhex("01 03 1000 0002")


@pytest.mark.parametrize(
    ("status", "negative"),
    [
        (0x8000, []),
        (0x9000, ["motion"]),
        (0x8400, ["overload"]),
        (0x8200, ["underload"]),
        (0x8800, ["not_gross"]),
        (0x0000, ["error_reply"]),
    ],
)
def test_status_word_tells_motion_range_net_and_whether_the_data_hold(
    status: int, negative: list[str]
) -> None:
    block = bytes.fromhex("42c80000 473dec00") + status.to_bytes(2, "big")
    reply = bytes.fromhex("0001 0000 000d 01 03 0a") + block
    answer = decode("modbus_tcp", {"map": "tuna_id551"}, reply)
    assert answer["negative"] == negative
    assert answer["weight"] == (None if status == 0 else "48620")


def test_refusals_of_the_instrument_are_readings_without_a_weight() -> None:
    refused = bytes.fromhex("018302c0f1")
    assert decode("modbus_rtu", {}, refused)["error"] == "exception 2"
    assert decode("modbus_tcp", {}, bytes.fromhex("000100000003018304"))["error"] == "exception 4"
    spoilt = refused[:-1] + b"\x00"
    assert decode("modbus_rtu", {}, spoilt)["negative"] == ["bad_checksum", "error_reply"]


@pytest.mark.parametrize("bits", ["7f800000", "ff800000", "7fc00000"])
def test_infinities_and_what_is_no_number_are_no_weight(bits: str) -> None:
    reply = bytes.fromhex("000100000007010304" + bits)
    answer = decode("modbus_tcp", {"type": "float32"}, reply)
    assert (answer["weight"], answer["error"]) == (None, "not a number")


@given(bits=st.integers(0, 2**32 - 1).filter(lambda bits: bits >> 23 & 0xFF != 0xFF))
def test_every_float_is_read_exactly(bits: int) -> None:
    data = bits.to_bytes(4, "big")
    assert number(data, "float32") == Decimal.from_float(struct.unpack(">f", data)[0])


@given(value=st.integers(-(2**24), 2**24))
def test_every_whole_number_of_24_bits_is_written_exactly(value: int) -> None:
    if abs(value).bit_length() <= 24:
        assert number_bytes(value, "float32") == struct.pack(">f", value)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("width", [2, 4])
def test_every_order_undoes_itself(order: str, width: int) -> None:
    data = bytes(range(width))
    assert wire_order(wire_order(data, order), order) == data


@pytest.mark.parametrize(
    ("kind", "value", "data"),
    [
        ("int32", -40, "ffffffd8"),
        ("uint32", 4_294_967_295, "ffffffff"),
        ("int16", -40, "ffd8"),
        ("uint16", 48_620, "bdec"),
        ("float32", 0, "00000000"),
    ],
)
def test_integers_are_read_with_their_sign(kind: str, value: int, data: str) -> None:
    assert number_bytes(value, kind).hex() == data
    assert number(bytes.fromhex(data), kind) == value


def test_numbers_too_large_for_their_registers_are_not_written() -> None:
    for value, kind in ((40_000, "int16"), (-1, "uint32"), (2**24 + 1, "float32")):
        with pytest.raises(WeightNotEncodableError):
            number_bytes(value, kind)


def test_decimals_place_the_point_of_an_integer_and_round_a_float() -> None:
    scaled = dialect_by_name("modbus_tcp", {"type": "int32", "decimals": 2})
    frame = scaled.match(bytes.fromhex("000100000007010304 000012fe"))
    assert isinstance(frame, Frame)
    assert frame.weight == Decimal("48.62")
    rounded = dialect_by_name("modbus_tcp", {"type": "float32", "decimals": 2})
    frame = rounded.match(bytes.fromhex("000100000007010304") + struct.pack(">f", 48.62))
    assert isinstance(frame, Frame)
    assert frame.weight == Decimal("48.62")


def test_a_float_too_large_for_any_scale_is_no_weight() -> None:
    reply = bytes.fromhex("0001000000070103047f000000")
    assert decode("modbus_tcp", {"type": "float32", "decimals": 2}, reply)["weight"] is None


def test_what_the_simulated_indicator_answers_pymodbus_understands() -> None:
    dialect = dialect_by_name("modbus_rtu", {"type": "int32"})
    reply = dialect.answer(dialect.requests[0], Shown(kg=48_620, d_kg=20))
    _, pdu = FramerRTU(DecodePDU(is_server=False)).handleFrame(reply, 1, 0)
    assert pdu is not None
    assert pdu.registers == [0, 48_620]
