"""The moments at which a process can be killed, found by running it.

``live`` runs a piece of work in a forked child that always ends by kill -9: at the moment it is
told, or right after its answer. Moments are every database commit, every call to the chain, every
statement of an edge unit's store (before and after each) and every file that is opened for writing,
written in half and in whole, or renamed. No list is kept anywhere: what the work comes to do is a
moment without being named.
"""

import builtins
import io
import json
import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg
from web3.providers.rpc import HTTPProvider

PRODUCT = str(Path(__file__).parents[2] / "service")
FILE_EVENTS = {"os.rename", "os.remove", "os.link", "os.symlink", "os.truncate", "os.mkdir"}
LIFE_LIMIT_S = 60
WRITING = ("w", "a", "x", "+")

Note = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """What was about to happen or had just happened, and the lines of the product that did it."""

    event: str
    place: tuple[str, ...]

    @property
    def is_after(self) -> bool:
        """Whether the thing was done; nothing else is done before the next moment."""
        return self.event.startswith("after")

    def __str__(self) -> str:
        return f"{self.event} at {' < '.join(reversed(self.place[-3:]))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """The moments that a child went through, the last of which was its end, and its answer."""

    moments: tuple[Moment, ...]
    answer: bytes | None


def live(work: Callable[[], bytes], *, folder: Path, dies_at: int | None = None) -> Life:
    """Run ``work`` in a child, killed at its moment ``dies_at`` (from 0) or after its answer.

    Files are watched under ``folder``. Raises ``AssertionError`` with what the child had to say
    where it ended otherwise.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live_and_die(work, _Teller(writing), folder, dies_at)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        lines = [json.loads(line) for line in told]
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), lines[-1:]
    assert os.WTERMSIG(status) == signal.SIGKILL, lines[-1:]
    moments = tuple(Moment(m["event"], tuple(m["place"])) for m in lines if "event" in m)
    answer = next((bytes.fromhex(line["answer"]) for line in lines if "answer" in line), None)
    if dies_at is not None:
        assert len(moments) == dies_at + 1, "the child did not come to its moment"
    return Life(moments=moments, answer=answer)


class _Teller:
    """Tells the parent what happens, one JSON object a line; what was told survives the child."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe

    def tell(self, **said: object) -> None:
        os.write(self._pipe, json.dumps(said).encode() + b"\n")


def _live_and_die(
    work: Callable[[], bytes], teller: _Teller, folder: Path, dies_at: int | None
) -> None:
    """The child: never returns."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LIFE_LIMIT_S)
    met = 0

    def note(event: str) -> None:
        nonlocal met
        teller.tell(**asdict(Moment(event, _place(sys._getframe(2)))))  # noqa: SLF001
        if met == dies_at:
            _die()
        met += 1

    try:
        _watch(note, str(folder))
        teller.tell(answer=work().hex())
        _die()
    except BaseException as error:  # noqa: BLE001 - the parent is told, and raises
        teller.tell(failure=f"{type(error).__name__}: {error}")
    finally:
        os._exit(1)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _place(frame: FrameType | None) -> tuple[str, ...]:
    """The product's own lines on the stack, outermost first."""
    lines = []
    while frame is not None:
        path = frame.f_code.co_filename
        if path.startswith(PRODUCT):
            lines.append(f"{path[len(PRODUCT) + 1 :]}:{frame.f_lineno}")
        frame = frame.f_back
    return tuple(reversed(lines))


def _watch(note: Note, folder: str) -> None:
    """From here on every moment of this process is noted; there is no way back."""
    _around(psycopg.Connection, "commit", "commit", note)
    _around(HTTPProvider, "make_request", "call", note)
    _watch_files(note, folder)
    _watch_stores(note)


def _around(owner: type, name: str, event: str, note: Note) -> None:
    inner = getattr(owner, name)

    def noted(*arguments: Any, **named: Any) -> Any:
        note(f"before {event}")
        result = inner(*arguments, **named)
        note(f"after {event}")
        return result

    setattr(owner, name, noted)


def _watch_files(note: Note, folder: str) -> None:
    """Opening, writing and renaming below ``folder``."""

    def heard(event: str, arguments: tuple[Any, ...]) -> None:
        if event in FILE_EVENTS and str(arguments[0]).startswith(folder):
            note(f"before {event}")

    class NotedFile(io.FileIO):
        """A file that can be left half written."""

        def write(self, content: Any) -> int:
            whole = bytes(content)
            note("before write")
            super().write(whole[: len(whole) // 2])
            note("in the middle of write")
            super().write(whole[len(whole) // 2 :])
            return len(whole)

    plain_open = io.open

    def noted_open(file: Any, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        path = _path_of(file)
        if not path.startswith(folder) or not set(mode) & set(WRITING):
            return plain_open(file, mode, *arguments, **named)
        note("before open")
        return _as_asked(NotedFile(file, mode.replace("b", "").replace("t", "")), mode, *arguments)

    sys.addaudithook(heard)
    io.open = builtins.open = noted_open


def _path_of(file: Any) -> str:
    return str(Path(f"/proc/self/fd/{file}").readlink() if isinstance(file, int) else file)


def _as_asked(
    file: io.FileIO, mode: str, _buffering: int = -1, encoding: str | None = None, *_: Any
) -> Any:
    """``file`` behind the layers that ``open`` would have put around it."""
    buffered = io.BufferedWriter(file)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding or "utf-8")


def _watch_stores(note: Note) -> None:
    """Every statement on an SQLite file."""

    class NotedConnection(sqlite3.Connection):
        """A connection whose statements are moments."""

        def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
            verb = sql.split(maxsplit=1)[0]
            note(f"before {verb}")
            result = super().execute(sql, *arguments)
            note(f"after {verb}")
            return result

    plain_connect = sqlite3.connect

    def noted_connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
        return plain_connect(*arguments, factory=NotedConnection, **named)

    sqlite3.connect = noted_connect  # type: ignore[assignment]
