"""A data set that a site labels: pictures by hash, labels one a line, nothing ever overwritten.

::

    DATASET/pictures/<sha256>.<suffix>    the bytes as they came
    DATASET/labels.jsonl                  one label a line: picture, who, what, when
    DATASET/loads.jsonl                   one load a line: frames in order, labels, masses, licence
    DATASET/classes/<trade grade>/…       made by ``export``: what ``train`` and ``evaluate`` read
    DATASET/coco.json                     made by ``export``: drawn areas as COCO annotations
"""

import json
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import cv2

from grading.canonical import sha256_hex
from grading.errors import GradingError, PhotoFolderError
from grading.forms import CLASSES_BY_FORM, CLASSES_WITHOUT_FORM, GRADE_CLASSES
from grading.photos import SUFFIXES
from grading.picture import read_picture
from grading.report_words import WORDS
from grading.shares import WHOLE_BP

__all__ = [
    "GradingError",
    "Label",
    "LabelArea",
    "add_label",
    "add_picture",
    "add_pictures",
    "append_line",
    "class_words",
    "classes_by_form",
    "export",
    "labels_of",
    "loads",
    "pictures",
    "small_jpeg",
]

AREA_KINDS: Final = ("inclusion", "hazard", "bed")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelArea:
    """A drawn rectangle: its kind, and x, y, width, height in basis points of the sides."""

    kind: str
    box_bp: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What one person said of one picture; ``grade_class`` None says that it cannot be used."""

    picture: str
    inspector: str
    grade_class: str | None
    areas: tuple[LabelArea, ...]
    at: str


def classes_by_form() -> list[tuple[str, tuple[str, ...]]]:
    """Return the trade grades by form, those without a form last under an empty name."""
    return [*CLASSES_BY_FORM.items(), ("", CLASSES_WITHOUT_FORM)]


def class_words() -> dict[str, tuple[str, str]]:
    """Return forms and trade grades in Chinese and English."""
    return {name: WORDS[name] for name in (*CLASSES_BY_FORM, *GRADE_CLASSES)}


def add_pictures(dataset: Path, folder: Path) -> int:
    """Copy the pictures of ``folder`` into the data set by their hash; how many were new."""
    new = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES:
            new += add_picture(dataset, path.read_bytes(), path.suffix.lower())[1]
    return new


def add_picture(dataset: Path, content: bytes, suffix: str) -> tuple[str, bool]:
    """Keep one picture; its hash, and whether it was new."""
    digest = sha256_hex(content)
    place = dataset / "pictures" / f"{digest}{suffix}"
    if place.exists():
        return digest, False
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return digest, True


def pictures(dataset: Path) -> dict[str, Path]:
    """Return the pictures of the data set by their hash, in the order of the hashes.

    The order says nothing of what the pictures show, so that one label does not lead to the next.
    """
    return {path.stem: path for path in sorted((dataset / "pictures").glob("*.*"))}


def labels_of(dataset: Path) -> list[Label]:
    """Return the label that counts of each person and picture: the last one given."""
    newest: dict[tuple[str, str], Label] = {}
    for line in _lines(dataset / "labels.jsonl"):
        label = _label(json.loads(line))
        newest.pop((label.picture, label.inspector), None)
        newest[label.picture, label.inspector] = label
    return list(newest.values())


def add_label(dataset: Path, label: Label) -> None:
    """Append one label; raises ``PhotoFolderError`` for what is no label."""
    if label.grade_class is not None and label.grade_class not in GRADE_CLASSES:
        raise PhotoFolderError(value=f"{label.grade_class} is none of the 24 trade grades")
    if not all(_is_sound(area) for area in label.areas):
        raise PhotoFolderError(value="a drawn area lies outside the picture")
    append_line(dataset / "labels.jsonl", asdict(label))


def loads(dataset: Path) -> list[dict[str, Any]]:
    """Return the loads of the data set, as they were added."""
    return [json.loads(line) for line in _lines(dataset / "loads.jsonl")]


def append_line(path: Path, content: Mapping[str, Any]) -> None:
    """Append one JSON object as a line, and have it on the disk before this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(content, ensure_ascii=False, sort_keys=True) + "\n")
        file.flush()
        os.fsync(file.fileno())


