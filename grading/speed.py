"""How long the engine takes for frames of a truck, and what another runtime takes for its network.

The frames are drawn: 3840×2160, pieces of all sizes and levels, as JPEG. They show no scrap, but
take as long as frames that do.
"""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from grading.backbone import INPUT_SIDE_PX, Backbone, Images, load_backbone, onnx_model
from grading.bay import Bay
from grading.cache import cache_folder
from grading.frame import Frame
from grading.head import SHIPPED_HEAD, HeadFile, read_head
from grading.load import propose_load
from grading.picture import Pixels
from grading.site import Site

WIDTH_PX, HEIGHT_PX = 3840, 2160
DRAWN_WIDTH_PX, DRAWN_HEIGHT_PX = 960, 540
PIECES: Final = 2500
GRAIN: Final = 12
"""Makes files of 1.5 MB, as a camera does."""

GRAIN_SIDE_PX: Final = 120
BAY: Final = Bay(
    bay_id="bench",
    frame_width_px=WIDTH_PX,
    frame_height_px=HEIGHT_PX,
    corners_px=((420, 430), (3800, 520), (3800, 1080), (580, 1040)),
)
"""The outline of a load as a camera beside a weighbridge sees it."""

ONE: Final = "one.jpg"
RUNS: Final = 7
BATCH: Final = 16


def drawn_frame(seed: int) -> bytes:
    """Return a JPEG of 3840×2160 with pieces of all sizes; another seed is another load.

    What lies outside the bed is the same in all of them, as in frames of one camera.
    """
    large, other = _drawn(0), _drawn(seed)
    bed = np.zeros((HEIGHT_PX, WIDTH_PX), np.uint8)
    cv2.fillConvexPoly(bed, np.array(BAY.corners_px, np.int32), 1)
    large[bed > 0] = other[bed > 0]
    return cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 90])[1].tobytes()


def _drawn(seed: int) -> Pixels:
    random = np.random.default_rng(seed)
    sheet = np.full((DRAWN_HEIGHT_PX, DRAWN_WIDTH_PX, 3), 90, np.uint8)
    for _ in range(PIECES):
        at = int(random.integers(DRAWN_WIDTH_PX)), int(random.integers(DRAWN_HEIGHT_PX))
        size = float(random.gamma(2, 12)) + 3, float(random.gamma(2, 4)) + 2
        level = int(random.integers(30, 220))
        box = cv2.boxPoints((at, size, float(random.integers(180)))).astype(np.int32)
        cv2.fillPoly(sheet, [box], (level - 20, level - 10, level))
    large = cv2.resize(sheet, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_CUBIC)
    side = random.integers(0, GRAIN, (GRAIN_SIDE_PX, GRAIN_SIDE_PX, 3), np.uint8)
    grain = np.tile(side, (HEIGHT_PX // GRAIN_SIDE_PX, WIDTH_PX // GRAIN_SIDE_PX, 1))
    return np.asarray(cv2.add(large, grain), np.uint8)


def measured_apart(*, frames: int, photo: bytes | None = None) -> dict[str, Any]:
    """Return what ``measure_speed`` says in a process that holds nothing but the engine.

    ``photo`` stands for the drawn frame where one is at hand; the load has ``frames`` drawn ones.
    Raises ``subprocess.CalledProcessError`` where the engine fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / ONE).write_bytes(photo or drawn_frame(0))
        for seed in range(frames):
            (folder / f"{seed:03}.jpg").write_bytes(drawn_frame(seed))
        child = [sys.executable, "-m", "grading.speed", name]
        told = subprocess.run(child, check=True, stdout=subprocess.PIPE)  # noqa: S603 - our own module
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer


def measure_speed(
    backbone: Backbone, head_file: HeadFile, site: Site, *, photo: bytes, frames: Sequence[bytes]
) -> dict[str, Any]:
    """Return wall and processor milliseconds by name, and the peak memory of this process.

    Figures are medians of seven runs, but for the load of key ``frames``, which runs once.
    """

    def propose(contents: Sequence[bytes]) -> Callable[[], object]:
        load = [Frame(content=content) for content in contents]
        return lambda: propose_load(
            load, backbone=backbone, head_file=head_file, site=site, bay=BAY
        )

    answer = {"frame": _median_ms(propose([photo])), "load": _once_ms(propose(frames))}
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {**answer, "frames": len(frames), "peak_mb": peak_mb, **_peers(backbone)}


def _peers(backbone: Backbone) -> dict[str, Any]:
    """Return the time of one batch of tiles by onnxruntime, which the engine uses, and OpenCV."""
    random = np.random.default_rng(0)
    images: Images = random.integers(0, 256, (BATCH, INPUT_SIDE_PX, INPUT_SIDE_PX, 3), np.uint8)
    net = cv2.dnn.readNetFromONNX(np.frombuffer(onnx_model(cache_folder()), np.uint8))
    scaled = ((images.astype(np.float32) - 127) / 128).transpose(0, 3, 1, 2)

    def peer() -> object:
        net.setInput(np.ascontiguousarray(scaled))
        return net.forward("feat")

    return {
        "batch": BATCH,
        "onnxruntime": _median_ms(lambda: backbone.outputs(images, "feat")),
        "opencv": _median_ms(peer),
    }


def _median_ms(work: Callable[[], object]) -> dict[str, int]:
    work()
    runs = [_once_ms(work) for _ in range(RUNS)]
    return {name: round(statistics.median(run[name] for run in runs)) for name in runs[0]}


def _once_ms(work: Callable[[], object]) -> dict[str, int]:
    wall_s, processor_s = time.perf_counter(), time.process_time()
    work()
    return {
        "wall_ms": round((time.perf_counter() - wall_s) * 1000),
        "processor_ms": round((time.process_time() - processor_s) * 1000),
    }


if __name__ == "__main__":
    here = Path(sys.argv[1])
    told = measure_speed(
        load_backbone(),
        read_head(SHIPPED_HEAD),
        Site(),
        photo=(here / ONE).read_bytes(),
        frames=[path.read_bytes() for path in sorted(here.glob("[0-9]*.jpg"))],
    )
    print(json.dumps(told))  # noqa: T201 - read by measured_apart
