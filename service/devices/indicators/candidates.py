"""Other profiles that could be meant by the same bytes, for commissioning to tell them apart."""

from collections.abc import Iterator, Mapping

from service.devices.indicators.dialect import Dialect, DialectParameterError
from service.devices.indicators.modbus import Modbus
from service.devices.indicators.modbus_value import ONE_REGISTER, ORDERS, WIDTHS
from service.devices.indicators.registry import DIALECTS, dialect_by_name

_SIGNED = ("float32", "int32")
"""Types of two registers that read a load differently; an unsigned one reads it as the signed."""


def rivals_of(name: str, params: Mapping[str, object]) -> dict[str, Dialect]:
    """Profiles by their words: every other dialect as delivered, and Modbus read otherwise.

    A dialect that cannot speak without settings (its framing) is left out.
    """
    return dict(_others(name)) | dict(_modbus(name, params))


def with_check(name: str, params: Mapping[str, object]) -> Dialect | None:
    """The profile with its check read, where it reads none and its dialect knows one."""
    if name != "toledo_cont" or dialect_by_name(name, params).frame_length != _WITHOUT_CHECK:
        return None
    return dialect_by_name(name, {**params, "checksum": True})


_WITHOUT_CHECK = 17


def _others(name: str) -> Iterator[tuple[str, Dialect]]:
    for other in DIALECTS:
        if other == name:
            continue
        try:
            yield other, dialect_by_name(other, {})
        except DialectParameterError:
            continue


def _modbus(name: str, params: Mapping[str, object]) -> Iterator[tuple[str, Dialect]]:
    dialect = dialect_by_name(name, params)
    if not isinstance(dialect, Modbus):
        return
    own = dialect.number_type, dialect.order
    size = WIDTHS[own[0]]
    kinds = (own[0],) if size == ONE_REGISTER else _SIGNED
    orders = ("ABCD", "DCBA") if size == ONE_REGISTER else ORDERS
    for kind in kinds:
        for order in orders:
            rival = {**params, "type": kind, "order": order}
            if (kind, order) != own and not _same_number(kind, order, own):
                yield f"{name} {kind} {order}", dialect_by_name(name, rival)


def _same_number(kind: str, order: str, own: tuple[str, str]) -> bool:
    """Whether both read every load alike: unsigned as signed, words exchanged in one register."""
    same_kind = kind.removeprefix("u") == own[0].removeprefix("u")
    if WIDTHS[kind] == ONE_REGISTER:
        return same_kind and (order in {"BADC", "DCBA"}) == (own[1] in {"BADC", "DCBA"})
    return same_kind and order == own[1]
