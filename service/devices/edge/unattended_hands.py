"""What unattended weighing does on the yard: reads codes and plates, opens the visit, weighs."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from uuid import uuid4

from service.devices.camera import CameraUnavailableError, fetch_snapshot
from service.devices.codes import decode_codes
from service.devices.edge.asks import Ask, AskWeighing, Doer
from service.devices.edge.book import YardBook
from service.devices.edge.brief import Brief
from service.devices.edge.lan_pictures import ReadPlates
from service.devices.edge.yard import Yard
from service.devices.site import SiteDevices
from service.domain.errors import FerrotraceError
from service.domain.instants import business_date
from service.domain.sight import Sight, motor_plates
from service.domain.unattended import Identified, IdentifiedBy, StoredTare, Weighed
from service.domain.visit import FIRST_PASS, VisitKind
from service.domain.weighing import WeighingPass
from service.domain.yard import VisitFacts
from service.domain.yard_steps import Step, next_actions

WEIGHING_OF_STEP = {
    Step.WEIGH_GROSS: WeighingPass.GROSS,
    Step.WEIGH_TARE: WeighingPass.TARE,
}


class UnattendedHands:
    """Identifies and weighs in the name of ``doer``, who switched unattended weighing on."""

    def __init__(
        self,
        site: SiteDevices,
        yard: Yard,
        read_plates: ReadPlates | None,
        doer: Callable[[], Doer],
    ) -> None:
        self._site = site
        self._yard = yard
        self._read_plates = read_plates
        self._doer = doer

    def identify(self) -> Identified | None:
        """The truck that shows a code to a deck camera, or whose plate is expected; None: neither.

        A booked truck that is not on site yet gets its visit, once its plate was seen. The plate of
        a trailer names nobody.
        """
        pictures = list(self._pictures())
        texts = [code.text for picture in pictures for code in decode_codes(picture)]
        read = Sight(plates={"deck": tuple(self._plates(pictures))})
        plates = motor_plates(read, None)
        for text in texts:
            found = self._of_code(text, plates)
            if found is not None:
                return found
        if len(plates) != 1:
            return None
        return self._of_plate(next(iter(plates)), plates)

    def weigh(self, truck: Identified) -> Weighed:
        """Capture, judge and log; raises what the rules refuse."""
        taken, _ = self._yard.weigh(
            AskWeighing(
                entry_id=str(uuid4()),
                visit_id=truck.visit_id or "",
                weighing_pass=truck.weighing_pass,
                wait_ms=0,
            ),
            self._doer(),
        )
        body = taken.entry.body
        return Weighed(
            weighing_id=body["weighing_id"],
            kg=body["capture"]["kg"],
            outcomes=tuple((each["control"], each["outcome"]) for each in body["controls"]),
        )

    def _pictures(self) -> Iterable[bytes]:
        for camera_id, url in self._site.deck_cameras.items():
            try:
                yield fetch_snapshot(camera_id, url).data
            except CameraUnavailableError:
                continue

    def _plates(self, pictures: Iterable[bytes]) -> Iterable[str]:
        for picture in pictures if self._read_plates else ():
            try:
                yield from (read.text for read in self._read_plates(picture))  # type: ignore[misc]
            except FerrotraceError:
                continue

    def _of_code(self, text: str, plates: frozenset[str]) -> Identified | None:
        brief = self._yard.read(lambda book: book.brief)
        plate = None if brief is None else _expected_plate(text, brief)
        if plate is None:
            return None
        facts = self._on_site(plate)
        if facts is None and plate in plates:
            facts = self._opened(text, brief)
        return self._identified(facts, IdentifiedBy.QR, plate, plates)

    def _of_plate(self, plate: str, plates: frozenset[str]) -> Identified:
        facts = self._on_site(plate)
        brief = self._yard.read(lambda book: book.brief)
        code = _code_of_plate(plate, brief) if brief else None
        if facts is None and code is not None:
            facts = self._opened(code, brief)
        return self._identified(facts, IdentifiedBy.PLATE, plate, plates)

    def _on_site(self, plate: str) -> VisitFacts | None:
        def search(book: YardBook) -> VisitFacts | None:
            here = (each for each in book.visits() if each.plate == plate and not each.ended_no)
            return next(here, None)

        found: VisitFacts | None = self._yard.read(search)
        return found

    def _opened(self, code: str, brief: Brief) -> VisitFacts:
        at_plant = brief.site.kind.upper() == "PLANT"
        kind = VisitKind.UNLOADING if at_plant else VisitKind.RECEIVING
        body = {"visit_kind": kind.value, "code": code, "identified_by": "QR"}
        taken = self._yard.submit(
            Ask(entry_id=str(uuid4()), kind="visit.opened", body=body), self._doer()
        )
        visit_id = taken.entry.body["visit_id"]
        facts: VisitFacts = self._yard.read(lambda book: book.visit(visit_id))
        return facts

    def _identified(
        self, facts: VisitFacts | None, by: IdentifiedBy, plate: str, plates: frozenset[str]
    ) -> Identified:
        wanted = WeighingPass.GROSS if facts is None else self._next_pass(facts)
        return Identified(
            by=by,
            plate=plate,
            plates_seen=plates,
            visit_id=None if facts is None else facts.visit_id,
            weighing_pass=wanted,
            stored_tare=StoredTare.NOT_USED if facts is None else self._stored_tare(facts),
        )

    def _stored_tare(self, facts: VisitFacts) -> StoredTare:
        """Whether the visit counts on a stored tare, and whether that one holds today."""
        stored = next((past for past in facts.counted if past.stored), None)
        if stored is None:
            return StoredTare.NOT_USED
        brief = self._yard.read(lambda book: book.brief)
        today = business_date(datetime.now(UTC)).isoformat()
        holds = any(
            tare["kg"] == stored.kg and tare["expires_on"] >= today
            for vehicle in (brief.vehicles if brief else ())
            if vehicle.get("plate") == facts.plate
            for tare in vehicle.get("tares", ())
        )
        return StoredTare.VALID if holds else StoredTare.EXPIRED

    def _next_pass(self, facts: VisitFacts) -> WeighingPass:
        """The weighing that the way of the truck asks for; its first where none is due."""
        steps = next_actions(facts, self._yard.read(lambda book: book.rules))
        due = (WEIGHING_OF_STEP[step] for step in steps if step in WEIGHING_OF_STEP)
        return next(due, FIRST_PASS[facts.kind])


def _expected_plate(code: str, brief: Brief) -> str | None:
    """The plate of the booking or delivery whose code was read."""
    for document in (*brief.bookings, *brief.deliveries):
        if document.get("code") == code:
            return str(document["plate"])
    return None


def _code_of_plate(plate: str, brief: Brief) -> str | None:
    """The code of the one booking or delivery of the plate; None where there is none or several."""
    codes = [
        str(document["code"])
        for document in (*brief.bookings, *brief.deliveries)
        if document.get("plate") == plate
    ]
    return codes[0] if len(codes) == 1 else None
