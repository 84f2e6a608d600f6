"""``ferrotrace simulate``: drive trucks through the running demo company, over HTTP."""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

import click
from tqdm import tqdm

from service.commands.simulate_client import PATIENCE_S, Login, Person, RefusedError
from service.commands.simulate_plan import GRADES, TruckPlan, plan
from service.commands.simulate_tablet import Tablet
from service.commands.simulate_way import STEPS, Crew, Results, drive
from service.commands.simulate_yard import Yard

BASES = ("BASE01", "BASE02")
PLANT = "PLANT01"
FINAL_LIMIT_S = 300.0
LOOK_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Where the service answers, and who may sign in."""

    url: str
    tablets: Mapping[str, str]
    logins: tuple[Login, ...]
    patience_s: float = PATIENCE_S

    def person(self, role: str, site_id: str | None = None) -> Person:
        """Somebody of this role, signed in; of this site where one is given."""
        return Person(self.url, self._login(role, site_id), patience_s=self.patience_s)

    def tablet(self, role: str, site_id: str) -> Tablet:
        """Somebody of this role at a tablet of the site."""
        return self._tablet_of(self._login(role, site_id), site_id)

    def second_tablet(self, role: str, site_id: str) -> Tablet:
        """Another one of this role, for what one person may not do alone; else the first again."""
        return self._tablet_of(self._logins(role, site_id)[:2][-1], site_id)

    def _tablet_of(self, login: Login, site_id: str) -> Tablet:
        return Tablet(self.tablets[site_id], login, patience_s=self.patience_s)

    def _login(self, role: str, site_id: str | None) -> Login:
        return self._logins(role, site_id)[0]

    def _logins(self, role: str, site_id: str | None) -> list[Login]:
        found = [
            login
            for login in self.logins
            if login.role == role and (site_id is None or site_id in login.site_ids)
        ]
        if not found:
            where = f" at {site_id}" if site_id else ""
            raise click.ClickException(f"The demo company has no {role}{where}.")
        return found


@click.command("simulate")
@click.option("--trucks", required=True, type=click.IntRange(1, 10_000), help="How many loads.")
@click.option("--speed", default=20, show_default=True, type=click.IntRange(1, 100))
@click.option(
    "--at-once",
    default=1,
    show_default=True,
    type=click.IntRange(1, 20),
    help="Loads that are under way at each base; its deck still takes one truck at a time.",
)
@click.option(
    "--patience",
    default=PATIENCE_S,
    show_default=True,
    type=click.FloatRange(1, 3600),
    help="Seconds until a program that does not answer is given up.",
)
@click.option("--seed", default=1, show_default=True, help="The same seed drives the same trucks.")
@click.option("--wait/--no-wait", default=True, help="Wait until every document is final.")
@click.option(
    "--company",
    "company_file",
    envvar="FERROTRACE_DEMO",
    default=Path("var/demo.json"),
    show_default=True,
    type=click.Path(path_type=Path),
    help="What the running demo company wrote about itself.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    *,
    trucks: int,
    speed: int,
    at_once: int,
    patience: float,
    seed: int,
    wait: bool,
    company_file: Path,
    as_json: bool,
) -> None:
    """Drive TRUCKS loads from booking to settlement, half of them at each base.

    Only on a demo database: a real one has no simulated hardware to drive.
    """
    company = replace(read_company(company_file), patience_s=patience)
    began_s = time.monotonic()
    try:
        with _running_at(speed, company):
            results = _drive_all(company, plan(trucks, seed, BASES, GRADES), at_once)
        if results.failures:
            raise click.ClickException("\n".join(results.failures))
        final = _until_final(company, results) if wait else 0
    except RefusedError as error:
        raise click.ClickException(str(error)) from error
    totals = {
        "tickets": len(results.ticket_nos),
        "deliveries": len(results.delivery_ids),
        "settlements": len(results.settlement_nos),
        "settlement_kg": results.settlement_kg,
        "payable_fen": results.payable_fen,
        "final_documents": final,
        "seconds": round(time.monotonic() - began_s),
    }
    if as_json:
        click.echo(json.dumps(totals, indent=2))
    else:
        click.echo("\n".join(f"{name:14}{value:>16,}" for name, value in totals.items()))


def read_company(path: Path) -> Company:
    """The running demo company as it described itself in ``path``."""
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise click.ClickException(f"{path} is not there: start `make run` first.") from error
    logins = tuple(
        Login(
            username=login["username"],
            password=login["password"],
            role=login["role"],
            organisation_id=login["organisation_id"],
            site_ids=tuple(login["site_ids"]),
        )
        for login in said["logins"]
    )
    return Company(url=said["url"], tablets=said["tablets"], logins=logins)


@contextmanager
def _running_at(speed: int, company: Company) -> Iterator[None]:
    """The simulated hardware of all sites ``speed`` times as fast, at its own pace afterwards."""
    administrator = company.person("administrator")
    paths = [f"/v1/sites/{site_id}/simulator/speed" for site_id in (*BASES, PLANT)]
    try:
        for path in paths:
            administrator.put(path, {"rate": speed})
        yield
    finally:
        for path in paths:
            administrator.put(path, {"rate": 1})


def _drive_all(company: Company, trucks: Sequence[TruckPlan], at_once: int) -> Results:
    """All loads, the two bases side by side; each deck takes one truck at a time."""
    results = Results()
    plant = _plant(company)
    used = [site_id for site_id in BASES if any(truck.site_id == site_id for truck in trucks)]
    with (
        tqdm(total=len(trucks) * STEPS, unit="step", smoothing=0.05) as bar,
        ThreadPoolExecutor(len(used) * at_once) as lanes,
    ):
        crews = {site_id: _crew(company, site_id, plant) for site_id in used}

        waiting = {site_id: _queue(trucks, site_id) for site_id in used}

        def lane(site_id: str) -> None:
            with suppress(Empty):
                while True:
                    truck = waiting[site_id].get_nowait()
                    try:
                        _drive_one(truck, crews[site_id], results, bar)
                    except (RefusedError, click.ClickException) as failure:
                        name = f"{truck.site_id} truck {truck.number}"
                        results.failures.append(f"{name}: {failure}")

        for finished in list(lanes.map(lane, [*used] * at_once)):
            del finished
    return results


def _queue(trucks: Sequence[TruckPlan], site_id: str) -> SimpleQueue[TruckPlan]:
    """The loads of a base, in order."""
    queue: SimpleQueue[TruckPlan] = SimpleQueue()
    for truck in trucks:
        if truck.site_id == site_id:
            queue.put(truck)
    return queue


def _drive_one(truck: TruckPlan, crew: Crew, results: Results, bar: "tqdm[Any]") -> None:
    def told(step: str) -> None:
        bar.set_postfix_str(f"{truck.site_id} truck {truck.number} {step}")
        bar.update()

    drive(truck, crew, results, told)


def _crew(company: Company, site_id: str, plant: Yard) -> Crew:
    return Crew(
        supplier=company.person("supplier"),
        clerk=company.person("clerk"),
        approver=company.person("approver"),
        carrier_id=company.person("carrier").login.organisation_id,
        plant_id=plant.operator.login.organisation_id,
        base=Yard(
            site_id=site_id,
            operator=company.tablet("operator", site_id),
            inspector=company.tablet("inspector", site_id),
            supervisor=company.tablet("supervisor", site_id),
            hardware=company.person("operator", site_id),
        ),
        plant=plant,
    )


def _plant(company: Company) -> Yard:
    receiver = company.tablet("plant", PLANT)
    return Yard(
        site_id=PLANT,
        operator=receiver,
        inspector=receiver,
        supervisor=company.second_tablet("plant", PLANT),
        hardware=company.person("plant", PLANT),
    )


def _until_final(company: Company, results: Results) -> int:
    """How many documents the loads left behind, when every one of them is final."""
    auditor = company.person("auditor")
    waiting = list(results.subjects)
    documents = 0
    deadline_s = time.monotonic() + FINAL_LIMIT_S
    with tqdm(total=len(waiting), unit="visit", desc="on the chain") as bar:
        while waiting and time.monotonic() < deadline_s:
            found = auditor.get(waiting[0])["documents"]
            if all(document["state"] == "final" for document in found):
                documents += len(found)
                waiting.pop(0)
                bar.update()
            else:
                time.sleep(LOOK_S)
    if waiting:
        raise click.ClickException(
            f"not every document is final after {FINAL_LIMIT_S:.0f} s: {waiting[0]}"
        )
    return documents
