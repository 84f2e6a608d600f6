"""A real edge unit: the line upstream breaks at random, its program is killed, and nothing is lost.

The scale is silent here; what is logged are arrivals, calls and exits of trucks.
"""

import json
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import requests

from service.devices.edge.log_audit import audit_log
from service.devices.edge.log_key import log_key, public_bytes
from service.devices.http_client import YardSession
from tests.support.children import not_measured
from tests.support.devices import TOKEN, site_document, until
from tests.support.edge_yard import PIN, SERIES, Tablet
from tests.support.ports import free_ports
from tests.support.upstream import AFTER, BEFORE, PASSWORD, WHOLE, UpstreamServer

TRUCKS = 12


class EdgeProcess:
    """``ferrotrace edge`` with tablets, below a server; it can be killed and comes back."""

    def __init__(self, folder: Path, upstream: str) -> None:
        (lan,) = free_ports(1)
        self.store = folder / "edge.db"
        self.url = f"http://127.0.0.1:{lan}/yard/v1/"
        self._site = folder / "site.json"
        document = site_document(lan=f"127.0.0.1:{lan}", upstream=upstream)
        self._site.write_text(json.dumps(document), encoding="utf-8")
        self._environment = not_measured(
            FERROTRACE_DEVICES=str(self._site),
            FERROTRACE_EDGE_STORE=str(self.store),
            FERROTRACE_EDGE_TOKEN=TOKEN,
        )
        self.session = YardSession()

    def start(self) -> None:
        command = [sys.executable, "-m", "service", "edge", "--site", "BASE01"]
        self._process = subprocess.Popen(
            command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self.answers)

    def end(self, with_signal: signal.Signals) -> None:
        self._process.send_signal(with_signal)
        self._process.wait(timeout=60)

    def answers(self) -> bool:
        try:
            return self.session.get(self.url + "hello", timeout=10).ok
        except requests.RequestException:
            return False

    def post(self, path: str, body: dict[str, Any]) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=30)

    def queued(self) -> int:
        hello = self.session.get(self.url + "hello", timeout=10).json()
        return int(hello["upstream"]["queued"])


def signed_in(edge: EdgeProcess, tablet: Tablet) -> None:
    jwk = {"tablet_id": tablet.tablet_id, "name": "tablet", "public_jwk": tablet.jwk}
    enrolment = {"email": "u-supervisor", "password": PASSWORD, "pin": PIN, "tablet": jwk}
    until(lambda: edge.post("enrolments", enrolment).status_code == 201)
    nonce = edge.post("challenges", {}).json()["nonce"]
    given = {
        "user_id": "u-supervisor",
        "pin": PIN,
        "tablet_id": tablet.tablet_id,
        "nonce": nonce,
        "signature": tablet.sign(nonce.encode()),
    }
    assert edge.post("sessions", given).status_code == 201


def truck(edge: EdgeProcess, number: int) -> str:
    """One truck comes, is called and sent away; each step is asked for twice. Its ticket number."""
    steps: list[tuple[str, dict[str, Any]]] = [
        (
            "visit.opened",
            {
                "visit_kind": "RECEIVING",
                "plate": f"辽E2000{number % 10}",
                "supplier_id": "SU-QINGHE",
                "identified_by": "TYPED",
            },
        ),
        ("visit.called", {"place": "scale", "order": 1}),
        ("ticket.voided", {"reason": "sent away"}),
        ("visit.exited", {"at_gate": "gate"}),
    ]
    visit_id, ticket_no = f"V-{number}", ""
    for step, (kind, body) in enumerate(steps):
        asked = {
            "entry_id": f"e-{number}-{step}",
            "kind": kind,
            "body": {**body, "visit_id": visit_id},
        }
        first, again = edge.post("entries", asked), edge.post("entries", asked)
        assert (first.status_code, again.status_code) == (201, 200), first.text
        ticket_no = first.json()["body"].get("ticket_no", ticket_no)
    return ticket_no


def test_after_cuts_and_kills_everything_arrived_once_and_in_order(tmp_path: Path) -> None:
    dice = random.Random(7)  # noqa: S311 # a test repeats its bad luck
    rolling = threading.Lock()

    def fate(_path: str) -> str:
        with rolling:
            return dice.choice([WHOLE, WHOLE, BEFORE, AFTER])

    with UpstreamServer() as server:
        edge = EdgeProcess(tmp_path, server.url)
        edge.start()
        try:
            signed_in(edge, Tablet())
            server.cuts = fate
            numbers = [truck(edge, number) for number in range(TRUCKS // 2)]
            edge.end(signal.SIGKILL)
            edge.start()
            numbers += [truck(edge, number) for number in range(TRUCKS // 2, TRUCKS)]
            server.cuts = lambda _path: WHOLE
            until(lambda: edge.queued() == 0)
        finally:
            edge.end(signal.SIGTERM)
            edge.session.close()
    assert server.refusals == []
    assert [entry.entry_seq for entry in server.entries] == list(range(1, 4 * TRUCKS + 1))
    assert len({entry.entry_id for entry in server.entries}) == 4 * TRUCKS
    assert numbers == [f"{SERIES}-{number:06d}" for number in range(1, TRUCKS + 1)]
    audit = audit_log(edge.store, public_bytes(log_key(edge.store)))
    assert (audit.entries, audit.numbers, audit.differences) == (4 * TRUCKS, TRUCKS, ())
