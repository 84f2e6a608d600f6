"""The deck of one site, joined: lights, barriers, display, beams, and weighing without an operator.

What a hand moves, and what unattended weighing does, stays on the yard's log.
"""

from flask import has_request_context

from service.devices.edge.asks import Doer
from service.devices.edge.book import YardBook
from service.devices.edge.lan import LanApi
from service.devices.edge.lan_pictures import ReadPlates
from service.devices.edge.scale import Scale
from service.devices.edge.unattended import (
    UnattendedDesk,
    UnattendedMark,
    UnattendedMode,
    YardHands,
)
from service.devices.edge.unattended_hands import UnattendedHands
from service.devices.edge.yard import Yard
from service.devices.edge.yard_io import BeamsPort, OutputsDesk, OutputsPort, ScaleView, YardDriver
from service.devices.edge.yard_override import OutputMark
from service.devices.http_answers import Route
from service.devices.site import SiteDevices
from service.domain.deck_lights import Beams, DeckOrder, ExpectedTruck, SavedWeight
from service.domain.errors import ConflictError, gettext_noop
from service.domain.unattended import UnattendedRule
from service.domain.yard import PassFact, VisitFacts
from service.domain.yard_steps import Step, next_actions

WEIGHING_STEPS = ((Step.WEIGH_GROSS,), (Step.WEIGH_TARE,))


class NobodyInChargeError(ConflictError):
    """Unattended weighing acts in nobody's name."""

    message = gettext_noop("Nobody has switched unattended weighing on.")


class DeckUnit:
    """Drives the deck of ``site`` by what stands in the book of ``yard``."""

    def __init__(
        self,
        site: SiteDevices,
        scale: Scale,
        yard: Yard,
        api: LanApi,
        devices: tuple[OutputsPort | None, BeamsPort | None],
        read_plates: ReadPlates | None,
    ) -> None:
        self._yard = yard
        self._api = api
        self._in_charge: Doer | None = None
        view = ScaleView(
            instrument=scale.instrument,
            state=scale.state,
            now_ms=scale.clock.now_ms,
            rate=lambda: scale.clock.rate,
        )
        outputs, beams = devices
        self._driver = YardDriver(view, self._order, outputs=outputs, beams=beams)
        hands = UnattendedHands(site, yard, read_plates, self._doer)
        self._mode = UnattendedMode(
            view,
            lambda: self._driver.beams,
            YardHands(identify=hands.identify, weigh=hands.weigh, mark=self._mark_unattended),
            rule=UnattendedRule(may_be_unknown=frozenset(site.unattended_may_be_unknown)),
        )

    def routes(self) -> tuple[Route, ...]:
        return (
            *OutputsDesk(self._driver, self._mark_output).routes(),
            *UnattendedDesk(self._mode).routes(),
        )

    def beams(self) -> Beams:
        """The beams as last read."""
        return self._driver.beams

    def start(self) -> None:
        self._driver.start()
        self._mode.start()

    def stop(self) -> None:
        """End both threads, and leave the yard red and closed."""
        self._mode.stop()
        self._driver.stop()

    def _order(self) -> DeckOrder:
        return self._mode.order(self._yard.read(deck_order))

    def _doer(self) -> Doer:
        if self._in_charge is None:
            raise NobodyInChargeError(field="unattended")
        return self._in_charge

    def _mark_output(self, mark: OutputMark) -> None:
        self._yard.mark("OUTPUTS", mark.record(), self._api.doer())

    def _mark_unattended(self, mark: UnattendedMark) -> None:
        """Who switches it on is in charge; what happens alone is logged in that name."""
        doer = self._api.doer() if has_request_context() else self._doer()
        self._yard.mark("UNATTENDED", mark.record(), doer)
        if mark.event == "ON":
            self._in_charge = doer


def deck_order(book: YardBook) -> DeckOrder:
    """What the visits want of the deck: whose next step is a weighing, and what was saved.

    Trucks that were called come first, in their calling order; then by arrival.
    """
    visits = book.visits()
    due = [facts for facts in visits if next_actions(facts, book.rules)[:1] in WEIGHING_STEPS]
    due.sort(key=lambda facts: (facts.called_at is None, facts.calling_order or 0))
    expected = None
    if due:
        expected = ExpectedTruck(visit_id=due[0].visit_id, plate=due[0].plate)
    return DeckOrder(expected=expected, saved=_saved(visits))


def _saved(visits: list[VisitFacts]) -> SavedWeight | None:
    weighed: list[tuple[PassFact, VisitFacts]] = [
        (past, facts) for facts in visits for past in facts.passes if not past.voided
    ]
    if not weighed:
        return None
    past, facts = max(weighed, key=lambda each: each[0].taken_at)
    return SavedWeight(
        weighing_id=past.weighing_id,
        plate=facts.plate,
        kg=past.kg,
        taken_at=past.taken_at,
        held=past.held,
    )
