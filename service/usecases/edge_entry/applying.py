"""From an entry to the use case that the pages of the service use too, one for each kind."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from service.devices.edge.entries import invalid_entry
from service.devices.edge.entry_bodies import BODY_OF_KIND
from service.domain.errors import RuleBrokenError, gettext_noop
from service.storage.db import Tx
from service.usecases.edge_entry import on_load, on_paper, on_scale, on_truck, on_yard
from service.usecases.edge_entry.act import Act, act_of
from service.usecases.edge_entry.chain import ReceivedEntry
from service.usecases.ports import Deps

Apply = Callable[[Tx, Act, Deps], None]

KINDS: Mapping[str, Apply] = MappingProxyType(
    {**on_truck.KINDS, **on_scale.KINDS, **on_load.KINDS, **on_paper.KINDS, **on_yard.KINDS}
)
"""By kind of entry: what applies it."""

_NUMBERS = ("ticket_no", "delivery_no", "receipt_no")
_SUBJECTS = ("visit_id", "ticket_no", "weighing_id")
_DRAWING = frozenset({"ticket.issued", "ticket.voided", "delivery.issued", "receipt.issued"})


class EntryKindUnknownError(RuleBrokenError):
    """An entry says something that this service does not understand."""

    message = gettext_noop("Entries of the kind %(value)s are not known here.")


def apply_entry(tx: Tx, entry: ReceivedEntry, site_id: str, deps: Deps) -> None:
    """Do what the entry says was done; raises what the rules refuse."""
    apply, model = KINDS.get(entry.kind), BODY_OF_KIND.get(entry.kind)
    if apply is None or model is None:
        raise EntryKindUnknownError(field="kind", value=entry.kind[:64])
    try:
        body = model.model_validate(entry.body)
    except ValidationError as error:
        raise invalid_entry(error) from error
    apply(tx, act_of(tx, entry, body, site_id), deps)


def number_in(entry: ReceivedEntry) -> str | None:
    """The number that the unit drew with the entry, None where it drew none."""
    if entry.kind not in _DRAWING:
        return None
    return next((str(entry.body[name]) for name in _NUMBERS if name in entry.body), None)


def subject_of(body: Mapping[str, Any]) -> str | None:
    """What the entry is about: a visit, a ticket or a weighing."""
    return next((str(body[name])[:64] for name in _SUBJECTS if name in body), None)
