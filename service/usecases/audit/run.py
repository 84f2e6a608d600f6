"""How an audit runs: it tells how far it is, and an interrupted one can be continued."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from service.usecases.audit.memory import Memory


class Stage(StrEnum):
    """What an audit is at, in this order."""

    JOURNAL = "journal"
    DOCUMENTS = "documents"
    BATCHES = "batches"
    LOG = "log"
    CHAIN = "chain"


Tells: TypeAlias = Callable[[Stage, int, int], None]
"""Called with the stage, how many things of it are done, and how many there are."""


def silent(_stage: Stage, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One audit: whom it tells, and what it remembers of one that was interrupted."""

    tells: Tells = silent
    memory: Memory = field(default_factory=Memory)
