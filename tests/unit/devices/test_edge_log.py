"""The yard's log: chained, signed, numbered, kept; and its check from the file alone."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.commands.edge_log import edge_log
from service.devices.edge.entries import (
    GENESIS,
    EntryDamagedError,
    EntryInvalidError,
    EntryNotSignedError,
    Envelope,
    entry_hash,
    instant_ms,
    parsed_entry,
    signed_entry,
)
from service.devices.edge.log import (
    Blob,
    Draft,
    EntryIdReusedError,
    NumberWanted,
    Outcome,
    YardLog,
)
from service.devices.edge.log_audit import NotALogError, audit_log
from service.devices.edge.log_key import LogKeyError, log_key, log_key_file
from service.devices.edge.sqlite_file import SqliteFile

AT = datetime(2026, 11, 22, 3, 4, 5, 678_000, tzinfo=UTC)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PERSON = {
    "user_id": "u-1",
    "name": "李",
    "role": "operator",
    "tablet_id": "T-1",
    "tablet_offline": False,
}
EXITED = {"visit_id": "V-1", "at_gate": "北门"}
TICKET = {"visit_id": "V-1", "issued_at": "2026-11-22T03:04:05.678Z"}
SERIES = NumberWanted(member="ticket_no", prefix="BASE01-E1", year=2026)


def draft(entry_id: str, **changes: Any) -> Draft:
    facts: dict[str, Any] = {
        "entry_id": entry_id,
        "kind": "visit.exited",
        "at": AT,
        "logged_at": AT,
        "mono_ms": 1,
        "person": PERSON,
        "body": EXITED,
        "asked": "asked",
        **changes,
    }
    return Draft(**facts)


def ticket(entry_id: str) -> Draft:
    return draft(entry_id, kind="ticket.issued", body=TICKET, number=SERIES)


def with_picture(entry_id: str, blob: Blob) -> Draft:
    body = {
        "photograph_id": "P-1",
        "visit_id": "V-1",
        "camera_id": "front",
        "origin": "CAMERA",
        "taken_at": "2026-11-22T03:04:05Z",
        "sha256": blob.sha256,
        "media_type": blob.media_type,
    }
    return draft(entry_id, kind="photograph.added", body=body, blobs=[blob])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "edge.db"


@pytest.fixture
def log(path: Path) -> Iterator[YardLog]:
    file = SqliteFile(path)
    yield YardLog(file, "EDGE-1", KEY)
    file.close()


def facts(**changes: Any) -> dict[str, Any]:
    """An entry before it is signed."""
    return {
        "edge_id": "EDGE-1",
        "entry_seq": 1,
        "entry_id": "e-1",
        "kind": "visit.exited",
        "at": "2026-11-22T03:04:05.678Z",
        "logged_at": "2026-11-22T03:04:06.000Z",
        "mono_ms": 12,
        "person": PERSON,
        "body": EXITED,
        "prev_hash": GENESIS,
        **changes,
    }


def test_hash_and_signature_of_an_entry_are_these_bytes() -> None:
    entry = signed_entry(facts(), KEY)
    assert entry.hash == "c93bb88605d083360dce2507cc6a7c19607705ebfe4ba4a178ed0ba66db723e3"
    assert entry.signature == (
        "a381cf97cc8feb9df83fac76d952fa69f580a9470ec6b3324b55cefb565fafb6"
        "eb1fa042e60993dc577d5de6d3209e65b3207c21eb0aab851a9afb74a1158001"
    )
    entry.verify(KEY.public_key().public_bytes_raw())
    assert parsed_entry(json.loads(json.dumps(entry.document()))) == entry


@pytest.mark.parametrize(
    "change",
    [
        {"entry_seq": 2},
        {"at": "2026-11-22T03:04:05.679Z"},
        {"prev_hash": "1" * 64},
        {"body": {**EXITED, "at_gate": "南门"}},
        {"person": {**PERSON, "tablet_offline": True}},
    ],
)
def test_an_entry_with_one_member_changed_is_damaged(change: dict[str, Any]) -> None:
    document = {**signed_entry(facts(), KEY).document(), **change}
    with pytest.raises(EntryDamagedError):
        parsed_entry(document).verify(KEY.public_key().public_bytes_raw())
    again = {**document, "hash": entry_hash(document)}
    with pytest.raises(EntryNotSignedError):
        parsed_entry(again).verify(KEY.public_key().public_bytes_raw())


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "visit.invented"},
        {"body": {"visit_id": "V-1"}},
        {"body": {**EXITED, "more": 1}},
        {"entry_seq": 0},
        {"entry_seq": True},
        {"at": "2026-11-22 03:04:05"},
        {"person": {**PERSON, "role": "king"}},
        {"prev_hash": "00"},
        {"more": 1},
    ],
)
def test_what_is_no_entry_is_refused(change: dict[str, Any]) -> None:
    document = {**signed_entry(facts(), KEY).document(), **change}
    with pytest.raises(EntryInvalidError):
        parsed_entry(document)


def test_entries_follow_each_other_without_a_gap(log: YardLog) -> None:
    entries = [log.append(draft(f"e-{number}")) for number in range(3)]
    assert [entry.entry_seq for entry in entries] == [1, 2, 3]
    assert [entry.prev_hash for entry in entries] == [GENESIS, entries[0].hash, entries[1].hash]
    assert list(log.all_entries()) == entries
    assert log.head() == (3, entries[2].hash)
    assert log.entry(2) == entries[1]
    assert log.entry(9) is None


def test_a_persons_entries_are_counted_by_kind_and_time(log: YardLog) -> None:
    other = {**PERSON, "user_id": "u-2"}
    for number, person in enumerate((PERSON, PERSON, other)):
        at = AT + timedelta(seconds=number)
        log.append(draft(f"e-{number}", at=at, person=person))
    log.append(ticket("t-1"))
    early, late = instant_ms(AT), instant_ms(AT + timedelta(milliseconds=1))
    assert log.count_of("u-1", "visit.exited", since=early) == 2
    assert log.count_of("u-1", "visit.exited", since=late) == 1
    assert log.count_of("u-2", "visit.exited", since=early) == 1
    assert log.count_of("u-2", "ticket.issued", since=early) == 0


def test_the_same_entry_again_is_the_stored_one_and_draws_no_number(log: YardLog) -> None:
    first = log.append(ticket("t-1"))
    assert log.append(ticket("t-1")) == first
    assert log.append(ticket("t-2")).body["ticket_no"] == "BASE01-E1-26-000002"
    with pytest.raises(EntryIdReusedError):
        log.append(draft("t-1", asked="otherwise"))


def test_an_entry_that_does_not_hold_leaves_nothing_behind(log: YardLog) -> None:
    with pytest.raises(EntryInvalidError):
        log.append(draft("t-1", kind="ticket.issued", body={"visit_id": "V-1"}, number=SERIES))
    assert log.head() == (0, GENESIS)
    assert log.append(ticket("t-1")).body["ticket_no"] == "BASE01-E1-26-000001"


def test_what_was_written_stays(log: YardLog, path: Path) -> None:
    log.append(with_picture("e-1", Blob(data=b"picture", media_type="image/jpeg")))
    log.append(ticket("t-1"))
    log.keep_outcomes([Outcome(entry_seq=1, outcome="applied")])
    raw = sqlite3.connect(path)
    for statement in (
        "UPDATE entries SET kind = 'x'",
        "DELETE FROM entries",
        "UPDATE blobs SET data = x'00'",
        "DELETE FROM blobs",
        "UPDATE outcomes SET outcome = 'held'",
        "UPDATE series SET last_no = 7",
        "DELETE FROM series",
    ):
        with pytest.raises(sqlite3.IntegrityError, match=r"never|one by one"):
            raw.execute(statement)
    raw.close()


def test_what_the_server_said_is_kept_once_and_in_order(log: YardLog) -> None:
    blob = Blob(data=b"picture", media_type="image/jpeg")
    log.append(with_picture("e-1", blob))
    log.append(draft("e-2"))
    assert (log.acknowledged(), log.unsent_blobs(up_to=2)) == (0, [blob.sha256])
    log.keep_sent(blob.sha256)
    held = Outcome(entry_seq=2, outcome="held", code="Rule", message="because")
    log.keep_outcomes([Outcome(entry_seq=1, outcome="applied"), held])
    log.keep_outcomes([Outcome(entry_seq=2, outcome="applied")])
    assert (log.acknowledged(), log.held(), log.unsent_blobs(up_to=2)) == (2, [held], [])


def test_the_key_is_made_once_and_read_by_its_owner_alone(path: Path) -> None:
    key = log_key(path)
    assert log_key(path).private_bytes_raw() == key.private_bytes_raw()
    assert log_key_file(path).stat().st_mode & 0o777 == 0o600
    log_key_file(path).write_text("no key")
    with pytest.raises(LogKeyError):
        log_key(path)


def rewritten(path: Path, entry_seq: int, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the stored document of an entry as somebody with the file alone could."""
    raw = sqlite3.connect(path)
    raw.execute("DROP TRIGGER entries_stay")
    (text,) = raw.execute(
        "SELECT document FROM entries WHERE entry_seq = ?", (entry_seq,)
    ).fetchone()
    document = json.loads(text)
    change(document)
    raw.execute(
        "UPDATE entries SET document = ? WHERE entry_seq = ?", (json.dumps(document), entry_seq)
    )
    raw.commit()
    raw.close()


