"""What a recogniser says of a number plate: a suggestion, which the operator confirms."""

import re
from dataclasses import dataclass

from service.domain.plate import PlateColour

_PROVINCES = "京津冀晋蒙辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新"
_SEPARATORS = re.compile(r"[\s·•・:.\-]+")
_CIVIL = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z](?:[A-HJ-NP-Z0-9]{{5,6}}|[A-HJ-NP-Z0-9]{{4}}挂)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlateReading:
    """A plate in a picture. ``confidence_bp`` is the recogniser's own, 0 to 10,000.

    ``colour`` is None where the ground is none of the three. ``box`` is left, top, right and bottom
    in pixels of the picture.
    """

    text: str
    colour: PlateColour | None
    confidence_bp: int
    box: tuple[int, int, int, int]


def plate_text(read: str) -> str | None:
    """``read`` as a plate is kept, or None where it cannot be a Chinese civil plate (GA 36-2018).

    A trailer has four characters and 挂.

    The letters I and O are on no plate: after the first two places they stand for 1 and 0.
    """
    text = _SEPARATORS.sub("", read).upper()
    text = text[:2] + text[2:].replace("O", "0").replace("I", "1")
    return text if _CIVIL.fullmatch(text) else None
