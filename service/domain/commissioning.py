"""Commissioning of a scale: the proofs that an indicator's profile reads what its display shows.

A dialect is configured, never detected: several decode each other's frames to valid wrong numbers.
So a truck of known mass stands on the deck, somebody types what the display shows, and each
property of the profile is proved from the frames of that moment; then the truck moves and stops,
which proves the motion bit (weighbridge.md, section 3.2).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from service.domain.errors import ConflictError, gettext_noop
from service.domain.weighing import Instrument


class NotCommissionedError(ConflictError):
    """An instrument whose profile nobody has proved, or that was changed since."""

    message = gettext_noop(
        "Profile %(value)s of this indicator is not commissioned (%(limit)s): a known truck must"
        " prove it first."
    )


class StepMissingError(ConflictError):
    """A commissioning that is to be closed although a proof is missing or failed."""

    message = gettext_noop("Commissioning cannot be closed: %(value)s is %(limit)s.")


class ProofName(StrEnum):
    """What is proved, in the order in which it is shown."""

    FRAMES = "frames"
    FIGURES = "figures"
    DECIMALS = "decimals"
    UNIT = "unit"
    INCREMENT = "increment"
    CHECKSUM = "checksum"
    PROFILE = "profile"
    MASS = "mass"
    MOTION = "motion"


class ProofState(StrEnum):
    """ABSENT: the dialect has no such thing. UNDECIDED: another load or another drive is needed."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"
    ABSENT = "absent"


class ProofNote(StrEnum):
    """What there is to say beside value and limit."""

    NONE = ""
    NO_CHECK = "no_check"
    CHECK_NOT_READ = "check_not_read"
    NO_MOTION_BIT = "no_motion_bit"
    INVERTED = "inverted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found and what was asked, in figures and signs that need no translation."""

    name: ProofName
    state: ProofState
    value: str
    limit: str
    note: ProofNote = ProofNote.NONE

    def record(self) -> dict[str, str]:
        """Return the proof as JSON."""
        return {
            "name": self.name.value,
            "state": self.state.value,
            "value": self.value,
            "limit": self.limit,
            "note": self.note.value,
        }

    @staticmethod
    def of(record: Mapping[str, str]) -> "Proof":
        """Return the proof that ``record`` wrote."""
        return Proof(
            name=ProofName(record["name"]),
            state=ProofState(record["state"]),
            value=record["value"],
            limit=record["limit"],
            note=ProofNote(record["note"]),
        )


def verdict(proofs: Iterable[Proof]) -> ProofState:
    """Return the gravest state: FAILED before UNDECIDED before PASSED; ABSENT does not count."""
    states = {proof.state for proof in proofs}
    gravest = (ProofState.FAILED, ProofState.UNDECIDED)
    return next((state for state in gravest if state in states), ProofState.PASSED)


def require_proved(proofs: Sequence[Proof]) -> None:
    """Return where every proof is there and passed or absent; else raise StepMissingError."""
    by_name = {proof.name: proof for proof in proofs}
    for name in ProofName:
        proof = by_name.get(name)
        if proof is None:
            raise StepMissingError(field=name.value, value=name.value, limit="missing")
        if proof.state not in {ProofState.PASSED, ProofState.ABSENT}:
            raise StepMissingError(field=name.value, value=name.value, limit=proof.state.value)


def profile_hash(instrument: Instrument, params: Mapping[str, object]) -> str:
    """Return the SHA-256 of what a commissioning proves, hex: instrument, dialect and settings.

    Hashed are the UTF-8 bytes of its JSON with sorted keys and no blanks. Any change of these asks
    for a new commissioning.
    """
    profile = {
        "d_kg": instrument.d_kg,
        "dialect": instrument.dialect,
        "e_kg": instrument.e_kg,
        "instrument_id": instrument.instrument_id,
        "make": instrument.make,
        "max_kg": instrument.max_kg,
        "model": instrument.model,
        "params": dict(params),
        "serial_no": instrument.serial_no,
    }
    text = json.dumps(profile, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def check_due(last: date | None, on: date) -> bool:
    """Return whether the short check of the day ``on`` is still to be made."""
    return last is None or last < on
