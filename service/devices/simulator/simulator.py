"""The simulator of one site, joined: deck, line, cameras and their HTTP server."""

from pathlib import Path

from service.devices.clock import RatedClock
from service.devices.http_answers import answering_app
from service.devices.indicators.registry import dialect_by_name
from service.devices.server import HttpServer
from service.devices.simulator.app import SimulatorApi
from service.devices.simulator.cameras import Gate, SceneCameras
from service.devices.simulator.deck import Deck
from service.devices.simulator.line import IndicatorLine
from service.devices.site import SiteDevices, host_and_port
from service.domain.errors import ConflictError, gettext_noop


class NotSimulatedError(ConflictError):
    """A site whose record says that its scale is a real one."""

    message = gettext_noop("The scale of %(value)s is %(limit)s: nothing to simulate.")


class Simulator:
    """Starts on the addresses of the site's record; port 0 there picks a free one."""

    def __init__(
        self, site: SiteDevices, *, rate: int = 1, photos: Path | None = None, seed: int = 0
    ) -> None:
        if site.simulator_url is None:
            raise NotSimulatedError(field="site_id", value=site.site_id, limit="real")
        instrument = site.instrument.instrument()
        self._line_address = host_and_port(site.instrument.transport_url)
        self.clock = RatedClock(rate)
        self.deck = Deck(self.clock, d_kg=instrument.d_kg)
        dialect = dialect_by_name(instrument.dialect, site.instrument.params)
        self.line = IndicatorLine(dialect, instrument, self.deck, self.clock)
        gate = Gate()
        cameras = SceneCameras(self.deck, gate, photos=photos, seed=seed)
        api = SimulatorApi(self.deck, gate, self.line, cameras, self.clock)
        app = answering_app(__name__, api.routes())
        self.http = HttpServer(app, *host_and_port(site.simulator_url))
        self.line_port = 0

    def start(self) -> None:
        """Stream and answer in threads, until ``stop``."""
        self.line_port = self.line.start(*self._line_address)
        self.http.start()

    def stop(self) -> None:
        """Close both ports."""
        self.http.stop()
        self.line.stop()
