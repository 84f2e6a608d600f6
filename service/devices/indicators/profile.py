"""Recorded bytes of a line as a profile reads them: what commissioning rests its proofs on."""

from collections.abc import Iterator, Sequence

from service.devices.indicators.dialect import Dialect, Frame, FrameKind
from service.devices.indicators.reading import with_status
from service.devices.indicators.stream import FrameStream
from service.domain.commissioning_load import Decoded, ProfileView
from service.domain.commissioning_motion import Motion
from service.domain.weighing import Checksum

Chunks = Sequence[tuple[int, bytes]]
"""(ms, bytes) as they came."""


def profile_view(profile: str, dialect: Dialect, chunks: Chunks, *, from_ms: int) -> ProfileView:
    """The frames of ``chunks`` that were complete at ``from_ms`` or later.

    Earlier chunks are read too, so that the first frame counted is a whole one.
    """
    stream = FrameStream(dialect)
    timed = list(_timed(stream, [chunk for chunk in chunks if chunk[0] < from_ms]))
    early = len(timed)
    bad_before = stream.bad_frames
    timed += _timed(stream, [chunk for chunk in chunks if chunk[0] >= from_ms])
    bad = stream.bad_frames - bad_before
    frames = [frame for _, frame in _weights(timed)]
    kept = frames[len(_weights(timed[:early])) :]
    return ProfileView(
        profile=profile,
        frames=tuple(_decoded(frame, dialect) for frame in kept),
        has_check=any(frame.checksum is not Checksum.ABSENT for frame in kept),
        bad_frames=bad,
    )


def motions(dialect: Dialect, chunks: Chunks) -> list[Motion]:
    """What each weight frame of ``chunks`` says of motion, with whole kg as it shows them."""
    timed = list(_timed(FrameStream(dialect), chunks))
    return [
        Motion(
            at_ms=at_ms,
            kg=None if frame.weight is None else round(frame.weight),
            moving=frame.motion,
        )
        for at_ms, frame in _weights(timed)
    ]


def _timed(stream: FrameStream, chunks: Chunks) -> Iterator[tuple[int, Frame]]:
    for at_ms, chunk in chunks:
        yield from ((at_ms, frame) for frame in stream.feed(chunk))


def _weights(timed: Sequence[tuple[int, Frame]]) -> list[tuple[int, Frame]]:
    """The weight frames, each with the status before it."""
    status: Frame | None = None
    weights = []
    for at_ms, frame in timed:
        if frame.kind is FrameKind.STATUS:
            status = frame
        elif frame.kind is FrameKind.WEIGHT:
            weights.append((at_ms, with_status(frame, status) if status else frame))
    return weights


def _decoded(frame: Frame, dialect: Dialect) -> Decoded:
    return Decoded(
        weight=frame.weight,
        unit=frame.unit if dialect.states_unit else "kg",
        interval=frame.interval,
        motion=frame.motion,
    )
