"""The dialects that are built, by name. A dialect is configured, never detected."""

from collections.abc import Callable, Mapping

from service.devices.indicators.dialect import Dialect, UnknownDialectError
from service.devices.indicators.toledo_cont import ToledoContinuous
from service.devices.indicators.yaohua_tf0 import YaohuaContinuous

DIALECTS: Mapping[str, Callable[[Mapping[str, object]], Dialect]] = {
    ToledoContinuous.name: ToledoContinuous,
    YaohuaContinuous.name: YaohuaContinuous,
}


def dialect_by_name(name: str, params: Mapping[str, object]) -> Dialect:
    """Dialect ``name`` with its settings; raises UnknownDialectError, DialectParameterError."""
    if name not in DIALECTS:
        raise UnknownDialectError(field="dialect", value=name, limit=", ".join(sorted(DIALECTS)))
    return DIALECTS[name](params)
