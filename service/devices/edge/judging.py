"""The controls over a weighing at the yard: what they say of it, by the site's policy."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from service.devices.edge.book import YardBook
from service.devices.edge.control_facts import FactGatherer, PerceptualHash, ScaleFacts, Typed
from service.devices.edge.entries import invalid_entry
from service.devices.edge.entry_bodies import WeighingTyped, Witness
from service.devices.edge.link import Link
from service.devices.edge.log import YardLog
from service.devices.edge.scale import Scale
from service.domain.control import (
    ControlPolicy,
    DeckView,
    ScaleHealth,
    Verdict,
    judge,
)
from service.domain.deck_lights import Beams
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.party import Actor, Role
from service.domain.weighing import Capture, Photograph, WeighingPass

TABLET = "tablet"


class WitnessMissingError(RuleBrokenError):
    """A typed weight that nobody else has seen."""

    message = gettext_noop("A typed weight needs a second person.")


class Judge:
    """Judges weighings of ``scale``; call it while nobody changes ``book``."""

    def __init__(
        self,
        book: YardBook,
        log: YardLog,
        scale: Scale,
        link: Link,
        perceptual_hash: PerceptualHash,
        beams: Callable[[], Beams],
    ) -> None:
        self._book = book
        self._log = log
        self._scale = scale
        self._link = link
        self._beams = beams
        self._facts = FactGatherer(book, log, perceptual_hash)

    def of_capture(
        self,
        visit_id: str,
        capture: Capture,
        actor: Actor,
        *,
        attested: bool | None,
        card_no: str | None = None,
    ) -> tuple[Verdict, ...]:
        """Verdicts of a captured weighing; ``card_no`` came with the truck this time."""
        facts = self._facts.of_capture(
            self._book.visit(visit_id),
            capture,
            actor,
            self._scale_facts(),
            attested=attested,
            card_no=card_no,
        )
        return judge(facts, self._policy())

    def of_typed(
        self, body: Mapping[str, Any], witness: Witness | None, actor: Actor, at: datetime
    ) -> tuple[Verdict, ...]:
        """Verdicts of a weight that was typed; ``body`` lacks witness and controls.

        Raises WitnessMissingError, EntryInvalidError, NotFoundError.
        """
        if witness is None:
            raise WitnessMissingError(field="witness_token")
        stated = {**body, "witness": witness.model_dump(), "controls": []}
        try:
            typed = WeighingTyped.model_validate(stated)
        except ValidationError as error:
            raise invalid_entry(error) from error
        facts = self._facts.of_typed(
            self._book.visit(typed.visit_id),
            WeighingPass(typed.weighing_pass),
            Typed(
                kg=typed.kg,
                witness_id=witness.user_id,
                witness_role=Role(witness.role),
                reason_code=typed.reason_code,
                reason=typed.reason,
                photographs=tuple(self.photograph(digest, at) for digest in typed.photographs),
            ),
            actor,
            self._scale_facts(),
            at=at,
        )
        return judge(facts, self._policy())

    def photograph(self, digest: str, at: datetime) -> Photograph:
        """The picture kept here whose SHA-256 is ``digest``; raises NotFoundError."""
        blob = self._log.blob(digest)
        if blob is None:
            raise NotFoundError(field="photographs", what="photograph", key=digest)
        return Photograph(
            camera_id=TABLET,
            taken_at=at,
            media_type=blob.media_type,
            sha256=digest,
            data=blob.data,
        )

    def _scale_facts(self) -> ScaleFacts:
        """The scale now; the serial number is what the indicator itself says, where it does."""
        record = self._scale.instrument
        serial_no = self._scale.serial_no or record.serial_no
        line, link, beams = self._scale.health(), self._link.facts, self._beams()
        return ScaleFacts(
            instrument=replace(record, serial_no=serial_no),
            registered=record,
            health=ScaleHealth(
                frames_per_min=line.frames_per_min,
                usual_frames_per_min=line.usual_frames_per_min,
                bad_frames_bp=line.bad_frames_bp,
                tested_on=line.tested_on,
                clock_drift_ms=link.clock_drift_ms,
                chain_intact=link.refused is None,
            ),
            deck=DeckView(front_clear=beams.front_clear, back_clear=beams.back_clear),
        )

    def _policy(self) -> ControlPolicy:
        return self._book.control_policy
