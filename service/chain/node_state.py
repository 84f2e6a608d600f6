"""Keeps the embedded node's state file usable.

Anvil writes its whole state over the old file every second. A kill in the middle of that write
leaves half a file, from which it does not start. So whole states are copied aside, and a start
takes the newest whole one.
"""

import hashlib
import json
import threading
from pathlib import Path

from service.domain.errors import UnavailableError, gettext_noop

LOOK_INTERVAL_S = 0.25  # four looks for each write of the node


class StateLostError(UnavailableError):
    """A state was written and neither it nor a copy can be read."""

    message = gettext_noop("No readable state of the local chain is left in %(folder)s.")


class StateKeeper:
    """The state file in ``folder`` and its copy."""

    def __init__(self, folder: Path) -> None:
        self.state_file = folder.resolve() / "state.json"
        self.copy_file = folder.resolve() / "state.copy.json"
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._seen_ns = 0
        self._copied_digest = b""

    def restore(self) -> None:
        """Put the copy in place of a state file that is half written.

        Raises ``StateLostError`` where there was a state and none can be read: an empty chain in
        its place would look as if everything anchored had been undone.
        """
        if not self.state_file.exists() and not self.copy_file.exists():
            return
        for candidate in (self.state_file, self.copy_file):
            text = candidate.read_bytes() if candidate.exists() else b""
            if _is_whole(text):
                _replace(self.state_file, text)
                _replace(self.copy_file, text)
                return
        raise StateLostError(folder=self.state_file.parent)

    def copy(self) -> None:
        """Copy the state file aside if it has changed and is whole."""
        if not self.state_file.exists():
            return
        written_ns = self.state_file.stat().st_mtime_ns
        if written_ns == self._seen_ns:
            return
        text = self.state_file.read_bytes()
        digest = hashlib.blake2b(text).digest()
        if digest != self._copied_digest:
            if not _is_whole(text):  # the node is writing: look again soon
                return
            _replace(self.copy_file, text)
            self._copied_digest = digest
        self._seen_ns = written_ns

    def start(self) -> None:
        """Begin to copy in the background."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="anvil-state", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the copying."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_INTERVAL_S):
            self.copy()


def _is_whole(text: bytes) -> bool:
    """Whether the text is one complete JSON object."""
    if not text.rstrip().endswith(b"}"):  # a cheap look before the parser's long one
        return False
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _replace(path: Path, text: bytes) -> None:
    """Write the file so that it is at every moment either the old one or the new one."""
    draft = path.with_suffix(".draft")
    draft.write_bytes(text)
    draft.replace(path)
