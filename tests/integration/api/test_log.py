"""The log as outsiders read it: no sign-in, exact bytes, and proofs that hold."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.proof.batch import BatchTree
from service.proof.log import EMPTY_ROOT, LogTree, consistency_holds, leaf_hash
from service.storage import batches
from service.web.throttle import PER_MINUTE
from tests.support.company import Company
from tests.support.pages import Person, pages_of, text_of
from tests.support.registry_on_chain import RegistryOnChain


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """The published company, and a stranger at its door."""

    company: Company
    registry: RegistryOnChain
    browser: FlaskClient

    def get(self, path: str) -> Any:
        answer = self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def entries(self, start: int, end: int) -> list[bytes]:
        answer = self.browser.get(f"/v1/log/entries?from={start}&to={end}")
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == "application/jsonl"
        entries: list[bytes] = answer.data.splitlines()
        return entries


@pytest.fixture
def door(published: Company, registry_chain: RegistryOnChain) -> Door:
    browser = pages_of(published).test_client(use_cookies=False)
    return Door(company=published, registry=registry_chain, browser=browser)


def test_a_stranger_rebuilds_every_head_and_root_from_the_entries(door: Door) -> None:
    log = door.get("/v1/log")
    entries = door.entries(0, log["size"])
    tree = LogTree([leaf_hash(entry) for entry in entries])
    assert [head["seq"] for head in log["heads"]] == [3, 2, 1]
    assert log["chain_id"] == door.registry.client.chain_id()
    assert log["registry"].lower() == door.registry.client.address.lower()
    assert (log["size"], log["head"]) == (tree.size, tree.root().hex())
    before = EMPTY_ROOT
    for head in reversed(log["heads"]):
        assert head["head"] == tree.root(head["new_size"]).hex()
        hashes = [
            bytes.fromhex(json.loads(entry)["targetHash"])
            for entry in entries[head["old_size"] : head["new_size"]]
        ]
        assert head["batch_root"] == BatchTree(hashes).root.hex()
        if head["old_size"]:
            assert consistency_holds(
                first=head["old_size"],
                second=head["new_size"],
                first_root=before,
                second_root=bytes.fromhex(head["head"]),
                proof=[bytes.fromhex(node) for node in head["proof"]],
            )
        before = bytes.fromhex(head["head"])


def test_heads_stand_on_the_chain_in_the_block_and_at_the_time_they_name(
    door: Door,
) -> None:
    events = {event.seq: event for event in door.registry.client.head_advanced(from_block=0)}
    for head in door.get("/v1/log")["heads"]:
        event = events[head["seq"]]
        assert head["block"] == event.block_number
        assert head["tx"] == event.tx_hash.hex()
        assert head["batch_root"] == event.batch_root.hex()


def test_heads_come_in_pages_newest_first(door: Door) -> None:
    first = door.get("/v1/log/heads?limit=2")
    assert ([head["seq"] for head in first["items"]], first["next"]) == ([3, 2], 2)
    rest = door.get(f"/v1/log/heads?limit=2&before={first['next']}")
    assert ([head["seq"] for head in rest["items"]], rest["next"]) == ([1], None)


def test_any_two_sizes_have_a_proof_that_holds(door: Door) -> None:
    size = door.get("/v1/log")["size"]
    for first, second in ((1, size), (size // 2, size), (3, 7), (size, size)):
        told = door.get(f"/v1/log/consistency?first={first}&second={second}")
        assert consistency_holds(
            first=first,
            second=second,
            first_root=bytes.fromhex(told["first_root"]),
            second_root=bytes.fromhex(told["second_root"]),
            proof=[bytes.fromhex(node) for node in told["proof"]],
        )


def test_entries_are_the_stored_bytes_and_no_more_than_is_final(door: Door) -> None:
    size = door.get("/v1/log")["size"]
    with door.company.deps.db.transaction() as tx:
        stored = batches.all_entries(tx)
    assert door.entries(0, size) == stored[:size]
    assert door.entries(2, 5) == stored[2:5]
    assert door.entries(4, 4) == []


@pytest.mark.parametrize(
    ("query", "limit"),
    [
        ("entries?from=0&to=99999", "0 – "),
        ("entries?from=3&to=2", "0 – 2"),
        ("consistency?first=5&second=4", "1 – 4"),
        ("consistency?first=1&second=99999", "1 – "),
    ],
)
def test_what_the_log_has_not_reached_is_refused_with_its_size(
    door: Door, query: str, limit: str
) -> None:
    answer = door.browser.get(f"/v1/log/{query}")
    assert answer.status_code == 422
    assert answer.get_json()["type"].endswith("/BeyondTheLog")
    assert limit in answer.get_json()["detail"]
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "query",
    [
        *("heads?limit=0", "heads?limit=501", "heads?before=x", "heads?seq=1"),
        *("entries", "entries?from=0", "entries?from=-1&to=2", "entries?start=0&end=1"),
        *("consistency?first=0&second=1", "consistency?first=1.0&second=2"),
    ],
)
def test_queries_are_strict(door: Door, query: str) -> None:
    assert door.browser.get(f"/v1/log/{query}").status_code == 422


def test_what_cannot_change_may_be_kept_and_read_by_other_sites(door: Door) -> None:
    lasting = door.browser.get("/v1/log/entries?from=0&to=2").headers
    assert lasting["Cache-Control"] == "public, max-age=31536000, immutable"
    assert lasting["Access-Control-Allow-Origin"] == "*"
    assert door.browser.get("/v1/log").headers["Cache-Control"] == "public, max-age=10"


def test_an_empty_log_says_so(company: Company) -> None:
    browser = pages_of(company).test_client()
    log = browser.get("/v1/log").get_json()
    assert (log["size"], log["head"], log["seq"], log["heads"]) == (0, EMPTY_ROOT.hex(), 0, [])
    assert log["chain_id"] is None
    assert browser.get("/v1/trust").status_code == 404


def test_more_entries_than_one_answer_holds_are_refused(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.usecases.log.MOST_ENTRIES", 4)
    english = {"Accept-Language": "en"}
    answer = door.browser.get("/v1/log/entries?from=0&to=5", headers=english)
    assert answer.get_json()["detail"] == ("5 entries were asked for; one answer holds at most 4.")


def test_a_stranger_who_asks_too_often_waits(company: Company) -> None:
    browser = pages_of(company).test_client()
    statuses = [browser.get("/v1/log").status_code for _ in range(PER_MINUTE + 1)]
    assert statuses[-1] == 429
    assert set(statuses[:-1]) == {200}


def test_the_page_of_the_record_answers_first_and_shows_every_seal(door: Door) -> None:
    person = Person(pages_of(door.company))
    answer = person.get("/log")
    text = text_of(answer.text)
    size = door.get("/v1/log")["size"]
    assert "This record has only ever grown" in text
    assert f"{size} entries, the newest sealed" in text
    for head in door.get("/v1/log")["heads"]:
        assert {head["head"], head["batch_root"], "0x" + head["tx"]} <= set(text.split())
    assert "connect-src 'self' http: https:;" in answer.headers["Content-Security-Policy"]
    assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
    assert "Nothing older." in person.read("/log?before=1")
    assert person.get("/log?before=x").status_code == 200


def test_the_page_of_an_empty_record_teaches(company: Company) -> None:
    assert "Nothing is on record yet" in Person(pages_of(company)).read("/log")
