"""Numbers in Modbus registers, exactly: integers alone, never a float (section 4.11)."""

from decimal import Decimal

from service.devices.indicators.dialect import WeightNotEncodableError

ORDERS = ("ABCD", "CDAB", "BADC", "DCBA")
"""Where bytes A (most significant) to D of a number stand on the wire."""

ONE_REGISTER = 2
WIDTHS = {"float32": 4, "int32": 4, "uint32": 4, "int16": 2, "uint16": 2}
"""Bytes of a number, by type."""

EXPONENT_BIAS, FRACTION_BITS, NO_NUMBER = 127, 23, 255


def wire_order(data: bytes, order: str) -> bytes:
    """``data``, most significant byte first, as ``order`` puts it on the wire, and back.

    Each order undoes itself; of a number in one register only the bytes can be exchanged.
    """
    if len(data) == ONE_REGISTER:
        return data[::-1] if order in {"BADC", "DCBA"} else data
    return bytes(data["ABCD".index(letter)] for letter in order)


def number(data: bytes, kind: str) -> Decimal | None:
    """Number of ``kind`` in ``data``, most significant byte first; None where it is none."""
    bits = int.from_bytes(data, "big")
    if kind == "float32":
        return _from_float32(bits)
    if kind.startswith("int") and bits >> (8 * len(data) - 1):
        bits -= 1 << 8 * len(data)
    return Decimal(bits)


def number_bytes(value: int, kind: str) -> bytes:
    """Bytes of ``value``, most significant first; raises WeightNotEncodableError."""
    if kind == "float32":
        return _float32_bits(value).to_bytes(4, "big")
    try:
        return value.to_bytes(WIDTHS[kind], "big", signed=kind.startswith("int"))
    except OverflowError as error:
        raise WeightNotEncodableError(field="kg", value=value, limit=kind) from error


def _from_float32(bits: int) -> Decimal | None:
    """Exact value of an IEEE 754 single; None for infinities and what is not a number."""
    exponent, fraction = bits >> FRACTION_BITS & 0xFF, bits & (1 << FRACTION_BITS) - 1
    if exponent == NO_NUMBER:
        return None
    significand = fraction if exponent == 0 else fraction | 1 << FRACTION_BITS
    power = max(exponent, 1) - EXPONENT_BIAS - FRACTION_BITS
    while power < 0 and significand and not significand & 1:
        significand, power = significand >> 1, power + 1
    sign = "-" if bits >> 31 and significand else ""
    if power >= 0 or significand == 0:
        return Decimal(f"{sign}{significand << max(power, 0)}")
    return Decimal(f"{sign}{significand * 5**-power}E{power}")


def _float32_bits(value: int) -> int:
    size = abs(value).bit_length()
    if size > FRACTION_BITS + 1:
        raise WeightNotEncodableError(field="kg", value=value, limit="24 bits")
    if value == 0:
        return 0
    fraction = abs(value) << (FRACTION_BITS + 1 - size) & (1 << FRACTION_BITS) - 1
    exponent = size - 1 + EXPONENT_BIAS
    return (value < 0) << 31 | exponent << FRACTION_BITS | fraction
