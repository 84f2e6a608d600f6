"""When a photograph was taken, by the clocks that say so, and whether they agree.

No clock is trusted alone: burnt-in clocks and file names differ by minutes among honest cameras.
What is found here sends a load to a person; it refuses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

CAMERA_MAY_DIFFER = timedelta(seconds=120)
PHONE_MAY_DIFFER = timedelta(minutes=10)

CLOCK_DISAGREES = "CLOCK_DISAGREES"
TIME_OUTSIDE_WEIGHING = "TIME_OUTSIDE_WEIGHING"


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTime:
    """``taken_at`` by the server's clock, ``captured_at`` by the camera's, where it tells."""

    taken_at: datetime
    captured_at: datetime | None
    from_camera: bool


def time_reasons(
    pictures: Sequence[PictureTime], weighed_in: datetime | None, weighed_out: datetime | None
) -> tuple[str, ...]:
    """Reasons for which a person should look: ``CLOCK_DISAGREES``, ``TIME_OUTSIDE_WEIGHING``.

    ``pictures`` stand in the order in which they came in. A camera of the site may be 2 minutes off
    the server's clock, a telephone 10. Times of both clocks lie between the weighings (None: not
    weighed yet), give or take the same, and those of cameras of the site never go back.
    """
    reasons = []
    if any(map(_disagrees, pictures)) or _goes_back(pictures):
        reasons.append(CLOCK_DISAGREES)
    if any(_is_outside(picture, weighed_in, weighed_out) for picture in pictures):
        reasons.append(TIME_OUTSIDE_WEIGHING)
    return tuple(reasons)


def _may_differ(picture: PictureTime) -> timedelta:
    return CAMERA_MAY_DIFFER if picture.from_camera else PHONE_MAY_DIFFER


def _disagrees(picture: PictureTime) -> bool:
    if picture.captured_at is None:
        return False
    return abs(picture.captured_at - picture.taken_at) > _may_differ(picture)


def _goes_back(pictures: Sequence[PictureTime]) -> bool:
    told = [p.captured_at for p in pictures if p.from_camera and p.captured_at is not None]
    return told != sorted(told)


def _is_outside(
    picture: PictureTime, weighed_in: datetime | None, weighed_out: datetime | None
) -> bool:
    margin = _may_differ(picture)
    times = [at for at in (picture.taken_at, picture.captured_at) if at is not None]
    too_early = weighed_in is not None and min(times) < weighed_in - margin
    too_late = weighed_out is not None and max(times) > weighed_out + margin
    return too_early or too_late
