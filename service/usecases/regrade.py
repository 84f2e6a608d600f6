"""A stored grade is computed again: from photographs, head and settings, each by its hash.

Everything that it needs can be written into a folder, and read back from it where there is no
database: years later, by somebody else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from service.domain.errors import ConflictError, NotFoundError, RuleBrokenError, gettext_noop
from service.domain.grading_model import ModelMode
from service.domain.regrade import Regrade, compared
from service.proof.document import document_data
from service.proof.hashing import sha256
from service.storage import grade as grades
from service.storage import grading_model as registry
from service.storage.db import Tx
from service.storage.grading_model import ModelUse
from service.storage.journal import entry_by_document, entry_by_hash
from service.storage.photograph import PhotographRow, photographs_of
from service.usecases.grade_proposal import proposal_members
from service.usecases.ports import BayView, Deps, Grader, LoadFrame
from service.usecases.reading import document_record

FOLDER_FORMAT = "ferrotrace-regrade-1"
KIND = "grade-proposal"


class NothingToRegradeError(ConflictError):
    """The engine said nothing that could be computed again."""

    message = gettext_noop("This proposal was made without the image engine: %(value)s.")


class PhotographChangedError(ConflictError):
    """The photograph on file is not the one that the record names."""

    message = gettext_noop("Photograph %(value)s is missing, or is not the one on record.")


class ReplayFolderError(RuleBrokenError):
    """A folder that holds no whole record."""

    message = gettext_noop("The folder holds no record to compute again: %(value)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A record with all it was made from; ``pictures`` in the order of time."""

    record: Mapping[str, Any]
    head: bytes
    settings: bytes
    pictures: Sequence[PhotographRow]


def replay_of_document(record: Mapping[str, Any], deps: Deps) -> Replay:
    """The replay of a record of a proposal that was read from a bundle."""
    with deps.db.transaction() as tx:
        return _replay(tx, record)


def replay_of_id(record_id: str, deps: Deps) -> Replay:
    """The replay of a proposal, by its own identifier or by that of its visit."""
    with deps.db.transaction() as tx:
        proposal = grades.proposal_of(tx, record_id)
        if proposal is not None:
            return _replay(tx, document_record(entry_by_hash(tx, proposal.target_hash)))
        entry = entry_by_document(tx, KIND, record_id)
        if entry is None:
            raise NotFoundError(what="grade proposal", key=record_id[:64])
        return _replay(tx, document_record(entry))


def record_of_bundle(content: bytes) -> Mapping[str, Any]:
    """The record of the proposal in a bundle; its proofs are another command's (``verify``)."""
    try:
        data = document_data(json.loads(content)["document"])
        record: Mapping[str, Any] = data["record"]
    except (ValueError, KeyError, TypeError) as error:
        raise ReplayFolderError(value=type(error).__name__) from error
    if "proposal_id" not in record or not isinstance(record.get("pictures"), Mapping):
        raise ReplayFolderError(value="no grade proposal, or its pictures are redacted")
    return record


def regrade(replay: Replay, grader: Grader) -> Regrade:
    """Compute the record again with ``grader``, which has the replay's head and settings."""
    frames = [LoadFrame(content=each.content, at=each.taken_at) for each in replay.pictures]
    proposed = grader.propose_load(frames, bay_of(replay.settings))
    model = replay.record["model"]
    use = ModelUse(
        head_sha256=model["head_sha256"],
        mode=ModelMode(model.get("mode", ModelMode.ASSIST.value)),
        settings_sha256=model["settings_sha256"],
    )
    again = json.loads(json.dumps(proposal_members(proposed, replay.pictures, use)))
    return compared(replay.record, again)


def bay_of(settings: bytes) -> BayView | None:
    """The bay that stands in settings; None where the load had none."""
    bay = json.loads(settings)["bay"]
    if bay is None:
        return None
    members = {name: value for name, value in bay.items() if name != "format"}
    corners = tuple((int(x), int(y)) for x, y in members.pop("corners_px"))
    return BayView(corners_px=corners, **members)


