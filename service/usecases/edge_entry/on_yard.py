"""Entries beside the visits: marks that stay on record and change nothing here."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.storage.db import Tx
from service.usecases.edge_entry.act import Act
from service.usecases.ports import Deps


def _marked(tx: Tx, act: Act, deps: Deps) -> None:
    """Nothing is to be done: the entry itself is the record."""
    del tx, act, deps


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType({"yard.marked": _marked})
