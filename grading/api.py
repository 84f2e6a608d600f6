"""What the rest of the product asks of the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from grading.backbone import Backbone, load_backbone
from grading.bay import Bay, bay_from_content, read_bay
from grading.cache import cache_folder, write_whole
from grading.camera import CameraPast, Usual, usual_of
from grading.canonical import sha256_hex
from grading.errors import FoldsFileError, GradingError, PictureError
from grading.evaluate import answers_of, cross_validated, draw_folds, report, unread_answers
from grading.evaluation import evaluation
from grading.figures import detailed
from grading.folds import Folds, folds_file, read_folds
from grading.geometry import Bed, bed_of
from grading.grouping import Grouping
from grading.head import SHIPPED_HEAD, HeadFile, head_from_bytes, read_head
from grading.load import Frame, LoadProposal, propose_load
from grading.load_proposal import load_answer
from grading.photos import PhotoSet, read_photos
from grading.picture import read_picture
from grading.propose import Decision, GradeProposal, propose
from grading.report import report_html
from grading.settings import Settings, read_settings, settings_bytes
from grading.site import Site, read_site
from grading.speed import measured_apart
from grading.train import train_head

__all__ = [
    "Bay",
    "Bed",
    "CameraPast",
    "Decision",
    "Frame",
    "GradeProposal",
    "Grader",
    "GradingError",
    "Grouping",
    "LoadProposal",
    "PictureError",
    "Usual",
    "bay_from_content",
    "describe_head",
    "evaluate",
    "find_bed",
    "grader_of",
    "load_answer",
    "load_grader",
    "picture_answer",
    "read_bay",
    "require_picture",
    "shipped_engine",
    "shipped_head",
    "site_settings",
    "speed",
    "train",
    "write_report",
]

DEFAULT_SEEDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grader:
    """The engine with its head and its site; it keeps nothing between two loads."""

    backbone: Backbone
    head_file: HeadFile
    site: Site
    usual: Usual | None = None

    def propose(self, pictures: Sequence[bytes]) -> GradeProposal:
        """Return the proposal for one load, from the bytes of its pictures."""
        return propose(pictures, backbone=self.backbone, head_file=self.head_file, site=self.site)

    def propose_load(
        self,
        frames: Sequence[Frame],
        bay: Bay | None = None,
        past: CameraPast | None = None,
    ) -> LoadProposal:
        """Return the proposal for a load from the frames of its unloading, in the order of time.

        ``past`` is that of the bay's camera; without one the settings say what is usual.
        """
        return propose_load(
            frames,
            backbone=self.backbone,
            head_file=self.head_file,
            site=self.site,
            bay=bay,
            usual=self.usual if past is None else usual_of(past),
        )


def load_grader(
    head: Path | None = None, site: Path | None = None, cache: Path | None = None
) -> Grader:
    """Return the engine with the head (default: the shipped one) and the site of two files."""
    return Grader(
        backbone=load_backbone(cache),
        head_file=read_head(head or SHIPPED_HEAD),
        site=read_site(site) if site else Site(),
    )


def shipped_engine() -> Grader:
    """Return the engine with the shipped head and the default site."""
    return load_grader()


def grader_of(
    head: bytes | None, settings: bytes | None = None, cache: Path | None = None
) -> Grader:
    """Return the engine with the head and the settings in the bytes of their files.

    None stands for the shipped head and for a site that set nothing. Raises ``HeadFileError``,
    ``SiteFileError``, ``CatalogueError``.
    """
    raw = shipped_head() if head is None else head
    kept = read_settings(settings) if settings else Settings(site=Site(), bay=None)
    return Grader(
        backbone=load_backbone(cache),
        head_file=HeadFile(head=head_from_bytes(raw), sha256=sha256_hex(raw)),
        site=kept.site,
        usual=kept.usual,
    )


def find_bed(picture: bytes, bay: Bay) -> Bed:
    """Return the bed in a picture of the bay's camera; raises ``PictureError``."""
    return bed_of(read_picture(picture).pixels, bay)


def shipped_head() -> bytes:
    """Return the file of the head that this version comes with."""
    return SHIPPED_HEAD.read_bytes()


def describe_head(content: bytes) -> dict[str, Any]:
    """Return what a head's file says of itself; raises ``HeadFileError``."""
    head = head_from_bytes(content)
    return {
        "head_sha256": sha256_hex(content),
        "onnx_sha256": head.onnx_sha256,
        "training": dict(head.training),
        "calibration": {
            name: getattr(head.calibration, name) for name in head.calibration.__slots__
        },
    }


def speed(*, frames: int, photo: bytes | None = None) -> dict[str, Any]:
    """Return how long the shipped engine takes, in milliseconds by name; see ``grading.speed``."""
    return measured_apart(frames=frames, photo=photo)


def site_settings(content: bytes) -> bytes:
    """Return the canonical settings of the content of a site's file, as the registry keeps them.

    Raises ``SiteFileError``, ``CatalogueError``.
    """
    settings = read_settings(content)
    return settings_bytes(settings.site, settings.bay)


def require_picture(content: bytes) -> None:
    """Return for bytes that decode to a whole picture of sane size; raises ``PictureError``."""
    read_picture(content)


