"""A grade computed again: is it the same, to the bit or within a basis point, and where not?"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeGuard

TOLERANCE = 1
"""A whole number of a proposal may be off by one where another processor computed it."""

DRAWN = "overlays"
"""Pictures that the engine drew: their bytes hang on the library that packs them."""

NOT_COMPARED = frozenset({"proposal_id", "visit_id", "proposed_at", "bay"})
"""Members that say when and about what a proposal was made, not what the engine said."""

VERSION = "model.code_version"
OF_VERSION = frozenset({VERSION, "model.settings_sha256", "model.calibration_sha256"})
"""Hashes over every limit that a version knows: another version that knows one more hashes another
file, though each limit of then is what it was. What it was computed from is checked by its own hash
before."""


class Verdict(StrEnum):
    """How the second computation relates to the first."""

    IDENTICAL = "identical"  # every member, every hash, every drawn picture
    WITHIN_1_BP = "within_1_bp"  # every figure within one unit, every word the same
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A place where the two do not say the same; None where one of them says nothing."""

    path: str
    stored: object
    again: object

    @property
    def is_small(self) -> bool:
        """Whether another processor or version may explain it."""
        if self.path.split(".")[0] == DRAWN:
            return True
        if not (_is_number(self.stored) and _is_number(self.again)):
            return False
        return abs(self.stored - self.again) <= TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Regrade:
    """The outcome; ``same_engine`` says that code, network, head and settings are those of then."""

    verdict: Verdict
    same_engine: bool
    differences: tuple[Difference, ...]


def compared(stored: Mapping[str, object], again: Mapping[str, object]) -> Regrade:
    """How the record that is computed ``again`` relates to the ``stored`` one."""
    found = tuple(
        difference
        for name in sorted({*stored, *again} - NOT_COMPARED)
        for difference in _differences(name, stored.get(name), again.get(name))
    )
    is_other = any(each.path == VERSION for each in found)
    excused = OF_VERSION if is_other else frozenset()
    if not found:
        verdict = Verdict.IDENTICAL
    elif all(each.is_small or each.path in excused for each in found):
        verdict = Verdict.WITHIN_1_BP
    else:
        verdict = Verdict.DIFFERENT
    return Regrade(
        verdict=verdict,
        same_engine=not any(each.path.split(".")[0] == "model" for each in found),
        differences=found,
    )


def _differences(path: str, stored: object, again: object) -> Iterator[Difference]:
    if isinstance(stored, Mapping) and isinstance(again, Mapping):
        for name in sorted({*stored, *again}, key=str):
            yield from _differences(f"{path}.{name}", stored.get(name), again.get(name))
    elif _is_list(stored) and _is_list(again) and len(stored) == len(again):
        for place, (one, other) in enumerate(zip(stored, again, strict=True)):
            yield from _differences(f"{path}.{place}", one, other)
    elif (stored or None) != (again or None) or _is_number(stored) != _is_number(again):
        yield Difference(path=path, stored=stored, again=again)


def _is_list(value: object) -> TypeGuard[list[object]]:
    return isinstance(value, list)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
