"""What a verification answers: named checks with frozen codes, and one word over all of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Answer of one check. ERROR is "could not tell"; an outage is never INVALID."""

    VALID = "VALID"
    INVALID = "INVALID"
    ERROR = "ERROR"
    SKIPPED = "SKIPPED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a check is not VALID: the frozen ``code`` and its name, and a sentence for a reader."""

    code: int
    code_string: str
    message: str

    def as_json(self) -> dict[str, Any]:
        """The reason with the keys of OpenAttestation's fragments."""
        return {"code": self.code, "codeString": self.code_string, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One named step of a verification (OpenAttestation's fragment)."""

    name: str
    type: str
    status: Status
    reason: Reason | None = None
    data: Mapping[str, str | int] | None = None

    def as_json(self) -> dict[str, Any]:
        """The check as JSON; ``reason`` is null where there is none, ``data`` absent."""
        fragment: dict[str, Any] = {
            "name": self.name,
            "type": self.type,
            "status": self.status.value,
            "reason": self.reason.as_json() if self.reason else None,
        }
        if self.data:
            fragment["data"] = dict(self.data)
        return fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The block whose state the answer speaks of; ``time`` as ``YYYY-MM-DDTHH:MM:SSZ``."""

    block: int
    time: str

    def as_json(self) -> dict[str, Any]:
        """``{block, time}``."""
        return {"block": self.block, "time": self.time}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole answer. ``verdict`` is VALID, INVALID or ERROR ("could not tell").

    ``as_of`` is None where no trusted source told the document's state.
    """

    verdict: Status
    as_of: AsOf | None
    checks: tuple[Check, ...]

    def check(self, type_name: str) -> Check:
        """The check of the type ``type_name``."""
        return next(check for check in self.checks if check.type == type_name)

    def as_json(self) -> dict[str, Any]:
        """``{verdict, as_of, checks}``."""
        return {
            "verdict": self.verdict.value,
            "as_of": self.as_of.as_json() if self.as_of else None,
            "checks": [check.as_json() for check in self.checks],
        }
