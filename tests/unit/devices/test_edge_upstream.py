"""The way upstream: everything once and in order, however the line breaks; the brief over it."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service.devices.edge.brief import BriefInvalidError, parsed_brief
from service.devices.edge.entries import GENESIS
from service.devices.edge.upstream import Upstream
from service.devices.edge.upstream_client import (
    SignInFailedError,
    UpstreamClient,
    UpstreamDownError,
    UpstreamRefusedError,
    host_and_port_of,
    is_loopback,
)
from service.domain.party import Role
from tests.support.devices import until
from tests.support.edge_yard import LENIENT, YardRig
from tests.support.pictures import truck_jpeg
from tests.support.upstream import (
    AFTER,
    BEFORE,
    PASSWORD,
    TOKEN,
    WHOLE,
    UpstreamServer,
    brief_document,
)

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MOST_TRIES = 200
WALK_IN = {
    "visit_kind": "RECEIVING",
    "plate": "辽E99999",
    "supplier_id": "SU-QINGHE",
    "identified_by": "TYPED",
}


@pytest.fixture
def server() -> Iterator[UpstreamServer]:
    with UpstreamServer() as server:
        yield server


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[YardRig]:
    rig = YardRig(tmp_path)
    yield rig
    rig.close()


def way_up(rig: YardRig, server: UpstreamServer, token: str = TOKEN) -> Upstream:
    """The uploader and puller of the rig, whose threads are not started."""
    unit = rig.unit
    return Upstream(
        UpstreamClient(server.url, rig.site.edge_id, token),
        unit.log,
        unit.briefs,
        unit.link,
        site_id="BASE01",
        key_made_at=NOW,
        now=lambda: NOW,
        on_brief=unit.yard.take_brief,
    )


def a_day(rig: YardRig, trucks: int) -> None:
    """Trucks that come and are weighed, each with three pictures, and one picture more."""
    client = rig.client("u-supervisor")
    for number in range(trucks):
        opened = client.entry(
            f"open-{number}",
            "visit.opened",
            visit_kind="RECEIVING",
            plate=f"辽E1000{number}",
            supplier_id="SU-QINGHE",
            identified_by="TYPED",
        )
        visit_id = opened.get_json()["visit"]["visit_id"]
        assert client.weigh(f"gross-{number}", visit_id, "gross").status_code == 201
        client.upload(truck_jpeg() + bytes([number]), visit_id=visit_id)
        void = client.entry(f"void-{number}", "ticket.voided", visit_id=visit_id, reason="turned")
        assert void.status_code == 201, void.get_json()


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_cut_everything_arrives_once_and_in_order(rig: YardRig, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 # a test repeats its bad luck
    with UpstreamServer(cuts=lambda _path: dice.choice([WHOLE, BEFORE, AFTER])) as server:
        a_day(rig, trucks=3)
        upstream = way_up(rig, server)
        for _ in range(MOST_TRIES):
            try:
                upstream.upload()
            except UpstreamDownError:
                upstream = way_up(rig, server) if dice.random() < 0.3 else upstream
                continue
            break
    assert server.refusals == []
    assert [entry.entry_seq for entry in server.entries] == list(range(1, 13))
    assert server.entries == list(rig.unit.log.all_entries())
    assert len(server.blobs) == 12
    assert rig.unit.log.acknowledged() == 12
    assert rig.unit.link.facts.queued == 0


def test_a_held_entry_does_not_stop_the_line_and_stays_in_the_book(rig: YardRig) -> None:
    with UpstreamServer(holds=lambda entry: entry.kind == "visit.opened") as server:
        a_day(rig, trucks=1)
        upstream = way_up(rig, server)
        upstream.upload()
    (held,) = rig.unit.log.held()
    assert (held.entry_seq, held.code, held.message) == (1, "TestRule", "held by the test")
    rig.take_brief(log={"entry_seq": 4, "held": [{"entry_seq": 1, "code": "TestRule"}]})
    upstream.count()
    assert rig.unit.link.facts.held == 1
    (visit,) = rig.client().ask("GET", "yard").get_json()["visits"]
    assert visit["plate"] == "辽E10000"
    rig.take_brief(log={"entry_seq": 4, "held": []})
    assert rig.client().ask("GET", "yard").get_json()["visits"] == []


def test_another_key_or_a_wrong_token_is_refused_and_shown(
    rig: YardRig, server: UpstreamServer
) -> None:
    with pytest.raises(UpstreamRefusedError):
        way_up(rig, server, token="another").upload()
    server.key = b"1" * 32
    with pytest.raises(UpstreamRefusedError, match="another key"):
        way_up(rig, server).upload()


def test_a_server_that_is_gone_is_down(rig: YardRig) -> None:
    with UpstreamServer() as server:
        upstream = way_up(rig, server)
    with pytest.raises(UpstreamDownError):
        upstream.pull()


def test_a_brief_is_fetched_once_and_kept_over_a_restart(
    rig: YardRig, server: UpstreamServer
) -> None:
    upstream = way_up(rig, server)
    upstream.pull()
    first = rig.unit.yard.revision
    upstream.pull()
    assert rig.unit.yard.revision == first
    server.brief = brief_document(public_url="http://127.0.0.1:9999")
    upstream.pull()
    assert rig.unit.yard.revision > first
    kept = rig.unit.briefs.kept()
    assert kept is not None
    assert kept.brief.public_url == "http://127.0.0.1:9999"
    assert rig.unit.link.facts.synced_at == NOW


@pytest.mark.parametrize(
    "changes",
    [
        {"site": {}},
        {"visits": [{"visit_id": 1}]},
        {"policy": {"C99": {}}},
        {"people": [{"user_id": "u"}]},
    ],
)
def test_a_brief_that_does_not_hold_is_refused_whole(changes: dict[str, Any]) -> None:
    with pytest.raises(BriefInvalidError):
        parsed_brief(brief_document(**changes))


def test_a_person_is_known_by_the_server_s_answer(rig: YardRig, server: UpstreamServer) -> None:
    client = UpstreamClient(server.url, rig.site.edge_id, TOKEN)
    actor = client.sign_in("u-operator", PASSWORD)
    assert (actor.role, actor.site_ids) == (Role.OPERATOR, frozenset({"BASE01"}))
    with pytest.raises(SignInFailedError):
        client.sign_in("u-operator", "wrong")


def visit(**changes: Any) -> dict[str, Any]:
    """An open visit as the brief tells it."""
    return {
        "visit_id": "V-server",
        "site_id": "BASE01",
        "kind": "RECEIVING",
        "plate": "辽E77777",
        "arrived_at": "2026-11-22T02:00:00Z",
        **changes,
    }


def test_the_book_goes_on_from_the_brief(rig: YardRig) -> None:
    rig.take_brief(policy=LENIENT, visits=[visit()])
    client = rig.client("u-supervisor")
    assert client.weigh("w", "V-server", "gross").status_code == 201
    with_its_pass = rig.unit.yard.read(lambda book: book.visit("V-server"))
    assert [past.kg for past in with_its_pass.passes] == [48_620]
    # A snapshot that includes the weighing, and a decision made elsewhere since.
    known = {
        "weighing_id": with_its_pass.passes[0].weighing_id,
        "pass": "gross",
        "kg": 48_620,
        "source": "SIM",
        "taken_at": "2026-11-22T02:10:00Z",
    }
    rig.take_brief(visits=[visit(passes=[known], graded="HRS101")], log={"entry_seq": 1})
    facts = rig.unit.yard.read(lambda book: book.visit("V-server"))
    assert (len(facts.passes), facts.graded) == (1, "HRS101")
    # What ended elsewhere is gone, what was done here since stays.
    opened = client.entry(
        "open",
        "visit.opened",
        visit_kind="RECEIVING",
        plate="辽E88888",
        supplier_id="SU-QINGHE",
        identified_by="TYPED",
    )
    assert opened.status_code == 201
    rig.take_brief(visits=[], log={"entry_seq": 1}, made_at="2026-11-22T03:30:00Z")
    plates = rig.unit.yard.read(lambda book: [each.plate for each in book.visits()])
    assert plates == ["辽E88888"]


def test_a_truck_that_stands_at_another_site_is_not_opened_here(rig: YardRig) -> None:
    elsewhere = {"plate": "辽E12345", "site_id": "BASE02", "visit_id": "V", "has_open_gross": True}
    rig.take_brief(open_elsewhere=[elsewhere])
    body = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
    refused = rig.client().entry("open", "visit.opened", **body).get_json()
    assert (refused["code"], refused["limit"]) == ("TruckOnSite", "BASE02")


def test_a_log_begins_with_zeros(rig: YardRig) -> None:
    assert rig.unit.log.head() == (0, GENESIS)


def test_a_server_that_answers_as_another_program_would_counts_as_down(
    rig: YardRig, server: UpstreamServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = UpstreamClient(server.url, rig.site.edge_id, TOKEN)
    monkeypatch.setattr(server, "take", lambda _: (200, {"outcomes": [{"entry_seq": 1}]}))
    monkeypatch.setattr(server, "sign_in", lambda _: (200, {}))
    monkeypatch.setattr(server, "register", lambda _: (502, None))
    for ask in (
        lambda: client.post_entries([]),
        lambda: client.sign_in("u", "p"),
        lambda: client.register(site_id="BASE01", public_key=b"1" * 32, made_at="now"),
    ):
        with pytest.raises(UpstreamDownError):
            ask()
    monkeypatch.setattr(server, "take", lambda _: (200, {"outcomes": []}))
    monkeypatch.setattr(server, "register", lambda _: (200, {}))
    a_day(rig, trucks=1)
    with pytest.raises(UpstreamDownError, match="without an outcome"):
        way_up(rig, server).upload()


def test_what_the_server_refuses_is_shown_on_the_tablet_and_at_every_weighing(
    tmp_path: Path,
) -> None:
    with UpstreamServer() as server:
        server.key = b"1" * 32
        rig = YardRig(tmp_path, upstream=server.url, policy={**LENIENT, "C19": {"action": "FLAG"}})
        rig.unit.start()
        until(lambda: rig.unit.link.facts.refused is not None)
        client = rig.client()
        sync = client.ask("GET", "yard").get_json()["sync"]
        assert (sync["state"], "another key" in sync["refused"]) == ("up", True)
        booked = {"visit_kind": "RECEIVING", "code": "BK-26-000001", "identified_by": "QR"}
        visit_id = client.entry("o", "visit.opened", **booked).get_json()["visit"]["visit_id"]
        weighed = client.weigh("g", visit_id, "gross").get_json()
        assert weighed["visit"]["passes"][0]["flags"] == ["C19"]
        rig.close()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://service.example/x", ("service.example", 443)),
        ("http://service.example", ("service.example", 80)),
        ("http://127.0.0.1:8000", ("127.0.0.1", 8000)),
    ],
)
def test_the_port_of_an_address_is_that_of_its_scheme(url: str, expected: tuple[str, int]) -> None:
    assert host_and_port_of(url) == expected
    assert is_loopback(expected[0]) == (expected[0] == "127.0.0.1")


def test_a_server_restored_from_a_backup_gets_what_it_lost_again(
    rig: YardRig, server: UpstreamServer
) -> None:
    a_day(rig, trucks=1)
    upstream = way_up(rig, server)
    upstream.upload()
    del server.entries[2:], server.outcomes[2:]
    server.blobs.clear()
    rig.client().entry(
        "e", "visit.exited", visit_id=server.entries[0].body["visit_id"], at_gate="G"
    )
    upstream.upload()
    assert server.entries == list(rig.unit.log.all_entries())
    assert len(server.refusals) == 1
    del server.entries[:], server.outcomes[:]
    server.blobs.clear()
    rig.client().entry("o", "visit.opened", **WALK_IN)
    upstream.upload()
    assert [entry.entry_seq for entry in server.entries] == [1, 2, 3, 4, 5, 6]


def test_a_server_with_another_past_gets_nothing(rig: YardRig, server: UpstreamServer) -> None:
    a_day(rig, trucks=1)
    upstream = way_up(rig, server)
    upstream.upload()
    server.entries[:] = [server.entries[3]]
    rig.client().entry("o", "visit.opened", **WALK_IN)
    with pytest.raises(UpstreamRefusedError, match="gap"):
        upstream.upload()
