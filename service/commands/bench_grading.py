"""``ferrotrace bench grading``: how long the image engine takes for frames of a truck."""

import json
from pathlib import Path
from typing import Any

import click

from service.bootstrap.engine import grading_api
from service.commands.bench_timing import machine, machine_line

FRAME_LIMIT_MS = 600
LOAD_LIMIT_MS = 25_000
LOAD_FRAMES = 40
MEMORY_LIMIT_MB = 500

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("grading")
@click.option("--frames", default=LOAD_FRAMES, show_default=True, help="Key frames of the load.")
@click.option("--photo", type=_FILE, help="A frame to measure in place of a drawn one.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def grading(*, frames: int, photo: Path | None, as_json: bool) -> None:
    """Propose one 4K frame of a truck and a load of many, beside what was promised.

    The engine runs in a process of its own, whose peak memory is told. onnxruntime, which it uses,
    beside OpenCV's own runtime on the same tiles. Processor time is what counts on a machine with
    other work.
    """
    engine = grading_api()
    figures = engine.speed(frames=frames, photo=photo.read_bytes() if photo else None)
    if as_json:
        click.echo(json.dumps({"machine": machine(), "figures": figures}, indent=2))
        return
    click.echo(machine_line() + "\n")
    for line in _lines(figures):
        click.echo(line)


def _lines(figures: dict[str, Any]) -> list[str]:
    batch = figures["batch"]
    return [
        _line("one 4K frame", figures["frame"], f"promised: {FRAME_LIMIT_MS} ms on two cores"),
        _line(
            f"load of {figures['frames']} frames",
            figures["load"],
            f"promised for {LOAD_FRAMES}: {LOAD_LIMIT_MS} ms on two cores",
        ),
        f"{'peak memory':24} {figures['peak_mb']:>8,} MB       promised: {MEMORY_LIMIT_MB} MB",
        _line(f"{batch} tiles, onnxruntime", figures["onnxruntime"], "in use"),
        _line(f"{batch} tiles, OpenCV", figures["opencv"], "peer"),
    ]


def _line(what: str, took: dict[str, int], note: str) -> str:
    wall, processor = f"{took['wall_ms']:,} ms", f"{took['processor_ms']:,} ms of processor"
    return f"{what:24} {wall:>11} {processor:>24}   {note}"
