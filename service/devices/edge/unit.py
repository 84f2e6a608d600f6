"""The edge unit of one site, joined: line, scale, store and HTTP server."""

import logging
from dataclasses import dataclass
from pathlib import Path

import requests

from service.devices.clock import RatedClock
from service.devices.edge.app import create_edge_app
from service.devices.edge.captures import CaptureDesk
from service.devices.edge.commissioning import CommissioningDesk
from service.devices.edge.commissioning_store import CommissioningStore
from service.devices.edge.deck_cameras import DeckCameras
from service.devices.edge.deck_eyes import DeckEyes
from service.devices.edge.keyring import KeyRing
from service.devices.edge.promises import PromiseDesk
from service.devices.edge.reader import IndicatorReader
from service.devices.edge.scale import Scale
from service.devices.edge.sighting import sight_reader
from service.devices.edge.sqlite_file import SqliteFile
from service.devices.edge.store import CaptureStore
from service.devices.edge.yard_unit import YardSettings, YardUnit
from service.devices.http_client import YardSession
from service.devices.indicators.registry import dialect_by_name
from service.devices.server import HttpServer
from service.devices.site import SiteDevices, host_and_port
from service.domain.errors import FerrotraceError
from service.proof.promise import DEFAULT_MERGE_DELAY_S

RATE_TIMEOUT_S = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promising:
    """Folder and password file of the keys, and how long a document may take into the log."""

    keys: Path
    password_file: Path
    max_merge_delay_s: int = DEFAULT_MERGE_DELAY_S


class EdgeUnit:
    """Reads the scale of ``site``, keeps captures in the file ``store``, answers on ``listen``.

    Without ``promising`` it gives no receipts; without ``yard`` it serves no tablets. A real scale
    that nobody has commissioned (on a tablet) gives no weight either way.
    """

    def __init__(
        self,
        site: SiteDevices,
        *,
        store: Path,
        token: str,
        promising: Promising | None = None,
        yard: YardSettings | None = None,
    ) -> None:
        self._site = site
        instrument = site.instrument.instrument()
        dialect = dialect_by_name(instrument.dialect, site.instrument.params)
        self.scale = Scale(instrument, dialect, RatedClock())
        self._reader = IndicatorReader(
            self.scale,
            site.instrument.transport_url,
            dialect,
            on_connect=self._take_over_rate,
            line=site.instrument.line.model_dump(),
        )
        self._store = CaptureStore(store, site.edge_id)
        self._promises = None
        if promising is not None:
            self._promises = PromiseDesk(
                store,
                KeyRing(promising.keys, promising.password_file),
                max_merge_delay_s=promising.max_merge_delay_s,
            )
        read_plates = None if yard is None else yard.read_plates
        self._eyes = DeckEyes(self.scale, DeckCameras(site), sight_reader(site, read_plates))
        desk = CaptureDesk(site, self.scale, self._store, self._eyes)
        self.yard = self._steps = None
        if yard is None:
            self._steps = SqliteFile(store)
            CommissioningDesk(site.instrument, self.scale, CommissioningStore(self._steps))
        else:
            self.yard = YardUnit(site, self.scale, desk, yard, store=store, token=token)
        app = create_edge_app(site, self.scale, self._store, desk, self._promises, token=token)
        self.http = HttpServer(app, *host_and_port(site.listen))

    def start(self) -> None:
        """Read and answer in threads, until ``stop``."""
        self._reader.start()
        self._eyes.start()
        self.http.start()
        if self.yard is not None:
            self.yard.start()

    def stop(self) -> None:
        """Close the line, the port and the store."""
        if self.yard is not None:
            self.yard.stop()
        self.http.stop()
        self._eyes.stop()
        self._reader.stop()
        self._store.close()
        if self._steps is not None:
            self._steps.close()
        if self._promises is not None:
            self._promises.close()

    def _take_over_rate(self) -> None:
        """Run the own clock as fast as the simulator's, where the scale is a simulated one."""
        if self._site.simulator_url is None:
            return
        try:
            with YardSession() as session:
                answer = session.get(f"{self._site.simulator_url}/deck", timeout=RATE_TIMEOUT_S)
            self.scale.clock.run_at(answer.json()["rate"])
        except (requests.RequestException, ValueError, KeyError, FerrotraceError) as error:
            log.info("simulator of %s: %s", self._site.site_id, error)
