"""What the outdoor display and the voice at a deck say, in Chinese and English at once."""

from dataclasses import dataclass
from enum import IntEnum

from service.domain.errors import gettext_noop


class Announcement(IntEnum):
    """Number of a recorded announcement, as the voice module has it; 0 is silence."""

    SILENCE = 0
    DRIVE_ON = 1
    INTO_PLACE = 2
    STAND_STILL = 3
    SHOW_CODE = 4
    DRIVE_OFF = 5
    ASK_OPERATOR = 6
    WAIT = 7


INSTRUCTIONS: dict[Announcement, str] = {
    Announcement.SILENCE: "",
    Announcement.DRIVE_ON: "请上磅 ON",
    Announcement.INTO_PLACE: "请停正 INTO PLACE",
    Announcement.STAND_STILL: "请停稳 STAND STILL",
    Announcement.SHOW_CODE: "请出示二维码 CODE",
    Announcement.DRIVE_OFF: "请下磅 DRIVE OFF",
    Announcement.ASK_OPERATOR: "请找司磅员 OPERATOR",
    Announcement.WAIT: "请等候 WAIT",
}
"""Last line of the display; at most 20 places of a Chinese display, a character taking two."""

SPOKEN: dict[Announcement, str] = {
    Announcement.SILENCE: gettext_noop("Silence"),
    Announcement.DRIVE_ON: gettext_noop("Drive onto the scale"),
    Announcement.INTO_PLACE: gettext_noop("Drive into place: all axles on the deck"),
    Announcement.STAND_STILL: gettext_noop("Stand still"),
    Announcement.SHOW_CODE: gettext_noop("Show your code or card"),
    Announcement.DRIVE_OFF: gettext_noop("Weighed: drive off"),
    Announcement.ASK_OPERATOR: gettext_noop("Please ask the operator"),
    Announcement.WAIT: gettext_noop("Please wait"),
}
"""What each recorded announcement says, for those who record it and for the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """Lines of the display, top first, and the announcement that goes with them."""

    lines: tuple[str, ...] = ()
    announcement: Announcement = Announcement.SILENCE


NO_SIGN = Sign()


def sign(announcement: Announcement, *, plate: str = "", kg: int | None = None) -> Sign:
    """Plate, weight and instruction; an unknown weight is ``——``, never an old one."""
    weight = "——" if kg is None else f"{kg} kg"
    return Sign(lines=(plate, weight, INSTRUCTIONS[announcement]), announcement=announcement)
