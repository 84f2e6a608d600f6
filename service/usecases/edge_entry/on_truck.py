"""Entries about the truck: it came, was checked, called, inspected, unloaded, and left."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from service.devices.edge.entries import parsed_instant
from service.devices.edge.entry_bodies import VisitOpened
from service.domain.visit import VisitKind
from service.storage.db import Tx
from service.usecases.edge_entry.act import Act
from service.usecases.ports import Deps
from service.usecases.visit import OpenVisit, open_visit


def _opened(tx: Tx, act: Act, deps: Deps) -> None:
    del tx
    body: VisitOpened = act.body
    command = OpenVisit(
        site_id=act.site_id,
        kind=VisitKind(body.visit_kind),
        plate=body.plate,
        code=body.code,
        card_no=body.card_no,
        continues=body.continues,
        supplier_id=body.supplier_id,
        plant_id=body.plant_id,
        carrier_id=body.carrier_id,
        driver_id=body.driver_id,
        distance_km=body.distance_km,
        material=body.material,
        identified_by=body.identified_by,
        visit_id=body.visit_id,
        at=parsed_instant(body.arrived_at),
    )
    open_visit(command, act.actor, deps)


KINDS: Mapping[str, Callable[[Tx, Act, Deps], None]] = MappingProxyType(
    {
        "visit.opened": _opened,
    }
)
