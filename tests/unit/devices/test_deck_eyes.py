"""The eyes of the deck look while the load stands still, and give each capture what they saw."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.devices.edge.deck_cameras import DeckCameras, Pulled
from service.devices.edge.deck_eyes import DeckEyes
from service.devices.edge.scale import CapturedPassage, Scale
from service.devices.edge.sighting import sight_reader
from service.domain.errors import UnavailableError
from service.domain.plate_reading import PlateReading
from service.domain.sight import Sight
from service.domain.weighing import Photograph, Reading
from service.domain.weighing_live import live_state
from service.domain.weighing_window import stable_window
from tests.support.devices import site_devices, until
from tests.support.pictures import truck_jpeg
from tests.support.readings import RULE, SCALE, passage_of, reading, standing

ON = date(2026, 6, 1)
OURS = Sight(plates={"front": ("辽E12345",), "rear": ("辽E12345",)})
STILL_MS = standing()[-1].t_mono_ms
"""The window of these readings has just closed."""


@dataclass
class FakeScale:
    """Shows ``readings`` up to now."""

    readings: Sequence[Reading] = field(default_factory=standing)
    now: int = STILL_MS
    rate: int = 1
    instrument: Any = SCALE

    @property
    def clock(self) -> Any:
        return SimpleNamespace(now_ms=lambda: self.now, rate=self.rate)

    @property
    def passage(self) -> Any:
        return passage_of(each for each in self.readings if each.t_mono_ms <= self.now)

    def state(self) -> Any:
        return live_state(self.passage, SCALE, RULE, now_ms=self.now, on=ON)

    def captured(self) -> CapturedPassage:
        window = stable_window(self.passage, SCALE, RULE, now_ms=self.now, on=ON)
        return CapturedPassage(window=window, passage=self.passage)


@dataclass
class FakeCameras:
    """Counts the pulls."""

    pulls: int = 0
    closed: bool = False
    may_go_on: Event | None = None

    def pull(self) -> Pulled:
        self.pulls += 1
        nonce = f"{self.pulls:08d}"
        if self.may_go_on is not None:
            assert self.may_go_on.wait(10)
        return Pulled(photographs=(), nonce=nonce)

    def close(self) -> None:
        self.closed = True


@dataclass
class Rig:
    scale: FakeScale = field(default_factory=FakeScale)
    cameras: FakeCameras = field(default_factory=FakeCameras)
    sight: Sight | None = OURS
    read: int = 0

    def __post_init__(self) -> None:
        self.eyes = DeckEyes(
            cast("Scale", self.scale), cast("DeckCameras", self.cameras), self.read_sight
        )

    def read_sight(self, _: tuple[Photograph, ...]) -> Sight | None:
        self.read += 1
        return self.sight

    def look(self, *, ago_ms: int) -> None:
        self.scale.now = STILL_MS - ago_ms
        self.eyes.look()
        self.scale.now = STILL_MS


def test_a_capture_finds_pictures_of_its_own_window_and_the_plates_read() -> None:
    rig = Rig()
    rig.look(ago_ms=3_000)
    seen = rig.eyes.seen(rig.scale.captured())
    assert (seen.pulled.nonce, seen.sight, rig.cameras.pulls) == ("00000001", OURS, 1)


def test_pictures_are_given_once_and_the_vehicle_stays_known() -> None:
    rig = Rig()
    rig.look(ago_ms=3_000)
    first, second = (rig.eyes.seen(rig.scale.captured()) for _ in range(2))
    assert (first.pulled.nonce, second.pulled.nonce) == ("00000001", "00000002")
    assert second.sight == OURS
    rig.eyes.look()
    assert (rig.cameras.pulls, rig.read) == (2, 1)


def test_a_capture_does_not_wait_for_a_look_that_goes_on() -> None:
    rig = Rig()
    rig.look(ago_ms=3_900)
    rig.cameras.may_go_on = Event()
    rig.scale.now = STILL_MS - 900
    looking = Thread(target=rig.eyes.look)
    looking.start()
    until(lambda: rig.cameras.pulls == 2)
    rig.scale.now = STILL_MS
    assert rig.eyes.seen(rig.scale.captured()).pulled.nonce == "00000001"
    rig.cameras.may_go_on.set()
    looking.join()
    assert rig.eyes.seen(rig.scale.captured()).pulled.nonce == "00000002"


def test_pictures_older_than_the_window_are_pulled_again() -> None:
    rig = Rig()
    rig.scale.readings = standing(still=80)
    rig.look(ago_ms=0)
    rig.scale.now = STILL_MS + 6_000
    assert rig.eyes.seen(rig.scale.captured()).pulled.nonce == "00000002"


def test_pictures_are_renewed_after_half_a_window_and_plates_read_once() -> None:
    rig = Rig()
    for ago_ms in (3_900, 3_000, 1_300, 900):
        rig.look(ago_ms=ago_ms)
    assert (rig.cameras.pulls, rig.read) == (2, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"readings": standing(kg=380)},
        {"now": standing()[12].t_mono_ms},
        {"now": STILL_MS - 4_500},
        {"rate": 3},
        {"readings": standing(motion=True)},
    ],
    ids=["below the least load", "empty", "just come to rest", "hurried clock", "moving"],
)
def test_nobody_looks_before_a_load_stands_still(changes: dict[str, Any]) -> None:
    rig = Rig(scale=FakeScale(**changes))
    rig.eyes.look()
    assert rig.cameras.pulls == 0


def test_what_was_seen_before_the_load_moved_is_forgotten() -> None:
    rig = Rig()
    rig.look(ago_ms=3_000)
    heavier = [replace(each, kg=(each.kg or 0) + 1_000) for each in standing(still=80)[-43:]]
    rig.scale.readings = [*standing(), *heavier]
    rig.scale.now = heavier[-1].t_mono_ms
    seen = rig.eyes.seen(rig.scale.captured())
    assert (seen.pulled.nonce, seen.sight) == ("00000002", None)
    rig.scale.readings = [*rig.scale.readings, reading(0, at_ms=rig.scale.now + 140)]
    rig.scale.now += 140
    rig.eyes.look()
    assert rig.cameras.pulls == 2


def test_plates_that_are_still_being_read_are_not_waited_for_long() -> None:
    rig = Rig()
    held: list[bool] = []

    def slow(_: tuple[Photograph, ...]) -> Sight:
        held.append(True)
        until(lambda: len(held) > 1)
        return OURS

    rig.eyes = DeckEyes(cast("Scale", rig.scale), cast("DeckCameras", rig.cameras), slow)
    looking = Thread(target=rig.eyes.look)
    looking.start()
    until(lambda: bool(held))
    assert rig.eyes.seen(rig.scale.captured()).sight is None
    held.append(True)
    looking.join()
    assert rig.eyes.seen(rig.scale.captured()).sight == OURS


@pytest.fixture
def running() -> Iterator[Rig]:
    rig = Rig()
    rig.eyes.start()
    yield rig
    rig.eyes.stop()
    assert rig.cameras.closed


def test_a_thread_looks_and_survives_a_failure(
    running: Rig, caplog: pytest.LogCaptureFixture
) -> None:
    until(lambda: running.read == 1)
    running.scale.readings = cast("Any", None)
    until(lambda: "eyes of the deck" in caplog.text)


PICTURES = tuple(
    Photograph(
        camera_id=name,
        taken_at=standing()[0].t_utc,
        media_type="image/jpeg",
        sha256="00",
        data=truck_jpeg() + name.encode(),
    )
    for name in ("front", "load")
)


def plate(text: str, confidence_bp: int = 9_900) -> PlateReading:
    return PlateReading(
        text=text, colour=None, confidence_bp=confidence_bp, box=(466, 508, 730, 592)
    )


def test_sure_plates_count_and_a_silent_camera_shows_none() -> None:
    def read(_: bytes) -> list[PlateReading]:
        return [plate("辽E12345"), plate("辽E12345"), plate("辽E99999", 8_999)]

    reader = sight_reader(site_devices(), read)
    assert reader is not None
    sight = reader(PICTURES)
    assert sight is not None
    assert sight.plates == {"front": ("辽E12345",), "rear": ()}


def test_a_recogniser_that_fails_leaves_all_unknown_and_none_is_asked_for_nothing() -> None:
    def fails(_: bytes) -> list[PlateReading]:
        raise UnavailableError(field="plate", value="-")

    reader = sight_reader(site_devices(), fails)
    assert reader is not None
    assert reader(PICTURES) is None
    assert sight_reader(site_devices(), None) is None
    assert sight_reader(site_devices(plate_cameras=["gate"]), fails) is None
