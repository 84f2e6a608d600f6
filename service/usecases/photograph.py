"""Photographs: pulled from the bay's cameras with a weighing, or uploaded and marked as such."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.devices.pictures import picture_header
from service.domain.access import Action
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.weighing import Capture
from service.domain.weighing import Photograph as CameraPicture
from service.proof.hashing import sha256
from service.storage.photograph import PhotographRow, add_photograph
from service.usecases.photograph_reuse import examine_photograph
from service.usecases.ports import Deps
from service.usecases.visit import require_visit


class PictureKindError(RuleBrokenError):
    """The picture is of another kind than the request says."""

    message = gettext_noop("The request says %(value)s, the picture is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPhotograph:
    """``photograph_id``, ``camera_id``, ``origin`` (CAMERA or UPLOADED) and ``at`` (when it was
    taken) stand for pictures that an edge unit took in while nobody else could be asked."""

    visit_id: str
    content: bytes
    media_type: str
    photograph_id: str | None = None
    camera_id: str = "upload"
    origin: str = "UPLOADED"
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    photograph_id: str
    visit_id: str
    origin: str
    taken_at: datetime


def upload_photograph(command: UploadPhotograph, actor: Actor, deps: Deps) -> Photograph:
    """Keep a picture that a person made; it is marked UPLOADED, and compared with earlier ones.

    Its hash enters the grade decision, or the ticket where the load was decided on before.
    """
    header = picture_header(command.content)
    if header.media_type != command.media_type:
        raise PictureKindError(
            field="content", value=command.media_type[:64], limit=header.media_type
        )
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.PHOTOGRAPH_UPLOAD)
        row = _row(
            photograph_id=command.photograph_id or deps.new_id(),
            visit_id=visit.visit_id,
            weighing_id=None,
            camera_id=command.camera_id,
            origin=command.origin,
            media_type=command.media_type,
            content=command.content,
            taken_at=whole_second(command.at or deps.now()),
            taken_by=actor.user_id,
            deps=deps,
        )
        add_photograph(tx, row)
        examine_photograph(tx, row, deps)
    return Photograph(
        photograph_id=row.photograph_id,
        visit_id=row.visit_id,
        origin=row.origin,
        taken_at=row.taken_at,
    )


def photographs_of_capture(
    capture: Capture, visit_id: str, weighing_id: str, deps: Deps
) -> list[PhotographRow]:
    """The pictures of a pass as rows, each with a salt of its own."""
    return photographs_of_pass(
        capture.photographs, visit_id, weighing_id, "CAMERA", capture.edge_id, deps
    )


def photographs_of_pass(
    pictures: Sequence[CameraPicture],
    visit_id: str,
    weighing_id: str,
    origin: str,
    taken_by: str,
    deps: Deps,
) -> list[PhotographRow]:
    """Pictures that are hashed with a weighing: CAMERA of a capture, UPLOADED of a typed weight."""
    return [
        _row(
            photograph_id=deps.new_id(),
            visit_id=visit_id,
            weighing_id=weighing_id,
            camera_id=picture.camera_id,
            origin=origin,
            media_type=picture.media_type,
            content=picture.data,
            taken_at=whole_second(picture.taken_at),
            taken_by=taken_by,
            deps=deps,
        )
        for picture in pictures
    ]


def image_entries(pictures: Sequence[PhotographRow]) -> dict[str, dict[str, str]]:
    """``images`` of a document: the salted hash of each picture, and where it comes from."""
    return {
        picture.photograph_id: {
            "sha256": picture.salted_sha256.hex(),
            "camera_id": picture.camera_id,
            "origin": picture.origin,
            "media_type": picture.media_type,
            "taken_at": utc_text(picture.taken_at),
            "taken_by": picture.taken_by,
        }
        for picture in pictures
    }


def _row(
    *,
    photograph_id: str,
    visit_id: str,
    weighing_id: str | None,
    camera_id: str,
    origin: str,
    media_type: str,
    content: bytes,
    taken_at: datetime,
    taken_by: str,
    deps: Deps,
) -> PhotographRow:
    salt = deps.random_bytes(32)
    return PhotographRow(
        photograph_id=photograph_id,
        visit_id=visit_id,
        weighing_id=weighing_id,
        camera_id=camera_id,
        origin=origin,
        media_type=media_type,
        content=content,
        salt=salt,
        salted_sha256=sha256(salt + content),
        taken_at=taken_at,
        taken_by=taken_by,
    )
