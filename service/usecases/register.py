"""The registers of vehicles, drivers and cards: every change is another version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError, RuleBrokenError, gettext_noop
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.plate import normal_plate
from service.domain.register import Paper, require_figures, require_no_id_number
from service.domain.site_rules import rules_of
from service.storage import register as registers
from service.storage.db import Tx
from service.storage.party import site_by_id
from service.storage.yard_rules import YardRulesRow, add_rules, newest_rules
from service.usecases.booking import require_party
from service.usecases.ports import Deps

MOST_PAPERS = 12


class RegisterTextError(RuleBrokenError):
    """An entry of the register lacks a word, or has too many."""

    message = gettext_noop("%(value)s: needed are 1 to %(limit)s characters.")


class PapersTooManyError(RuleBrokenError):
    """More papers than a vehicle or a driver has."""

    message = gettext_noop("%(value)s papers; at most %(limit)s are kept.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetVehicle:
    """A vehicle as it is known from now on; masses in kg, None where not known."""

    plate: str
    plate_colour: str | None = None
    vehicle_type: str | None = None
    axles: int | None = None
    legal_max_kg: int | None = None
    body_capacity_kg: int | None = None
    trailer_plate: str | None = None
    carrier_id: str | None = None
    papers: tuple[Paper, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDriver:
    """A driver; ``driver_id`` None for a new one. No identity numbers (control C20)."""

    name: str
    driver_id: str | None = None
    carrier_id: str | None = None
    licence_valid_to: date | None = None
    papers: tuple[Paper, ...] = ()
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCard:
    """An IC card and the truck that it names; ``active`` False takes it out of use."""

    card_no: str
    plate: str
    driver_id: str | None = None
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Versioned:
    """The entry that was written, and which version of it that is."""

    key: str
    version: int
    made_at: datetime


def set_vehicle(command: SetVehicle, actor: Actor, deps: Deps) -> Versioned:
    """Write down what is known of a vehicle now. Raises ``RegisterFigureError``,
    ``PlateInvalidError``, ``IdNumberError``."""
    require_register(actor, Action.REGISTER_EDIT, command.carrier_id)
    plate = normal_plate(command.plate)
    trailer = normal_plate(command.trailer_plate) if command.trailer_plate else None
    require_figures(
        {
            "axles": command.axles,
            "legal_max_kg": command.legal_max_kg,
            "body_capacity_kg": command.body_capacity_kg,
        }
    )
    papers = _papers(command.papers)
    with deps.db.transaction() as tx:
        former = registers.vehicle_now(tx, plate, lock=True)
        _require_carrier(tx, command.carrier_id)
        row = registers.VehicleRow(
            plate=plate,
            version=1 if former is None else former.version + 1,
            plate_colour=command.plate_colour,
            vehicle_type=command.vehicle_type,
            axles=command.axles,
            legal_max_kg=command.legal_max_kg,
            body_capacity_kg=command.body_capacity_kg,
            trailer_plate=trailer,
            carrier_id=command.carrier_id,
            papers=papers,
            active=command.active,
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        registers.add_vehicle(tx, row)
    return Versioned(key=plate, version=row.version, made_at=row.made_at)


def set_driver(command: SetDriver, actor: Actor, deps: Deps) -> Versioned:
    """Write down what is known of a driver now."""
    require_register(actor, Action.REGISTER_EDIT, command.carrier_id)
    name = _text("name", command.name, most=64)
    papers = _papers(command.papers)
    with deps.db.transaction() as tx:
        former = None
        if command.driver_id is not None:
            former = _driver(tx, command.driver_id)
        _require_carrier(tx, command.carrier_id)
        row = registers.DriverRow(
            driver_id=deps.new_id() if former is None else former.driver_id,
            version=1 if former is None else former.version + 1,
            name=name,
            carrier_id=command.carrier_id,
            licence_valid_to=command.licence_valid_to,
            papers=papers,
            active=command.active,
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        registers.add_driver(tx, row)
    return Versioned(key=row.driver_id, version=row.version, made_at=row.made_at)


def set_card(command: SetCard, actor: Actor, deps: Deps) -> Versioned:
    """Write down which truck a card names now."""
    require_register(actor, Action.REGISTER_EDIT, None)
    card_no = _text("card_no", command.card_no, most=64)
    require_no_id_number("card_no", card_no)
    with deps.db.transaction() as tx:
        former = registers.card_now(tx, card_no, lock=True)
        if command.driver_id is not None:
            _driver(tx, command.driver_id)
        row = registers.CardRow(
            card_no=card_no,
            version=1 if former is None else former.version + 1,
            plate=normal_plate(command.plate),
            driver_id=command.driver_id,
            active=command.active,
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        registers.add_card(tx, row)
    return Versioned(key=card_no, version=row.version, made_at=row.made_at)


def set_yard_rules(
    site_id: str, document: Mapping[str, Any], actor: Actor, deps: Deps
) -> YardRulesRow:
    """Set what the site insists on; what is left out is as the product has it."""
    require(actor, Action.YARD_RULES_SET, Resource(site_id=site_id))
    rules = rules_of(document)
    with deps.db.transaction() as tx:
        if site_by_id(tx, site_id) is None:
            raise NotFoundError(field="site_id", what="site", key=site_id[:64])
        former = newest_rules(tx, site_id, lock=True)
        row = YardRulesRow(
            site_id=site_id,
            version=1 if former is None else former.version + 1,
            rules=rules.record(),
            made_at=whole_second(deps.now()),
            made_by=actor.user_id,
        )
        add_rules(tx, row)
    return row


def require_register(actor: Actor, action: Action, carrier_id: str | None) -> None:
    """Return where ``actor`` may do ``action`` to an entry of that carrier."""
    named = frozenset() if carrier_id is None else frozenset({carrier_id})
    require(actor, action, Resource(organisation_ids=named))


def _driver(tx: Tx, driver_id: str) -> registers.DriverRow:
    found = registers.driver_now(tx, driver_id, lock=True)
    if found is None:
        raise NotFoundError(field="driver_id", what="driver", key=driver_id[:64])
    return found


def _require_carrier(tx: Tx, carrier_id: str | None) -> None:
    if carrier_id is not None:
        require_party(tx, carrier_id, kind="carrier", field="carrier_id")


def _papers(papers: tuple[Paper, ...]) -> list[dict[str, Any]]:
    if len(papers) > MOST_PAPERS:
        raise PapersTooManyError(field="papers", value=len(papers), limit=MOST_PAPERS)
    for paper in papers:
        _text("papers.kind", paper.kind, most=64)
        require_no_id_number("papers.no", paper.no)
    return [paper.record() for paper in papers]


def _text(field: str, text: str, *, most: int) -> str:
    stripped = text.strip()
    if not 1 <= len(stripped) <= most:
        raise RegisterTextError(field=field, value=field, limit=most)
    require_no_id_number(field, stripped)
    return stripped
