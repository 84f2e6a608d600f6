"""What a photograph that comes in looks like, whether it was used before, and its public copy."""

from service.domain.instants import whole_second
from service.domain.picture_time import PictureTime, time_reasons
from service.storage import photograph_reuse as reuse
from service.storage.db import Tx
from service.storage.photograph import PhotographRow, photographs_of
from service.storage.weighing import weighing_of
from service.usecases.control_facts import PICTURES_KEPT
from service.usecases.ports import Deps

REUSED_PHOTOGRAPH = "REUSED_PHOTOGRAPH"
UPLOADED = "UPLOADED"
LOAD_CAMERAS = frozenset({"load", "upload"})
"""Cameras whose pictures show the load; the others see display, plate and deck."""


def remember_photograph(tx: Tx, row: PhotographRow, deps: Deps) -> bytes | None:
    """Keep what a photograph looks like and what it says of its making; returns its likeness."""
    if deps.pictures is None:
        return None
    examined = deps.pictures.examine(row.content)
    reuse.add_look(
        tx,
        reuse.PhotographLookRow(
            photograph_id=row.photograph_id,
            visit_id=row.visit_id,
            pixel_sha256=examined.pixel_sha256,
            decoder=examined.decoder,
            likeness=examined.likeness,
            captured_at=examined.captured_at,
            camera_make=examined.camera_make,
            has_place=examined.has_place,
            examined_at=whole_second(deps.now()),
        ),
    )
    return examined.likeness


def examine_photograph(tx: Tx, row: PhotographRow, deps: Deps) -> None:
    """Remember an uploaded photograph, and which ones of other visits it shows again.

    Frames of one truck are alike honestly, so only those of other visits of 90 days are compared;
    and so are frames of a camera that stands still, so only what people upload is asked about.
    """
    likeness = remember_photograph(tx, row, deps)
    if likeness is None or deps.pictures is None:
        return
    now = whole_second(deps.now())
    known = reuse.known_likenesses(
        tx,
        size_bytes=len(likeness),
        since=row.taken_at - PICTURES_KEPT,
        other_than_visit=row.visit_id,
    )
    found = deps.pictures.repeats(row.content, known, lambda key: reuse.content_of(tx, key))
    reuse.add_repeats(
        tx,
        [
            reuse.PhotographRepeatRow(
                photograph_id=row.photograph_id,
                repeats_id=repeat.photograph_id,
                visit_id=row.visit_id,
                distance_bits=repeat.distance_bits,
                inliers=repeat.inliers,
                agreement_bp=repeat.agreement_bp,
                mirrored=repeat.mirrored,
                found_at=now,
            )
            for repeat in found
        ],
    )


def intake_reasons(tx: Tx, visit_id: str) -> tuple[str, ...]:
    """Why a person should look at the photographs of a load: used before, or at another time.

    Both clocks are asked of uploaded photographs; those of the site's cameras bear the server's.
    """
    looks = {look.photograph_id: look for look in reuse.looks_of(tx, visit_id)}
    times = [
        PictureTime(
            taken_at=row.taken_at,
            captured_at=looks[row.photograph_id].captured_at,
            from_camera=row.origin != UPLOADED,
        )
        for row in photographs_of(tx, visit_id)
        if row.photograph_id in looks
    ]
    weighings = (weighing_of(tx, visit_id, each) for each in ("gross", "tare"))
    weighed_in, weighed_out = (each.taken_at if each else None for each in weighings)
    reused = (REUSED_PHOTOGRAPH,) if reuse.repeats_in(tx, visit_id) else ()
    return (*reused, *time_reasons(times, weighed_in, weighed_out))


def public_copy(photograph_id: str, content: bytes, deps: Deps) -> bytes | None:
    """A JPEG of the photograph with faces and plates blurred, made once; None: cannot be made."""
    with deps.db.transaction() as tx:
        kept = reuse.copy_of(tx, photograph_id)
    if kept is not None or deps.pictures is None:
        return kept
    made = deps.pictures.public_copy(content)
    with deps.db.transaction() as tx:
        reuse.keep_copy(tx, photograph_id, made, at=whole_second(deps.now()))
    return made
