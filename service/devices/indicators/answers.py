"""Decoding of single frames and of case files, as ``ferrotrace decode`` prints it."""

from collections.abc import Iterable, Mapping

from service.devices.indicators.dialect import Dialect, Frame
from service.devices.indicators.registry import dialect_by_name
from service.domain.errors import FerrotraceError, RuleBrokenError, gettext_noop
from service.domain.weighing import Checksum

MISALIGNED: Mapping[str, object] = {"error": "integrity", "negative": ["misaligned"]}
"""Answer for bytes that hold no complete frame."""


class FrameHexError(RuleBrokenError):
    """Text that is no hexadecimal."""

    message = gettext_noop("%(value)s is not hexadecimal bytes (%(limit)s).")


class CaseFileError(RuleBrokenError):
    """A file of cases without its list, or a case without what is needed."""

    message = gettext_noop("The case file needs %(limit)s; found %(value)s.")


def frame_bytes(text: str) -> bytes:
    """Bytes of hexadecimal ``text``, blanks allowed; raises FrameHexError."""
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise FrameHexError(field="hex", value=text[:60], limit="0-9 a-f") from error


def decode(name: str, params: Mapping[str, object], data: bytes) -> Mapping[str, object]:
    """Fields of the first good frame in ``data``, else of the first bad one, and ``negative``.

    Raises UnknownDialectError and DialectParameterError; bytes never raise.
    """
    frame = _first_frame(dialect_by_name(name, params), data)
    if frame is None:
        return MISALIGNED
    return {**frame.fields, "negative": list(frame.negative)}


def _first_frame(dialect: Dialect, data: bytes) -> Frame | None:
    length = dialect.longest
    found = [dialect.match(data[start : start + length]) for start in range(len(data))]
    frames = [frame for frame in found if isinstance(frame, Frame)]
    good = (frame for frame in frames if frame.checksum is not Checksum.BAD)
    return next(good, frames[0] if frames else None)


def answer_cases(vectors: object) -> dict[str, Mapping[str, object]]:
    """Return the answer to every case of a file in the shape of ``weighbridge_frames.json``.

    What the host sends is answered with nothing, a refusal with its name. No expectation is read.
    """
    if not isinstance(vectors, Mapping) or not isinstance(vectors.get("vectors"), list):
        raise CaseFileError(field="vectors", value=type(vectors).__name__, limit="a list 'vectors'")
    return dict(_answers(vectors["vectors"]))


def _answers(cases: Iterable[object]) -> Iterable[tuple[str, Mapping[str, object]]]:
    for case in cases:
        if not isinstance(case, Mapping) or not isinstance(case.get("id"), str):
            raise CaseFileError(field="vectors", value="a case without", limit="an id per case")
        yield case["id"], _answer(case)


def _answer(case: Mapping[str, object]) -> Mapping[str, object]:
    if case.get("direction") == "to_indicator":
        return {}
    params = case.get("params", {})
    try:
        if not isinstance(params, Mapping):
            raise CaseFileError(field="params", value=type(params).__name__, limit="an object")
        return decode(str(case.get("dialect")), params, frame_bytes(str(case.get("hex"))))
    except FerrotraceError as error:
        return {"refused": type(error).__name__}
