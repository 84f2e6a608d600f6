"""A bay: where the bed of a truck stands in the picture of a camera, and its true sides."""

from dataclasses import dataclass

from service.domain.errors import RuleBrokenError, gettext_noop

CORNERS = 4
SIDE_MM = (500, 30_000)
FRAME_PX = (224, 20_000)
SMALLEST_BP = 200
"""A bed that fills less than 2 % of the frame was clicked by mistake."""

Point = tuple[int, int]


class BayShapeError(RuleBrokenError):
    """Four corners that make no bed in the frame."""

    message = gettext_noop(
        "The corners make no bed: %(value)s. Set them clockwise from the top left, on the rim."
    )


class BaySideError(RuleBrokenError):
    """A figure of the bay that no truck and no camera has."""

    message = gettext_noop("%(value)s is not a figure of a bay; allowed is %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bay:
    """``corners_px``: four (x, y), clockwise from the top left, in pixels of the frame.

    ``bed_length_mm`` is the side from the first corner to the second, ``bed_width_mm`` from the
    second to the third, None where nobody measured them; the first ``clock_rows_px`` rows of the
    frame hold a burnt-in clock.
    """

    frame_width_px: int
    frame_height_px: int
    corners_px: tuple[Point, ...]
    bed_length_mm: int | None = None
    bed_width_mm: int | None = None
    clock_rows_px: int = 0

    def __post_init__(self) -> None:
        """Refuse figures outside their range and corners that make no convex bed in the frame."""
        _require_within("frame_width_px", self.frame_width_px, FRAME_PX)
        _require_within("frame_height_px", self.frame_height_px, FRAME_PX)
        for name, side_mm in (
            ("bed_length_mm", self.bed_length_mm),
            ("bed_width_mm", self.bed_width_mm),
        ):
            if side_mm is not None:
                _require_within(name, side_mm, SIDE_MM)
        _require_within("clock_rows_px", self.clock_rows_px, (0, self.frame_height_px - 1))
        self._require_bed()

    def _require_bed(self) -> None:
        if len(self.corners_px) != CORNERS:
            value = gettext_noop("there are not four of them")
            raise BayShapeError(field="corners_px", value=value)
        for x, y in self.corners_px:
            if not (0 <= x <= self.frame_width_px and 0 <= y <= self.frame_height_px):
                value = gettext_noop("one lies outside the picture")
                raise BayShapeError(field="corners_px", value=value)
        turns = _turns(self.corners_px)
        if min(turns) <= 0:
            raise BayShapeError(field="corners_px", value=gettext_noop("they cross over"))
        frame_px = self.frame_width_px * self.frame_height_px
        if (turns[0] + turns[2]) * 10_000 < 2 * SMALLEST_BP * frame_px:
            raise BayShapeError(field="corners_px", value=gettext_noop("the bed is too small"))


def _require_within(name: str, value: int, limits: tuple[int, int]) -> None:
    least, most = limits
    if not least <= value <= most:
        raise BaySideError(field=name, value=f"{name} {value}", limit=f"{least}–{most}")


def _turns(corners: tuple[Point, ...]) -> list[int]:
    """Twice the signed area of the triangle at each corner; clockwise is positive."""
    turns = []
    for index, (x, y) in enumerate(corners):
        before_x, before_y = corners[index - 1]
        after_x, after_y = corners[(index + 1) % CORNERS]
        turns.append((x - before_x) * (after_y - y) - (y - before_y) * (after_x - x))
    return turns
