"""What is asked of the yard, by whom, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from service.devices.edge.entries import Envelope
from service.devices.edge.entry_bodies import Witness
from service.domain.party import Actor
from service.domain.weighing import WeighingPass
from service.proof.jcs import canonical_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who acts, and on which tablet."""

    actor: Actor
    tablet_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """An entry asked for. ``at`` and ``tablet_signature`` only where the tablet was cut off."""

    entry_id: str
    kind: str
    body: Mapping[str, Any]
    at: datetime | None = None
    tablet_signature: str | None = None
    witness: Witness | None = None

    def fingerprint(self) -> str:
        """What a repetition of the same request has in common with it.

        Raises CanonicalJsonError for a body that has no canonical form.
        """
        return sha256(canonical_json({"kind": self.kind, "body": dict(self.body)})).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWeighing:
    """A stable weight asked for; ``wait_ms`` of true time for the window to close.

    ``attested``: the operator says that the truck stands on the deck with all its axles.
    ``card_no``: the card that was shown for this weighing.
    """

    entry_id: str
    visit_id: str
    weighing_pass: WeighingPass
    wait_ms: int
    attested: bool | None = None
    card_no: str | None = None

    def fingerprint(self) -> str:
        """What a repetition has in common with it: not how long it waits."""
        asked = {"visit_id": self.visit_id, "pass": self.weighing_pass.value}
        return sha256(canonical_json(asked)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """An entry on the log; ``is_new``: it was not there before."""

    entry: Envelope
    is_new: bool
