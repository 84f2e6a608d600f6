"""What use cases need from outside: the parts that ``bootstrap`` joins.

A protocol stands here only where two implementations exist: the real thing and its stand-in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
class LoadFrame:
    """A picture of a load; ``mass_kg``: what the lift that it precedes took off, where known."""

    content: bytes
    at: datetime | None = None
    mass_kg: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BayView:
    """Where a camera sees the bed: four (x, y), clockwise from top left, in pixels of its frame.

    ``bed_length_mm`` is the side from the first corner to the second, ``bed_width_mm`` that from
    the second to the third. The first ``clock_rows_px`` rows hold a burnt-in clock.
    """

    bay_id: str
    frame_width_px: int
    frame_height_px: int
    corners_px: tuple[tuple[int, int], ...]
    bed_length_mm: int | None = None
    bed_width_mm: int | None = None
    clock_rows_px: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenBed:
    """The bed as the engine found it in a frame; ``refined``: sides found, of four."""

    corners_px: tuple[tuple[int, int], ...]
    refined: int
    scale_um_per_px: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenArea:
    """A thing in a picture: its box in pixels, and how sure or how large it is (bp)."""

    kind: str
    picture: int
    box_px: tuple[int, int, int, int]
    figure_bp: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLayer:
    """A layer of the load: the place of its picture, its weight and its shares (bp)."""

    picture: int
    weight_bp: int
    shares_bp: Mapping[str, int]
    new_area_bp: int | None = None
    repeated_bp: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A picture that the engine drew: what it saw, over the photograph."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraLook:
    """What the good frames of one load were like: medians of whole numbers.

    ``edge_percent`` is how wide edges are (100 as soft as can be), ``p50_level`` the middle level
    of grey (0 to 255), ``level_range`` the difference of the percentiles 99 and 1.
    """

    edge_percent: int
    p50_level: int
    level_range: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraPast:
    """What earlier loads looked like to a camera, in the order of time: its first, its newest."""

    first: Sequence[CameraLook]
    last: Sequence[CameraLook]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedGrade:
    """What the image engine says of a load; mappings are in the order of the answer.

    ``classes`` are basis points over the trade grades, ``shares_bp`` over the forms, with
    ``interval_bp`` the (low, high) of 90 % around each; of nothing that was not seen. Pictures are
    named by their place in the order in which they were given; ``pixel_sha256``, ``measures`` and
    ``overlays`` stand beside each, None for one that could not be read. ``settings`` are the bytes
    behind ``model["settings_sha256"]``: they are kept, so that it can be computed again.
    ``camera`` is what the camera's good frames were like, None of none.
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
    shares_bp: Mapping[str, int] = field(default_factory=dict)
    interval_bp: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    layers: Sequence[SeenLayer] = ()
    coverage_bp: int | None = None
    hazards: Sequence[SeenArea] = ()
    inclusions: Sequence[SeenArea] = ()
    measures: Sequence[Mapping[str, int]] = ()
    thickness_evidence: str | None = None
    scale_um_per_px: int | None = None
    overlays: Sequence[Drawn | None] = ()
    settings: bytes = b""
    camera: CameraLook | None = None


class GraderFailedError(UnavailableError):
    """The image engine could not look at a load."""

    message = gettext_noop("The image engine failed: %(value)s")


class Grader(Protocol):
    """The image engine. It is told of pictures and of their bay, and of nobody's name."""

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        """A proposal for the load that the frames show, in the order of time.

        ``past`` is that of the bay's camera; None stands for what the settings say of it.
        Raises ``GraderFailedError``.
        """
        ...

    def find_bed(self, picture: bytes, bay: BayView) -> SeenBed:
        """Where the bed lies in one picture of the bay's camera; raises ``GraderFailedError``."""
        ...


class PublicCopyError(UnavailableError):
    """A photograph cannot be shown to outsiders, because no copy of it can be made."""

    message = gettext_noop("The photograph cannot be shown: %(value)s")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminedPicture:
    """What is kept of a photograph beside its bytes.

    ``likeness`` is what repetitions are found by; ``captured_at``, ``camera_make`` and
    ``has_place`` are what the file says of itself. None where it cannot be read or says nothing.
    """

    pixel_sha256: str | None
    decoder: str
    likeness: bytes | None
    captured_at: datetime | None
    camera_make: str | None
    has_place: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRepeat:
    """A photograph that is shown again: distance of the likenesses, points, exactness, mirrored."""

    photograph_id: str
    distance_bits: int
    inliers: int
    agreement_bp: int
    mirrored: bool


class PictureExaminer(Protocol):
    """Looks at photographs that come in."""

    def examine(self, content: bytes) -> ExaminedPicture:
        """What is kept of a photograph beside its bytes."""
        ...

    def repeats(
        self,
        content: bytes,
        known: Sequence[tuple[str, bytes]],
        content_of: Callable[[str], bytes | None],
    ) -> list[FoundRepeat]:
        """Which photographs this one repeats; ``known`` holds ids and likenesses."""
        ...

    def public_copy(self, content: bytes) -> bytes:
        """A JPEG with faces and plates blurred; raises ``PublicCopyError``."""
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
    grader_with: "Callable[[str | None, str | None], Grader] | None" = None
    """The image engine with a head and settings of the registry, by hash; ``grader`` has the head
    that the product comes with, and looks for every site where this is None."""
    pictures: PictureExaminer | None = None
    """Looks at photographs that come in; nothing is compared or shown to outsiders without it."""
