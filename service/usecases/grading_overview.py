"""What a page shows of the heads: the registry, and how each does at a site."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.domain.access import Action, Resource, require
from service.domain.errors import NotFoundError
from service.domain.grading_model import ModelMode
from service.domain.party import Actor
from service.storage import grading_model as registry
from service.storage.grading_drift import DriftRow, drifts
from service.storage.grading_model import GradingModelRow, ModelUseRow
from service.storage.party import site_by_id
from service.usecases.grading_model import require_model
from service.usecases.grading_shadow import ShadowReport, shadow_report
from service.usecases.ports import Deps

WEEKS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteModels:
    """The engine at a site: who serves, how each head does, what was set, how the weeks went."""

    site_id: str
    mode: ModelMode
    reports: Sequence[ShadowReport]
    uses: Sequence[ModelUseRow]
    weeks: Sequence[DriftRow]


def site_models(site_id: str, actor: Actor, deps: Deps) -> SiteModels:
    """How the image engine does at one site."""
    require(actor, Action.MODEL_VIEW, Resource(site_id=site_id))
    with deps.db.transaction() as tx:
        if site_by_id(tx, site_id) is None:
            raise NotFoundError(field="site_id", what="site", key=site_id[:64])
        return SiteModels(
            site_id=site_id,
            mode=registry.mode_of(tx, site_id),
            reports=shadow_report(tx, site_id),
            uses=registry.uses_of(tx, site_id),
            weeks=drifts(tx, site_id, limit=WEEKS_SHOWN),
        )


def registered_models(deps: Deps) -> list[GradingModelRow]:
    """Every head of the registry, newest first; who may see pages of heads may see them all."""
    with deps.db.transaction() as tx:
        return registry.models(tx)


def registered_model(head_sha256: str, deps: Deps) -> GradingModelRow:
    """One head of the registry; raises ``NotFoundError``."""
    with deps.db.transaction() as tx:
        return require_model(tx, head_sha256)
