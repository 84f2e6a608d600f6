"""A frame drawn over with what the engine saw in it: tiles by form, bed, shares, scale, hazards.

Made to be read at 1,280 px of width: letters beside colours, figures with their intervals, what is
unsure as unsure. Text is Chinese and English; the face comes with OpenCV.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from grading.form_marks import FORM_MARKS, Colour, FormMark, bgr
from grading.judged import Tile
from grading.picture import Pixels

WIDTH_PX: Final = 1600
JPEG_QUALITY: Final = 90
GROUND: Final = bgr("#f6f5f1")
INK: Final = bgr("#15191d")
INK_2: Final = bgr("#434b53")
LINE: Final = bgr("#d8d6ce")
WHITE: Final = bgr("#ffffff")
BAD: Final = bgr("#c9281d")
WARN: Final = bgr("#d99a1f")
DIMMED: Final = 0.55
"""What of the light is left outside the bed."""

TINT: Final = 0.24
CHIP_PX: Final = (16, 30)
MARGIN_PX: Final = 24
ROW_PX: Final = 38
HEAD_PX: Final = 56
LABEL_PX: Final = 30
NOTE_PX: Final = 15
COLUMNS: Final = 3
SMALLEST_SHARE_BP: Final = 50
UNSURE: Final = "?"
SCALE_BARS_MM: Final = (5000, 2000, 1000, 500, 200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A box to draw round a hazard or an inclusion: x, y, width, height in pixels of the frame."""

    label: str
    box_px: tuple[int, int, int, int]
    is_hazard: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is drawn over one frame.

    ``shares_bp`` and ``interval_bp`` are by form, the latter empty where the frame is one of
    several; ``weight_bp`` is the layer's weight in the load.
    """

    layer: int
    layers: int
    weight_bp: int
    corners_px: Sequence[tuple[int, int]]
    bed_known: bool
    tiles: Sequence[Tile]
    shares_bp: Mapping[str, int]
    interval_bp: Mapping[str, tuple[int, int]]
    scale_um_per_px: int | None
    marked: Sequence[Marked]


def draw_overlay(pixels: Pixels, shown: Shown) -> bytes:
    """Return a JPEG of 1,600 px of width with the frame drawn over and its legend below."""
    height_px, width_px = pixels.shape[:2]
    scale = WIDTH_PX / width_px
    size = (WIDTH_PX, round(height_px * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    corners = np.rint(np.array(shown.corners_px, np.float64) * scale).astype(np.int32)
    if shown.bed_known:
        canvas = _dimmed(canvas, corners)
    canvas = _tiles(canvas, shown.tiles, scale)
    if shown.bed_known:
        _outline(canvas, corners)
    for marked in shown.marked:
        _box(canvas, marked, scale)
    _scale_bar(canvas, shown.scale_um_per_px, scale)
    whole = np.vstack([canvas, _legend(shown)])
    return cv2.imencode(".jpg", whole, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])[1].tobytes()


def _dimmed(canvas: Pixels, corners: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> Pixels:
    inside = np.zeros(canvas.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, corners, 255, cv2.LINE_AA)
    grey = cv2.cvtColor(cv2.cvtColor(canvas, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    dim = cv2.convertScaleAbs(grey, alpha=DIMMED)
    return np.asarray(np.where(inside[:, :, None] > 0, canvas, dim), np.uint8)


def _tiles(canvas: Pixels, tiles: Sequence[Tile], scale: float) -> Pixels:
    tinted = canvas.copy()
    cells = [(tile, [round(part * scale) for part in tile.cell_px]) for tile in tiles]
    for tile, (x, y, width, height) in cells:
        if tile.form:
            corner = (x + width, y + height)
            cv2.rectangle(tinted, (x, y), corner, FORM_MARKS[tile.form].colour, -1)
    canvas = np.asarray(cv2.addWeighted(tinted, TINT, canvas, 1 - TINT, 0), np.uint8)
    for tile, (x, y, width, height) in cells:
        mark = FORM_MARKS[tile.form] if tile.form else None
        colour = mark.colour if mark else WHITE
        cv2.rectangle(
            canvas, (x + 1, y + 1), (x + width - 2, y + height - 2), colour, 2 if mark else 1
        )
        side = min(max(round(min(width, height) * 0.36), CHIP_PX[0]), CHIP_PX[1])
        _chip(canvas, mark, (x + 1, y + 1), side)
    return canvas


def _chip(canvas: Pixels, mark: FormMark | None, at: tuple[int, int], side: int) -> None:
    x, y = at
    cv2.rectangle(canvas, at, (x + side, y + side), mark.colour if mark else WHITE, -1)
    letter, ink = (mark.letter, mark.ink) if mark else (UNSURE, INK)
    size = round(side * 0.72)
    width = _text_width(letter, size, bold=True)
    _text(canvas, letter, (x + (side - width) // 2, y + round(side * 0.77)), ink, size, bold=True)


def _outline(canvas: Pixels, corners: "np.ndarray[tuple[int, ...], np.dtype[np.int32]]") -> None:
    for colour, width in ((INK, 6), (WHITE, 3)):
        cv2.polylines(
            canvas, [corners], isClosed=True, color=colour, thickness=width, lineType=cv2.LINE_AA
        )


def _box(canvas: Pixels, marked: Marked, scale: float) -> None:
    x, y, width, height = (round(part * scale) for part in marked.box_px)
    colour = BAD if marked.is_hazard else WARN
    for line, thickness in ((WHITE, 7), (colour, 4)) if marked.is_hazard else ((colour, 2),):
        cv2.rectangle(canvas, (x, y), (x + width, y + height), line, thickness)
    if not marked.is_hazard:
        _haloed(canvas, marked.label, (x + 4, y + height - 6), NOTE_PX)
        return
    label_width = _text_width(marked.label, 20, bold=True) + 16
    top = y - LABEL_PX if y >= LABEL_PX else y
    cv2.rectangle(canvas, (x - 2, top), (x + label_width, top + LABEL_PX), colour, -1)
    _text(canvas, marked.label, (x + 6, top + 22), WHITE, 20, bold=True)


def _scale_bar(canvas: Pixels, um_per_px: int | None, scale: float) -> None:
    height, width = canvas.shape[:2]
    right, base = width - MARGIN_PX, height - MARGIN_PX
    if um_per_px is None:
        label = "无比例尺 no scale"
        _haloed(canvas, label, (right - _text_width(label, 20), base), 20)
        return
    lengths = [(mm, round(mm * 1000 / um_per_px * scale)) for mm in SCALE_BARS_MM]
    mm, length = next((own for own in lengths if own[1] <= width // 5), lengths[-1])
    left = right - length
    for colour, thickness in ((INK, 6), (WHITE, 3)):
        cv2.line(canvas, (left, base), (right, base), colour, thickness)
        for x in (left, right):
            cv2.line(canvas, (x, base - 8), (x, base + 8), colour, thickness)
    label = f"{mm / 1000:g} m"
    _haloed(canvas, label, (left - _text_width(label, 22, bold=True) - 12, base + 8), 22)


def _legend(shown: Shown) -> Pixels:
    named = sorted(shown.shares_bp.items(), key=lambda own: (-own[1], own[0]))
    kept = [own for own in named if own[1] >= SMALLEST_SHARE_BP] or named[:1]
    rows = -(-len(kept) // COLUMNS)
    strip = np.full((HEAD_PX + rows * ROW_PX + MARGIN_PX // 2, WIDTH_PX, 3), GROUND, np.uint8)
    _heading(strip, shown)
    column_px = (WIDTH_PX - MARGIN_PX) // COLUMNS
    for index, (form, share_bp) in enumerate(kept):
        at = (MARGIN_PX + index // rows * column_px, HEAD_PX + index % rows * ROW_PX)
        _share(strip, at, column_px - MARGIN_PX, form, share_bp, shown.interval_bp.get(form))
    return strip


def _heading(strip: Pixels, shown: Shown) -> None:
    head = f"第 {shown.layer} 层，共 {shown.layers} 层   layer {shown.layer} of {shown.layers}"
    if shown.layers == 1:
        head = "料面份额   shares of the surface"
    _text(strip, head, (MARGIN_PX, 36), INK, 24, bold=True)
    if shown.layers > 1:
        note = f"占全车 {shown.weight_bp / 100:.1f} %   of the load"
    else:
        note = "细线为 90 % 区间   thin line: 90 % interval"
    note += "      ? 看不准 not sure"
    _text(strip, note, (WIDTH_PX - MARGIN_PX - _text_width(note, 19), 36), INK_2, 19)
    cv2.line(strip, (0, 0), (WIDTH_PX, 0), LINE, 1)


def _share(
    strip: Pixels,
    at: tuple[int, int],
    width: int,
    form: str,
    share_bp: int,
    interval_bp: tuple[int, int] | None,
) -> None:
    x, y = at
    mark = FORM_MARKS[form]
    _chip(strip, mark, (x, y + 3), 26)
    figure = f"{share_bp / 100:.1f} %"
    if interval_bp:
        figure += f"  ({interval_bp[0] / 100:.0f}–{interval_bp[1] / 100:.0f})"
    name = f"{mark.name_zh}  {mark.name_en}"
    _text(strip, name, (x + 36, y + 20), INK, 17)
    _text(
        strip, figure, (x + width - _text_width(figure, 19, bold=True), y + 20), INK, 19, bold=True
    )
    left, length, base = x + 36, width - 36, y + 30
    cv2.rectangle(strip, (left, base), (left + length, base + 3), LINE, -1)
    cv2.rectangle(
        strip, (left, base), (left + length * share_bp // 10_000, base + 3), mark.colour, -1
    )
    if interval_bp:
        low, high = (left + length * end // 10_000 for end in interval_bp)
        cv2.line(strip, (low, base + 1), (high, base + 1), INK, 1)
        for end in (low, high):
            cv2.line(strip, (end, base - 2), (end, base + 5), INK, 1)


def _haloed(canvas: Pixels, text: str, at: tuple[int, int], size: int) -> None:
    x, y = at
    for across, down in ((-2, 0), (2, 0), (0, -2), (0, 2), (-1, -1), (1, 1), (-1, 1), (1, -1)):
        _text(canvas, text, (x + across, y + down), INK, size, bold=True)
    _text(canvas, text, at, WHITE, size, bold=True)


def _text(
    canvas: Pixels, text: str, at: tuple[int, int], colour: Colour, size: int, *, bold: bool = False
) -> None:
    weight = BOLD if bold else NORMAL
    cv2.putText(canvas, text, at, colour, _face(text), size, weight)


def _text_width(text: str, size: int, *, bold: bool = False) -> int:
    weight = BOLD if bold else NORMAL
    box = cv2.getTextSize((0, 0), text, (0, 0), _face(text), size, weight)
    return int(box[2])


def _face(text: str) -> cv2.FontFace:
    """Return the face with Chinese letters where they are needed; the other one has a bold cut."""
    return cv2.FontFace("sans" if text.isascii() else "uni")


NORMAL, BOLD = 400, 700
