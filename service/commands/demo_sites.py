"""The hardware of the demo company: two bases and the yard of the plant, all simulated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from service.chain.loopback import HOST

CAMERAS = ("front", "rear", "load", "gate")
COILS = ("entry_barrier", "exit_barrier", "entry_red", "entry_green", "exit_red", "exit_green")
VERIFIED_FOR = timedelta(days=364)  # JJG 539: a vehicle scale is verified every year
WITHOUT_HISTORY = ("C3", "C6", "C7", "C10", "C12", "C13", "C14", "C15", "C17")
"""Controls that rest on history or on other sites: a new demo company has neither."""

PORTS_OF_SITE = ("line", "simulator", "board", "edge", "tablet")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoScale:
    """A simulated scale: where it stands and which indicator it plays."""

    site_id: str
    dialect: str
    make: str
    model: str
    serial_no: str


SCALES = (
    DemoScale(
        site_id="BASE01",
        dialect="toledo_cont",
        make="Mettler Toledo",
        model="IND246",
        serial_no="SIM-0001",
    ),
    DemoScale(
        site_id="BASE02",
        dialect="yaohua_tf0",
        make="Yaohua",
        model="XK3190-A9",
        serial_no="SIM-0002",
    ),
    DemoScale(
        site_id="PLANT01",
        dialect="toledo_cont",
        make="Mettler Toledo",
        model="IND246",
        serial_no="SIM-0003",
    ),
)


def port_names() -> list[str]:
    """Names of all ports that the sites need, such as ``BASE01.edge``."""
    return [f"{scale.site_id}.{part}" for scale in SCALES for part in PORTS_OF_SITE]


def url(ports: Mapping[str, int], site_id: str, part: str) -> str:
    """Address of the simulator of a site, of its edge unit, or of its tablets."""
    return f"http://{HOST}:{ports[f'{site_id}.{part}']}"


def site_devices(
    ports: Mapping[str, int], *, verified_on: date, upstream: str
) -> list[dict[str, Any]]:
    """Site records in the form of ``service.devices.site``, verified for one year.

    ``upstream`` is the address of the server above the edge units.
    """
    return [{**_site(scale, ports, verified_on), "upstream": upstream} for scale in SCALES]


def _site(scale: DemoScale, ports: Mapping[str, int], verified_on: date) -> dict[str, Any]:
    site_id = scale.site_id
    simulator = url(ports, site_id, "simulator")
    return {
        "site_id": site_id,
        "edge_id": f"EDGE-{site_id}",
        "instrument": {
            "instrument_id": f"WB-{site_id}",
            "make": scale.make,
            "model": scale.model,
            "serial_no": scale.serial_no,
            "dialect": scale.dialect,
            "params": {},
            "d_kg": 20,
            "e_kg": 20,
            "max_kg": 100_000,
            "accuracy_class": "III",
            "certificate_no": f"DEMO-{verified_on.year}-{scale.serial_no}",
            "verified_on": verified_on.isoformat(),
            "valid_to": (verified_on + VERIFIED_FOR).isoformat(),
            "transport_url": f"socket://{HOST}:{ports[f'{site_id}.line']}",
            "simulated": True,
        },
        "cameras": {camera: f"{simulator}/cameras/{camera}.jpg" for camera in CAMERAS},
        "gate_camera": "gate",
        "display_cameras": ["rear"],
        "simulator_url": simulator,
        "outputs": {
            "address": f"{HOST}:{ports[f'{site_id}.board']}",
            "coils": {name: coil for coil, name in enumerate(COILS)},
            "display": {"register": 0, "nonce_register": 40},
            "voice_register": 100,
        },
        "beams": {
            "address": f"{HOST}:{ports[f'{site_id}.board']}",
            "front": 0,
            "back": 1,
            "loop": 2,
        },
        "listen": f"{HOST}:{ports[f'{site_id}.edge']}",
        "unattended_may_be_unknown": list(WITHOUT_HISTORY),
        "lan": f"{HOST}:{ports[f'{site_id}.tablet']}",
    }
