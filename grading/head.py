"""The part of the engine that is trained: a small file of numbers, and what it answers.

The file is canonical JSON: names, whole numbers, and arrays in base64 (little-endian, row by row).
Beside the lines for photographs it has lines for frames of fixed cameras, and for tiles, which see
one part of a load. It holds no code. Its SHA-256 is the ``head_sha256`` of every proposal made
with it. A file of the format before, without lines for frames, uses those for photographs for both.
"""

import base64
import binascii
import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from grading.backbone import FEAT_WIDTH
from grading.calibration import ABSENT_LOGIT, Calibration, Logits, quantised
from grading.canonical import canonical_json, sha256_hex
from grading.errors import HeadFileError
from grading.familiarity import Bank, cosines_bp
from grading.features import FEATURES_VERSION, TILE_WIDTH, VECTOR_WIDTH, rooted
from grading.forms import GRADE_CLASSES

HEAD_FORMAT: Final = "ferrotrace-head-3"
FORMAT_BEFORE: Final = "ferrotrace-head-2"
SHIPPED_HEAD: Final = Path(__file__).parent / "heads" / "scrap-24.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Linear:
    """One line for each class: logits are ``vectors @ weights.T + bias``.

    ``weights`` is K×4048 (K×2024 for tiles) float32 for unscaled vectors, ``bias`` K float32,
    ``classes`` K names.
    """

    classes: tuple[str, ...]
    weights: npt.NDArray[np.float32]
    bias: npt.NDArray[np.float32]

    def logits(self, vectors: npt.NDArray[Any]) -> Logits:
        """Return N×24 logits in steps of 1e-4, columns as ``GRADE_CLASSES``.

        A class that was not in the training gets the lowest logit there is.
        """
        lines = vectors.astype(np.float64) @ self.weights.T.astype(np.float64) + self.bias
        answer = np.full((len(vectors), len(GRADE_CLASSES)), ABSENT_LOGIT, np.int64)
        answer[:, [GRADE_CLASSES.index(name) for name in self.classes]] = quantised(lines)
        return answer


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Head:
    """A trained head: its lines, its calibration, profiles of what it was shown.

    ``linear`` is for photographs, ``frame_linear`` for frames of fixed cameras, ``tile_linear`` for
    tiles of these. The lines for frames are scaled so that one calibration is good for both.
    ``training`` tells how it was made: pictures by class, grouping, folds and seed.
    """

    linear: Linear
    frame_linear: Linear
    tile_linear: Linear
    calibration: Calibration
    bank: Bank
    onnx_sha256: str
    training: Mapping[str, Any]

    def cosine_bp(self, vector: npt.NDArray[Any]) -> int:
        """Return the cosine with the most similar training picture, in units of 1e-4."""
        return int(cosines_bp(vector[None, :], self.bank).max())

    def tile_logits(self, vectors: npt.NDArray[Any]) -> Logits:
        """Return N×24 logits in steps of 1e-4 for N×2024 tile vectors.

        ``probabilities(…, calibration.tile_scale_percent)`` makes probabilities of them.
        """
        return self.tile_linear.logits(rooted(vectors))

    def to_bytes(self) -> bytes:
        """Return the content of the head's file; the same head gives the same bytes."""
        content = {
            "format": HEAD_FORMAT,
            "features": FEATURES_VERSION,
            "onnx_sha256": self.onnx_sha256,
            **_lines_content(self.linear),
            "frame": _lines_content(self.frame_linear),
            "tile": _lines_content(self.tile_linear),
            "bank_u8": _packed(self.bank, "u1"),
            "calibration": dataclasses.asdict(self.calibration),
            "training": dict(self.training),
        }
        return canonical_json(content) + b"\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadFile:
    """A head with the SHA-256 of the file that it was read from."""

    head: Head
    sha256: str


def read_head(path: Path) -> HeadFile:
    """Return the head of a file; raises ``HeadFileError`` where it does not follow the format."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise HeadFileError(value=str(error)) from error
    return HeadFile(head=head_from_bytes(raw), sha256=sha256_hex(raw))


def head_from_bytes(raw: bytes) -> Head:
    """Return the head in the bytes of a file; raises ``HeadFileError``."""
    try:
        content = json.loads(raw)
        if content["format"] != FORMAT_BEFORE:
            _expect("format", content["format"], HEAD_FORMAT)
        _expect("features", content["features"], FEATURES_VERSION)
        return _head(content)
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise HeadFileError(value=f"{type(error).__name__} {error}") from error


def _head(content: Mapping[str, Any]) -> Head:
    calibration = Calibration(**content["calibration"])
    if not all(type(figure) is int for figure in dataclasses.astuple(calibration)):
        raise HeadFileError(value="a figure of its calibration is no whole number")
    frame = content if content["format"] == FORMAT_BEFORE else content["frame"]
    return Head(
        linear=_linear(content, VECTOR_WIDTH),
        frame_linear=_linear(frame, VECTOR_WIDTH),
        tile_linear=_linear(content["tile"], TILE_WIDTH),
        calibration=calibration,
        bank=_unpacked(content["bank_u8"], "u1", -1, FEAT_WIDTH),
        onnx_sha256=str(content["onnx_sha256"]),
        training=content["training"],
    )


def _lines_content(linear: Linear) -> dict[str, Any]:
    return {
        "classes": list(linear.classes),
        "weights_f32": _packed(linear.weights, "<f4"),
        "bias_f32": _packed(linear.bias, "<f4"),
    }


def _linear(content: Mapping[str, Any], width: int) -> Linear:
    classes = tuple(content["classes"])
    if list(classes) != [name for name in GRADE_CLASSES if name in classes]:
        raise HeadFileError(value="its classes are not trade grades in their order")
    linear = Linear(
        classes=classes,
        weights=_unpacked(content["weights_f32"], "<f4", len(classes), width),
        bias=_unpacked(content["bias_f32"], "<f4", 1, len(classes))[0],
    )
    if not (np.isfinite(linear.weights).all() and np.isfinite(linear.bias).all()):
        raise HeadFileError(value="a weight is no finite number")
    return linear


def _expect(name: str, found: object, expected: str) -> None:
    if found != expected:
        raise HeadFileError(value=f"{name} is {found!r}, not {expected}")


def _packed(array: npt.NDArray[Any], kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(array, kind).tobytes()).decode("ascii")


def _unpacked(text: str, kind: str, rows: int, columns: int) -> npt.NDArray[Any]:
    raw = base64.b64decode(text, validate=True)
    return np.frombuffer(raw, kind).reshape(rows, columns)
