"""The trace of a settlement: one line for each step of the calculation, and its hash."""

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Step(StrEnum):
    """The steps of a settlement in their order (settlement.md, section 3)."""

    GUARD = "GUARD"
    WEIGHT = "WEIGHT"
    TOLERANCE = "TOLERANCE"
    BASIS = "BASIS"
    ACCEPT = "ACCEPT"
    DEDUCT = "DEDUCT"
    SETTLEMENT_KG = "SETTLEMENT_KG"
    SHARES = "SHARES"
    MIX = "MIX"
    PRICE = "PRICE"
    LINE = "LINE"
    FEE = "FEE"
    GROSS = "GROSS"
    TAX = "TAX"
    OFFSET = "OFFSET"
    PAYABLE = "PAYABLE"


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceLine:
    """What one step did, with its figures."""

    step: Step
    calculation: str


@dataclass(frozen=True, slots=True)
class Trace:
    """Lines in the order in which they were written."""

    lines: list[TraceLine] = field(default_factory=list)

    def write(self, step: Step, calculation: str) -> None:
        """Add a line."""
        self.lines.append(TraceLine(step=step, calculation=calculation))


def trace_sha256(lines: tuple[TraceLine, ...]) -> str:
    """SHA-256, as hex, of the canonical text of a trace.

    The text is UTF-8; each line is the step, a tab, the calculation, a line feed.
    """
    text = "".join(f"{line.step}\t{line.calculation}\n" for line in lines)
    return sha256(text.encode()).hexdigest()
