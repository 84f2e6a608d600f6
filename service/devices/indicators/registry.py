"""The dialects that are built, by name. A dialect is configured, never detected."""

from collections.abc import Callable, Mapping

from service.devices.indicators.and_std import AndStandard
from service.devices.indicators.bilanciai import Bilanciai
from service.devices.indicators.dialect import (
    Dialect,
    DialectParameterError,
    UnknownDialectError,
)
from service.devices.indicators.hengtian_9800 import Hengtian9800
from service.devices.indicators.keli_t1 import KeliT1
from service.devices.indicators.modbus import ModbusRtu, ModbusTcp
from service.devices.indicators.mt_sics import MtSics
from service.devices.indicators.rinstrum import RinstrumA, RinstrumB, RinstrumC, RinstrumF
from service.devices.indicators.rinstrum_net import RinstrumNet
from service.devices.indicators.seven_bits import SevenBits
from service.devices.indicators.sma import Sma
from service.devices.indicators.toledo_cont import ToledoContinuous
from service.devices.indicators.yaohua_a12e import YaohuaA12E
from service.devices.indicators.yaohua_eq import YaohuaEqualForward, YaohuaEqualReversed
from service.devices.indicators.yaohua_tf0 import YaohuaContinuous
from service.devices.indicators.yaohua_tf1 import YaohuaCommand

_Made = Callable[[Mapping[str, object]], Dialect]

_TEXT: Mapping[str, _Made] = {
    YaohuaContinuous.name: YaohuaContinuous,
    YaohuaCommand.name: YaohuaCommand,
    YaohuaEqualForward.name: YaohuaEqualForward,
    YaohuaEqualReversed.name: YaohuaEqualReversed,
    YaohuaA12E.name: YaohuaA12E,
    Hengtian9800.name: Hengtian9800,
    KeliT1.name: KeliT1,
    AndStandard.name: AndStandard,
    RinstrumA.name: RinstrumA,
    RinstrumB.name: RinstrumB,
    RinstrumC.name: RinstrumC,
    RinstrumF.name: RinstrumF,
    RinstrumNet.name: RinstrumNet,
    Sma.name: Sma,
    MtSics.name: MtSics,
    Bilanciai.name: Bilanciai,
}
"""Of seven-bit characters: each also takes the setting ``mask_parity``."""

DIALECTS: Mapping[str, _Made] = {
    ToledoContinuous.name: ToledoContinuous,  # masks parity always
    **_TEXT,
    ModbusRtu.name: ModbusRtu,
    ModbusTcp.name: ModbusTcp,
}


def dialect_by_name(name: str, params: Mapping[str, object]) -> Dialect:
    """Dialect ``name`` with its settings; raises UnknownDialectError, DialectParameterError."""
    if name not in DIALECTS:
        raise UnknownDialectError(field="dialect", value=name, limit=", ".join(sorted(DIALECTS)))
    if name not in _TEXT or "mask_parity" not in params:
        return DIALECTS[name](params)
    masked = params["mask_parity"]
    if not isinstance(masked, bool):
        raise DialectParameterError(
            field="params.mask_parity", value=f"mask_parity={masked!r}", limit="true or false"
        )
    dialect = _TEXT[name]({key: params[key] for key in params if key != "mask_parity"})
    return SevenBits(dialect) if masked else dialect
