"""kill -9 of the edge unit at every statement of its store."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from service.devices.edge.store import GENESIS, CaptureStore
from tests.support.moments import live


def _made(edge_seq: int, prev_hash: str) -> tuple[str, dict[str, Any]]:
    return f"hash {edge_seq}", {"after": prev_hash, "photographs": []}


def _captured(path: Path, capture_id: str) -> bytes:
    """The capture as the edge unit gives it: the stored one, else a new one."""
    store = CaptureStore(path, "EDGE-1")
    body = store.body(capture_id, "gross") or store.add(capture_id, "gross", _made)
    store.close()
    return body


def test_a_kill_at_any_statement_leaves_no_gap_and_keeps_what_was_answered(tmp_path: Path) -> None:
    whole = live(lambda: _captured(tmp_path / "whole.db", "c-1"), folder=tmp_path)
    events = [moment.event for moment in whole.moments]
    assert {"before COMMIT", "after COMMIT", "before INSERT"} <= set(events)
    for number in (*range(len(events)), None):
        path = tmp_path / f"{number}.db"
        life = live(lambda path=path: _captured(path, "c-1"), folder=tmp_path, dies_at=number)  # type: ignore[misc]
        first = _captured(path, "c-1")
        assert life.answer in {None, first}
        second = _captured(path, "c-2")
        assert [json.loads(each)["after"] for each in (first, second)] == [GENESIS, "hash 1"]
        raw = sqlite3.connect(path)
        assert raw.execute("SELECT edge_seq FROM captures ORDER BY 1").fetchall() == [(1,), (2,)]
        raw.close()
