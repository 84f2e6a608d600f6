"""What an interrupted audit had computed, kept in a file as it went, so that it can go on.

Kept are results alone, each under what it was computed from: the target hash under the SHA-256 of
the document's bytes, the digests of photographs, frames and curves under the row's key. Every
comparison is made again. ``docs/audit.md`` says what continuing trusts.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any, TextIO

from service.proof.hashing import sha256
from service.usecases.audit.trees import Log

VERSION = 1


class Memory:
    """Results of one audit; without a file nothing outlives the process."""

    def __init__(self, file: Path | None = None, *, resume: bool = False) -> None:
        """Keep results in ``file``; with ``resume`` begin with those that lie there."""
        self._file = file
        self._resume = resume
        self._out: TextIO | None = None
        self._documents: dict[bytes, bytes] = {}
        self._contents: dict[tuple[str, str], dict[str, bytes]] = {}
        self.is_continued = False

    @property
    def size(self) -> tuple[int, int]:
        """How many documents and how many contents are remembered."""
        return len(self._documents), len(self._contents)

    def begin(self, log: Log, installation: str) -> None:
        """Take up what was remembered, if it is of this database, of these rules, and of a log that
        still holds the head it was remembered under; else begin anew."""
        head = {
            "v": VERSION,
            "rules": rules_version(),
            "installation": installation,
            "size": len(log),
            "head": _hex(log.head(len(log))),
        }
        if self._file is None:
            return
        if self._resume:
            self._take_up(self._file, head, log)
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._out = self._file.open("a" if self.is_continued else "w", encoding="utf-8")
        if self.is_continued:
            self._out.write("\n")  # the last line may have been cut off
        else:
            self._write(head)

    def end(self) -> None:
        """The audit came to its end: there is nothing to continue."""
        if self._out is not None and self._file is not None:
            self.close()
            self._file.unlink(missing_ok=True)

    def close(self) -> None:
        """Write nothing more; what was remembered stays in the file."""
        if self._out is not None:
            self._out.close()
            self._out = None

    def target_hash(self, document: bytes) -> bytes | None:
        """Target hash of a document of the right form, if its very bytes were seen before."""
        return self._documents.get(sha256(document)) if self._documents else None

    def remember_document(self, document: bytes, target_hash: bytes) -> None:
        """Keep that these bytes have the right form and lead to ``target_hash``."""
        if self._out is not None:
            self._write({"document": sha256(document).hex(), "target_hash": target_hash.hex()})

    def digests(self, table: str, key: str) -> Mapping[str, bytes] | None:
        """Digests of the large contents of a row, if they were read before."""
        return self._contents.get((table, key))

    def remember_digests(self, table: str, key: str, digests: Mapping[str, bytes]) -> None:
        """Keep the digests of the large contents of a row."""
        if self._out is not None:
            told = {column: digest.hex() for column, digest in digests.items()}
            self._write({"table": table, "key": key, "digests": told})

    def keep(self) -> None:
        """See to it that what was remembered so far outlives the process."""
        if self._out is not None:
            self._out.flush()

    def _write(self, line: Mapping[str, Any]) -> None:
        assert self._out is not None  # noqa: S101 # every caller has looked
        self._out.write(json.dumps(line) + "\n")

    def _take_up(self, file: Path, now: Mapping[str, Any], log: Log) -> None:
        with suppress(FileNotFoundError, UnicodeDecodeError):
            first, *lines = file.read_text(encoding="utf-8").splitlines() or [""]
            if not _fits(_parsed(first), now, log):
                return
            for line in lines:
                self._take_up_line(_parsed(line))
            self.is_continued = True

    def _take_up_line(self, line: Mapping[str, Any]) -> None:
        """A line that was cut off when the process died says nothing."""
        if "document" in line:
            self._documents[bytes.fromhex(line["document"])] = bytes.fromhex(line["target_hash"])
        elif "table" in line:
            told = {column: bytes.fromhex(text) for column, text in line["digests"].items()}
            self._contents[line["table"], line["key"]] = told


def rules_version() -> str:
    """SHA-256 over the source of the audit and its hash functions: other rules, other version."""
    package = resources.files("service.usecases.audit")
    modules = sorted(package.iterdir(), key=lambda module: module.name)
    hashing = resources.files("service.proof").joinpath("hashing.py")
    sources = [each.read_bytes() for each in [*modules, hashing] if each.name.endswith(".py")]
    return sha256(b"".join(sha256(source) for source in sources)).hex()


def _fits(then: Mapping[str, Any], now: Mapping[str, Any], log: Log) -> bool:
    alike = all(then.get(name) == now[name] for name in ("v", "rules", "installation"))
    size = then.get("size")
    return alike and isinstance(size, int) and _hex(log.head(size)) == then.get("head")


def _parsed(line: str) -> Mapping[str, Any]:
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _hex(value: bytes | None) -> str:
    return "-" if value is None else value.hex()
