"""Yard hardware that stands in for the real one in tests: outputs, beams, a scale, and hands.

Each has the interface of the real part (``OutputsPort``, ``BeamsPort``, ``ScaleView``,
``YardHands``), keeps what it was told, and fails when ``broken`` is set.
"""

from dataclasses import dataclass, field
from typing import Any

from service.devices.edge.unattended import UnattendedMark, YardHands
from service.devices.edge.yard_io import ScaleView
from service.devices.yard_io import YardIoUnavailableError
from service.domain.deck_lights import Beams, Outputs
from service.domain.deck_signs import Announcement, Sign
from service.domain.errors import FerrotraceError
from service.domain.unattended import Identified, Weighed
from service.domain.weighing import LinkState, Mode
from service.domain.weighing_live import LiveState
from service.domain.weighing_window import MotionError
from tests.support.readings import SCALE

CLEAR = Beams(front_clear=True, back_clear=True, loop_occupied=False)


def out_of_order() -> YardIoUnavailableError:
    return YardIoUnavailableError(field="outputs", value="board:502", limit="timeout")


@dataclass
class FakeOutputs:
    """Lamps and barriers that keep what they were shown, and what was spoken."""

    shown: list[Outputs] = field(default_factory=list)
    spoken: list[Announcement] = field(default_factory=list)
    broken: bool = False
    closed: bool = False

    def show(self, outputs: Outputs) -> None:
        if self.broken:
            raise out_of_order()
        self.shown.append(outputs)

    def speak(self, sign: Sign) -> None:
        self.spoken.append(sign.announcement)

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeBeams:
    """Photo cells and loop that see what they are told."""

    seen: Beams = CLEAR
    broken: bool = False
    closed: bool = False

    def read(self) -> Beams:
        if self.broken:
            raise out_of_order()
        return self.seen

    def close(self) -> None:
        self.closed = True


@dataclass
class FakeScale:
    """A scale that shows ``kg`` (None: silent) and allows a capture where ``still``."""

    kg: int | None = 0
    still: bool = True
    at_ms: int = 0

    def view(self) -> ScaleView:
        return ScaleView(
            instrument=SCALE, state=self.state, now_ms=lambda: self.at_ms, rate=lambda: 1
        )

    def state(self) -> LiveState:
        silent = self.kg is None
        return LiveState(
            link=LinkState.DOWN if silent else LinkState.FRESH,
            age_ms=0,
            kg=self.kg,
            unit="kg",
            mode=Mode.GROSS,
            stable=None if silent else self.still,
            motion=None if silent else not self.still,
            zero=self.kg == 0,
            over=False,
            elapsed_ms=0,
            needed_ms=5_000,
            spread_kg=0,
            zero_before_kg=0,
            reasons=() if self.still else (MotionError(field="kg", value=40, limit=20),),
        )


@dataclass
class FakeHands:
    """What the yard answers to unattended mode, and the marks that it put on record."""

    found: Identified | None = None
    result: Weighed | FerrotraceError | None = None
    marks: list[UnattendedMark] = field(default_factory=list)
    weighings: list[Identified] = field(default_factory=list)
    mark_fails: Any = None

    def hands(self) -> YardHands:
        return YardHands(identify=lambda: self.found, weigh=self.weigh, mark=self.mark)

    def weigh(self, truck: Identified) -> Weighed:
        self.weighings.append(truck)
        if isinstance(self.result, FerrotraceError):
            raise self.result
        assert self.result is not None
        return self.result

    def mark(self, mark: UnattendedMark) -> None:
        if self.mark_fails is not None:
            raise self.mark_fails
        self.marks.append(mark)
