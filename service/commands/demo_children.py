"""The programs of the demo company, each with just the settings that it needs."""

import sys
from collections.abc import Mapping
from pathlib import Path

import requests

from service.chain.loopback import HOST
from service.commands.demo_files import DemoSecrets
from service.commands.demo_sites import SCALES, url
from service.jobs.supervisor import Child

WEB_THREADS = 8
_LOOK_TIMEOUT_S = 2.0


def site_children(
    var_dir: Path, ports: Mapping[str, int], secrets: DemoSecrets, photos: Path | None
) -> list[Child]:
    """For each site the simulated hardware and the edge unit that reads it."""
    children = []
    devices = {"FERROTRACE_DEVICES": str(var_dir / "sites" / "sites.json")}
    pictures = {"FERROTRACE_PHOTOS": str(photos)} if photos else {}
    for seed, scale in enumerate(SCALES):
        site_id = scale.site_id
        children.append(
            Child(
                name=f"simulator-{site_id}",
                command=_ferrotrace("simulator", "--site", site_id, "--seed", str(seed)),
                environment={**devices, **pictures},
                ready=_Answers(f"{url(ports, site_id, 'simulator')}/deck"),
            )
        )
        edge_only = {
            "FERROTRACE_EDGE_TOKEN": secrets.token_of(site_id),
            "FERROTRACE_EDGE_STORE": str(var_dir / "sites" / f"{site_id}.sqlite3"),
            "FERROTRACE_EDGE_KEYS": str(var_dir / "sites" / f"{site_id}.keys"),
            "FERROTRACE_EDGE_KEYS_PASSWORD": str(var_dir / "sites" / f"{site_id}.password"),
        }
        children.append(
            Child(
                name=f"edge-{site_id}",
                command=_ferrotrace("edge", "--site", site_id),
                environment={**devices, **edge_only},
                ready=_Answers(f"{url(ports, site_id, 'edge')}/healthz"),
            )
        )
    return children


def service_children(
    settings: Mapping[str, str], account: Mapping[str, str], *, port: int, metrics_port: int
) -> list[Child]:
    """Web and worker; what leads to the key that anchors goes to the worker alone."""
    web = Child(
        name="web",
        command=_ferrotrace("web", "--bind", f"{HOST}:{port}", "--threads", str(WEB_THREADS)),
        environment=settings,
        ready=_Answers(f"http://{HOST}:{port}/readyz"),
    )
    worker = Child(
        name="worker",
        command=_ferrotrace("worker", "--metrics", f"{HOST}:{metrics_port}"),
        environment={**settings, **account},
        ready=_Answers(f"http://{HOST}:{metrics_port}/metrics"),
    )
    return [web, worker]


class _Answers:
    """Whether an address answers a plain request with success."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __call__(self) -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False  # a proxy cannot reach this machine's own programs
                return session.get(self._address, timeout=_LOOK_TIMEOUT_S).ok
        except requests.RequestException:
            return False


def _ferrotrace(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "service", *arguments)
