"""A pen for printed pages: Chinese text that wraps, lines, codes and pictures, from the top down.

Lengths are in points (1/72 inch) unless they say mm. The typeface is a part of Noto Sans SC that
holds every character of GB 2312; it ships beside this module under the SIL Open Font License.
"""

import io
from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources

import segno
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "NotoSansSC"
LEADING = 1.38
_BOLD_STROKE = 0.022
_FILL_AND_STROKE = 2


@cache
def register_font() -> None:
    """Make the typeface known, once for the process."""
    file = resources.files("service.exchange").joinpath("fonts/NotoSansSC-print.ttf")
    pdfmetrics.registerFont(TTFont(FONT, io.BytesIO(file.read_bytes())))


class Pen:
    """Draws downwards from ``top``; where the page is full, ``turn`` begins another."""

    def __init__(
        self, canvas: Canvas, *, left: float, width: float, top: float, bottom: float = 0.0
    ) -> None:
        """Stand at ``top`` of the page, between ``left`` and ``left + width``."""
        register_font()
        self.canvas = canvas
        self.left, self.width = left, width
        self.top, self.bottom = top, bottom
        self.label_share = 0.34
        self.y = top
        self.turn: Callable[[], None] = lambda: None

    def space(self, height_mm: float) -> None:
        """Leave ``height_mm`` free."""
        self.y -= height_mm * mm

    def room(self, height: float) -> None:
        """Go to another page where less than ``height`` is left on this one."""
        if self.y - height < self.bottom:
            self.turn()
            self.y = self.top

    def text(
        self,
        text: str,
        *,
        size: float = 9,
        x: float | None = None,
        width: float | None = None,
        align: str = "left",
        bold: bool = False,
        grey: float = 0,
    ) -> None:
        """Write ``text`` in lines no wider than ``width``, and go below it."""
        x = self.left if x is None else x
        width = self.width if width is None else width
        for line in wrapped(text, size, width):
            self.room(size * LEADING)
            self.y -= size * LEADING
            self.line_at(line, x, self.y, size, width=width, align=align, bold=bold, grey=grey)

    def line_at(
        self,
        line: str,
        x: float,
        y: float,
        size: float,
        *,
        width: float = 0,
        align: str = "left",
        bold: bool = False,
        grey: float = 0,
    ) -> None:
        """Write one line with its foot a little above ``y``."""
        free = width - pdfmetrics.stringWidth(line, FONT, size)
        x += {"left": 0.0, "center": free / 2, "right": free}[align]
        self.canvas.saveState()  # how text is filled would else hold for all that follows
        written = self.canvas.beginText(x, y + size * 0.3)
        written.setFont(FONT, size)
        written.setFillGray(grey)
        if bold:
            self.canvas.setLineWidth(size * _BOLD_STROKE)
            self.canvas.setStrokeGray(grey)
            written.setTextRenderMode(_FILL_AND_STROKE)
        written.textLine(line)
        self.canvas.drawText(written)
        self.canvas.restoreState()

    def pair(
        self, label: str, value: str, *, size: float = 9, figure: bool = False, bold: bool = False
    ) -> None:
        """A label and its value side by side; a figure stands at the right."""
        label_width, gap = self.width * (0.62 if figure else self.label_share), 4.0
        value_width = self.width - label_width - gap
        labels = wrapped(label, size, label_width)
        values = wrapped(value, size, value_width)
        self.room(max(len(labels), len(values)) * size * LEADING)
        begin = self.y
        self.text(label, size=size, width=label_width, grey=0 if bold else 0.35, bold=bold)
        below, self.y = self.y, begin
        self.text(
            value,
            size=size,
            x=self.left + label_width + gap,
            width=value_width,
            align="right" if figure else "left",
            bold=bold,
        )
        self.y = min(self.y, below)

    def rule(self, *, dashed: bool = False, width: float = 0.5) -> None:
        """A line from left to right."""
        self.canvas.setLineWidth(width)
        self.canvas.setStrokeGray(0)
        self.canvas.setDash([2, 2] if dashed else [])
        self.canvas.line(self.left, self.y, self.left + self.width, self.y)
        self.canvas.setDash([])

    def code(self, text: str, *, x: float, side: float) -> None:
        """A QR code of ``text``, ``side`` wide with its quiet zone, below the pen; it stays."""
        modules = list(segno.make(text, error="l", micro=False).matrix_iter(border=4))
        step = side / len(modules)
        path = self.canvas.beginPath()
        for row, line in enumerate(modules):
            for start, length in _runs(bytes(line)):
                path.rect(x + start * step, self.y - (row + 1) * step, length * step, step)
        self.canvas.setFillGray(1)
        self.canvas.rect(x, self.y - side, side, side, stroke=0, fill=1)
        self.canvas.setFillGray(0)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def picture(self, data: bytes, *, x: float, width: float, height: float) -> None:
        """A JPEG or PNG fitted into the box below the pen; the pen stays."""
        self.canvas.drawImage(
            ImageReader(io.BytesIO(data)),
            x,
            self.y - height,
            width,
            height,
            preserveAspectRatio=True,
            anchor="c",
        )


def wrapped(text: str, size: float, width: float) -> list[str]:
    """``text`` as lines no wider than ``width``: broken at spaces, and inside Chinese anywhere."""
    register_font()
    lines, line = [], ""
    for piece in _pieces(text):
        if line and pdfmetrics.stringWidth((line + piece).rstrip(), FONT, size) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
        while pdfmetrics.stringWidth(line.rstrip(), FONT, size) > width and len(line) > 1:
            fits = _fitting(line, size, width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line.rstrip()]


def _fitting(line: str, size: float, width: float) -> int:
    """How many characters of a word that is wider than ``width`` fit into it, at least one."""
    fits = len(line)
    while fits > 1 and pdfmetrics.stringWidth(line[:fits], FONT, size) > width:
        fits -= 1
    return fits


def _pieces(text: str) -> Iterator[str]:
    """What may not be broken: words with the space behind them, and single Chinese characters."""
    word = ""
    for character in text:
        if ord(character) >= 0x2E80:  # noqa: PLR2004 - where the Chinese characters begin
            if word:
                yield word
            yield character
            word = ""
            continue
        word += character
        if character == " ":
            yield word
            word = ""
    if word:
        yield word


def _runs(line: bytes) -> Iterator[tuple[int, int]]:
    """Begin and length of each run of dark modules."""
    start = None
    for place, dark in enumerate((*line, 0)):
        if dark and start is None:
            start = place
        if not dark and start is not None:
            yield start, place - start
            start = None
