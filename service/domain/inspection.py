"""What an inspector adds to the image engine's word: labels given blind, areas drawn by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service.domain.errors import ConflictError, RuleBrokenError, gettext_noop
from service.domain.units import WHOLE_BP

MOST_AREAS = 24


class InclusionKind(StrEnum):
    """Non-metal in a load, as inspectors name it."""

    DIRT = "dirt"
    RUBBER = "rubber"
    WOOD = "wood"
    PLASTIC = "plastic"
    CONCRETE = "concrete"
    OTHER = "other"


class LabelledAlreadyError(ConflictError):
    """A blind label is not edited once the proposal was shown."""

    message = gettext_noop("Your own label of this load is on record; it is not changed any more.")


class InclusionAreaError(RuleBrokenError):
    """An area drawn on a photograph lies outside it, has no size, or is one too many."""

    message = gettext_noop("The drawn area %(value)s does not hold; allowed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionArea:
    """A box on a photograph, in basis points of its width and height; evidence, never a mass."""

    photograph_id: str
    kind: InclusionKind
    x_bp: int
    y_bp: int
    w_bp: int
    h_bp: int


def is_blind(place_in_day: int, percent: int) -> bool:
    """Whether the load that came as number ``place_in_day`` (from 0) of its day is labelled blind.

    ``percent`` of the loads are, evenly spread: with 20 every fifth, with 100 every one.
    """
    return (place_in_day + 1) * percent // 100 > place_in_day * percent // 100


def require_areas(areas: Sequence[InclusionArea], photograph_ids: Mapping[str, object]) -> None:
    """Return where every area is a box on one of the photographs; raises ``InclusionAreaError``."""
    if len(areas) > MOST_AREAS:
        raise InclusionAreaError(field="areas", value=len(areas), limit=f"0–{MOST_AREAS}")
    for area in areas:
        if area.photograph_id not in photograph_ids:
            limit = gettext_noop("a photograph of this load")
            raise InclusionAreaError(field="areas", value=area.photograph_id[:64], limit=limit)
        sides = ((area.x_bp, area.w_bp), (area.y_bp, area.h_bp))
        if any(start < 0 or length <= 0 or start + length > WHOLE_BP for start, length in sides):
            box = f"{area.x_bp}, {area.y_bp}, {area.w_bp} × {area.h_bp} bp"
            raise InclusionAreaError(field="areas", value=box, limit=f"0–{WHOLE_BP} bp")
