"""The simulator of one site, joined: deck, line, cameras, yard outputs and their HTTP server."""

from pathlib import Path

from service.devices.clock import RatedClock
from service.devices.http_answers import answering_app
from service.devices.indicators.registry import dialect_by_name
from service.devices.server import HttpServer
from service.devices.simulator.app import Hardware, SimulatorApi
from service.devices.simulator.board import YardBoard
from service.devices.simulator.cameras import DisplayInView, Gate, SceneCameras
from service.devices.simulator.cells import Cells
from service.devices.simulator.deck import Deck
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.line import IndicatorLine, Line
from service.devices.simulator.modbus_line import ModbusLine
from service.devices.site import SiteDevices, host_and_port
from service.domain.errors import ConflictError, gettext_noop

MODBUS_TCP = "modbus_tcp"


class NotSimulatedError(ConflictError):
    """A site whose record says that its scale is a real one."""

    message = gettext_noop("The scale of %(value)s is %(limit)s: nothing to simulate.")


class Simulator:
    """Starts on the addresses of the site's record; port 0 there picks a free one.

    ``noise_kg``: the load cells' noise, ± kg before rounding to d.
    """

    def __init__(
        self,
        site: SiteDevices,
        *,
        rate: int = 1,
        photos: Path | None = None,
        seed: int = 0,
        noise_kg: int = 0,
    ) -> None:
        if site.simulator_url is None:
            raise NotSimulatedError(field="site_id", value=site.site_id, limit="real")
        instrument = site.instrument.instrument()
        self.clock = RatedClock(rate)
        cells = Cells(seed=seed, noise_kg=noise_kg)
        self.deck = Deck(self.clock, d_kg=instrument.d_kg, cells=cells)
        dialect = dialect_by_name(instrument.dialect, site.instrument.params)
        self.indicator = Indicator(dialect, instrument, self.deck, self.clock, seed=seed)
        self.line = line_of(self.indicator, self.clock, site.instrument.transport_url)
        self.board = YardBoard(site, self.deck)
        gate = Gate()
        self.cameras = SceneCameras(
            self.deck,
            gate,
            photos=photos,
            seed=seed,
            display=DisplayInView(
                nonce=lambda: self.board.shown.nonce, cameras=site.display_cameras
            ),
        )
        hardware = Hardware(
            deck=self.deck,
            gate=gate,
            indicator=self.indicator,
            line=self.line,
            cameras=self.cameras,
            board=self.board,
            clock=self.clock,
            noise_kg=noise_kg,
        )
        app = answering_app(__name__, SimulatorApi(hardware).routes())
        self.http = HttpServer(app, *host_and_port(site.simulator_url))
        self.line_port = 0

    def start(self) -> None:
        """Speak and answer in threads, until ``stop``."""
        self.line_port = self.line.start()
        self.board.start()
        self.http.start()

    def stop(self) -> None:
        """Close all ports."""
        self.http.stop()
        self.board.stop()
        self.line.stop()


def line_of(indicator: Indicator, clock: RatedClock, url: str) -> Line:
    """Return the line of the dialect; Modbus TCP has frames of its own, all others are bytes."""
    if indicator.dialect.name == MODBUS_TCP:
        return ModbusLine(indicator, url)
    return IndicatorLine(indicator, clock, url)
