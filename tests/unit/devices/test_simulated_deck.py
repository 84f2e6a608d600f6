from itertools import pairwise
from pathlib import Path

import pytest

from service.devices.clock import RatedClock, RateError
from service.devices.indicators.dialect import Frame
from service.devices.indicators.registry import dialect_by_name
from service.devices.simulator.cameras import Gate, PhotosFolderError, SceneCameras
from service.devices.simulator.deck import Deck, DeckOccupiedError, Load, Phase
from service.devices.simulator.indicator import Indicator
from service.devices.simulator.simulator import NotSimulatedError, Simulator
from service.devices.simulator.truck import axle_count, rolling_ms, swing_ms
from service.domain.errors import NotFoundError
from tests.support.devices import site_devices
from tests.support.pictures import alike, heap_jpeg
from tests.support.readings import SCALE

STEP_MS = 143


class SetClock(RatedClock):
    """A clock that stands where it is put."""

    at_ms = 0

    def now_ms(self) -> int:
        return self.at_ms


def deck_with(kg: int) -> tuple[Deck, SetClock]:
    clock = SetClock()
    deck = Deck(clock, d_kg=20)
    deck.drive_on(plate="A1", kg=kg)
    return deck, clock


def plate_and_visit(deck: Deck) -> tuple[str, int] | None:
    truck = deck.truck
    return None if truck is None else (truck.plate, truck.visit)


def course(deck: Deck, until_ms: int) -> list[Load]:
    return [deck.load(at_ms) for at_ms in range(0, until_ms, STEP_MS)]


@pytest.mark.parametrize(("kg", "axles"), [(7_999, 2), (8_000, 3), (14_999, 3), (15_000, 6)])
def test_heavier_trucks_have_more_axles(kg: int, axles: int) -> None:
    assert axle_count(kg) == axles


@pytest.mark.parametrize("kg", [800, 5_000, 9_000, 16_140, 48_613, 99_990])
def test_a_truck_builds_weight_axle_by_axle_swings_and_rests(kg: int) -> None:
    deck, _ = deck_with(kg)
    settled_ms = rolling_ms(kg) + swing_ms(kg)
    loads = course(deck, settled_ms + 3_000)
    assert loads[0].kg == 0
    rested = [load for load in loads if load.phase is Phase.STANDING]
    assert len(rested) >= 20
    assert {(load.kg, load.moving) for load in rested} == {((kg + 10) // 20 * 20, False)}
    assert all(load.moving for load in loads if load.phase is Phase.MOUNTING)
    assert [load.phase for load in loads] == sorted(
        (load.phase for load in loads),
        key=[Phase.MOUNTING, Phase.SETTLING, Phase.STANDING].index,
    )


@pytest.mark.parametrize("kg", [16_140, 48_620, 99_980])
def test_an_honest_truck_stays_below_four_tonnes_a_second(kg: int) -> None:
    deck, _ = deck_with(kg)
    loads = course(deck, rolling_ms(kg) + swing_ms(kg) + 1_000)
    steps = [abs(b.kg - a.kg) for a, b in pairwise(loads)]
    assert max(steps) < 4 * STEP_MS + 20  # 4 kg/ms, and a step of the scale


def test_motion_is_flagged_while_the_weight_still_changes() -> None:
    deck, _ = deck_with(48_620)
    for a, b in pairwise(course(deck, 60_000)):
        assert a.kg == b.kg or a.moving or b.moving


def test_driving_off_ends_at_an_empty_deck_that_takes_the_next_truck() -> None:
    deck, clock = deck_with(30_000)
    clock.at_ms = 60_000
    deck.drive_off()
    clock.at_ms += 1_000
    deck.drive_off()
    leaving = deck.load()
    assert leaving.phase is Phase.LEAVING
    assert 0 < leaving.kg < 30_000
    with pytest.raises(DeckOccupiedError, match="A1 is on the deck"):
        deck.drive_on(plate="A1", kg=30_000)
    clock.at_ms += rolling_ms(30_000)
    assert deck.load() == Load(kg=0, moving=False, phase=Phase.EMPTY)
    assert plate_and_visit(deck) is None
    deck.drive_on(plate="B2", kg=20_000)
    assert plate_and_visit(deck) == ("B2", 2)


def test_turning_back_half_way_never_weighs_below_zero() -> None:
    deck, clock = deck_with(48_000)
    clock.at_ms = 4_000
    deck.drive_off()
    weights = [deck.load(at_ms).kg for at_ms in range(4_000, 40_000, STEP_MS)]
    assert weights[0] > 0
    assert weights[-1] == 0
    assert min(weights) == 0
    assert weights == sorted(weights, reverse=True)


def test_an_empty_deck_stays_empty() -> None:
    deck = Deck(RatedClock(), d_kg=20)
    deck.drive_off()
    assert deck.load() == Load(kg=0, moving=False, phase=Phase.EMPTY)


@pytest.mark.parametrize(
    ("kg", "out_of_range"), [(100_000, False), (100_180, False), (100_200, True)]
)
def test_above_max_and_nine_e_the_indicator_reports_its_range(
    *, kg: int, out_of_range: bool
) -> None:
    deck, clock = deck_with(kg)
    dialect = dialect_by_name("toledo_cont", {})
    indicator = Indicator(dialect, SCALE, deck, clock)
    frame = dialect.match(indicator.frame(200_000))
    assert isinstance(frame, Frame)
    assert frame.weight == kg
    assert frame.out_of_range is out_of_range


@pytest.mark.parametrize("rate", [0, 101, -1, 1.5, True, "2"])
def test_a_rate_outside_one_to_a_hundred_is_refused(rate: object) -> None:
    with pytest.raises(RateError, match="outside 1 to 100"):
        RatedClock().run_at(rate)  # type: ignore[arg-type]


def test_a_clock_goes_on_from_where_it_was() -> None:
    clock = RatedClock(100)
    before = clock.now_ms()
    clock.run_at(1)
    assert 0 <= clock.now_ms() - before < 5_000
    assert clock.rate == 1


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PhotosFolderError, match="holds no picture"):
        SceneCameras(Deck(RatedClock(), d_kg=20), Gate(), photos=tmp_path, seed=0)


def test_each_truck_shows_the_next_photograph_turned_when_it_comes_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.JPG").write_bytes(heap_jpeg(name))
    clock = SetClock()
    deck = Deck(clock, d_kg=20)
    cameras = SceneCameras(deck, Gate(), photos=tmp_path, seed=1)
    shown = []
    for laden in (True, True, True, False):
        deck.drive_on(plate="A1", kg=30_000, laden=laden)
        shown.append(cameras.snapshot("load").data)
        deck.drive_off()
        clock.at_ms += 60_000
    seen = [[alike(picture, heap_jpeg(name)) for name in ("a", "b")] for picture in shown]
    assert sorted(seen[:2]) == [[False, True], [True, False]]
    assert seen[2:] == [[False, False], [False, False]]
    assert len(set(shown)) == 4


def test_the_yard_is_seen_empty_and_another_camera_is_not_there() -> None:
    cameras = SceneCameras(Deck(RatedClock(), d_kg=20), Gate(), photos=None, seed=0)
    assert cameras.snapshot("front").media_type == "image/jpeg"
    with pytest.raises(NotFoundError, match="camera roof"):
        cameras.snapshot("roof")


def test_a_real_scale_is_not_simulated() -> None:
    site = site_devices()
    with pytest.raises(NotSimulatedError, match="The scale of BASE01 is real"):
        Simulator(site.model_copy(update={"simulator_url": None}))
