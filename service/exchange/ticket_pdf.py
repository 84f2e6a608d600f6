"""A weighing ticket as PDF, on A4 and on the 80 mm roll. The same sheet gives the same bytes."""

import io
from collections.abc import Sequence
from enum import StrEnum

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from service.domain.ticket_sheet import SheetSection, TicketSheet, WeightBox
from service.exchange.pdf_pen import FONT, Pen, register_font

ROLL_WIDTH_MM = 80
_ROLL_MARGIN_MM = 4
_TALLEST_ROLL_MM = 1_500
_A4_MARGIN_MM = 14
_A4_CODE_MM = 42
_ROLL_CODE_MM = 66
_MOST_PICTURES = 4
_PICTURE_MM = 30


class Paper(StrEnum):
    """What a ticket is printed on."""

    A4 = "A4"
    ROLL = "80MM"


def ticket_pdf(sheet: TicketSheet, paper: Paper, *, pictures: Sequence[bytes] = ()) -> bytes:
    """The sheet as a PDF file; ``pictures`` (JPEG or PNG, at most four) stand on A4 alone."""
    if paper is Paper.A4:
        return _a4(sheet, pictures[:_MOST_PICTURES])
    height = _roll(sheet, _TALLEST_ROLL_MM * mm)[1]
    return _roll(sheet, height)[0]


def _canvas(sheet: TicketSheet, file: io.BytesIO, size: tuple[float, float]) -> Canvas:
    register_font()
    canvas = Canvas(file, pagesize=size, invariant=1)
    canvas.setTitle(f"{sheet.title} {sheet.ticket_no}")
    canvas.setAuthor(sheet.issuer)
    canvas.setCreator("Ferrotrace")
    return canvas


def _watermark(canvas: Canvas, sheet: TicketSheet, width: float, height: float) -> None:
    """The marks that nobody may overlook, pale across the whole page."""
    if not sheet.marks:
        return
    text = " · ".join(sheet.marks)
    size = min(40.0, width * 1.1 / max(len(text), 1) * 1.6)
    canvas.saveState()
    canvas.setFillGray(0.88)
    canvas.setFont(FONT, size)
    steps = max(1, round(height / (110 * mm)))
    for step in range(steps):
        canvas.saveState()
        canvas.translate(width / 2, height * (step + 0.5) / steps)
        canvas.rotate(30)
        canvas.drawCentredString(0, 0, text)
        canvas.restoreState()
    canvas.restoreState()


def _a4(sheet: TicketSheet, pictures: Sequence[bytes]) -> bytes:
    file = io.BytesIO()
    width, height = A4
    canvas = _canvas(sheet, file, A4)
    margin = _A4_MARGIN_MM * mm
    pen = Pen(canvas, left=margin, width=width - 2 * margin, top=height - margin, bottom=margin)

    pen.label_share = 0.22

    def turn() -> None:
        canvas.showPage()
        _watermark(canvas, sheet, width, height)

    pen.turn = turn
    _watermark(canvas, sheet, width, height)
    _a4_head(pen, sheet)
    if sheet.boxes:
        _boxes(pen, sheet.boxes)
    for section in sheet.sections:
        _section(pen, section, size=8.5)
    _pictures(pen, pictures)
    _signatures(pen, sheet)
    _foot(pen, sheet, size=7)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def _a4_head(pen: Pen, sheet: TicketSheet) -> None:
    side = _A4_CODE_MM * mm
    top, whole = pen.y, pen.width
    pen.width -= side + 6 * mm
    pen.text(sheet.title, size=18, bold=True)
    pen.text(sheet.ticket_no, size=13, bold=True)
    pen.text(sheet.edition, size=10)
    for mark in sheet.marks:
        pen.text(mark, size=10, bold=True)
    pen.space(1.5)
    pen.text(f"{sheet.issuer} · {sheet.site}", size=10)
    pen.text(sheet.issued, size=8.5, grey=0.35)
    if sheet.code:
        pen.space(1)
        pen.text(f"{sheet.code_label}  {sheet.code}", size=13, bold=True)
        pen.text(sheet.code_note, size=7, grey=0.35)
    below, pen.y, pen.width = pen.y, top, whole
    if sheet.qr_text:
        x = pen.left + whole - side
        pen.code(sheet.qr_text, x=x, side=side)
        pen.y -= side
        pen.text(sheet.scan, size=7, x=x, width=side, align="center")
    pen.y = min(pen.y, below)
    pen.space(2)