def executed(path: Path, *statements: str) -> None:
    raw = sqlite3.connect(path)
    for statement in statements:
        raw.execute(statement)
    raw.commit()
    raw.close()


def signed_by_another(document: dict[str, Any]) -> None:
    document.update(signed_entry(facts_of(document), Ed25519PrivateKey.generate()).document())


def facts_of(document: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in {"hash", "signature"}}


TAMPERINGS: list[tuple[str, Callable[[Path], None], str]] = [
    (
        "a member",
        lambda path: rewritten(path, 2, lambda d: d["body"].update(rejected_kg=500)),
        "entry 2",
    ),
    ("a signature", lambda path: rewritten(path, 2, signed_by_another), "entry 2: Entry 2 is not"),
    ("no JSON", lambda path: rewritten(path, 2, lambda d: d.clear()), "entry 2"),
    (
        "the last entry",
        lambda path: executed(
            path,
            "DROP TRIGGER entries_remain",
            "DELETE FROM entry_blobs",
            "DELETE FROM entries WHERE entry_seq = 3",
        ),
        "entry 0: series BASE01-E1-26 stands at 2, 1 are used",
    ),
    (
        "an entry between",
        lambda path: executed(
            path, "DROP TRIGGER entries_remain", "DELETE FROM entries WHERE entry_seq = 2"
        ),
        "entry 3: numbers are missing before",
    ),
    (
        "a picture",
        lambda path: executed(path, "DROP TRIGGER blobs_stay", "UPDATE blobs SET data = x'00'"),
        "is another one",
    ),
    (
        "no picture",
        lambda path: executed(path, "DROP TRIGGER blobs_remain", "DELETE FROM blobs"),
        "entry 1: picture",
    ),
]


