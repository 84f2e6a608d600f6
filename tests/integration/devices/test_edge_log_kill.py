"""kill -9 of the edge unit at every statement while it logs a ticket, and makes its key."""

from pathlib import Path

from service.devices.edge.log import Blob, Draft, NumberWanted, YardLog
from service.devices.edge.log_audit import audit_log
from service.devices.edge.log_key import log_key, public_bytes
from service.devices.edge.sqlite_file import SqliteFile
from tests.support.moments import live
from tests.unit.devices.test_edge_log import AT, KEY, PERSON

PICTURE = Blob(data=b"picture", media_type="image/jpeg")


def _logged(path: Path, entry_id: str) -> bytes:
    """The number that the ticket draws, as the edge unit answers it."""
    file = SqliteFile(path)
    entry = YardLog(file, "EDGE-1", KEY).append(
        Draft(
            entry_id=entry_id,
            kind="ticket.issued",
            at=AT,
            logged_at=AT,
            mono_ms=1,
            person=PERSON,
            body={"visit_id": "V-1", "issued_at": "2026-11-22T03:04:05.678Z"},
            asked=entry_id,
            number=NumberWanted(member="ticket_no", prefix="BASE01-E1", year=2026),
            blobs=[PICTURE],
        )
    )
    file.close()
    return str(entry.body["ticket_no"]).encode()


def test_a_kill_at_any_statement_leaves_no_gap_and_keeps_what_was_answered(tmp_path: Path) -> None:
    whole = live(lambda: _logged(tmp_path / "whole.db", "e-1"), folder=tmp_path)
    events = [moment.event for moment in whole.moments]
    assert {"before COMMIT", "after COMMIT", "before INSERT"} <= set(events)
    for number in (*range(len(events)), None):
        path = tmp_path / f"{number}.db"
        life = live(lambda path=path: _logged(path, "e-1"), folder=tmp_path, dies_at=number)  # type: ignore[misc]
        first, second = _logged(path, "e-1"), _logged(path, "e-2")
        assert life.answer in {None, first}
        assert (first, second) == (b"BASE01-E1-26-000001", b"BASE01-E1-26-000002")
        audit = audit_log(path, public_bytes(KEY))
        assert (audit.entries, audit.blobs, audit.numbers, audit.differences) == (2, 1, 2, ())


def test_a_kill_while_the_key_is_made_leaves_one_key(tmp_path: Path) -> None:
    whole = live(lambda: public_bytes(log_key(tmp_path / "whole.db")), folder=tmp_path)
    for number in (*range(len(whole.moments)), None):
        path = tmp_path / f"{number}.db"
        life = live(lambda path=path: public_bytes(log_key(path)), folder=tmp_path, dies_at=number)  # type: ignore[misc]
        kept = public_bytes(log_key(path))
        assert life.answer in {None, kept}
