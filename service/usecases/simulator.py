"""The simulated yard: driving trucks on and off, in a demo database alone."""

from collections.abc import Mapping
from typing import Any

from service.domain.access import Action, Resource, require
from service.domain.errors import ConflictError, gettext_noop
from service.domain.party import Actor
from service.usecases.ports import Deps
from service.usecases.visit import weighbridge_of


class NotADemoError(ConflictError):
    """The simulated yard is asked for where real trucks are weighed."""

    message = gettext_noop("This is no demo database; there is no simulated yard.")


def simulator_state(site_id: str, actor: Actor, deps: Deps) -> Mapping[str, Any]:
    """What stands on the simulated deck and at the simulated gate."""
    _require(site_id, actor, deps)
    return weighbridge_of(site_id, deps).simulator_state()


def drive_simulator(
    site_id: str, part: str, body: Mapping[str, object] | None, actor: Actor, deps: Deps
) -> Mapping[str, Any]:
    """Set ``deck``, ``gate``, ``speed`` or ``line``; with no ``body`` clear it."""
    _require(site_id, actor, deps)
    edge = weighbridge_of(site_id, deps)
    return edge.simulator_delete(part) if body is None else edge.simulator_put(part, body)


def _require(site_id: str, actor: Actor, deps: Deps) -> None:
    require(actor, Action.SIMULATOR_DRIVE, Resource(site_id=site_id))
    if not deps.demo:
        raise NotADemoError(field="site_id")
