"""A yard with a tablet: server, edge unit and simulator are programs, on cables to be pulled."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import select

from service.devices.edge.document import instrument_document
from service.devices.edge_client import EdgeClient
from service.domain.errors import FerrotraceError
from service.domain.instants import business_date
from service.domain.weighing import Instrument
from service.storage.edge_entry import entries_between
from service.storage.sight import marks_of
from service.storage.tables import visit
from service.storage.versions import ticket_now
from service.storage.visit import open_visits_of_plate
from service.storage.weighing import weighings_of
from service.usecases import demo_company
from service.usecases.booking import CreateBooking, create_booking
from service.usecases.control_policy import SetControlPolicy, set_control_policy
from service.usecases.hazard import StopLoad, stop_load
from service.usecases.register import SetVehicle, set_vehicle
from service.usecases.visit_flow import ExitVisit, exit_visit
from tests.support.cable import Cable, cable_to
from tests.support.children import not_measured
from tests.support.company import Company, instrument_of
from tests.support.devices import TOKEN, site_document, until
from tests.support.ports import free_ports

ROOT = Path(__file__).parents[2]
SITE = "BASE01"
ELSEWHERE = "BASE02"
EDGE = "EDGE-BASE01"
LAST_SEQ = 1_000_000
STARTS_WITHIN_S = 120.0
STOPS_WITHIN_S = 60
RATE = 20
"""How many times faster than true time the simulated yard goes: a window of 5 s takes 0.25 s."""

ZERO_MS = 3_500


class Server:
    """``ferrotrace web`` of a company whose database is at ``url``; it can be killed, and again."""

    def __init__(self, folder: Path, url: str) -> None:
        (self.port,) = free_ports(1)
        self._said = folder / "web.txt"
        edges = folder / "edges.json"
        edges.write_text(json.dumps({SITE: {"url": "http://127.0.0.1:9", "token": TOKEN}}))
        self._environment = not_measured(
            FERROTRACE_VAR=str(folder),
            FERROTRACE_DATABASE_URL=url,
            FERROTRACE_SECRET_KEY="a key of the tests",  # of a company that lives for minutes
            FERROTRACE_EDGES=str(edges),
        )
        self.start()

    def start(self) -> None:
        """Start it; it answers some seconds later."""
        with self._said.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service", "web", "--bind", f"127.0.0.1:{self.port}"],
                cwd=ROOT,
                env=self._environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def kill(self) -> None:
        """As a power cut does: no process of it gets to say goodbye."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=STOPS_WITHIN_S)

    def answers(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=10).ok
        except requests.RequestException:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class TabletYard:
    """``tablet`` is the cable between tablet and edge unit, ``upstream`` that to ``server``."""

    address: str
    tablet: Cable
    upstream: Cable
    server: Server
    edge: EdgeClient
    company: Company

    def book(self, plate: str, material: str = "heavy") -> str:
        """A supplier announces a truck for today; the number of the booking."""
        command = CreateBooking(
            site_id=SITE,
            plate=plate,
            supplier_id=demo_company.SUPPLIERS[0],
            carrier_id=demo_company.CARRIER,
            material=material,
            expected_on=today(),
        )
        return create_booking(
            command, self.company.people["supplier"], self.company.deps
        ).booking_no

    def permit(self, plate: str, legal_max_kg: int) -> None:
        """The register says what ``plate`` may weigh."""
        command = SetVehicle(plate=plate, legal_max_kg=legal_max_kg)
        set_vehicle(command, self.company.people["operator"], self.company.deps)

    def stop(self, plate: str) -> None:
        """A supervisor stops the load of ``plate`` at the server: it may hold a hazard."""
        deps = self.company.deps
        with deps.db.transaction() as tx:
            (visit,) = open_visits_of_plate(tx, plate)
        seen = StopLoad(visit_id=visit.visit_id, reason="a gas cylinder between the plates")
        stop_load(seen, self.company.people["supervisor"], deps)

    def counted(self, plate: str) -> list[tuple[str, int]]:
        """Pass and kg of the weighings of ``plate`` that count at the server."""
        with self.company.deps.db.transaction() as tx:
            visits = open_visits_of_plate(tx, plate)
            rows = [row for visit in visits for row in weighings_of(tx, visit.visit_id)]
        return [(row.weighing_pass, row.kg) for row in rows]

    def ticketed(self, plate: str) -> list[int]:
        """Accepted kg of the tickets of ``plate`` that are on record at the server."""
        query = select(ticket_now.c.accepted_kg).join(
            visit, visit.c.visit_id == ticket_now.c.visit_id
        )
        with self.company.deps.db.transaction() as tx:
            return list(tx.execute(query.where(visit.c.plate == plate)).scalars())

    def cards(self, plate: str) -> list[str | None]:
        """The cards that came with the weighings of ``plate`` that count at the server."""
        with self.company.deps.db.transaction() as tx:
            visits = open_visits_of_plate(tx, plate)
            rows = [row for visit in visits for row in weighings_of(tx, visit.visit_id)]
            return [marks_of(tx, row.weighing_id).card_no for row in rows]

    def held(self) -> list[str]:
        """Which entries the server's rules refused, and why."""
        with self.company.deps.db.transaction() as tx:
            rows = entries_between(tx, EDGE, 1, LAST_SEQ)
        return [f"{row.kind} {row.code} {row.message_values}" for row in rows if row.code]

    def uploaded(self, plate: str) -> int:
        """How many entries about the newest visit of ``plate`` the server has applied."""
        with self.company.deps.db.transaction() as tx:
            rows = entries_between(tx, EDGE, 1, LAST_SEQ)
        bodies = [json.loads(row.envelope)["body"] for row in rows if row.outcome == "applied"]
        visits = [each["visit_id"] for each in bodies if each.get("plate") == plate]
        return sum(each.get("visit_id") == visits[-1] for each in bodies) if visits else 0

    def drive_on(self, kg: int, plate: str = "辽E10001") -> None:
        self.drive_on_together({plate: kg})

    def drive_on_together(self, trucks: Mapping[str, int]) -> None:
        """All of ``trucks`` (kg by plate) stand on the deck, one behind the other."""
        vehicles = [{"plate": plate, "kg": kg} for plate, kg in trucks.items()]
        self.edge.simulator_put("deck", {"vehicles": vehicles})

    def drive_off_alone(self, plate: str) -> None:
        """One of the trucks on the deck leaves."""
        self.edge.simulator_delete(f"deck?plate={plate}")

    def drive_off(self) -> None:
        """Return once the deck has stood empty long enough for the next truck."""
        self.edge.simulator_delete("deck")
        until(lambda: self.edge.simulator_state()["phase"] == "empty")
        until(lambda: self.edge.state().kg == 0)
        time.sleep(ZERO_MS / 1000 / RATE)


