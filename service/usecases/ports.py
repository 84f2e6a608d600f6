"""What use cases need from outside: the parts that ``bootstrap`` joins.

A protocol stands here only where two implementations exist: the real thing and its stand-in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from service.devices.camera import Snapshot
from service.devices.edge_client import EdgeState, SeenCodes, SiteKey
from service.domain.errors import UnavailableError, gettext_noop
from service.domain.weighing import Capture, WeighingPass
from service.proof.promise import DEFAULT_MERGE_DELAY_S, InclusionPromise
from service.storage.db import Database


class Weighbridge(Protocol):
    """The edge unit of one site: scale, bay cameras and gate camera.

    Raises ``UnavailableError`` where the unit does not answer, and its refusals.
    """

    def state(self) -> EdgeState:
        """What the scale shows now, and why it may not be captured."""
        ...

    def capture(self, capture_id: str, weighing_pass: WeighingPass, *, wait_ms: int = 0) -> Capture:
        """The stable weight of the vehicle on the deck; the same answer for the same id."""
        ...

    def codes(self, camera_id: str) -> SeenCodes:
        """Codes in the present picture of a camera."""
        ...

    def camera_picture(self, camera_id: str) -> Snapshot:
        """The present picture of a camera."""
        ...

    def sign_promise(self, promise: InclusionPromise, *, chain_id: int, registry: str) -> bytes:
        """Signature of the site's key over the promise; the same one when asked again."""
        ...

    def promise_key(self) -> SiteKey:
        """The key that signs now; refused by a unit without one."""
        ...

    def replace_promise_key(self, address: str) -> SiteKey:
        """The key that signs from now on in place of ``address``."""
        ...

    def simulator_state(self) -> Mapping[str, Any]:
        """What stands on the simulated deck; refused by real hardware."""
        ...

    def simulator_put(self, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Set a part of the simulator; its state after it."""
        ...

    def simulator_delete(self, path: str) -> Mapping[str, Any]:
        """Clear a part of the simulator; its state after it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedGrade:
    """What the image engine says of a load; mappings are in the order of the answer.

    ``classes`` are basis points over the trade grades; ``pixel_sha256`` stands beside each picture,
    in the order in which they were given, None for one that could not be read.
    """

    decision: str
    form: str | None
    grade_class: str | None
    classes: Mapping[str, int]
    confidence_bp: int | None
    conformal_set: Sequence[str]
    reasons: Sequence[str]
    model: Mapping[str, str]
    pixel_sha256: Sequence[str | None]


class GraderFailedError(UnavailableError):
    """The image engine could not look at a load."""

    message = gettext_noop("The image engine failed: %(value)s")


class Grader(Protocol):
    """The image engine."""

    def propose(self, pictures: Sequence[bytes]) -> ProposedGrade:
        """A proposal for the load that the pictures show; raises ``GraderFailedError``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Who issues the documents: name, registry contract, chain, and where its DNS record stands."""

    name: str
    document_store: str
    chain_id: int
    location: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything a use case may need, joined once."""

    db: Database
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_salt: Callable[[], str]
    random_bytes: Callable[[int], bytes]
    edges: Mapping[str, Weighbridge]
    grader: Grader
    issuer: Issuer
    demo: bool
    unit: str
    public_url: str
    merge_delay_s: int = DEFAULT_MERGE_DELAY_S
    lien_registry: str = ""
