"""What a truck standing on the deck proves of an indicator's profile (see ``commissioning``)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from service.domain.commissioning import Proof, ProofName, ProofNote, ProofState, verdict
from service.domain.errors import RuleBrokenError, gettext_noop
from service.domain.metrology import in_service_mpe_kg
from service.domain.weighing import Instrument

LEAST_FRAMES = 5
IDENTICAL_FRAMES = 3
LARGEST_DOUBT_KG = 1_000
"""How inexactly the mass of the known truck may be known, kg."""

UNITS = ("kg", "t", "g", "lb")
DISPLAY = re.compile(r"\s*(-?)\s*(\d[\d ]*)(?:[.,](\d*))?\s*([A-Za-z]*)\s*\Z")


class DisplayTextError(RuleBrokenError):
    """Text that no display of a scale shows."""

    message = gettext_noop("%(value)s is not what a display shows: %(limit)s.")


class KnownLoadError(RuleBrokenError):
    """A truck with which nothing can be proved on this scale."""

    message = gettext_noop("A truck of %(value)s kg proves nothing here: %(limit)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Display:
    """What stands on the indicator's display, digit by digit; ``decimals`` after the point."""

    figures: str
    decimals: int
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """One frame as a profile reads it; ``unit`` is the record's where the dialect names none."""

    weight: Decimal | None
    unit: str | None
    interval: Decimal | None = None
    motion: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileView:
    """The bytes of some seconds as one profile reads them.

    ``has_check``: its frames carry a check that was looked at; ``bad_frames`` failed it.
    """

    profile: str
    frames: tuple[Decoded, ...]
    has_check: bool
    bad_frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLoad:
    """A truck of ``kg``, known to within ± ``within_kg``; raises KnownLoadError."""

    kg: int
    within_kg: int

    def check(self, instrument: Instrument) -> None:
        """Raise KnownLoadError where the truck is too light, too heavy or known too badly."""
        if not instrument.min_kg <= self.kg <= instrument.max_kg:
            limit = f"{instrument.min_kg} to {instrument.max_kg} kg"
            raise KnownLoadError(field="known_kg", value=self.kg, limit=limit)
        if not 0 <= self.within_kg <= LARGEST_DOUBT_KG:
            limit = f"known to within {LARGEST_DOUBT_KG} kg"
            raise KnownLoadError(field="within_kg", value=self.kg, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadProofs:
    """Proofs of one load; ``alike`` are the profiles that read the same from it."""

    proofs: tuple[Proof, ...]
    alike: frozenset[str] = frozenset()


def read_display(text: str, unit: str) -> Display:
    """Return what ``text`` shows in ``unit``; a unit typed with it must be the same.

    Raises DisplayTextError.
    """
    found = DISPLAY.match(text)
    if found is None:
        raise DisplayTextError(field="display", value=text[:40], limit="digits and one point")
    if unit not in UNITS or found[4].lower() not in {"", unit}:
        raise DisplayTextError(field="unit", value=found[4] or unit, limit=", ".join(UNITS))
    whole, decimals = found[2].replace(" ", ""), found[3] or ""
    return Display(
        figures=_signed(bool(found[1]), whole + decimals), decimals=len(decimals), unit=unit
    )


def prove_display(
    own: ProfileView, display: Display, instrument: Instrument, *, checked: ProfileView | None
) -> tuple[Proof, ...]:
    """Return what the display proves, whatever stands on the deck: the short check of each day.

    ``checked``: the same bytes by the same profile with its check read, where ``own`` reads none
    and there is one. Nothing is proved without frames.
    """
    frames = _frames(own)
    if frames.state is ProofState.FAILED:
        return (frames,)
    last = own.frames[-1]
    weight = cast("Decimal", last.weight)  # steady frames have one
    return (
        frames,
        _equal(ProofName.FIGURES, figures_of(weight), display.figures),
        _equal(ProofName.DECIMALS, str(decimals_of(weight)), str(display.decimals)),
        _unit(last, display),
        _increment(last, weight, instrument),
        _checksum(own, checked),
    )


def prove_load(
    own: ProfileView,
    rivals: Sequence[ProfileView],
    display: Display,
    load: KnownLoad,
    instrument: Instrument,
    *,
    checked: ProfileView | None,
) -> LoadProofs:
    """Return what a truck of known mass proves beside the display: mass and profile.

    ``rivals`` are the same bytes read by other profiles; one that reads the same figures cannot be
    told apart with this load and is named.
    """
    proofs = prove_display(own, display, instrument, checked=checked)
    if verdict(proofs[:1]) is ProofState.FAILED:
        return LoadProofs(proofs=proofs)
    alike = frozenset(rival.profile for rival in rivals if _reads_alike(rival, own))
    weight = cast("Decimal", own.frames[-1].weight)
    proved = (profile_proof(alike), _mass(weight, load, instrument))
    return LoadProofs(proofs=(*proofs, *proved), alike=alike)


def profile_proof(alike: frozenset[str]) -> Proof:
    """Return whether the loads so far tell the profile from all others; ``alike`` are left."""
    state = ProofState.UNDECIDED if alike else ProofState.PASSED
    shown = ", ".join(sorted(alike)) or "—"
    return Proof(name=ProofName.PROFILE, state=state, value=shown, limit="—")


def joined(loads: Sequence[LoadProofs]) -> tuple[Proof, ...]:
    """Return the proofs of several loads as one: the worst of each, and who is alike in all."""
    if not loads:
        return ()
    alike = frozenset.intersection(*(load.alike for load in loads))
    worst: dict[ProofName, Proof] = {}
    for load in loads:
        for proof in load.proofs:
            before = worst.get(proof.name)
            if before is None or _is_worse(proof, before):
                worst[proof.name] = proof
    if ProofName.PROFILE in worst:
        worst[ProofName.PROFILE] = profile_proof(alike)
    return tuple(worst[name] for name in ProofName if name in worst)


def figures_of(weight: Decimal) -> str:
    """Return the digits of ``weight`` without point and leading zeros, its sign before them."""
    digits = format(abs(weight), "f").replace(".", "")
    return _signed(weight < 0, digits)


def decimals_of(weight: Decimal) -> int:
    """Return how many digits ``weight`` has after the point."""
    return len(format(weight, "f").partition(".")[2])


_PASSED = ProofState.PASSED
_ORDER = (ProofState.ABSENT, ProofState.PASSED, ProofState.UNDECIDED, ProofState.FAILED)


def _is_worse(proof: Proof, than: Proof) -> bool:
    return _ORDER.index(proof.state) > _ORDER.index(than.state)


def _signed(negative: bool, digits: str) -> str:  # noqa: FBT001 - a sign and its digits
    kept = digits.lstrip("0") or "0"
    return f"-{kept}" if negative and kept != "0" else kept


def _frames(own: ProfileView) -> Proof:
    ending = [frame.weight for frame in own.frames[-IDENTICAL_FRAMES:]]
    steady = len(set(ending)) == 1 and ending[0] is not None
    shown = ending[-1] if ending else None
    enough = len(own.frames) >= LEAST_FRAMES and steady
    return Proof(
        name=ProofName.FRAMES,
        state=_PASSED if enough else ProofState.FAILED,
        value=f"{len(own.frames)}: {', '.join(map(_shown, ending)) or '—'}",
        limit=f"≥ {LEAST_FRAMES}: {IDENTICAL_FRAMES} × {_shown(shown)}",
    )


def _shown(weight: Decimal | None) -> str:
    return "—" if weight is None else format(weight, "f")


def _equal(name: ProofName, value: str, limit: str) -> Proof:
    state = _PASSED if value == limit else ProofState.FAILED
    return Proof(name=name, state=state, value=value, limit=limit)


def _unit(last: Decoded, display: Display) -> Proof:
    fits = last.unit == display.unit == "kg"
    return Proof(
        name=ProofName.UNIT,
        state=_PASSED if fits else ProofState.FAILED,
        value=f"{last.unit or '—'} / {display.unit}",
        limit="kg",
    )


def _increment(last: Decoded, weight: Decimal, instrument: Instrument) -> Proof:
    fits = weight % instrument.d_kg == 0
    value = f"{_shown(weight)} / {instrument.d_kg}"
    if last.interval is not None:
        fits = last.interval == instrument.d_kg
        value = f"d = {_shown(last.interval)}"
    return Proof(
        name=ProofName.INCREMENT,
        state=_PASSED if fits else ProofState.FAILED,
        value=value,
        limit=f"d = {instrument.d_kg}",
    )


def _checksum(own: ProfileView, checked: ProfileView | None) -> Proof:
    """Return whether the check is read where one is sent."""
    if own.has_check:
        state = ProofState.FAILED if own.bad_frames else _PASSED
        value = f"{own.bad_frames} / {len(own.frames) + own.bad_frames}"
        return Proof(name=ProofName.CHECKSUM, state=state, value=value, limit="0")
    unread = checked is not None and _reads_alike(checked, own)
    return Proof(
        name=ProofName.CHECKSUM,
        state=ProofState.FAILED if unread else ProofState.ABSENT,
        value="—",
        limit="—",
        note=ProofNote.CHECK_NOT_READ if unread else ProofNote.NO_CHECK,
    )


def _reads_alike(rival: ProfileView, own: ProfileView) -> bool:
    """Return whether ``rival`` reads the same weight from as many frames, but for one at an end."""
    if len(rival.frames) + 1 < len(own.frames):
        return False
    ours, theirs = own.frames[-1], rival.frames[-1]
    return (theirs.weight, theirs.unit) == (ours.weight, ours.unit)


def _mass(weight: Decimal, load: KnownLoad, instrument: Instrument) -> Proof:
    limit_kg = in_service_mpe_kg(load.kg, instrument.e_kg) + load.within_kg
    off_by = weight - load.kg
    return Proof(
        name=ProofName.MASS,
        state=_PASSED if abs(off_by) <= limit_kg else ProofState.FAILED,
        value=f"{_shown(weight)} ({off_by:+f})",
        limit=f"{load.kg} ± {limit_kg} kg",
    )
