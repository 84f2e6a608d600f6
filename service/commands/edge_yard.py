"""What ``ferrotrace edge`` hands to the yard's side: tablet files, words, printer, recogniser."""

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.devices.edge.yard_unit import YardSettings


def yard_settings(
    lan: str, upstream: str | None, names: tuple[str, ...], printer: str | None = None
) -> "YardSettings":
    """The settings of the yard's side at the address ``lan``, below the server ``upstream``.

    ``printer`` is the thermal printer beside the scale. Raises PrinterAddressError.
    """
    from service.devices.edge.yard_unit import YardSettings  # noqa: PLC0415 - loads OpenCV, Flask
    from service.devices.plates import PlateReader  # noqa: PLC0415
    from service.domain.ticket_sheet import TicketSheet  # noqa: PLC0415
    from service.exchange.roll_printer import RollPrinter  # noqa: PLC0415
    from service.exchange.ticket_pdf import Paper, ticket_pdf  # noqa: PLC0415

    def print_ticket(sheet: TicketSheet, paper: str) -> bytes:
        return ticket_pdf(sheet, Paper(paper))

    web = Path(str(files("service.web")))
    return YardSettings(
        lan=lan,
        upstream=upstream,
        names=names,
        static=web / "static",
        translations=web / "translations",
        print_ticket=print_ticket,
        print_roll=RollPrinter(printer).print if printer else None,
        read_plates=PlateReader().read,
    )
