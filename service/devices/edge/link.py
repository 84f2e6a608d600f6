"""The link upstream as the yard sees it: up or down, since when, and what waits for it."""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Condition

from service.devices.edge.entries import instant_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFacts:
    """``queued`` entries wait to be sent; ``held`` ones wait for a supervisor at the server.

    ``refused`` says why the server takes nothing from this log, None where it does.
    ``clock_drift_ms`` is the edge unit's clock less the server's, None where never compared.
    """

    is_up: bool
    since: datetime
    queued: int = 0
    held: int = 0
    synced_at: datetime | None = None
    refused: str | None = None
    clock_drift_ms: int | None = None

    def document(self) -> dict[str, object]:
        """What the tablet is told."""
        return {
            "state": "up" if self.is_up else "down",
            "since": instant_ms(self.since),
            "queued": self.queued,
            "held": self.held,
            "synced_at": None if self.synced_at is None else instant_ms(self.synced_at),
            "refused": self.refused,
        }


class Link:
    """The present ``LinkFacts``; whoever waits on ``changed`` is told of each change."""

    def __init__(self, now: datetime) -> None:
        self.changed = Condition()
        self._facts = LinkFacts(is_up=False, since=now)

    @property
    def facts(self) -> LinkFacts:
        return self._facts

    def is_up_at(self, at: datetime, *, clock_drift_ms: int | None = None) -> None:
        """The server answered."""
        since = self._facts.since if self._facts.is_up else at
        drift = self._facts.clock_drift_ms if clock_drift_ms is None else clock_drift_ms
        self._become(replace(self._facts, is_up=True, since=since, clock_drift_ms=drift))

    def is_down_at(self, at: datetime) -> None:
        """The server did not answer."""
        since = at if self._facts.is_up else self._facts.since
        self._become(replace(self._facts, is_up=False, since=since))

    def counted(self, *, queued: int, held: int) -> None:
        """So many entries wait."""
        self._become(replace(self._facts, queued=queued, held=held))

    def synced(self, at: datetime) -> None:
        """Everything is sent, and the newest brief is here."""
        self._become(replace(self._facts, synced_at=at))

    def refused(self, why: str | None) -> None:
        """The server takes nothing more, because of ``why``; None: it does."""
        self._become(replace(self._facts, refused=why))

    def _become(self, facts: LinkFacts) -> None:
        with self.changed:
            if facts != self._facts:
                self._facts = facts
                self.changed.notify_all()
