"""``ferrotrace bench plates``: how many drawn plates two recognisers read, and how fast."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from service.commands.bench_timing import machine, machine_line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Read = Callable[[Picture], list[str]]

PEER = "rapidocr"
SEED = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateFigure:
    """Plates read right, of ``drawn``, and ms a picture; None where the peer is not installed."""

    colour: str
    condition: str
    drawn: int
    ours: int
    theirs: int | None
    ours_ms: float
    theirs_ms: float | None


@click.command("plates")
@click.option(
    "--each", default=20, show_default=True, help="Pictures of each colour and condition."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def plates(*, each: int, as_json: bool) -> None:
    """Read drawn Chinese plates: yellow, blue and green; clear, tilted, dirty and at night.

    agentclpr, which the edge unit uses, beside rapidocr, a reader of any text.
    """
    figures = list(measured(each))
    if as_json:
        answer = {"machine": machine(), "figures": [asdict(figure) for figure in figures]}
        click.echo(json.dumps(answer, indent=2))
        return
    click.echo(machine_line() + "\n")
    click.echo(f"{'':24}{'agentclpr':>20}{PEER:>20}")
    for figure in figures:
        click.echo(_line(figure))


def measured(each: int) -> Iterator[PlateFigure]:
    """Figures for ``each`` plates of every colour under every condition; the same each time."""
    import numpy as np  # noqa: PLC0415 - loaded by those who measure

    from service.devices.plate_scenes import Condition, random_plate, scene  # noqa: PLC0415
    from service.domain.plate import PlateColour  # noqa: PLC0415

    ours, theirs = _ours(), _theirs()
    for colour in PlateColour:
        for condition in Condition:
            random = np.random.default_rng(SEED)
            texts = [random_plate(random, colour) for _ in range(each)]
            drawn = [(text, scene(text, colour, condition, random)) for text in texts]
            right, ms = _score(ours, drawn)
            peer = None if theirs is None else _score(theirs, drawn)
            yield PlateFigure(
                colour=colour,
                condition=condition,
                drawn=each,
                ours=right,
                theirs=peer and peer[0],
                ours_ms=ms,
                theirs_ms=peer and peer[1],
            )


def _score(read: "Read", drawn: "list[tuple[str, Picture]]") -> tuple[int, float]:
    started = perf_counter()
    right = sum(text in read(picture) for text, picture in drawn)
    return right, 1_000 * (perf_counter() - started) / len(drawn)


def _ours() -> "Read":
    import cv2  # noqa: PLC0415

    from service.devices.plate_recogniser import Recogniser  # noqa: PLC0415

    recogniser = Recogniser()

    def read(picture: "Picture") -> list[str]:
        data = cv2.imencode(".jpg", picture)[1].tobytes()
        return [reading.text for reading in recogniser.read(data)]

    return read


def _theirs() -> "Read | None":
    if find_spec(PEER) is None:
        return None
    from rapidocr import RapidOCR  # noqa: PLC0415

    from service.domain.plate_reading import plate_text  # noqa: PLC0415

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    reader: Any = RapidOCR()

    def read(picture: "Picture") -> list[str]:
        texts = reader(picture).txts or ()
        return [plate for text in texts if (plate := plate_text(re.sub(r"\W", "", text)))]

    return read


def _line(figure: PlateFigure) -> str:
    ours = f"{figure.ours}/{figure.drawn} {figure.ours_ms:5.0f} ms"
    theirs = (
        "not installed"
        if figure.theirs is None
        else f"{figure.theirs}/{figure.drawn} {figure.theirs_ms:5.0f} ms"
    )
    return f"{figure.colour:8}{figure.condition:16}{ours:>20}{theirs:>20}"
