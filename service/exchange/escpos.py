"""A weighing ticket in ESC/POS, for thermal printers with 80 mm paper (48 columns of font A).

Chinese is sent in the printer's two-byte mode (``FS &``, GB 18030); the QR code is drawn by the
printer itself (``GS ( k``). What comes out are bytes for a socket, a serial line or a spooler.
"""

import unicodedata
from collections.abc import Iterator

from escpos.constants import QR_ECLEVEL_L
from escpos.printer import Dummy

from service.domain.ticket_sheet import SheetLine, TicketSheet

COLUMNS = 48
ENCODING = "gb18030"
_CHINESE_MODE = b"\x1c&"
_WIDE = frozenset("WF")
_QR_MODULE = 5
"""Width of a module in dots of 1/8 mm: a code of version 17 is 58 mm wide."""
_LABEL_COLUMNS = 14


def ticket_escpos(sheet: TicketSheet) -> bytes:
    """The sheet as the bytes that an ESC/POS printer takes."""
    printer = Dummy()
    printer.hw("INIT")
    printer._raw(_CHINESE_MODE)  # noqa: SLF001 - the library sends no Chinese of its own
    _head(printer, sheet)
    for box in sheet.boxes:
        _write(printer, columns(box.label, box.weight), bold=True)
        if box.notes:
            _write(printer, " · ".join(box.notes))
    for section in sheet.sections:
        _write(printer, "")
        _write(printer, section.title, bold=True)
        _write(printer, "-" * COLUMNS)
        for line in section.lines:
            _write(printer, *_lines(line), bold=line.strong)
    _write(printer, "")
    _code(printer, sheet)
    for label in sheet.signatures:
        _write(printer, "", "", "_" * COLUMNS, label)
    _write(printer, *sheet.notes, sheet.target_hash)
    printer.cut()
    return bytes(printer.output)


def _head(printer: Dummy, sheet: TicketSheet) -> None:
    printer.set(align="center")
    _write(printer, f"{sheet.issuer} · {sheet.site}")
    printer.set(align="center", bold=True, double_width=True, double_height=True)
    _send(printer, sheet.title)
    printer.set(align="center", bold=True, normal_textsize=True)
    _send(printer, sheet.ticket_no)
    printer.set(align="center", bold=False)
    _write(printer, sheet.edition)
    _write(printer, *sheet.marks, bold=True)
    printer.set(align="left")
    _write(printer, "-" * COLUMNS)


def _code(printer: Dummy, sheet: TicketSheet) -> None:
    printer.set(align="center")
    if sheet.qr_text:
        printer.qr(sheet.qr_text, ec=QR_ECLEVEL_L, size=_QR_MODULE, native=True)
        _write(printer, "", sheet.scan)
    if sheet.code:
        _write(printer, f"{sheet.code_label} {sheet.code}", bold=True)
        _write(printer, *_folded(sheet.code_note, COLUMNS))
    _write(printer, sheet.issued)
    printer.set(align="left")


def _lines(line: SheetLine) -> Iterator[str]:
    """A fact as lines: a figure at the right, else the value in a column of its own."""
    if line.figure:
        yield columns(line.label, line.value)
        return
    values = list(_folded(line.value, COLUMNS - _LABEL_COLUMNS - 1))
    label = line.label
    if wide(label) > _LABEL_COLUMNS:
        yield label
        label = ""
    for value in values:
        yield f"{label}{' ' * (_LABEL_COLUMNS + 1 - wide(label))}{value}"
        label = ""


def columns(left: str, right: str) -> str:
    """``left`` and ``right`` at the two edges; on lines of their own where they do not fit."""
    free = COLUMNS - wide(left) - wide(right)
    if free < 1:
        return f"{left}\n{' ' * max(0, COLUMNS - wide(right))}{right}"
    return f"{left}{' ' * free}{right}"


def wide(text: str) -> int:
    """How many columns ``text`` takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in _WIDE else 1 for each in text)


def _folded(text: str, limit: int) -> Iterator[str]:
    """``text`` in lines of at most ``limit`` columns."""
    line = ""
    for character in text:
        if wide(line + character) > limit:
            yield line.rstrip()
            line = ""
        line += character
    yield line


def _write(printer: Dummy, *lines: str, bold: bool = False) -> None:
    printer.set(bold=bold)
    for line in lines:
        _send(printer, line)


def _send(printer: Dummy, line: str) -> None:
    sent = line.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", " ")
    printer._raw(sent.encode(ENCODING) + b"\n")  # noqa: SLF001 - see above
