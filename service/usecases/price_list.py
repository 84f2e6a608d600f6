"""Price lists: what a plant pays for a grade, from one business date to another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, gettext_noop
from service.domain.grade import require_known_grade
from service.domain.instants import whole_second
from service.domain.party import Actor
from service.domain.price_list import GradePrice, PriceList
from service.storage import price_list as price_lists
from service.usecases.booking import require_party
from service.usecases.ports import Deps
from service.usecases.visit import FieldMissingError


class PriceListOverlapsError(ConflictError):
    """Two lists of one plant would be in force on one day."""

    message = gettext_noop("List %(value)s overlaps list %(limit)s; each day has one list.")


class VersionUsedError(ConflictError):
    """The plant has a list of this version; a change is a new version."""

    message = gettext_noop("Version %(value)s is on record already; name the new list otherwise.")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPriceList:
    plant_id: str
    version: str
    valid_from: date
    valid_to: date
    prices: Mapping[str, int]


def set_price_list(command: SetPriceList, actor: Actor, deps: Deps) -> PriceList:
    """Put a price list on record; lists of a plant follow each other without overlap."""
    require(actor, Action.PRICE_LIST_SET, Resource(organisation_ids=frozenset({command.plant_id})))
    if not command.prices:
        raise FieldMissingError(field="prices", value="prices", limit="a price for a grade")
    for grade in command.prices:
        require_known_grade(grade, field="prices")
    new = PriceList(
        price_list_id=deps.new_id(),
        version=command.version,
        valid_from=command.valid_from,
        valid_to=command.valid_to,
        buyer_id=command.plant_id,
        prices=tuple(
            GradePrice(grade=grade, price_fen_per_t=price)
            for grade, price in sorted(command.prices.items())
        ),
    )
    with deps.db.transaction() as tx:
        require_party(tx, command.plant_id, kind="plant", field="plant_id")
        _require_apart(new, price_lists.price_lists_of(tx, command.plant_id))
        price_lists.add_price_list(
            tx,
            price_lists.PriceListRow(
                price_list_id=new.price_list_id,
                plant_id=new.buyer_id,
                version=new.version,
                valid_from=new.valid_from,
                valid_to=new.valid_to,
                prices=dict(sorted(command.prices.items())),
                sha256=bytes.fromhex(new.sha256),
                set_at=whole_second(deps.now()),
                set_by=actor.user_id,
            ),
        )
    return new


def _require_apart(new: PriceList, others: Iterable[price_lists.PriceListRow]) -> None:
    for other in others:
        if other.version == new.version:
            raise VersionUsedError(field="version", value=new.version)
        if new.valid_from <= other.valid_to and other.valid_from <= new.valid_to:
            raise PriceListOverlapsError(field="valid_from", value=new.version, limit=other.version)


def as_price_list(row: price_lists.PriceListRow) -> PriceList:
    """The stored list as the rules know it."""
    return PriceList(
        price_list_id=row.price_list_id,
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        buyer_id=row.plant_id,
        prices=tuple(
            GradePrice(grade=grade, price_fen_per_t=price)
            for grade, price in sorted(row.prices.items())
        ),
    )
