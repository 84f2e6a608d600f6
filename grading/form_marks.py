"""How the nine forms are marked in pictures: a letter, a colour of the product's tokens, two names.

The letter tells them apart for who cannot tell the colours. Colours are those of the series in
``tokens.css``, first of the light theme, then of the dark one; the names are the pages' own.
"""

from dataclasses import dataclass
from typing import Final

Colour = tuple[int, int, int]
"""Blue, green, red."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormMark:
    """How one form is marked; ``ink`` is read on ``colour``."""

    letter: str
    colour: Colour
    ink: Colour
    name_zh: str
    name_en: str


def bgr(hexadecimal: str) -> Colour:
    """Return a colour of the tokens, written as ``#1c567f``."""
    red, green, blue = (int(hexadecimal[place : place + 2], 16) for place in (1, 3, 5))
    return blue, green, red


_WHITE: Final = bgr("#ffffff")
_DARK: Final = bgr("#0d1113")


def _mark(letter: str, colour: str, name_zh: str, name_en: str, ink: Colour = _WHITE) -> FormMark:
    return FormMark(letter=letter, colour=bgr(colour), ink=ink, name_zh=name_zh, name_en=name_en)


FORM_MARKS: Final = {
    "heavy_mixed": _mark("H", "#1c567f", "混合重料", "heavy mixed"),
    "plate_structural": _mark("P", "#4c7a9b", "板材与结构料", "plate and structural"),
    "rebar_rolling": _mark("L", "#8d5f1c", "螺纹与轧钢料", "rebar and rolling scrap"),
    "shredded": _mark("S", "#d3a257", "破碎料", "shredded", _DARK),
    "bales": _mark("B", "#86bbe2", "打包块", "bales", _DARK),
    "turnings": _mark("T", "#b9b6ab", "钢屑", "turnings", _DARK),
    "rail_axle_wheel": _mark("R", "#6d6a62", "钢轨、车轴、车轮", "rails, axles, wheels"),
    "cast_mn": _mark("M", "#55524b", "锰钢铸件", "manganese castings"),
    "briq_media": _mark("Q", "#a39f94", "压块与磨球", "briquettes, grinding media", _DARK),
}

AREA_NAMES: Final = {
    "gas_cylinder": "气瓶 gas cylinder",
    "fire_extinguisher": "灭火器 fire extinguisher",
    "sealed_vessel": "密闭容器 sealed vessel",
    "battery": "电池 battery",
    "munition": "弹药 munition",
    "radioactive_source": "放射源 radioactive source",
    "plastic": "塑料 plastic",
    "rubber": "橡胶 rubber",
    "concrete": "混凝土 concrete",
    "wood": "木材 wood",
    "dirt": "泥土 dirt",
}
"""What hazards and inclusions are called in pictures."""
