"""Hardware of a test site: its description, and a simulator with an edge unit on free ports."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from service.devices.edge.unit import EdgeUnit
from service.devices.edge_client import EdgeClient
from service.devices.simulator.simulator import Simulator
from service.devices.site import SiteDevices, parse_site_devices
from tests.support.ports import free_ports

TOKEN = "token of the tests"


def site_document(**changes: Any) -> dict[str, Any]:
    """A simulated base with a Toledo indicator, d = e = 20 kg, Max 100 t, on free ports."""
    line, http, edge = free_ports(3)
    simulator_url = f"http://127.0.0.1:{http}"
    document = {
        "site_id": "BASE01",
        "edge_id": "EDGE-BASE01",
        "instrument": {
            "instrument_id": "SCALE-1",
            "make": "Mettler-Toledo",
            "model": "IND331",
            "serial_no": "TT-0001",
            "dialect": "toledo_cont",
            "params": {"checksum": True},
            "d_kg": 20,
            "e_kg": 20,
            "max_kg": 100_000,
            "accuracy_class": "III",
            "certificate_no": "CERT-TEST-1",
            "verified_on": "2020-01-01",
            "valid_to": "2099-12-31",
            "transport_url": f"socket://127.0.0.1:{line}",
            "simulated": True,
        },
        "cameras": {
            name: f"{simulator_url}/cameras/{name}.jpg"
            for name in ("front", "rear", "load", "gate")
        },
        "simulator_url": simulator_url,
        "listen": f"127.0.0.1:{edge}",
    }
    instrument = {**document["instrument"], **changes.pop("instrument", {})}  # type: ignore[dict-item]
    return {**document, "instrument": instrument, **changes}


def site_devices(**changes: Any) -> SiteDevices:
    """``site_document`` parsed."""
    return parse_site_devices(json.dumps(site_document(**changes)))[0]


def until(what: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Return as soon as ``what()`` holds; fails after ``within_s``."""
    deadline = time.monotonic() + within_s
    while not what():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s} s")
        time.sleep(0.01)


@dataclass
class Yard:
    """A simulator and an edge unit that run in this process."""

    site: SiteDevices
    store: Path
    rate: int = 20
    photos: Path | None = None

    def __enter__(self) -> "Yard":
        self.simulator = Simulator(self.site, rate=self.rate, photos=self.photos)
        self.simulator.start()
        self.edge = EdgeUnit(self.site, store=self.store, token=TOKEN)
        self.edge.start()
        self.client = EdgeClient(f"http://{self.site.listen}", TOKEN)
        until(lambda: self.client.state().kg == 0)
        # Three seconds at zero on the hurried clock, before the first truck.
        time.sleep(3.5 / self.rate)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.edge.stop()
        self.simulator.stop()

    def drive_on(self, kg: int, plate: str = "辽E·DEMO1") -> None:
        self.client.simulator_put("deck", {"plate": plate, "kg": kg})

    def drive_off(self) -> None:
        self.client.simulator_delete("deck")
        until(lambda: self.client.simulator_state()["phase"] == "empty")
        until(lambda: self.client.state().kg == 0)
        time.sleep(3.5 / self.rate)
