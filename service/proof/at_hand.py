"""The other bundles that lie beside the one that is judged: parents, successors, corrections."""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from service.proof.bundle_reader import read_bundle
from service.proof.document import document_data
from service.proof.errors import FileShapeError, FileVersionError, LeafFormatError
from service.proof.verdict import Verdict

Judge: TypeAlias = "Callable[[bytes, FilesAtHand], Verdict]"
"""Verifies one bundle beside the files given: mostly ``verify`` with its sources bound."""


class FilesAtHand:
    """Bundles by name, each judged once, and only when somebody asks for it.

    What a file says of itself (its data, what it supersedes) proves nothing before its verdict.
    """

    def __init__(self, bundles: Mapping[str, bytes], judge: Judge) -> None:
        """Take ``bundles`` (files by name) and the function that judges one of them."""
        self._bundles, self._judge = bundles, judge
        self._names: dict[str, str] = {}
        self._data: dict[str, dict[str, Any]] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._in_progress: set[str] = set()
        for name, raw in bundles.items():
            target_hash, data = _read(raw)
            self._names[target_hash] = name
            self._data[target_hash] = data

    def verdict_of(self, name: str) -> Verdict | None:
        """The verdict over a file by its name; None while that one waits for this answer."""
        if name not in self._verdicts and name not in self._in_progress:
            self._in_progress.add(name)
            self._verdicts[name] = self._judge(self._bundles[name], self)
        return self._verdicts.get(name)

    def verdict(self, target_hash: str) -> Verdict | None:
        """The verdict over the document with this target hash (hex), None where not at hand."""
        return self.verdict_of(self._names[target_hash]) if target_hash in self._names else None

    def data(self, target_hash: str) -> dict[str, Any]:
        """The unsalted data of that document; empty where it is not at hand or cannot be read."""
        return self._data.get(target_hash, {})

    def successors(self, target_hash: str) -> list[str]:
        """Target hashes of the documents that say they supersede this one."""
        return [digest for digest, data in self._data.items() if _supersedes(data) == target_hash]


def _supersedes(data: Mapping[str, Any]) -> object:
    links = data.get("links")
    return links.get("supersedes") if isinstance(links, dict) else None


def _read(raw: bytes) -> tuple[str, dict[str, Any]]:
    """Target hash (hex) and data of a bundle, both empty where it cannot be read."""
    try:
        document = read_bundle(raw).document
    except (FileShapeError, FileVersionError):
        return "", {}
    try:
        return document.target_hash.hex(), document_data(document.wrapped)
    except LeafFormatError:
        return document.target_hash.hex(), {}
