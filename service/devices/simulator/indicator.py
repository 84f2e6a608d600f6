"""The simulated indicator: shows what the deck feels, in the words of its dialect."""

import random

from service.devices.clock import RatedClock
from service.devices.indicators.dialect import Dialect, Shown
from service.devices.simulator.deck import Deck, Load
from service.devices.simulator.faults import NO_FAULTS, Faults
from service.domain.weighing import Instrument

OVER_MAX_E = 9
"""An indicator blanks or flags above Max + 9 e (R 76)."""

UNDER_ZERO_D = 20
"""It reports under range below -20 d (XK3190-A12(E), weighbridge.md, section 4.5)."""


class Indicator:
    """One indicator on one deck; the same ``seed`` bends the same frames."""

    def __init__(
        self,
        dialect: Dialect,
        instrument: Instrument,
        deck: Deck,
        clock: RatedClock,
        *,
        seed: int = 0,
    ) -> None:
        self.dialect = dialect
        self._instrument = instrument
        self._deck = deck
        self._clock = clock
        self._chance = random.Random(seed)  # noqa: S311 - noise on a line, no secret
        self._faults = NO_FAULTS
        self._frozen: Load | None = None

    @property
    def faults(self) -> Faults:
        return self._faults

    def set_faults(self, faults: Faults) -> None:
        """Have these faults and no others; a value freezes as it is now."""
        self._frozen = (self._frozen or self._deck.load()) if faults.frozen else None
        self._faults = faults

    def shown(self, at_ms: int | None = None) -> Shown:
        """What it shows at ``at_ms`` of the clock, now by default."""
        load = self._frozen or self._deck.load(self._clock.now_ms() if at_ms is None else at_ms)
        record = self._instrument
        over = load.kg > record.max_kg + OVER_MAX_E * record.e_kg
        under = load.kg < -UNDER_ZERO_D * record.d_kg
        return self._faults.shown(
            Shown(
                kg=load.kg,
                d_kg=record.d_kg,
                motion=load.moving,
                out_of_range=over or under,
                serial_no=record.serial_no,
            )
        )

    def frame(self, at_ms: int) -> bytes:
        """What it sends unasked at ``at_ms`` of the simulated clock."""
        return self._faults.bent(self.dialect.encode(self.shown(at_ms)), self._chance)

    def answer(self, request: bytes) -> bytes:
        """What it answers to ``request`` now."""
        answer = self.dialect.answer(request, self.shown())
        return self._faults.bent(answer, self._chance) if answer else b""
