"""What the visits in the book want of the deck, and who stands on it when nobody looks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from service.devices.edge.asks import Ask, AskWeighing, Doer
from service.devices.edge.book import YardBook
from service.devices.edge.brief import Brief, parsed_brief
from service.devices.edge.deck_unit import deck_order
from service.devices.edge.unattended_hands import UnattendedHands
from service.devices.edge.yard import Yard
from service.devices.simulator.simulator import Simulator
from service.domain.deck_lights import ExpectedTruck
from service.domain.errors import NotFoundError
from service.domain.party import Actor, Role
from service.domain.plate import PlateColour
from service.domain.plate_reading import PlateReading
from service.domain.unattended import Identified, IdentifiedBy, StoredTare, Weighed
from service.domain.visit import VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard import PassFact, VisitFacts
from service.domain.yard_steps import YardRules
from tests.support.devices import site_devices, until
from tests.support.upstream import brief_document

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
PLATE = "辽E12345"
CODE = "FERROTRACE:BOOKING:BK-26-000001"
DOER = Doer(
    actor=Actor(
        user_id="u-operator",
        name="李",
        role=Role.OPERATOR,
        organisation_id="OP-BEIHE",
        site_ids=frozenset({"BASE01"}),
    ),
    tablet_id="T-1",
)


def weighed(number: int, wanted: WeighingPass, kg: int, **changes: Any) -> PassFact:
    fact = PassFact(
        weighing_id=f"w-{number}",
        weighing_pass=wanted,
        kg=kg,
        source="SIM",
        taken_at=AT + timedelta(minutes=number),
    )
    return replace(fact, **changes)


def visit(number: int, **changes: Any) -> VisitFacts:
    facts = VisitFacts(
        visit_id=f"v-{number}",
        site_id="BASE01",
        kind=VisitKind.RECEIVING,
        plate=f"辽E0000{number}",
        arrived_at=AT + timedelta(minutes=number),
    )
    return replace(facts, **changes)


@dataclass
class Book:
    """The members of a YardBook that the deck looks at."""

    facts: list[VisitFacts] = field(default_factory=list)
    rules: YardRules = field(default_factory=YardRules)
    brief: Brief | None = None

    def visits(self) -> list[VisitFacts]:
        return self.facts

    def visit(self, visit_id: str) -> VisitFacts:
        return next(each for each in self.facts if each.visit_id == visit_id)


def order_of(*facts: VisitFacts, **rules: bool) -> Any:
    return deck_order(cast("YardBook", Book(list(facts), YardRules(**rules))))


def test_the_first_truck_whose_next_step_is_a_weighing_is_expected() -> None:
    assert order_of().expected is None
    waiting = order_of(visit(1, ended_no="T-1"), visit(2), visit(3))
    assert waiting.expected == ExpectedTruck(visit_id="v-2", plate="辽E00002")


def test_where_trucks_are_called_nobody_else_is_expected() -> None:
    assert order_of(visit(1), visit(2), calling=True).expected is None
    called = visit(2, called_at=AT, calling_order=2)
    sooner = visit(3, called_at=AT, calling_order=1)
    assert order_of(visit(1), called, sooner, calling=True).expected.visit_id == "v-3"


def test_a_called_truck_goes_before_one_that_only_waits() -> None:
    assert order_of(visit(1), visit(2, called_at=AT, calling_order=1)).expected.visit_id == "v-2"


def test_a_truck_that_has_to_be_graded_first_is_not_expected_back() -> None:
    gross = visit(1, passes=(weighed(1, WeighingPass.GROSS, 48_620),))
    assert order_of(gross).expected is None
    assert order_of(replace(gross, graded="HRS101")).expected.visit_id == "v-1"


def test_the_newest_weighing_that_is_not_void_is_the_saved_one() -> None:
    passes = (
        weighed(1, WeighingPass.GROSS, 48_620, held=True),
        weighed(2, WeighingPass.TARE, 16_140, voided=True, effective=False),
    )
    saved = order_of(visit(1, passes=passes)).saved
    assert (saved.weighing_id, saved.kg, saved.held) == ("w-1", 48_620, True)


@dataclass
class BookYard:
    """A yard that keeps what it is asked for; a visit that is opened stands in the book."""

    book: Book
    asked: list[Ask | AskWeighing] = field(default_factory=list)

    def read(self, what: Callable[[Any], Any]) -> Any:
        return what(self.book)

    def submit(self, ask: Ask, doer: Doer) -> Any:
        assert doer is DOER
        self.asked.append(ask)
        self.book.facts.append(visit(9, plate=PLATE))
        return SimpleNamespace(entry=SimpleNamespace(body={"visit_id": "v-9"}))

    def weigh(self, ask: AskWeighing, doer: Doer) -> Any:
        assert doer is DOER
        self.asked.append(ask)
        controls = [{"control": "C4", "outcome": "PASS"}]
        body = {"weighing_id": "w-9", "capture": {"kg": 48_620}, "controls": controls}
        return SimpleNamespace(entry=SimpleNamespace(body=body)), ()


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    made = Simulator(site_devices(), rate=100)
    made.start()
    yield made
    made.stop()


class Deck:
    """The hands on a deck whose cameras see ``code``, and whose recogniser says ``plates``."""

    def __init__(self, simulator: Simulator, code: str | None, *plates: str) -> None:
        simulator.deck.drive_off()
        until(lambda: not simulator.deck.trucks)
        if code is not None:
            simulator.deck.drive_on(plate=PLATE, kg=800, code=code)  # soon off again
        self.plates = plates
        self.yard = BookYard(Book(brief=parsed_brief(brief_document())))
        site = site_devices()
        cameras = {
            name: f"http://127.0.0.1:{simulator.http.port}/cameras/{name}.jpg"
            for name in ("front", "gate")
        }
        cameras["rear"] = "http://127.0.0.1:9/silent.jpg"
        self.hands = UnattendedHands(
            site.model_copy(update={"cameras": cameras}),
            cast("Yard", self.yard),
            self.read_plates,
            lambda: DOER,
        )

    def read_plates(self, _: bytes) -> tuple[PlateReading, ...]:
        if "unreadable" in self.plates:
            raise NotFoundError(field="plate", what="plate", key="-")
        return tuple(
            PlateReading(
                text=text, colour=PlateColour.YELLOW, confidence_bp=9_000, box=(0, 0, 9, 3)
            )
            for text in self.plates
        )

    def identified(self) -> Identified:
        found = self.hands.identify()
        assert found is not None
        return found


def test_a_booked_truck_with_its_code_and_plate_gets_its_visit(simulator: Simulator) -> None:
    deck = Deck(simulator, CODE, PLATE)
    found = deck.identified()
    assert (found.by, found.plate, found.visit_id) == (IdentifiedBy.QR, PLATE, "v-9")
    assert found.weighing_pass is WeighingPass.GROSS
    assert deck.identified().visit_id == "v-9"
    assert len(deck.yard.asked) == 1


def test_another_plate_opens_no_visit(simulator: Simulator) -> None:
    deck = Deck(simulator, CODE, "京A12345")
    found = deck.identified()
    assert (found.visit_id, found.plates_seen) == (None, frozenset({"京A12345"}))
    assert deck.yard.asked == []


def test_the_plate_alone_names_the_one_booking(simulator: Simulator) -> None:
    found = Deck(simulator, "no code of ours", PLATE, "辽E1234挂").identified()
    assert (found.by, found.visit_id) == (IdentifiedBy.PLATE, "v-9")
    assert Deck(simulator, None, "京A12345").identified().visit_id is None


def test_several_plates_or_none_name_nobody(simulator: Simulator) -> None:
    assert Deck(simulator, None, PLATE, "京A12345").hands.identify() is None
    assert Deck(simulator, None, "unreadable").hands.identify() is None


def test_before_the_first_brief_no_code_is_known(simulator: Simulator) -> None:
    deck = Deck(simulator, CODE)
    deck.yard.book.brief = None
    assert deck.hands.identify() is None


@pytest.mark.parametrize(
    ("tares", "expected"),
    [
        ([{"kg": 16_140, "expires_on": "2999-01-01"}], StoredTare.VALID),
        ([{"kg": 16_140, "expires_on": "2020-01-01"}], StoredTare.EXPIRED),
        ([], StoredTare.EXPIRED),
    ],
)
def test_a_stored_tare_has_to_hold_today(
    simulator: Simulator, tares: list[dict[str, Any]], expected: StoredTare
) -> None:
    deck = Deck(simulator, CODE, PLATE)
    vehicles = [{"plate": "京A12345"}, {"plate": PLATE, "tares": tares}]
    deck.yard.book.brief = parsed_brief(brief_document(vehicles=vehicles))
    stored = weighed(1, WeighingPass.TARE, 16_140, stored=True)
    deck.yard.book.facts = [visit(1, plate=PLATE, passes=(stored,))]
    assert deck.identified().stored_tare is expected


def test_the_second_weighing_follows_the_first(simulator: Simulator) -> None:
    deck = Deck(simulator, CODE, PLATE)
    gross = weighed(1, WeighingPass.GROSS, 48_620)
    deck.yard.book.facts = [visit(1, plate=PLATE, passes=(gross,), graded="HRS101")]
    assert deck.identified().weighing_pass is WeighingPass.TARE


def test_a_weighing_goes_through_the_rules_of_the_yard(simulator: Simulator) -> None:
    deck = Deck(simulator, CODE, PLATE)
    result = deck.hands.weigh(deck.identified())
    assert result == Weighed(weighing_id="w-9", kg=48_620, outcomes=(("C4", "PASS"),))
    asked = deck.yard.asked[-1]
    assert isinstance(asked, AskWeighing)
    assert (asked.visit_id, asked.wait_ms, asked.attested) == ("v-9", 0, None)
