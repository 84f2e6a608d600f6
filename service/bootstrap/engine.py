"""The image engine: the only module that imports ``grading``."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from types import ModuleType
from typing import Any

from service.config import Settings
from service.domain.instants import BUSINESS_ZONE
from service.usecases.grading_model import InstalledHead
from service.usecases.ports import (
    BayView,
    CameraPast,
    ExaminedPicture,
    FoundRepeat,
    GraderFailedError,
    LoadFrame,
    ProposedGrade,
    PublicCopyError,
    SeenBed,
)
from service.usecases.proposed_grade import proposed_grade


def grading_api() -> ModuleType:
    """The image engine, for the commands that train and evaluate it."""
    import grading.api  # noqa: PLC0415 - heavy, and few processes need it

    return grading.api


def grading_label() -> ModuleType:
    """The image engine's data sets, for the command by which a site labels pictures."""
    import grading.label  # noqa: PLC0415 - heavy, and few processes need it

    return grading.label


def catalogues() -> dict[str, Any]:
    """Grade catalogues and mill tables that come with the product, as plain values."""
    from grading.shelf import shelf  # noqa: PLC0415 - few processes need it

    return dict(shelf())


def grading_intake() -> ModuleType:
    """What the image engine says of photographs that come in."""
    import grading.intake  # noqa: PLC0415 - heavy, and few processes need it

    return grading.intake


class LazyExaminer:
    """Looks at photographs that come in; loads what it needs when it is first asked."""

    def examine(self, content: bytes) -> ExaminedPicture:
        """What is kept of a photograph beside its bytes."""
        found = grading_intake().examine(content, BUSINESS_ZONE)
        return ExaminedPicture(
            pixel_sha256=found.pixel_sha256,
            decoder=found.decoder,
            likeness=found.likeness,
            captured_at=found.capture.taken_at,
            camera_make=found.capture.make,
            has_place=found.capture.latitude_ud is not None,
        )

    def repeats(
        self,
        content: bytes,
        known: Sequence[tuple[str, bytes]],
        content_of: Callable[[str], bytes | None],
    ) -> list[FoundRepeat]:
        """Which of the known photographs this one repeats, the surest first."""
        return [
            FoundRepeat(
                photograph_id=repeat.name,
                distance_bits=repeat.distance_bits,
                inliers=repeat.inliers,
                agreement_bp=repeat.agreement_bp,
                mirrored=repeat.mirrored,
            )
            for repeat in grading_intake().find_repeats(content, known, content_of)
        ]

    def public_copy(self, content: bytes) -> bytes:
        """A JPEG with faces and plates blurred; raises ``PublicCopyError``."""
        intake = grading_intake()
        try:
            copy: bytes = intake.public_copy(content).content
        except intake.PictureError as error:
            raise PublicCopyError(value=str(error)) from error
        return copy


class EngineGrader:
    """The image engine in this process, loaded with its head and settings when first asked."""

    def __init__(self, head: bytes | None = None, settings: bytes | None = None) -> None:
        """Load nothing yet; None stands for the shipped head, and for its own settings."""
        self._head = head
        self._settings = settings

    def find_bed(self, picture: bytes, bay: BayView) -> SeenBed:
        """Where the bed lies in one picture; raises ``GraderFailedError``."""
        with _engine_failures_told():
            bed = grading_api().find_bed(picture, _bay(bay))
        return SeenBed(
            corners_px=bed.corners, refined=bed.refined, scale_um_per_px=bed.scale_um_per_px
        )

    def propose_load(
        self, frames: Sequence[LoadFrame], bay: BayView | None, past: CameraPast | None = None
    ) -> ProposedGrade:
        """A proposal for the load that the frames show; raises ``GraderFailedError``."""
        with _engine_failures_told():
            seen = [
                grading_api().Frame(content=one.content, at=one.at, mass_kg=one.mass_kg)
                for one in frames
            ]
            at = None if bay is None else _bay(bay)
            return proposed_grade(self._engine.propose_load(seen, at, _past(past)))

    @cached_property
    def _engine(self) -> Any:
        return grading_api().grader_of(self._head, self._settings)


@contextmanager
def _engine_failures_told() -> Iterator[None]:
    """Say that the engine failed, with its own words; ``NotFoundError`` where a blob is gone."""
    try:
        yield
    except (grading_api().GradingError, OSError, RuntimeError, ValueError) as error:
        raise GraderFailedError(value=str(error)) from error


def _bay(bay: BayView) -> Any:
    return grading_api().Bay(**{name: getattr(bay, name) for name in bay.__slots__})


def _past(past: CameraPast | None) -> Any:
    if past is None:
        return None
    engine = grading_api()
    first, last = (
        [engine.Usual(**dataclasses.asdict(look)) for look in looks]
        for looks in (past.first, past.last)
    )
    return engine.CameraPast(first=first, last=last)


def installed_head(settings: Settings) -> InstalledHead:
    """The head that looks where nobody has named one: of the setting, else the shipped one."""
    engine = grading_api()
    path = settings.head_file
    content = engine.shipped_head() if path is None else path.read_bytes()
    about = engine.describe_head(content)
    origin = "shipped" if path is None else path.stem
    return InstalledHead(
        content=content,
        name=f"{origin} {about['head_sha256'][:12]}",
        licence="the product's own; see the model card",
        about=about,
    )
