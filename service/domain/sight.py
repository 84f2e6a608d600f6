"""What the cameras of a deck saw of the vehicle on it, at one weighing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

TRAILER_ENDS_IN = "挂"
"""Last character of the plate of a trailer (GA 36-2018); a trailer never comes alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """``plates`` by camera, of every camera that looks at plates: none where none was legible.

    ``look`` is the descriptor of colour and shape around the front plate (``vehicle_look``), hex.
    """

    plates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    look: str | None = None

    def record(self) -> dict[str, Any]:
        """As JSON, in a capture's document; ``of`` reads it back."""
        plates = {camera_id: list(texts) for camera_id, texts in self.plates.items()}
        return {"plates": plates} if self.look is None else {"plates": plates, "look": self.look}

    @classmethod
    def of(cls, document: object) -> "Sight | None":
        """The sight that ``record`` gave, None for None; raises TypeError, ValueError, KeyError."""
        if document is None:
            return None
        if not isinstance(document, Mapping):
            raise TypeError("sight")
        plates = {str(key): tuple(map(str, texts)) for key, texts in document["plates"].items()}
        look = document.get("look")
        return cls(plates=plates, look=None if look is None else bytes.fromhex(look).hex())


@dataclass(frozen=True, slots=True, kw_only=True)
class PassMarks:
    """All by which the vehicle of one weighing can be told: what was seen, the card that came."""

    sight: Sight | None = None
    card_no: str | None = None


def motor_plates(sight: Sight, trailer_plate: str | None) -> frozenset[str]:
    """Plates of vehicles that move by themselves; ``trailer_plate`` is the registered trailer's."""
    return _all_plates(sight) - trailer_plates(sight, trailer_plate)


def trailer_plates(sight: Sight, trailer_plate: str | None) -> frozenset[str]:
    """Plates of trailers: the registered one, and all that end as a trailer's does."""
    return frozenset(
        text
        for text in _all_plates(sight)
        if text == trailer_plate or text.endswith(TRAILER_ENDS_IN)
    )


def vehicles_seen(sight: Sight | None, trailer_plate: str | None) -> int | None:
    """Vehicles that the plates in the deck view stand for, a tractor with its trailer as one.

    Unknown (None) where a camera reads no plate and the others no second vehicle, and where two
    plates differ in a single place: that may be one, misread.
    """
    if sight is None:
        return None
    kinds = motor_plates(sight, trailer_plate), trailer_plates(sight, trailer_plate)
    certain, most = (max(map(count, kinds)) for count in (_surely_different, len))
    if certain > 1:
        return certain
    illegible = not all(sight.plates.values())
    return None if illegible or most != 1 else 1


def may_be_misread(one: str, other: str) -> bool:
    """Whether the plates differ in one place at most."""
    return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 1


def _surely_different(plates: Iterable[str]) -> int:
    """How many of ``plates`` cannot be misreadings of one another."""
    kept: list[str] = []
    for text in sorted(plates):
        if not any(may_be_misread(text, other) for other in kept):
            kept.append(text)
    return len(kept)


def _all_plates(sight: Sight) -> frozenset[str]:
    return frozenset(text for texts in sight.plates.values() for text in texts)