def _boxes(pen: Pen, boxes: Sequence[WeightBox]) -> None:
    """Weights side by side under one line."""
    pen.rule(width=1)
    pen.space(1)
    top, whole, left = pen.y, pen.width, pen.left
    lowest = top
    pen.width = whole / len(boxes) - 3 * mm
    for place, box in enumerate(boxes):
        pen.y, pen.left = top, left + place * whole / len(boxes)
        pen.text(box.label, size=8, grey=0.35)
        pen.text(box.weight, size=14 if box.found else 9, bold=True)
        for note in box.notes:
            pen.text(note, size=7.5)
        lowest = min(lowest, pen.y)
    pen.y, pen.left, pen.width = lowest, left, whole
    pen.space(1.5)
    pen.rule(width=1)


def _section(pen: Pen, section: SheetSection, *, size: float) -> None:
    pen.space(1.8)
    pen.room(3 * size * 1.4)
    pen.text(section.title, size=size + 1, bold=True)
    pen.y -= 1.5
    pen.rule()
    for line in section.lines:
        pen.pair(line.label, line.value, size=size, figure=line.figure, bold=line.strong)


def _pictures(pen: Pen, pictures: Sequence[bytes]) -> None:
    if not pictures:
        return
    pen.space(2)
    side = pen.width / _MOST_PICTURES
    pen.room(_PICTURE_MM * mm)
    for place, data in enumerate(pictures):
        x = pen.left + place * side
        pen.picture(data, x=x, width=side - 2 * mm, height=_PICTURE_MM * mm)
    pen.space(_PICTURE_MM)


def _signatures(pen: Pen, sheet: TicketSheet) -> None:
    pen.room(20 * mm)
    pen.space(12)
    half = pen.width / 2 - 6 * mm
    left, whole, top = pen.left, pen.width, pen.y
    for place, label in enumerate(sheet.signatures):
        pen.y, pen.left, pen.width = top, left + place * (half + 12 * mm), half
        pen.rule()
        pen.text(label, size=7.5, grey=0.35)
    pen.left, pen.width = left, whole


def _foot(pen: Pen, sheet: TicketSheet, *, size: float) -> None:
    pen.space(2)
    for note in sheet.notes:
        pen.text(note, size=size)
    if sheet.target_hash:
        pen.text(sheet.target_hash, size=size, grey=0.35)


def _roll(sheet: TicketSheet, height: float) -> tuple[bytes, float]:
    """The roll as one page of ``height``, and the height that it needs."""
    file = io.BytesIO()
    width, margin = ROLL_WIDTH_MM * mm, _ROLL_MARGIN_MM * mm
    canvas = _canvas(sheet, file, (width, height))
    pen = Pen(canvas, left=margin, width=width - 2 * margin, top=height - margin, bottom=-height)
    _watermark(canvas, sheet, width, height)
    pen.text(f"{sheet.issuer} · {sheet.site}", size=8.5, align="center")
    pen.text(sheet.title, size=14, align="center", bold=True)
    pen.text(sheet.ticket_no, size=12, align="center", bold=True)
    pen.text(sheet.edition, size=9, align="center")
    for mark in sheet.marks:
        pen.text(mark, size=10, align="center", bold=True)
    pen.space(1)
    pen.rule(dashed=True)
    for box in sheet.boxes:
        pen.pair(box.label, box.weight, size=11 if box.found else 8.5, figure=True, bold=True)
        if box.notes:
            pen.text(" · ".join(box.notes), size=7.5, grey=0.35)
    for section in sheet.sections:
        _section(pen, section, size=8)
    if sheet.qr_text:
        pen.space(2)
        side = _ROLL_CODE_MM * mm
        pen.code(sheet.qr_text, x=(width - side) / 2, side=side)
        pen.y -= side
        pen.text(sheet.scan, size=8, align="center")
    if sheet.code:
        pen.text(f"{sheet.code_label}  {sheet.code}", size=13, align="center", bold=True)
        pen.text(sheet.code_note, size=7, align="center", grey=0.35)
    pen.text(sheet.issued, size=8, align="center")
    for label in sheet.signatures:
        pen.space(10)
        pen.rule()
        pen.text(label, size=7.5, grey=0.35)
    _foot(pen, sheet, size=6.5)
    canvas.showPage()
    canvas.save()
    return file.getvalue(), height - pen.y + margin
