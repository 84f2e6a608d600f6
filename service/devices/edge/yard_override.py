"""Outputs moved by hand: what may be asked, and the mark that it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.devices.edge.document import instant_text
from service.domain.deck_lights import Barrier, Light

LONGEST_OVERRIDE_MS = 120_000


class OverrideBody(BaseModel):
    """Outputs set by hand for ``hold_ms``, with the reason that stays on record."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    entry_light: Annotated[Light, Field(strict=False)] | None = None
    exit_light: Annotated[Light, Field(strict=False)] | None = None
    entry_barrier: Annotated[Barrier, Field(strict=False)] | None = None
    exit_barrier: Annotated[Barrier, Field(strict=False)] | None = None
    reason: Annotated[str, Field(min_length=3, max_length=200)]
    hold_ms: Annotated[int, Field(ge=1_000, le=LONGEST_OVERRIDE_MS)] = 30_000

    @model_validator(mode="after")
    def _sets_something(self) -> "OverrideBody":
        if not self.outputs():
            raise ValueError("no output is named")
        return self

    def outputs(self) -> dict[str, Light | Barrier]:
        """Return what is set, by the name of the output."""
        names = ("entry_light", "exit_light", "entry_barrier", "exit_barrier")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputMark:
    """An output moved by hand: what goes on record before anything moves."""

    at: datetime
    set_to: Mapping[str, str]
    instead_of: Mapping[str, str]
    reason: str
    hold_ms: int

    def record(self) -> dict[str, object]:
        """As JSON."""
        return {
            "at": instant_text(self.at),
            "set_to": dict(self.set_to),
            "instead_of": dict(self.instead_of),
            "reason": self.reason,
            "hold_ms": self.hold_ms,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Outputs that a hand has set, until ``until_ms`` of the scale's clock."""

    outputs: Mapping[str, Light | Barrier]
    until_ms: int
    reason: str