def today() -> date:
    return business_date(datetime.now(UTC))


@contextmanager
def tablet_yard(company: Company, url: str, folder: Path) -> Iterator[TabletYard]:
    """BASE01 of ``company``, whose database is at ``url``, with its scale, edge unit and cables;
    files lie in ``folder``."""
    company = replace(company, deps=replace(company.deps, now=lambda: datetime.now(UTC)))
    with ExitStack() as stack:
        server = Server(folder, url)
        stack.callback(server.kill)
        upstream = stack.enter_context(cable_to(server.port))
        (lan,) = free_ports(1)
        document = _site()
        devices = folder / "devices.json"
        devices.write_text(json.dumps(document))
        common = ["--site", SITE, "--devices", str(devices)]
        stack.enter_context(_program(folder, "simulator", *common, "--rate", str(RATE)))
        above = f"http://127.0.0.1:{upstream.port}"
        own = ["--store", str(folder / "edge.db"), "--token", TOKEN]
        tablets = ["--lan", f"127.0.0.1:{lan}", "--upstream", above]
        stack.enter_context(_program(folder, "edge", *common, *own, *tablets))
        edge = EdgeClient(f"http://{document['listen']}", TOKEN)
        until(lambda: _answers(edge), within_s=STARTS_WITHIN_S)
        until(server.answers, within_s=STARTS_WITHIN_S)
        tablet = stack.enter_context(cable_to(lan))
        yield TabletYard(
            address=f"http://127.0.0.1:{tablet.port}/yard/",
            tablet=tablet,
            upstream=upstream,
            server=server,
            edge=edge,
            company=company,
        )


def verified_instrument(site_id: str, *, simulated: bool = True) -> Instrument:
    """The scale of a site, verified whenever these tests run."""
    scale = instrument_of(site_id, simulated=simulated)
    return replace(scale, verified_on=date(2020, 1, 1), valid_to=date(2099, 12, 31))


def be_strict(company: Company) -> None:
    """At the site of the tablet one tare makes a history, so that one truck before is enough."""
    limits = {"C7": {"limits": {"least_history": 1}}, "C8": {"limits": {"shortest_s": 0}}}
    command = SetControlPolicy(site_id=SITE, policy=limits, reason="few trucks")
    set_control_policy(command, company.people["administrator"], company.deps)


def known_truck(company: Company, tare_kg: int) -> str:
    """Plate of a truck that was weighed elsewhere some hours ago, ``tare_kg`` empty."""
    company.clock.forward(datetime.now(UTC) - timedelta(hours=3) - company.clock())
    truck = company.receive(site_id=ELSEWHERE, tare_kg=tare_kg)
    leaving = ExitVisit(visit_id=truck.visit.visit_id, at_gate="gate 1")
    exit_visit(leaving, company.people["operator"], company.deps)
    return truck.visit.plate


def _site() -> dict[str, object]:
    facts = instrument_document(verified_instrument(SITE))
    return site_document(instrument={name: facts[name] for name in facts if name != "min_kg"})


@contextmanager
def _program(folder: Path, command: str, *arguments: str) -> Iterator[None]:
    """``ferrotrace COMMAND`` as a process of its own until the block ends."""
    with (folder / f"{command}.txt").open("wb") as said:
        child = subprocess.Popen(
            [sys.executable, "-m", "service", command, *arguments],
            cwd=ROOT,
            env=not_measured(PYTHONUNBUFFERED="1"),
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
        finally:
            child.terminate()
            child.wait(timeout=STOPS_WITHIN_S)


def _answers(edge: EdgeClient) -> bool:
    try:
        return edge.state().kg == 0
    except FerrotraceError:
        return False