def write_replay(replay: Replay, folder: Path) -> None:
    """Write everything that the record was made from into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    index = {
        "format": FOLDER_FORMAT,
        "record": dict(replay.record),
        "photographs": [
            {
                "photograph_id": each.photograph_id,
                "salt": each.salt.hex(),
                "sha256": sha256(each.content).hex(),
                "taken_at": each.taken_at.isoformat(),
            }
            for each in replay.pictures
        ],
    }
    (folder / "record.json").write_text(json.dumps(index, indent=2, ensure_ascii=False), "utf-8")
    (folder / "head.json").write_bytes(replay.head)
    (folder / "settings.json").write_bytes(replay.settings)
    for each in replay.pictures:
        (folder / f"{sha256(each.content).hex()}.image").write_bytes(each.content)


def read_replay(folder: Path, photos: Path | None = None) -> Replay:
    """The replay in a folder; photographs are found by their hash there, or anywhere in ``photos``.

    Raises ``ReplayFolderError``, ``PhotographChangedError``.
    """
    try:
        index = json.loads((folder / "record.json").read_bytes())
        head, settings = ((folder / name).read_bytes() for name in ("head.json", "settings.json"))
        wanted = index["photographs"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReplayFolderError(value=str(error)) from error
    known = {sha256(path.read_bytes()).hex(): path for path in _files(folder, photos)}
    rows = [_row(entry, known) for entry in wanted]
    return _whole(Replay(record=index["record"], head=head, settings=settings, pictures=rows))


def _files(*folders: Path | None) -> list[Path]:
    return [path for at in folders if at is not None for path in at.rglob("*") if path.is_file()]


def _row(entry: Mapping[str, str], known: Mapping[str, Path]) -> PhotographRow:
    path = known.get(entry["sha256"])
    if path is None:
        raise PhotographChangedError(value=entry["photograph_id"])
    content, salt = path.read_bytes(), bytes.fromhex(entry["salt"])
    return PhotographRow(
        photograph_id=entry["photograph_id"],
        visit_id="",
        weighing_id=None,
        camera_id="load",
        origin="CAMERA",
        media_type="",
        content=content,
        salt=salt,
        salted_sha256=sha256(salt + content),
        taken_at=datetime.fromisoformat(entry["taken_at"]),
        taken_by="",
    )


def _replay(tx: Tx, record: Mapping[str, Any]) -> Replay:
    model = record["model"]
    if "settings_sha256" not in model:
        raise NothingToRegradeError(
            value=", ".join(record.get("reasons", {}).values()) or "no settings"
        )
    rows = [
        row
        for row in photographs_of(tx, record["visit_id"])
        if row.photograph_id in record.get("pictures", {})
    ]
    return _whole(
        Replay(
            record=record,
            head=_blob(tx, model["head_sha256"]),
            settings=_blob(tx, model["settings_sha256"]),
            pictures=rows,
        )
    )


def _blob(tx: Tx, digest: str) -> bytes:
    content = registry.blob(tx, bytes.fromhex(digest))
    if content is None:
        raise NotFoundError(what="head or settings", key=digest)
    return content


def _whole(replay: Replay) -> Replay:
    """``replay`` where its head, its settings and each photograph are those of the record."""
    model = replay.record["model"]
    for content, name in ((replay.head, "head_sha256"), (replay.settings, "settings_sha256")):
        if sha256(content).hex() != model[name]:
            raise ReplayFolderError(value=name)
    found = {row.photograph_id: row.salted_sha256.hex() for row in replay.pictures}
    for photograph_id, told in replay.record.get("pictures", {}).items():
        if found.get(photograph_id) != told["sha256"]:
            raise PhotographChangedError(value=photograph_id)
    return replay