def export(dataset: Path, *, labels_min: int = 1) -> dict[str, Any]:
    """Write class folders and COCO areas; return how many pictures have a class, and how many not.

    A picture gets the class that more than half of its labels name, where it has ``labels_min``.
    """
    labels = labels_of(dataset)
    classes = dataset / "classes"
    shutil.rmtree(classes, ignore_errors=True)
    counts: Counter[str] = Counter()
    undecided = 0
    for digest, path in pictures(dataset).items():
        own = [label for label in labels if label.picture == digest]
        name = majority(own) if len(own) >= labels_min else None
        if name is None:
            undecided += 1
            continue
        place = classes / name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        counts[name] += 1
    content = coco(dataset, labels)
    (dataset / "coco.json").write_text(json.dumps(content, indent=1), "utf-8")
    return {
        "classes": dict(sorted(counts.items())),
        "undecided": undecided,
        "areas": len(content["annotations"]),
    }


def majority(labels: Sequence[Label]) -> str | None:
    """Return the trade grade that more than half of the labels name; None where none does."""
    votes = Counter(label.grade_class for label in labels)
    for name, count in votes.items():
        if name is not None and count * 2 > len(labels):
            return name
    return None


def coco(dataset: Path, labels: Sequence[Label]) -> dict[str, Any]:
    """Return the drawn areas as COCO: images, categories, annotations in pixels."""
    images: dict[str, dict[str, Any]] = {}
    annotations: list[dict[str, Any]] = []
    known = pictures(dataset)
    for label in labels:
        if not label.areas or label.picture not in known:
            continue
        if label.picture not in images:
            images[label.picture] = _image(len(images) + 1, known[label.picture])
        image = images[label.picture]
        for area in label.areas:
            x, y, width, height = _pixels(area.box_bp, image["width"], image["height"])
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": image["id"],
                    "category_id": AREA_KINDS.index(area.kind) + 1,
                    "bbox": [x, y, width, height],
                    "area": width * height,
                    "segmentation": [[x, y, x + width, y, x + width, y + height, x, y + height]],
                    "iscrowd": 0,
                }
            )
    return {
        "images": list(images.values()),
        "categories": [
            {"id": place, "name": kind} for place, kind in enumerate(AREA_KINDS, start=1)
        ],
        "annotations": annotations,
    }


def small_jpeg(path: Path, side_px: int = 1600) -> bytes:
    """Return a picture for the screen, its longer side at most ``side_px``."""
    pixels = read_picture(path.read_bytes()).pixels
    scale = min(1.0, side_px / max(pixels.shape[:2]))
    shown = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", shown)[1])


def _image(number: int, path: Path) -> dict[str, Any]:
    height_px, width_px = read_picture(path.read_bytes()).pixels.shape[:2]
    return {"id": number, "file_name": path.name, "width": width_px, "height": height_px}


def _pixels(box_bp: Sequence[int], width_px: int, height_px: int) -> tuple[int, int, int, int]:
    x, y, width, height = box_bp
    return (
        x * width_px // WHOLE_BP,
        y * height_px // WHOLE_BP,
        width * width_px // WHOLE_BP,
        height * height_px // WHOLE_BP,
    )


def _is_sound(area: LabelArea) -> bool:
    x, y, width, height = area.box_bp
    inside = min(x, y) >= 0 and min(width, height) > 0
    return inside and max(x + width, y + height) <= WHOLE_BP and area.kind in AREA_KINDS


def _label(content: Mapping[str, Any]) -> Label:
    areas = tuple(
        LabelArea(kind=area["kind"], box_bp=tuple(area["box_bp"])) for area in content["areas"]
    )
    return Label(**{**content, "areas": areas})


def _lines(path: Path) -> Iterator[str]:
    if path.exists():
        yield from filter(None, path.read_text("utf-8").splitlines())
