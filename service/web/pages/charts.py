"""Bars as the server draws them: label, bar and figure in one line, with the table behind."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.pages.figures import kg

_LEFT, _WIDEST = 130, 200
_LINE, _FIRST = 30, 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A bar of a chart 440 units wide, with the places of its texts."""

    label: str
    value: str
    y: int
    text_y: int
    width: int
    end: int
    style: str = "b1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart whose title says what it shows."""

    title: str
    note: str
    label: str
    unit: str
    bars: Sequence[Bar]

    @property
    def height(self) -> int:
        return _LINE * len(self.bars)


def mass_bars(values_kg: Sequence[tuple[str, int]]) -> list[Bar]:
    """One bar for each (label, kg), the heaviest the widest."""
    top_kg = max((value for _label, value in values_kg), default=0) or 1
    bars = []
    for place, (label, value_kg) in enumerate(values_kg):
        width = max(1, value_kg * _WIDEST // top_kg)
        y = _FIRST + _LINE * place
        bars.append(
            Bar(
                label=label,
                value=f"{kg(value_kg)} kg",
                y=y,
                text_y=y + 13,
                width=width,
                end=_LEFT + width + 8,
            )
        )
    return bars
