"""Entries about the load: its pictures and its grade."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.devices.edge.entries import parsed_instant
from service.devices.edge.entry_bodies import GradeDecided, PhotographAdded
from service.storage.db import Tx
from service.usecases.edge_entry.act import Act, pictures
from service.usecases.grade import DecideGrade, decide
from service.usecases.photograph import UploadPhotograph, upload_photograph
from service.usecases.ports import Deps


def _photograph(tx: Tx, act: Act, deps: Deps) -> None:
    body: PhotographAdded = act.body
    ((content, _),) = pictures(tx, [body.sha256])
    command = UploadPhotograph(
        visit_id=body.visit_id,
        content=content,
        media_type=body.media_type,
        photograph_id=body.photograph_id,
        camera_id=body.camera_id,
        origin=body.origin,
        at=parsed_instant(body.taken_at),
    )
    upload_photograph(command, act.actor, deps)


def _grade(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: GradeDecided = act.body
    command = DecideGrade(
        visit_id=body.visit_id,
        grade=body.grade,
        shares=body.shares,
        inclusions_bp=body.inclusions_bp,
        grade_class=body.grade_class,
        reason=body.reason,
        at=act.at,
        proposal_shown=False,
    )
    decide(command, act.actor, deps)


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType(
    {"photograph.added": _photograph, "grade.decided": _grade}
)
