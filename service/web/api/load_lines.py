"""Lines of a split load, as tickets and corrections take them."""

from collections.abc import Iterable
from typing import Annotated, TypeAlias

from pydantic import Field

from service.domain.load_lines import LONGEST_MATERIAL, MOST_LINES, LoadLine, LoadLines
from service.web.api.fields import BasisPoints, GradeCode, Kg, Line, Request

Material = Annotated[Line, Field(max_length=LONGEST_MATERIAL, description="A material in words.")]


class LoadLineRequest(Request):
    """One line: a grade of the decision or a material, by mass or by its share of the whole."""

    grade: GradeCode | None = None
    material: Material | None = None
    kg: Kg | None = None
    bp: BasisPoints | None = None


LoadLineList: TypeAlias = Annotated[list[LoadLineRequest], Field(max_length=MOST_LINES)]


def load_lines(stated: Iterable[LoadLineRequest]) -> LoadLines:
    """The lines as a value; raises what the domain refuses of them."""
    return LoadLines(
        lines=tuple(
            LoadLine(grade=line.grade or "", material=line.material or "", kg=line.kg, bp=line.bp)
            for line in stated
        )
    )
