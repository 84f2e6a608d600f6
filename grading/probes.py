"""Pictures that are no load to be graded, or of another site: what the engine answers to them.

The folder holds any of ``wagon_frames`` (with ``labels.csv``: file, content, defect),
``not_scrap``, ``cylinders`` and ``truck_bed``. None of it may be in the training of the head that
is asked.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from grading.photos import SUFFIXES
from grading.picture import Pixels, read_picture
from grading.propose import Decision, GradeProposal

FORM_BY_CONTENT: Final = {
    "heavy": ("heavy_mixed", "plate_structural"),
    "shredded": ("shredded",),
    "turnings": ("turnings",),
}
"""Forms that are right for what a person saw in a frame; anything else has no right form."""

GRADED_CONTENTS: Final = ("heavy", "shredded")
CLEAN: Final = "none"

_WAGONS: Final = {"wagons_clean": "auto", "wagons_harder": "none_wrong", "wagons_unfit": "never"}
"""Clean heavy and shredded frames; turnings, and magnets in view; empty, blurred, cast, dark."""

Propose = Callable[[Sequence[bytes]], GradeProposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A group of pictures, each with the forms that are right for it, and what is asked.

    ``wants``: ``auto`` (at least half answered alone, rightly), ``none_wrong`` (nothing wrong
    answered alone), ``never`` (nothing answered alone).
    """

    name: str
    wants: str
    pictures: tuple[tuple[bytes, tuple[str, ...]], ...]


def probe_answers(folder: Path, photos: Path, propose: Propose) -> list[dict[str, Any]]:
    """Return, for each group of pictures, how the engine answers; spoilt pictures are made here."""
    return [
        _answered(probe, propose)
        for probe in (*_folders(folder), *_spoilt(photos))
        if probe.pictures
    ]


def _answered(probe: Probe, propose: Propose) -> dict[str, Any]:
    answers = [(propose([raw]), forms) for raw, forms in probe.pictures]
    auto = [
        proposal.form in forms for proposal, forms in answers if proposal.decision is Decision.AUTO
    ]
    decisions = Counter(proposal.decision.value for proposal, _ in answers)
    return {
        "name": probe.name,
        "wants": probe.wants,
        "pictures": len(answers),
        "auto": decisions["auto"],
        "auto_right": sum(auto),
        "stop": decisions["stop"],
        "manual": decisions["manual"],
        "reasons": Counter(
            reason for proposal, _ in answers for reason in proposal.reasons
        ).most_common(4),
        "met": _is_met(probe.wants, len(answers), auto),
    }


def _is_met(wants: str, pictures: int, auto: Sequence[bool]) -> bool:
    """Whether the answers given alone, each right or wrong, are what was asked."""
    if wants == "never":
        return not auto
    return all(auto) and (wants == "none_wrong" or sum(auto) * 2 >= pictures)


def _folders(folder: Path) -> Iterator[Probe]:
    yield from _wagons(folder / "wagon_frames")
    for name, wants, forms in (
        ("truck_bed", "none_wrong", FORM_BY_CONTENT["heavy"]),
        ("not_scrap", "never", ()),
        ("cylinders", "never", ()),
    ):
        pictures = tuple((path.read_bytes(), forms) for path in _pictures(folder / name))
        yield Probe(name=name, wants=wants, pictures=pictures)


def _wagons(folder: Path) -> Iterator[Probe]:
    """Yield the frames of wagons in three groups, by what a person saw in them."""
    table = folder / "labels.csv"
    if not table.exists():
        return
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    groups: dict[str, list[tuple[bytes, tuple[str, ...]]]] = {name: [] for name in _WAGONS}
    for row in rows:
        forms = FORM_BY_CONTENT.get(row["content"], ())
        raw = (folder / row["file"]).read_bytes()
        groups[_group(row["content"], row["defect"])].append((raw, forms))
    for name, wants in _WAGONS.items():
        yield Probe(name=name, wants=wants, pictures=tuple(groups[name]))


def _group(content: str, defect: str) -> str:
    if content in GRADED_CONTENTS and defect == CLEAN:
        return "wagons_clean"
    is_seen = content in FORM_BY_CONTENT and defect in {CLEAN, "magnet"}
    return "wagons_harder" if is_seen else "wagons_unfit"


def _spoilt(photos: Path) -> Iterator[Probe]:
    """Yield the first picture of each class, made dark, blurred, pink, and an even surface."""
    firsts = [next(_pictures(folder), None) for folder in sorted(photos.iterdir())]
    pixels = [read_picture(path.read_bytes()).pixels for path in firsts if path is not None]
    for name, spoil in SPOILT.items():
        pictures = tuple((_png(spoil(each)), ()) for each in pixels)
        yield Probe(name=name, wants="never", pictures=pictures)


def _dark(pixels: Pixels) -> Pixels:
    return np.asarray(pixels * 0.06, np.uint8)


def _blurred(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), 9), np.uint8)


def _pink(pixels: Pixels) -> Pixels:
    gains = np.array([1.0, 0.35, 1.25])
    return np.asarray(np.clip(pixels * gains, 0, 255), np.uint8)


def _even(pixels: Pixels) -> Pixels:
    return np.full_like(pixels, int(pixels.mean()))


SPOILT: Final[dict[str, Callable[[Pixels], Pixels]]] = {
    "spoilt_dark": _dark,
    "spoilt_blurred": _blurred,
    "spoilt_cast": _pink,
    "spoilt_even": _even,
}


def _png(pixels: Pixels) -> bytes:
    return bytes(cv2.imencode(".png", pixels)[1])


def _pictures(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (p for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES)
