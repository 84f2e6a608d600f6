"""Canary: a few pictures whose answers are on file, to see that the engine still says the same.

``python -m grading.canary PHOTOS OUT`` writes the file anew after a head was trained; ``PHOTOS`` is
the folder that holds ``truck_bed`` and ``wagon_frames``. The file holds numbers and hashes alone.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from grading.api import Grader, shipped_engine
from grading.bay import Bay
from grading.frame import Frame
from grading.load_proposal import LoadProposal, record_sha256
from grading.photos import SUFFIXES

FRAMES: Final = ("truck_bed", "wagon_frames")
SHARE_TOLERANCE_BP: Final = 1


def answers(grader: Grader, photos: Path, *, of_each: int | None = None) -> dict[str, Any]:
    """Return what the engine says of the frames, the first ``of_each`` of a folder, by file."""
    said = {}
    for path in _frames(photos, of_each):
        frames = [Frame(content=path.read_bytes())]
        proposal = grader.propose_load(frames, _bay(path.parent))
        said[f"{path.parent.name}/{path.name}"] = answer(proposal)
    return {"model": model(grader), "frames": said}


def answer(proposal: LoadProposal) -> dict[str, Any]:
    """Return the figures and hashes of one proposal that the canary keeps."""
    return {
        "pixel_sha256": proposal.pixel_sha256[0],
        "decision": proposal.decision.value,
        "form": proposal.form,
        "reasons": list(proposal.reasons),
        "shares_bp": dict(proposal.shares_bp),
        "confidence_bp": proposal.confidence_bp,
        "record_sha256": record_sha256(proposal),
    }


def model(grader: Grader) -> dict[str, str]:
    """Return the hashes of the engine's parts."""
    return {
        "onnx_sha256": grader.backbone.onnx_sha256,
        "head_sha256": grader.head_file.sha256,
        "calibration_sha256": grader.site.calibration_sha256(grader.head_file.head.calibration),
    }


def strays(kept: dict[str, Any], said: dict[str, Any]) -> list[str]:
    """Return the frames of ``said`` whose answer is not the one on file, to the basis point."""
    return [
        name
        for name, now in said["frames"].items()
        if not _is_same(kept["frames"].get(name, {}), now)
    ]


def _is_same(before: dict[str, Any], now: dict[str, Any]) -> bool:
    if before.get("record_sha256") == now["record_sha256"]:
        return True
    words = ("pixel_sha256", "decision", "form", "reasons")
    figures = before.get("shares_bp", {})
    apart = [abs(figures.get(form, 0) - share) for form, share in now["shares_bp"].items()]
    has_same_words = all(before.get(word) == now[word] for word in words)
    return has_same_words and max(apart, default=0) <= SHARE_TOLERANCE_BP


def _frames(photos: Path, of_each: int | None) -> Iterator[Path]:
    for name in FRAMES:
        here = [p for p in sorted((photos / name).iterdir()) if p.suffix.lower() in SUFFIXES]
        yield from here[:of_each]


def _bay(folder: Path) -> Bay | None:
    """Return the bay that is outlined beside the pictures, where one is."""
    outline = folder / "bed_polygon.json"
    if not outline.exists():
        return None
    content = json.loads(outline.read_bytes())
    return Bay(
        bay_id=folder.name,
        frame_width_px=content["width_px"],
        frame_height_px=content["height_px"],
        corners_px=tuple((x, y) for x, y in content["bed_polygon_px"]),
    )


if __name__ == "__main__":
    made = answers(shipped_engine(), Path(sys.argv[1]))
    text = json.dumps(made, indent=1, sort_keys=True) + "\n"
    Path(sys.argv[2]).write_text(text, "utf-8")