def picture_answer(image: str, proposal: GradeProposal) -> dict[str, Any]:
    """Return the answer for a load of one picture, with the stable keys of the command line."""
    return {
        "image": image,
        "sha256": proposal.pictures[0].sha256,
        "pixel_sha256": proposal.pictures[0].pixel_sha256,
        "decision": proposal.decision.value,
        "form": proposal.form,
        "grade_class": proposal.grade_class,
        "classes": dict(proposal.classes),
        "confidence_bp": proposal.confidence_bp,
        "conformal_set": list(proposal.conformal_set),
        "reasons": list(proposal.reasons),
        "model": dict(proposal.model),
    }


def train(
    photos: Path, out: Path, *, folds: Path | None = None, grouping: str, seed: int = 0
) -> dict[str, Any]:
    """Train a head on a folder of class folders, write it to ``out`` and say what it is.

    Pictures that the file ``folds`` holds out are left out. The same pictures give the same bytes.
    """
    backbone, photo_set = _looked_at(photos)
    held_out = read_folds(folds, photo_set).held_out if folds else frozenset()
    seen = [photo for photo in photo_set.photos if photo.name not in held_out]
    head = train_head(
        seen, onnx_sha256=backbone.onnx_sha256, grouping=Grouping(grouping), seed=seed
    )
    raw = head.to_bytes()
    write_whole(out, raw)
    return {
        "out": str(out),
        "head_sha256": sha256_hex(raw),
        "calibration_sha256": Site().calibration_sha256(head.calibration),
        "onnx_sha256": backbone.onnx_sha256,
        "pictures": len(seen),
        "held_out": len(held_out),
        "unreadable": _unreadable(photo_set),
        "training": dict(head.training),
        "calibration": {
            name: getattr(head.calibration, name) for name in head.calibration.__slots__
        },
    }


def evaluate(
    photos: Path,
    *,
    folds: Path | None = None,
    head: Path | None = None,
    grouping: str,
    seeds: int = DEFAULT_SEEDS,
    save_folds: Path | None = None,
) -> dict[str, Any]:
    """Return the figures of merit on pictures that no head has seen.

    With ``folds`` that hold pictures out: on those, by ``head`` or by a head trained on the others.
    With ``folds`` alone: cross-validated over them. Else: cross-validated over five folds drawn for
    each of the ``seeds`` with the groups of ``grouping`` kept whole, written into the folder
    ``save_folds`` where it is given.
    """
    backbone, photo_set = _looked_at(photos)
    about = {"unreadable": _unreadable(photo_set)}
    if folds is not None:
        named = read_folds(folds, photo_set)
        return {
            **about,
            "runs": [{"folds": str(folds), **_on_folds(backbone, photo_set, named, head)}],
        }
    if head is not None:
        raise FoldsFileError(value="a head is measured on the pictures that a file holds out")
    runs = []
    for seed in range(seeds):
        drawn = draw_folds(photo_set.photos, Grouping(grouping), seed)
        if save_folds is not None:
            write_whole(save_folds / f"{grouping}-{seed}.json", folds_file(drawn))
        answers = cross_validated(
            photo_set,
            drawn,
            onnx_sha256=backbone.onnx_sha256,
            site=Site(),
            grouping=Grouping(grouping),
        )
        runs.append(
            {
                "grouping": grouping,
                "seed": seed,
                **report(answers),
                "detail": detailed(answers, _days(photo_set)),
            }
        )
    return {**about, "runs": runs}


def _on_folds(
    backbone: Backbone, photo_set: PhotoSet, folds: Folds, head: Path | None
) -> dict[str, Any]:
    if not folds.held_out:
        if head is not None:
            raise FoldsFileError(value="it holds out no picture to measure the head on")
        answers = cross_validated(
            photo_set, folds.fold_by_name, onnx_sha256=backbone.onnx_sha256, site=Site()
        )
        return report(answers)
    seen = [photo for photo in photo_set.photos if photo.name not in folds.held_out]
    held_out = [photo for photo in photo_set.photos if photo.name in folds.held_out]
    unread = [photo for photo in photo_set.unreadable if photo.name in folds.held_out]
    measured = read_head(head).head if head else train_head(seen, onnx_sha256=backbone.onnx_sha256)
    return report(answers_of(measured, Site(), held_out) + unread_answers(unread))


def write_report(
    photos: Path, out: Path, *, seeds: int = DEFAULT_SEEDS, probes: Path | None = None
) -> dict[str, Any]:
    """Measure on both splits, write the report to ``out`` and return the figures behind it.

    ``probes`` is a folder of pictures that are no load, or of another site; see ``grading.probes``.
    """
    figures = evaluation(
        photos,
        lambda grouping: evaluate(photos, grouping=grouping, seeds=seeds),
        shipped_engine().propose,
        splits=[grouping.value for grouping in Grouping],
        probes=probes,
    )
    write_whole(out, report_html(figures, made_at=datetime.now(UTC)).encode())
    return figures


def _days(photo_set: PhotoSet) -> dict[str, str | None]:
    return {
        photo.name: None if photo.day is None else photo.day.isoformat()
        for photo in photo_set.photos
    }


def _looked_at(photos: Path) -> tuple[Backbone, PhotoSet]:
    cache = cache_folder()
    backbone = load_backbone(cache)
    return backbone, read_photos(photos, backbone, cache)


def _unreadable(photo_set: PhotoSet) -> list[dict[str, str]]:
    return [{"name": photo.name, "problem": photo.problem} for photo in photo_set.unreadable]
