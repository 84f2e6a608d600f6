"""Number plates as people write them and as the service keeps them."""

import re
from enum import StrEnum

from service.domain.errors import RuleBrokenError, gettext_noop

_SEPARATORS = re.compile(r"[ \u3000·•・.\-]+")
_PLATE = re.compile(r"[\u4e00-\u9fff]?[A-Z0-9]{4,10}[\u4e00-\u9fff]?\Z")


class PlateColour(StrEnum):
    """Ground of a Chinese plate (GA 36-2018)."""

    BLUE = "blue"  # small vehicles
    YELLOW = "yellow"  # large vehicles: what comes to a scale
    GREEN = "green"  # new-energy vehicles, one character more


class PlateInvalidError(RuleBrokenError):
    """A text is not a number plate."""

    message = gettext_noop("%(value)s is no number plate, such as %(limit)s.")


def normal_plate(text: str) -> str:
    """``text`` as one plate is always kept: upper case, no blanks, dots or dashes.

    A Chinese plate is a province character, a letter and five or six characters (GA 36); other
    plates are four to ten letters and digits. Raises ``PlateInvalidError``.
    """
    plate = _SEPARATORS.sub("", text).upper()
    if _PLATE.match(plate) is None:
        raise PlateInvalidError(field="plate", value=text[:32], limit="辽E12345")
    return plate


def shown_plate(plate: str) -> str:
    """A Chinese plate as it stands on the truck: 辽E12345 is 辽E·12345."""
    if plate and "\u4e00" <= plate[0] <= "\u9fff":
        return f"{plate[:2]}·{plate[2:]}"
    return plate
