"""Photographs: pulled from the bay's cameras with a weighing, or uploaded and marked as such."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service.devices.pictures import picture_header
from service.domain.access import Action
from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.instants import utc_text, whole_second
from service.domain.party import Actor
from service.domain.weighing import Capture
from service.proof.hashing import sha256
from service.storage.grade import decision_of
from service.storage.photograph import PhotographRow, add_photograph
from service.usecases.ports import Deps
from service.usecases.visit import require_visit


class PictureKindError(RuleBrokenError):
    """The picture is of another kind than the request says."""

    message = gettext_noop("The request says %(value)s, the picture is %(limit)s.")


class LoadGradedError(ConflictError):
    """The load was decided on; a picture that comes later proves nothing."""

    message = gettext_noop("The load was graded at %(limit)s; picture %(value)s comes too late.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadPhotograph:
    visit_id: str
    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Photograph:
    photograph_id: str
    visit_id: str
    origin: str
    taken_at: datetime


def upload_photograph(command: UploadPhotograph, actor: Actor, deps: Deps) -> Photograph:
    """Keep a picture that a person made; it is marked UPLOADED and hashed with the decision."""
    header = picture_header(command.content)
    if header.media_type != command.media_type:
        raise PictureKindError(
            field="content", value=command.media_type[:64], limit=header.media_type
        )
    with deps.db.transaction() as tx:
        visit = require_visit(tx, command.visit_id, actor, Action.PHOTOGRAPH_UPLOAD)
        decision = decision_of(tx, visit.visit_id)
        if decision is not None:
            raise LoadGradedError(field="content", value="-", limit=utc_text(decision.decided_at))
        row = _row(
            visit_id=visit.visit_id,
            weighing_id=None,
            camera_id="upload",
            origin="UPLOADED",
            media_type=command.media_type,
            content=command.content,
            taken_at=whole_second(deps.now()),
            taken_by=actor.user_id,
            deps=deps,
        )
        add_photograph(tx, row)
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
    return [
        _row(
            visit_id=visit_id,
            weighing_id=weighing_id,
            camera_id=picture.camera_id,
            origin="CAMERA",
            media_type=picture.media_type,
            content=picture.data,
            taken_at=whole_second(picture.taken_at),
            taken_by=capture.edge_id,
            deps=deps,
        )
        for picture in capture.photographs
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
        photograph_id=deps.new_id(),
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
