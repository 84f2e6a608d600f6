"""Commissioning at the scale: what was typed and recorded, proved, and kept step by step."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from service.devices.edge.commissioning_store import CommissioningStore, Step
from service.devices.edge.document import instant, instant_text, instrument_document
from service.devices.edge.line_counters import LineHealth
from service.devices.edge.scale import Scale
from service.devices.indicators.candidates import rivals_of, with_check
from service.devices.indicators.profile import Chunks, motions, profile_view
from service.devices.indicators.registry import dialect_by_name
from service.devices.site import InstrumentSettings
from service.domain.commissioning import (
    NotCommissionedError,
    Proof,
    ProofState,
    StepMissingError,
    check_due,
    profile_hash,
    require_proved,
    verdict,
)
from service.domain.commissioning_load import (
    Display,
    KnownLoad,
    LoadProofs,
    joined,
    prove_display,
    prove_load,
)
from service.domain.commissioning_motion import prove_motion
from service.domain.errors import FerrotraceError, gettext_noop
from service.domain.instants import business_date
from service.domain.party import Actor

STANDING_MS = 5_000
"""Frames that a standing truck or the day's check rests on."""

HEAD_MS = 2_000
"""Read before them, so that the first frame counted is a whole one."""


class CommissioningDesk:
    """Commissions the scale of one edge unit; its steps are kept in ``store``.

    A real instrument gives no weight until its present profile is commissioned, nor after a day's
    check has failed. A simulated one is commissioned by the simulator that speaks for it.
    """

    def __init__(
        self, settings: InstrumentSettings, scale: Scale, store: CommissioningStore
    ) -> None:
        self._settings = settings
        self._instrument = settings.instrument()
        self._scale = scale
        self._store = store
        self._dialect = dialect_by_name(settings.dialect, settings.params)
        self._rivals = rivals_of(settings.dialect, settings.params)
        self._with_check = with_check(settings.dialect, settings.params)
        self.profile_hash = profile_hash(self._instrument, settings.params)
        self._closing = store.last("closing", self.profile_hash)
        self._check = self._last_check()
        scale.attend(unfit=self.refusal, health=self.health)

    def refusal(self) -> FerrotraceError | None:
        """Why this instrument may not be captured from, None where it may."""
        if self._instrument.simulated:
            return None
        if self._closing is None:
            return self._not_commissioned(gettext_noop("never proved"))
        if self._is_check_failed():
            return self._not_commissioned(gettext_noop("the last check failed"))
        return None

    def status(self) -> dict[str, Any]:
        """Instrument, profile, and what was proved last. No weight: it is typed off the display."""
        refusal, today = self.refusal(), business_date(datetime.now(UTC))
        return {
            "instrument": {
                **instrument_document(self._instrument),
                "reported_serial_no": self._scale.serial_no,
            },
            "profile": {
                "dialect": self._settings.dialect,
                "params": self._settings.params,
                "hash": self.profile_hash,
            },
            "is_fit": refusal is None,
            "closing": _told(self._closing),
            "check": _told(self._check),
            "is_check_due": check_due(self.health().tested_on, today),
            "link": self._scale.state().link,
        }

    def health(self) -> LineHealth:
        """The line now; the usual rate of frames and the day of the last passed test are known."""
        passed = [
            step
            for step in (self._closing, self._check)
            if step is not None and (step is self._closing or not self._is_check_failed())
        ]
        days = [business_date(instant(step.at)) for step in passed]
        return replace(
            self._scale.counters.health(now_ms=self._scale.clock.now_ms()),
            usual_frames_per_min=self._closing.body["frames_per_min"] if self._closing else None,
            tested_on=max(days, default=None),
        )

    def load(
        self, commissioning_id: str, actor: Actor, display: Display, load: KnownLoad
    ) -> dict[str, Any]:
        """First step, again for each further load: a known truck stands, the display was typed.

        Raises KnownLoadError.
        """
        load.check(self._instrument)
        chunks, from_ms = self._standing()
        views = {
            words: profile_view(words, dialect, chunks, from_ms=from_ms)
            for words, dialect in {"own": self._dialect, **self._rivals}.items()
        }
        own = views.pop("own")
        checked = self._checked(chunks, from_ms)
        proved = prove_load(
            own, list(views.values()), display, load, self._instrument, checked=checked
        )
        good, _ = self._scale.counters.per_min(now_ms=self._scale.clock.now_ms())
        self._add(
            commissioning_id,
            "load",
            actor,
            {
                "display": _display(display),
                "known_kg": load.kg,
                "within_kg": load.within_kg,
                "proofs": [proof.record() for proof in proved.proofs],
                "alike": sorted(proved.alike),
                "at_ms": self._scale.clock.now_ms(),
                "frames_per_min": good,
                "bytes": _bytes(chunks),
            },
        )
        return self.progress(commissioning_id)

    def motion(self, commissioning_id: str, actor: Actor) -> dict[str, Any]:
        """Third step: the truck has moved and stands again. Raises StepMissingError without one."""
        loads = self._taken(commissioning_id, "load")
        if not loads:
            raise StepMissingError(field="load", value="load", limit="missing")
        since_ms = loads[-1].body["at_ms"]
        now_ms = self._scale.clock.now_ms()
        chunks = self._scale.tape.since(since_ms if since_ms <= now_ms else 0)
        proof = prove_motion(motions(self._dialect, chunks), d_kg=self._instrument.d_kg)
        body = {"proofs": [proof.record()], "bytes": _bytes(chunks)}
        self._add(commissioning_id, "motion", actor, body)
        return self.progress(commissioning_id)

    def close(self, commissioning_id: str, actor: Actor) -> dict[str, Any]:
        """Last step: all proofs as one record; from then on the profile is commissioned.

        Raises StepMissingError where a proof is missing or has not passed. Closing again changes
        nothing.
        """
        if self._taken(commissioning_id, "closing"):
            return self.progress(commissioning_id)
        proofs = self._proofs(commissioning_id)
        require_proved(proofs)
        loads = self._taken(commissioning_id, "load")
        body = {
            "proofs": [proof.record() for proof in proofs],
            "instrument": instrument_document(self._instrument),
            "params": self._settings.params,
            "frames_per_min": loads[-1].body["frames_per_min"],
            "steps": [step.hash for step in self._store.of(commissioning_id)],
        }
        self._closing = self._add(commissioning_id, "closing", actor, body)
        self._check = None
        return self.progress(commissioning_id)

    def check(self, check_id: str, actor: Actor, display: Display) -> dict[str, Any]:
        """Short check of the day: the display was typed, whatever stands on the deck."""
        chunks, from_ms = self._standing()
        own = profile_view("own", self._dialect, chunks, from_ms=from_ms)
        checked = self._checked(chunks, from_ms)
        proofs = prove_display(own, display, self._instrument, checked=checked)
        body = {
            "display": _display(display),
            "proofs": [proof.record() for proof in proofs],
            "bytes": _bytes(chunks),
        }
        self._check = self._add(check_id, "check", actor, body)
        return {**self.status(), "proofs": body["proofs"], "verdict": verdict(proofs)}

    def progress(self, commissioning_id: str) -> dict[str, Any]:
        """The proofs of a commissioning so far, and whether it may be closed or is."""
        proofs = self._proofs(commissioning_id)
        closing = self._taken(commissioning_id, "closing")
        try:
            require_proved(proofs)
            is_complete = True
        except StepMissingError:
            is_complete = False
        return {
            "commissioning_id": commissioning_id,
            "proofs": [proof.record() for proof in proofs],
            "verdict": verdict(proofs),
            "loads": len(self._taken(commissioning_id, "load")),
            "is_complete": is_complete,
            "closing": _told(closing[-1] if closing else None),
        }

    def _last_check(self) -> Step | None:
        """The latest check since the profile was commissioned, which outdates those before."""
        check = self._store.last("check", self.profile_hash)
        if check and self._closing and check.step_seq < self._closing.step_seq:
            return None
        return check

    def _standing(self) -> tuple[Chunks, int]:
        """The last bytes of the line, and from when on their frames count."""
        from_ms = self._scale.clock.now_ms() - STANDING_MS
        return self._scale.tape.since(from_ms - HEAD_MS), from_ms

    def _checked(self, chunks: Chunks, from_ms: int) -> Any:
        if self._with_check is None:
            return None
        return profile_view("with check", self._with_check, chunks, from_ms=from_ms)

    def _proofs(self, commissioning_id: str) -> tuple[Proof, ...]:
        """Proofs of all loads joined, and that of the latest drive."""
        loads = [
            LoadProofs(
                proofs=tuple(map(Proof.of, step.body["proofs"])),
                alike=frozenset(step.body["alike"]),
            )
            for step in self._taken(commissioning_id, "load")
        ]
        drives = self._taken(commissioning_id, "motion")
        drive = map(Proof.of, drives[-1].body["proofs"]) if drives else ()
        return (*joined(loads), *drive)

    def _taken(self, commissioning_id: str, step: str) -> list[Step]:
        """Steps of this kind that were taken with the present profile."""
        return [
            each
            for each in self._store.of(commissioning_id)
            if each.step == step and each.profile_hash == self.profile_hash
        ]

    def _add(self, commissioning_id: str, step: str, actor: Actor, body: Mapping[str, Any]) -> Step:
        return self._store.add(
            Step(
                commissioning_id=commissioning_id,
                step=step,
                profile_hash=self.profile_hash,
                at=instant_text(datetime.now(UTC)),
                person={"user_id": actor.user_id, "name": actor.name, "role": actor.role.value},
                body=body,
            )
        )

    def _is_check_failed(self) -> bool:
        if self._check is None:
            return False
        return verdict(map(Proof.of, self._check.body["proofs"])) is not ProofState.PASSED

    def _not_commissioned(self, why: str) -> NotCommissionedError:
        shown = self.profile_hash[:12]
        return NotCommissionedError(field="profile", value=shown, limit=why)


def _told(step: Step | None) -> dict[str, Any] | None:
    """A step as the page shows it: when, by whom, the proofs and the hash, without the bytes."""
    if step is None:
        return None
    return {
        "at": step.at,
        "person": step.person,
        "commissioning_id": step.commissioning_id,
        "profile_hash": step.profile_hash,
        "proofs": step.body["proofs"],
        "hash": step.hash,
    }


def _display(display: Display) -> dict[str, Any]:
    return {"figures": display.figures, "decimals": display.decimals, "unit": display.unit}


def _bytes(chunks: Chunks) -> dict[str, Any]:
    """Bytes as they came, (ms, hex) each, and the SHA-256 of all of them."""
    whole = b"".join(data for _, data in chunks)
    return {
        "chunks": [[at_ms, data.hex()] for at_ms, data in chunks],
        "sha256": sha256(whole).hexdigest(),
    }