@pytest.mark.parametrize(
    ("tampering", "said"), [case[1:] for case in TAMPERINGS], ids=[case[0] for case in TAMPERINGS]
)
def test_the_check_of_the_file_finds_what_was_changed(
    path: Path, tampering: Callable[[Path], None], said: str
) -> None:
    file = SqliteFile(path)
    log = YardLog(file, "EDGE-1", log_key(path))
    log.append(with_picture("e-1", Blob(data=b"picture", media_type="image/jpeg")))
    log.append(ticket("t-1"))
    log.append(ticket("t-2"))
    file.close()
    clean = CliRunner().invoke(edge_log, ["verify", str(path)])
    assert (clean.exit_code, clean.output) == (
        0,
        "3 entries, 1 pictures, 2 numbers: 0 differences\n",
    )
    tampering(path)
    found = CliRunner().invoke(edge_log, ["verify", str(path)])
    assert found.exit_code == 1
    assert said in found.output


def test_the_check_asks_for_a_key_and_for_a_log(path: Path, log: YardLog) -> None:
    log.append(draft("e-1"))
    run = CliRunner().invoke
    assert "give --key" in run(edge_log, ["verify", str(path)]).output
    assert "64 hex digits" in run(edge_log, ["verify", str(path), "--key", "xy"]).output
    public = KEY.public_key().public_bytes_raw()
    assert run(edge_log, ["verify", str(path), "--key", public.hex()]).exit_code == 0
    other = path.with_name("other.db")
    other.write_bytes(b"no log")
    with pytest.raises(NotALogError):
        audit_log(other, public)
    assert "is no log" in run(edge_log, ["verify", str(other), "--key", public.hex()]).output


def test_an_entry_knows_its_content_by_its_kind() -> None:
    entry: Envelope = signed_entry(facts(), KEY)
    assert entry.content().model_dump() == EXITED
