"""What the cameras saw at each weighing: plates, look, card, and the figure on the display."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.sight import PassMarks, Sight
from service.storage.db import Tx
from service.storage.rows import add, every, select_as
from service.storage.tables import weighing_sight


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRow:
    """``plates`` by camera, None where none were looked for; ``nonce_ok`` by camera in whose view
    the display is."""

    weighing_id: str
    plates: dict[str, list[str]] | None
    look: str | None
    card_no: str | None
    nonce: str | None
    nonce_ok: dict[str, bool]

    @property
    def marks(self) -> PassMarks:
        """By what the vehicle can be told."""
        if self.plates is None:
            return PassMarks(card_no=self.card_no)
        plates = {camera_id: tuple(texts) for camera_id, texts in self.plates.items()}
        return PassMarks(sight=Sight(plates=plates, look=self.look), card_no=self.card_no)


def add_sight(tx: Tx, row: SightRow) -> None:
    add(tx, weighing_sight, row)


def sights_of(tx: Tx, weighing_ids: Sequence[str]) -> dict[str, SightRow]:
    """Rows by weighing; none of a weighing of which nothing is known."""
    query = select_as(SightRow, weighing_sight)
    rows = every(tx, SightRow, query.where(weighing_sight.c.weighing_id.in_(weighing_ids)))
    return {row.weighing_id: row for row in rows}


def marks_of(tx: Tx, weighing_id: str) -> PassMarks:
    """By what the vehicle of a weighing can be told."""
    row = sights_of(tx, [weighing_id]).get(weighing_id)
    return PassMarks() if row is None else row.marks
