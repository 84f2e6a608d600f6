"""Tickets on the LAN: the sheet for the screen, the PDF of a print."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Literal

from flask import Response, request

from service.devices.codes import qr_rows
from service.devices.edge.lan import LanParts, language
from service.devices.edge.print_queue import PrintQueue
from service.devices.http_answers import Route, json_answer, uncached
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.ticket_sheet import TicketSheet

Paper = Literal["A4", "80MM"]
PrintTicket = Callable[[TicketSheet, str], bytes]
"""(sheet, paper) -> PDF file."""

PAPERS = ("A4", "80MM")


class PaperUnknownError(RuleBrokenError):
    """A paper on which no ticket is printed."""

    message = gettext_noop("Paper %(value)s is not one of %(limit)s.")


class LanTickets:
    """Sheets and prints; without ``print_ticket`` there is no PDF, and the browser prints."""

    def __init__(
        self,
        parts: LanParts,
        print_ticket: PrintTicket | None,
        printer: PrintQueue | None = None,
    ) -> None:
        self._parts = parts
        self._printer = printer
        self._print = print_ticket

    def routes(self) -> tuple[Route, ...]:
        return (
            ("GET", "/yard/v1/tickets/<ticket_no>", self.get_ticket),
            ("GET", "/yard/tickets/<ticket_no>.pdf", self.get_pdf),
        )

    def get_ticket(self, ticket_no: str) -> Response:
        """The ticket as it was drawn, and its sheet: the newest print with ``?print=1``.

        ``qr`` is the signed receipt, "" where there is none, ``qr_rows`` the code of it;
        ``prints`` what the printer beside the scale made of its copies since the unit started.
        """
        is_print = request.args.get("print") == "1"
        tickets = self._parts.tickets
        document = self._parts.yard.read(lambda book: tickets.document(ticket_no, book))
        sheet = self._sheet(ticket_no, is_print=is_print)
        jobs = () if self._printer is None else self._printer.jobs_of(ticket_no)
        answer = {
            **document,
            "qr": sheet.qr_text,
            "qr_rows": qr_rows(sheet.qr_text),
            "prints": [asdict(job) for job in jobs],
            "sheet": sheet.document(),
        }
        return json_answer(answer)

    def get_pdf(self, ticket_no: str) -> Response:
        """The newest print of a ticket; it was counted by its entry ``ticket.printed``."""
        paper = request.args.get("paper", "A4")
        if paper not in PAPERS:
            raise PaperUnknownError(field="paper", value=paper[:16], limit=", ".join(PAPERS))
        if self._print is None:
            raise NotFoundError(field="paper", what="printer", key=paper)
        data = self._print(self._sheet(ticket_no, is_print=True), paper)
        answer = Response(data, mimetype="application/pdf")
        answer.headers["Content-Disposition"] = f'inline; filename="{ticket_no}.pdf"'
        return uncached(answer)

    def _sheet(self, ticket_no: str, *, is_print: bool) -> TicketSheet:
        asked = request.args.get("language")
        reader = asked if asked in {"zh", "en"} else language()
        sheet: TicketSheet = self._parts.yard.read(
            lambda book: self._parts.tickets.sheet(
                ticket_no, book, language=reader, is_print=is_print
            )
        )
        return sheet
