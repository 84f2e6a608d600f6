"""One load from booking to settlement as the running service sees it: requests and jobs.

Requests come over HTTP with an Idempotency-Key, jobs are the worker's own. Nothing is kept in
memory between two of them but the settings, so that any of them may be the first after a kill.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from service.bootstrap.evidence import anchorage
from service.commands.worker import Anchoring
from service.config import read_settings
from service.domain.weighing import WeighingPass
from service.storage import batches
from service.storage.chain_task import corrections_on_chain
from service.storage.trail import TASKS, StepRow
from service.usecases import demo_company
from service.usecases.correction import CorrectTicket, correct_ticket
from service.usecases.grade import propose_pending
from service.usecases.key_keeping import keep_keys
from service.usecases.promise import ask_again
from service.web.app import create_app
from service.web.context import Outside
from tests.support.company import START, YEARS_S, company_on
from tests.support.pictures import heap_jpeg
from tests.support.registry_on_chain import ANCHORER_KEY, RegistryOnChain

PASSWORD = "correct horse"
STILL_RUNNING = "IdempotencyRunning"
CREATED = 201
ROUNDS = 40
PAUSE_S = 0.05

Answers = Mapping[str, Any]


class HandClock:
    """Stands still until it is set forward, so that each life of a process sees the same times."""

    def __init__(self) -> None:
        self.elapsed = timedelta(0)

    def __call__(self) -> datetime:
        return START + self.elapsed

    def forward(self) -> None:
        self.elapsed += timedelta(seconds=2)


class Service:
    """Web and worker of the demo company on one database, one chain and one folder."""

    def __init__(self, url: str, chain: RegistryOnChain, folder: Path) -> None:
        """Move in where nobody lives yet."""
        self.chain = chain
        self.clock = HandClock()
        self.company = company_on(url, registry=chain.client.address)
        self.scales = self.company.scales
        for scale in self.scales.values():
            scale.now = self.clock
        self.deps = replace(self.company.deps, now=self.clock, merge_delay_s=YEARS_S)
        self.settings = read_settings(
            {
                "FERROTRACE_VAR": str(folder),
                "FERROTRACE_DATABASE_URL": url,
                "FERROTRACE_SECRET_KEY": "a secret of the tests, long enough to sign with",
                "FERROTRACE_RPC_URL": chain.rpc_url,
                "FERROTRACE_REGISTRY": chain.client.address,
                "FERROTRACE_ANCHOR_KEY": ANCHORER_KEY,
                "FERROTRACE_ISSUER_NAME": self.deps.issuer.name,
                "FERROTRACE_ISSUER_LOCATION": self.deps.issuer.location,
            }
        )
        outside = Outside(
            verify=lambda _bundle, _audience: {},
            chain_answers=lambda: True,
            is_migrated=lambda: True,
        )
        self.app = create_app(self.deps, self.settings, outside)
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """Leave the database; the next request comes back to it."""
        self.deps.db.close()

    def sign_in(self, *usernames: str) -> None:
        for username in usernames:
            given = {"email": username, "password": PASSWORD}
            answer = self.app.test_client().post("/v1/session", json=given)
            self._tokens[username] = answer.get_json()["auth_token"]

    def post(self, username: str, path: str, body: Any, *, key: str) -> bytes:
        """The answer to the request; a predecessor that is just dying is waited for."""
        headers = {"Idempotency-Key": key, "Authentication-Token": self._tokens[username]}
        given = (
            {"data": body, "content_type": "image/jpeg"}
            if isinstance(body, bytes)
            else {"json": body}
        )
        for _ in range(ROUNDS):
            answer = self.app.test_client().post(path, headers=headers, **given)
            if answer.status_code == CREATED:
                return answer.get_data()
            assert STILL_RUNNING in answer.get_data(as_text=True), answer.get_data(as_text=True)
            time.sleep(PAUSE_S)
        raise AssertionError(f"{path} is still running")

    def keep_keys(self) -> bytes:
        chain = anchorage(self.settings)
        with chain.registry:
            keep_keys(self.deps, chain)
        return b"null"

    def propose(self) -> bytes:
        propose_pending(self.deps)
        return b"null"

    def anchor(self) -> bytes:
        """One run of the worker's job."""
        chain = anchorage(self.settings)
        with chain.registry:
            ask_again(self.deps)
            Anchoring(self.settings, self.deps, chain)()
        return b"null"

    def correct(self) -> None:
        """The supervisor corrects the ticket; the worker will revoke the first one."""
        with self.deps.db.transaction() as tx:
            query = "SELECT ticket_no FROM ticket WHERE status = 'issued'"
            (ticket_no,) = tx.exec_driver_sql(query).scalars()
        command = CorrectTicket(ticket_no=ticket_no, reason="dirt was entered twice")
        correct_ticket(command, self.company.people["supervisor"], self.deps)

    def mine(self) -> None:
        """The chain includes what it was sent; it mines nothing by itself here."""
        self.chain.client.rpc.call("anvil_mine", "0x1")

    def anchor_everything(self) -> None:
        """Run the worker until every document is final, and every revocation."""
        steps: list[StepRow] = []
        for _ in range(ROUNDS):
            self.clock.forward()
            self.anchor()
            self.mine()
            with self.deps.db.transaction() as tx:
                steps = batches.states(tx) + TASKS.states(tx)
                waiting = batches.pending_entries(tx, limit=1) or corrections_on_chain(tx)
                if {step.state for step in steps} == {"final"} and not waiting:
                    return
        raise AssertionError(f"not everything became final: {steps}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something the service is asked to do; ``before`` is what happens outside of it first.

    Steps that run the same lines of the product say the same of what the service ``does``.
    """

    name: str
    does: str
    work: Callable[[Service, Answers], bytes]
    before: Callable[[Service], None] = field(default=lambda _service: None)


def _request(
    name: str,
    username: str,
    path: str,
    body: Callable[[Answers], Any] | None = None,
    before: Callable[[Service], None] = lambda _service: None,
) -> Step:
    """A POST; ``{step.member}`` in the path is taken from an earlier answer."""

    def work(service: Service, answers: Answers) -> bytes:
        address = path.format_map(answers)
        content = None if body is None else body(answers)
        return service.post(username, address, content, key=_key("request", name))

    return Step(name=name, does=name, work=work, before=before)


def _key(kind: str, name: str) -> str:
    return f"{kind} {name}".replace(" ", "-")


def _weighing(name: str, username: str, visit: str, site_id: str, which: str, kg: int) -> Step:
    """A weighing whose capture the edge unit has already: it does not die with the service."""

    def before(service: Service) -> None:
        service.scales[site_id].kg = kg
        service.scales[site_id].capture(capture_id, WeighingPass(which))

    capture_id = _key("capture", name)
    body = {"weighing_pass": which, "capture_id": capture_id}
    path = f"/v1/visits/{{{visit}[visit_id]}}/weighings"
    return replace(_request(name, username, path, lambda _: body, before), does="weigh")


def _arrival(name: str, username: str, **body: str) -> Step:
    return _request(name, username, "/v1/visits", lambda _: body)


def _anchoring(
    name: str, before: Callable[[Service], None] = lambda _service: None
) -> tuple[Step, Step]:
    """The worker sends a batch; the chain mines it; the worker follows it to its end."""

    def anchor(service: Service, _answers: Answers) -> bytes:
        return service.anchor()

    sent = Step(name=f"{name} sent", does="anchor", work=anchor, before=before)
    followed = Step(name=f"{name} followed", does="anchor", work=anchor, before=Service.mine)
    return sent, followed


STORY: tuple[Step, ...] = (
    Step(name="keys", does="keep keys", work=lambda service, _: service.keep_keys()),
    _request(
        "booking",
        "supplier",
        "/v1/bookings",
        lambda _: {
            "site_id": "BASE01",
            "plate": "辽EDEMO1",
            "supplier_id": demo_company.SUPPLIERS[0],
            "carrier_id": demo_company.CARRIER,
            "material": "重型废钢",
            "expected_on": "2026-11-20",
        },
    ),
    _request(
        "arrival",
        "operator",
        "/v1/visits",
        lambda a: {"site_id": "BASE01", "kind": "RECEIVING", "code": a["booking"]["code"]},
    ),
    _weighing("gross", "operator", "arrival", "BASE01", "gross", 48_620),
    _request(
        "photograph",
        "inspector",
        "/v1/visits/{arrival[visit_id]}/photographs",
        lambda _: heap_jpeg(),
    ),
    Step(name="proposal", does="propose", work=lambda service, _: service.propose()),
    _request(
        "decision",
        "inspector",
        "/v1/visits/{arrival[visit_id]}/grade-decisions",
        lambda _: {"grade": "HRS101", "shares": {"HRS101": 10_000}, "inclusions_bp": 120},
    ),
    _weighing("tare", "operator", "arrival", "BASE01", "tare", 16_140),
    _request(
        "ticket",
        "operator",
        "/v1/visits/{arrival[visit_id]}/tickets",
        lambda _: {"rejected_kg": 0, "deduction": {"kind": "PCT", "bp": 120, "reason": "dirt"}},
    ),
    *_anchoring("first batch"),
    _arrival(
        "second arrival",
        "operator",
        site_id="BASE01",
        kind="RECEIVING",
        plate="辽EDEMO2",
        supplier_id=demo_company.SUPPLIERS[0],
    ),
    _request(
        "void ticket",
        "supervisor",
        "/v1/visits/{second arrival[visit_id]}/void-tickets",
        lambda _: {"reason": "turned away at the gate"},
    ),
    _arrival(
        "loading",
        "operator",
        site_id="BASE01",
        kind="LOADING",
        plate="辽EDEMO3",
        plant_id=demo_company.PLANT,
        carrier_id=demo_company.CARRIER,
        distance_km="86.4",
    ),
    _weighing("loading tare", "operator", "loading", "BASE01", "tare", 15_400),
    _weighing("loading gross", "operator", "loading", "BASE01", "gross", 45_400),
    _request(
        "delivery",
        "operator",
        "/v1/visits/{loading[visit_id]}/deliveries",
        lambda a: {"lines": [{"lot_id": a["ticket"]["lot_id"], "kg": 30_000}]},
    ),
    _request(
        "unloading",
        "plant",
        "/v1/visits",
        lambda a: {"site_id": "PLANT01", "kind": "UNLOADING", "code": a["delivery"]["code"]},
    ),
    _weighing("plant gross", "plant", "unloading", "PLANT01", "gross", 45_360),
    _weighing("plant tare", "plant", "unloading", "PLANT01", "tare", 15_400),
    _request("receipt", "plant", "/v1/visits/{unloading[visit_id]}/plant-receipts", lambda _: {}),
    _request("settlement", "clerk", "/v1/deliveries/{delivery[delivery_id]}/settlements"),
    _request("approval", "approver", "/v1/settlements/{settlement[settlement_id]}/approvals"),
    *_anchoring("second batch", before=Service.correct),
    _anchoring("revocation of the second batch")[1],
)
PEOPLE = ("supplier", "operator", "inspector", "supervisor", "plant", "clerk", "approver")
